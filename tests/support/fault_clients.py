"""Asks the fault server as the providers' own clients do."""

import asyncio
from collections.abc import Coroutine
from http.client import HTTPConnection
from typing import Any

import anthropic
import openai
from fault_server import FaultServer
from metered import LeapingLoop

#: Seconds that a reply may take; only a fault reaches it.
LONGEST = 600.0
SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string", "enum": ["A", "B"]}},
    "required": ["answer"],
    "additionalProperties": False,
}
TURNS = [{"role": "user", "content": "A: left\nB: right"}]
CHAT: dict[str, Any] = {
    "model": "m",
    "messages": [{"role": "system", "content": "Be Newton."}, *TURNS],
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA},
    },
}
MESSAGE: dict[str, Any] = {
    "model": "m",
    "max_tokens": 1024,
    "system": "Be Newton.",
    "messages": TURNS,
    "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
}
#: A key that opens nothing, and that must be found nowhere.
SECRET = "sk-test-0123456789abcdef"  # noqa: S105 it is made up


def ask_chat(server: FaultServer, *, hurried: bool = False, **changes: Any) -> Any:
    """Ask once by OpenAI's client; ``hurried``, no longer than until the server has got the question."""

    async def ask() -> Any:
        async with openai.AsyncOpenAI(
            api_key=SECRET, base_url=server.openai_url, max_retries=0, timeout=LONGEST
        ) as c:
            return await c.chat.completions.create(**{**CHAT, **changes})

    return _asked(server, ask(), hurried=hurried)


def ask_messages(server: FaultServer, *, hurried: bool = False, **changes: Any) -> Any:
    """Ask once by Anthropic's client; ``hurried``, no longer than until the server has got the question."""

    async def ask() -> Any:
        async with anthropic.AsyncAnthropic(
            api_key=SECRET, base_url=server.anthropic_url, max_retries=0, timeout=LONGEST
        ) as c:
            return await c.messages.create(**{**MESSAGE, **changes})

    return _asked(server, ask(), hurried=hurried)


def _asked(server: FaultServer, asking: Coroutine[Any, Any, Any], *, hurried: bool) -> Any:
    before, loop = len(server.record.seen), LeapingLoop()

    async def leap() -> None:
        while len(server.record.seen) == before:  # noqa: ASYNC110 the server runs on a loop of its own
            await asyncio.sleep(0.01)
        loop.leapt += LONGEST

    async def ask() -> Any:
        leaping = asyncio.create_task(leap()) if hurried else None
        try:
            return await asking
        finally:
            if leaping is not None:
                leaping.cancel()

    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(ask())


def said(reply: Any) -> str:
    """Return the text of a reply of either protocol."""
    if isinstance(reply, anthropic.types.Message):
        return "".join(block.text for block in reply.content if block.type == "text")
    return str(reply.choices[0].message.content)


def fetched(port: int, path: str, body: bytes | None = None) -> tuple[int, str]:
    """Return status and text of a plain request without a key: a GET, or a POST of a body."""
    connection = HTTPConnection("127.0.0.1", port, timeout=LONGEST)
    connection.request("GET" if body is None else "POST", path, body)
    with connection.getresponse() as response:
        found = response.status, response.read().decode()
    connection.close()
    return found
