"""The fault server speaks the providers' protocols: their own clients understand its answers, faults and batches."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest
from fault_server import Behaviour, Fault, FaultServer, in_turn

#: A key that opens nothing, and that must be found nowhere.
SECRET = "sk-test-0123456789abcdef"  # noqa: S105 it is made up
SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string", "enum": ["A", "B"]}},
    "required": ["answer"],
}
SCHEMA["additionalProperties"] = False  # type: ignore[assignment] # one of its members is a flag


def chat(number: int) -> dict[str, Any]:
    """Return a question of its own to OpenAI's protocol."""
    form = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA}}
    turns = [{"role": "user", "content": f"A: left\nB: right, {number} times"}]
    return {"model": "m", "messages": turns, "response_format": form}


def message(number: int) -> dict[str, Any]:
    """Return the same question to Anthropic's."""
    form = {"format": {"type": "json_schema", "schema": SCHEMA}}
    return {"model": "m", "max_tokens": 1024, "messages": chat(number)["messages"], "output_config": form}


def clients(server: FaultServer) -> tuple[openai.OpenAI, anthropic.Anthropic]:
    """Return the providers' clients."""
    given: Any = {"api_key": SECRET, "max_retries": 0}
    return openai.OpenAI(base_url=server.openai_url, **given), anthropic.Anthropic(
        base_url=server.anthropic_url, **given
    )


def test_both_protocols_give_the_same_answers_and_no_key() -> None:
    """A question has one answer of its schema, whoever asks; what was asked is on record, the key is not."""
    with FaultServer() as server:
        one, other = clients(server)
        with one, other:
            replies: list[Any] = [one.chat.completions.create(**chat(0)) for _ in range(2)]
            also: Any = other.messages.create(**message(0))
        record = server.record
        answers = {reply.choices[0].message.content for reply in replies} | {also.content[-1].text}
        assert len(answers) == 1
        assert json.loads(answers.pop())["answer"] in {"A", "B"}
        assert record.counts()["questions"] == 3
        assert SECRET not in str(vars(record))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.RATE_LIMIT, openai.RateLimitError),
        (Fault.ERROR, openai.InternalServerError),
        (Fault.RESET, openai.APIConnectionError),
    ],
)
def test_faults_are_errors_to_the_clients(fault: Fault, error: type[Exception]) -> None:
    """A planned fault reaches a client as the error that the provider's own would."""
    with (
        FaultServer(Behaviour(plan=in_turn([fault]))) as server,
        clients(server)[0] as client,
        pytest.raises(error),
    ):
        client.chat.completions.create(**chat(0))


def test_batches_come_in_another_order_with_errors_apart() -> None:
    """Chat batches have an output and an error file, message batches a result for each; answers are those asked alone."""
    plan = in_turn([None] * 3 + [Fault.ERROR, Fault.HANG])
    with FaultServer(Behaviour(plan=plan)) as server:
        one, other = clients(server)
        with one, other:
            asked = [
                {"custom_id": f"q{n}", "method": "POST", "url": "/v1/chat/completions", "body": chat(n)}
                for n in range(6)
            ]
            content = "".join(json.dumps(each) + "\n" for each in asked).encode()
            file = one.files.create(file=("questions.jsonl", content), purpose="batch")
            batch: Any = one.batches.create(
                input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"
            )
            batch = one.batches.retrieve(batch.id)
            out, errors = (
                [json.loads(line) for line in one.files.content(name).text.splitlines()]
                for name in (batch.output_file_id, batch.error_file_id)
            )
            requests: Any = [{"custom_id": f"q{n}", "params": message(n)} for n in range(6)]
            made = other.messages.batches.create(requests=requests)
            other.messages.batches.retrieve(made.id)
            results = [(each.custom_id, each.result.type) for each in other.messages.batches.results(made.id)]
    assert {each["custom_id"] for each in out + errors} == {f"q{n}" for n in range(6)}
    assert len(errors) == 2
    assert [name for name, _ in results] != sorted(name for name, _ in results)
    assert {kind for _, kind in results} == {"succeeded"}


def test_by_hand_it_says_where_it_listens_and_stops_by_itself() -> None:
    """Started as a program, as the benchmark of asking does, it names its addresses and ends after a while."""
    words = [sys.executable, "-m", "tests.support.fault_server", "--idle", "0.1", "--lifetime", "5"]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith("OpenAI: http://127.0.0.1:")
