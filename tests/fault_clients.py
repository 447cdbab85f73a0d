"""Asks the fault server as the providers' own clients do."""

import asyncio
from http.client import HTTPConnection
from typing import Any

import anthropic
import openai
from fault_server import FaultServer

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


def ask_chat(server: FaultServer, timeout: float = LONGEST, **changes: Any) -> Any:
    """Ask once by OpenAI's client."""

    async def ask() -> Any:
        async with openai.AsyncOpenAI(
            api_key=SECRET, base_url=server.openai_url, max_retries=0, timeout=timeout
        ) as c:
            return await c.chat.completions.create(**{**CHAT, **changes})

    return asyncio.run(ask())


def ask_messages(server: FaultServer, timeout: float = LONGEST, **changes: Any) -> Any:
    """Ask once by Anthropic's client."""

    async def ask() -> Any:
        async with anthropic.AsyncAnthropic(
            api_key=SECRET, base_url=server.anthropic_url, max_retries=0, timeout=timeout
        ) as c:
            return await c.messages.create(**{**MESSAGE, **changes})

    return asyncio.run(ask())


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
