"""The fault server, asked by the providers' own clients: what it says is what they understand."""

import json
from collections.abc import Callable
from typing import Any

import anthropic
import openai
import pytest
from fault_server import Behaviour, Fault, FaultServer, always

#: A key that opens nothing, and that must be found nowhere.
SECRET = "sk-test-0123456789abcdef"  # noqa: S105 it is made up
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
    "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA}},
}
MESSAGE: dict[str, Any] = {
    "model": "m",
    "max_tokens": 1024,
    "system": "Be Newton.",
    "messages": TURNS,
    "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
}


def ask_chat(server: FaultServer, **changes: Any) -> Any:
    """Ask once by OpenAI's client."""
    with openai.OpenAI(api_key=SECRET, base_url=server.openai_url, max_retries=0) as client:
        return client.chat.completions.create(**{**CHAT, **changes})


def ask_messages(server: FaultServer, **changes: Any) -> Any:
    """Ask once by Anthropic's client."""
    with anthropic.Anthropic(api_key=SECRET, base_url=server.anthropic_url, max_retries=0) as client:
        return client.messages.create(**{**MESSAGE, **changes})


@pytest.mark.parametrize(
    ("fault", "statuses"),
    [
        (Fault.RATE_LIMIT, (429, 429)),
        (Fault.RATE_LIMIT_SILENT, (429, 429)),
        (Fault.OVERLOADED, (503, 529)),
        (Fault.NO_MONEY, (429, 400)),
        (Fault.KEY_IN_401, (401, 401)),
    ],
)
def test_errors_have_their_status(fault: Fault, statuses: tuple[int, int]) -> None:
    """A fault of HTTP reaches the client as an error of its status; only those that echo keys do."""
    with FaultServer(Behaviour(plan=always(fault))) as server:
        for ask, status in zip((ask_chat, ask_messages), statuses, strict=True):
            with pytest.raises((openai.APIStatusError, anthropic.APIStatusError)) as caught:
                ask(server)
            error: Any = caught.value
            assert error.status_code == status
            assert (SECRET in json.dumps(error.body)) == fault.value.startswith("key-in")
            assert ("retry-after" in error.response.headers) == (fault is Fault.RATE_LIMIT)


@pytest.mark.parametrize(
    ("ask", "changes", "found"),
    [
        (ask_messages, {"extra_body": {"temperature": 0}}, "temperature"),
        (ask_messages, {"messages": [*TURNS, {"role": "assistant", "content": "A"}]}, "prefill"),
        (ask_messages, {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}}, "add"),
        (ask_chat, {"extra_body": {"top_k": 1}}, "top_k"),
        (ask_chat, {"top_logprobs": 5}, "top_logprobs"),
    ],
)
def test_wrong_requests_are_refused(ask: Callable[..., Any], changes: dict[str, Any], found: str) -> None:
    """What the providers would not take is answered 400, so that no test passes on it."""
    with FaultServer() as server, pytest.raises((openai.BadRequestError, anthropic.BadRequestError), match=found):
        ask(server, **changes)


def test_the_key_is_looked_at_and_not_kept() -> None:
    """A wrong key is refused, and no key is found in what the server has noted."""
    with FaultServer(Behaviour(key="another")) as server:
        with pytest.raises(openai.AuthenticationError):
            ask_chat(server)
        with pytest.raises(anthropic.AuthenticationError):
            ask_messages(server)
    assert "Newton" in repr(server.record.seen)
    assert SECRET not in repr(server.record.seen)


@pytest.mark.parametrize("ids", [[], ["a", "a"], ["a b"]])
def test_wrong_batches_are_refused(ids: list[str]) -> None:
    """A batch of nothing, with an id twice, or with an id that is none, fails in either protocol, and says why."""
    lines = [{"custom_id": each, "method": "POST", "url": "/v1/chat/completions", "body": CHAT} for each in ids]
    asked: Any = [{"custom_id": each, "params": MESSAGE} for each in ids]
    with FaultServer() as server:
        with openai.OpenAI(api_key=SECRET, base_url=server.openai_url, max_retries=0) as client:
            content = "".join(json.dumps(line) + "\n" for line in lines).encode()
            file = client.files.create(file=("questions.jsonl", content), purpose="batch")
            batch = client.batches.create(
                input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"
            )
        with (
            anthropic.Anthropic(api_key=SECRET, base_url=server.anthropic_url, max_retries=0) as other,
            pytest.raises(anthropic.BadRequestError, match=r"custom_id|at least one"),
        ):
            other.messages.batches.create(requests=asked)
    assert batch.status == "failed"
    assert batch.errors is not None
    assert batch.errors.data
