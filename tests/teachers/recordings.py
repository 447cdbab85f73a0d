"""A small recording of a teacher's answers, and the teacher that reads it."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asking

from eep.data.types import Answer, answer_key
from eep.teachers.recorded import Recorded, RecordedSettings

ABOUT = 'id = "mine"\nmodel = "m-1"\nprovenance = "Recorded for a test."\nlimits = ["It is small."]\n'
TEXT = "position: left; angle: right"
LINE = {"task": "cartpole", "persona": "sir-isaac-newton", "wording": "plain", "text": TEXT}
RIGHT = {**LINE, "option": "right", "choice": "left", "probability": 0.25}


def begin(folder: Path) -> Path:
    """Write a recording without answers into a folder; return it."""
    wordings = {wording.id: wording.text for wording in asking.NEWTON.wordings}
    (folder / "recording.toml").write_text(ABOUT)
    (folder / "personas.json").write_text(json.dumps({asking.NEWTON.id: {"arm": "persona", "wordings": wordings}}))
    write(folder / "cartpole-items.jsonl", [{"item": "text-0", "text": TEXT}])
    write(folder / "answers.jsonl", [])
    return folder


def write(path: Path, lines: Sequence[dict[str, Any] | str]) -> None:
    """Write lines of JSON; texts as they are."""
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))


def teacher(folder: Path, *lines: dict[str, Any] | str, **settings: Any) -> Recorded:
    """Return the teacher of a recording with these answers."""
    if lines:
        write(folder / "answers.jsonl", lines)
    return Recorded(RecordedSettings(recording=str(folder), **settings), seed=0)


def ask(teacher: Recorded, text: str = TEXT, **question: Any) -> Answer:
    """Return the teacher's answer to a question."""
    asked = asking.question(text, **question)
    return asyncio.run(teacher.answer(asked, answer_key(teacher.request(asked))))
