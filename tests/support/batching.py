"""Small experiments that ask a real model: their questions as files, replies to them, and a server that answers."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from fault_server import Behaviour, FaultServer, Plan, never
from small_pole import POLE

from eep.data.store import Store
from eep.data.types import Status
from eep.pipeline.batch.export import export
from eep.pipeline.batch.imports import import_replies
from eep.pipeline.batch.jobs import submit
from eep.pipeline.prepare import Prepared, prepare

#: A server that is not there: nothing here may ask it.
NOWHERE = "http://127.0.0.1:9/v1"
MODEL = "model-1"
SECRET = "sk-test-0123456789abcdef"  # noqa: S105 it opens nothing
PROVIDERS = ["openai", "anthropic"]
HOSTILE = "Neither\x1b[2J\u202eright\nof\rthem\ud800"


def experiment(folder: Path, base_url: str = NOWHERE, *, provider: str = "openai", more: str = "") -> Path:
    """Write the file of a small experiment: two personas in one wording at the pole, 162 questions."""
    path = folder / "small.toml"
    path.write_text(
        f"""\
id = "small"
title = "Small"
question = "Does it work?"
personas = ["sir-isaac-newton", "neutral"]
wordings = ["plain"]

[teacher]
provider = "{provider}"
model = "{MODEL}"
base_url = "{base_url}"
{more}

"""
        + POLE,
        encoding="utf-8",
    )
    return path


def prepared(folder: Path, personas: Sequence[str] = (), **changes: Any) -> Prepared:
    """Return a small experiment, ready, with personas added to its own."""
    return prepare(experiment(folder, **changes), personas=personas, out=folder)


def exported(small: Prepared, folder: Path, form: str = "plain") -> list[dict[str, Any]]:
    """Return the lines of the questions that are open."""
    path = folder / f"exported-{form}.jsonl"
    files = export(small, path, form=form, overwrite=True).files
    return [line for file in files for line in read(file.path)]


def read(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a file."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def reply(line: Mapping[str, Any], text: str = "left", **changes: Any) -> dict[str, Any]:
    """Return a plain reply to an exported line."""
    said = {"custom_id": line["custom_id"], "text": text, "model": MODEL, "provenance": "Asked by hand."}
    return {**said, **changes}


def replies(
    lines: Iterable[Mapping[str, Any]], say: Callable[[Mapping[str, Any]], str] = lambda _: "left"
) -> list[dict[str, Any]]:
    """Return plain replies to exported lines."""
    return [reply(line, say(line)) for line in lines]


def completion(text: str, **changes: Any) -> dict[str, Any]:
    """Return a ChatCompletion that says a text."""
    message = {"role": "assistant", "content": text, "refusal": None}
    return {
        "id": "c-1",
        "object": "chat.completion",
        "model": MODEL,
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 2},
        **changes,
    }


def result(name: str, body: Any, status: int = 200) -> dict[str, Any]:
    """Return a line of OpenAI's output file."""
    response = {"status_code": status, "request_id": "r-1", "body": body}
    return {"id": "b-1", "custom_id": name, "response": response, "error": None}


def write(path: Path, lines: Iterable[Any]) -> Path:
    """Write lines of JSON."""
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def give_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set every provider's key in the environment, to one that opens nothing."""
    for name in PROVIDERS:
        monkeypatch.setenv(f"{name.upper()}_API_KEY", SECRET)


def serving(plan: Plan = never, polls: int = 1, key: str = SECRET) -> FaultServer:
    """Return a server whose batches end at so many looks."""
    return FaultServer(Behaviour(plan=plan, polls=polls, key=key))


def asking(server: FaultServer, folder: Path, provider: str, more: str = "") -> Prepared:
    """Return a small experiment that asks the server, with a key."""
    url = server.openai_url if provider == "openai" else server.anthropic_url
    named = f'api_key_env = "{provider.upper()}_API_KEY"'
    return prepared(folder, base_url=url, provider=provider, more=f"{named}\n{more}")


def handed_in(small: Prepared, folder: Path, provider: str, number: int = 162) -> Path:
    """Export so many questions and submit them; return the file."""
    path = write(folder / "questions.jsonl", exported(small, folder, provider)[:number])
    submit(small, path)
    return path


def endings(small: Prepared) -> dict[Status, int]:
    """Return how many stored answers have each status."""
    found: dict[Status, int] = {}
    with Store.open(small.runs / "answers.sqlite", read_only=True) as store:
        for record in store.records():
            found[record.answer.status] = found.get(record.answer.status, 0) + 1
    return found


def answered(folder: Path, **changes: Any) -> Prepared:
    """Return a small experiment whose questions have all been answered; the first of them in two odd ways."""
    small = prepared(folder, **changes)
    lines = exported(small, folder)
    came = replies(lines)
    came[0] = reply(lines[0], HOSTILE)
    came[1] = reply(lines[1], "I would rather not.", status="refused")
    import_replies(small, [write(folder / "replies.jsonl", came)])
    return small
