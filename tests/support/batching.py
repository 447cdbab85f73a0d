"""Small experiments with a real model for a teacher, their exported questions, and replies to them."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from small_pole import POLE

from eep.pipeline.batch.export import export
from eep.pipeline.prepare import Prepared, prepare

#: A server that is not there: nothing here may ask it.
NOWHERE = "http://127.0.0.1:9/v1"
MODEL = "model-1"


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
