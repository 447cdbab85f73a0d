"""The fault server's batches, asked by the providers' own clients."""

import json
from typing import Any

import anthropic
import openai
import pytest
from fault_clients import CHAT, MESSAGE, SECRET
from fault_server import Behaviour, Fault, FaultServer, in_turn


def chat(server: FaultServer) -> openai.OpenAI:
    """Return OpenAI's client."""
    return openai.OpenAI(api_key=SECRET, base_url=server.openai_url, max_retries=0)


def messages(server: FaultServer) -> anthropic.Anthropic:
    """Return Anthropic's client."""
    return anthropic.Anthropic(api_key=SECRET, base_url=server.anthropic_url, max_retries=0)


def body(base: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a question of its own."""
    return {**base, "messages": [{"role": "user", "content": f"A: left\nB: right, {number} times"}]}


def lines(numbers: list[int]) -> bytes:
    """Return the file of a batch."""
    asked = [
        {"custom_id": f"q{n}", "method": "POST", "url": "/v1/chat/completions", "body": body(CHAT, n)}
        for n in numbers
    ]
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in asked).encode()


def submitted(client: openai.OpenAI, content: bytes) -> openai.types.Batch:
    """Upload a file and make a batch of it."""
    file = client.files.create(file=("questions.jsonl", content), purpose="batch")
    assert client.files.content(file.id).content == content
    return client.batches.create(
        input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"
    )


def parsed(client: openai.OpenAI, name: str | None) -> list[dict[str, Any]]:
    """Return the lines of a file."""
    assert name is not None
    return [json.loads(line) for line in client.files.content(name).text.splitlines()]


def test_chat_batches_come_in_two_files() -> None:
    """Answers, errors and what expired come in an output and an error file, in another order than asked."""
    plan = in_turn([None] * 5 + [Fault.ERROR, Fault.HANG, Fault.REFUSAL])
    with FaultServer(Behaviour(plan=plan, polls=2)) as server, chat(server) as client:
        batch = submitted(client, lines(list(range(10))))
        assert client.batches.retrieve(batch.id).status == "in_progress"
        ended = client.batches.retrieve(batch.id)
        out, errors = parsed(client, ended.output_file_id), parsed(client, ended.error_file_id)
        alone = [
            client.chat.completions.create(**body(CHAT, n)).choices[0].message.content for n in range(10)
        ]
    assert ended.status == "expired"
    assert ended.request_counts is not None
    assert (ended.request_counts.total, ended.request_counts.failed) == (10, 2)
    assert {each["custom_id"] for each in out + errors} == {f"q{n}" for n in range(10)}
    assert [each["custom_id"] for each in out] != sorted(each["custom_id"] for each in out)
    assert sorted(each["response"] is None for each in errors) == [False, True]
    replies = {each["custom_id"]: each["response"]["body"]["choices"][0]["message"] for each in out}
    refused = [name for name, reply in replies.items() if reply["refusal"]]
    assert len(refused) == 1
    assert all(replies[name]["content"] == alone[int(name[1:])] for name in replies if name not in refused)


@pytest.mark.parametrize("content", [b"{", b"[]\n", lines([1, 1]), b""])
def test_wrong_chat_batches_fail(content: bytes) -> None:
    """A file that is no batch, or names an id twice, makes a batch that failed and says why."""
    with FaultServer() as server, chat(server) as client:
        batch = submitted(client, content)
    assert batch.status == "failed"
    assert batch.errors is not None
    assert batch.errors.data


def test_message_batches_tell_each_result() -> None:
    """Each question of a batch succeeded, erred or expired; results come once it has ended."""
    plan = in_turn([None] * 3 + [Fault.OVERLOADED, Fault.HANG, Fault.REFUSAL])
    with FaultServer(Behaviour(plan=plan, polls=2)) as server, messages(server) as client:
        asked: Any = [{"custom_id": f"q{n}", "params": body(MESSAGE, n)} for n in range(8)]
        batch = client.messages.batches.create(requests=asked)
        with pytest.raises(anthropic.AnthropicError, match="No `results_url`"):
            client.messages.batches.results(batch.id)
        ended = client.messages.batches.retrieve(batch.id)
        results = {each.custom_id: each.result for each in client.messages.batches.results(batch.id)}
        alone: Any = client.messages.create(**body(MESSAGE, 0))
    counts = ended.request_counts
    assert (counts.succeeded, counts.errored, counts.expired, counts.processing) == (6, 1, 1, 0)
    assert list(results) != sorted(results)
    kinds = sorted(result.type for result in results.values())
    assert kinds == ["errored", "expired", *["succeeded"] * 6]
    first: Any = results["q0"]
    assert first.message.content[-1].text == alone.content[-1].text


@pytest.mark.parametrize("ids", [[], ["a", "a"], ["a b"]])
def test_wrong_message_batches_are_refused(ids: list[str]) -> None:
    """A batch of nothing, with an id twice, or with an id that is none, is answered 400."""
    asked: Any = [{"custom_id": each, "params": MESSAGE} for each in ids]
    with (
        FaultServer() as server,
        messages(server) as client,
        pytest.raises(anthropic.BadRequestError, match=r"custom_id|at least one"),
    ):
        client.messages.batches.create(requests=asked)


def test_a_line_may_break_off() -> None:
    """With truncated JSON among the faults a line of the results breaks off, in both protocols."""
    with FaultServer(Behaviour(plan=in_turn([Fault.TRUNCATED_JSON] * 40))) as server:
        with chat(server) as client:
            batch = submitted(client, lines([0]))
            name = client.batches.retrieve(batch.id).output_file_id
            assert name is not None
            with pytest.raises(json.JSONDecodeError):
                json.loads(client.files.content(name).text)
        with messages(server) as client_of_messages:
            made = client_of_messages.messages.batches.create(
                requests=[{"custom_id": "q", "params": MESSAGE}]  # type: ignore[typeddict-item]
            )
            client_of_messages.messages.batches.retrieve(made.id)
            with pytest.raises(json.JSONDecodeError):
                list(client_of_messages.messages.batches.results(made.id))
