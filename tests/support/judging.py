"""Replies to a few questions, as files tell them, and what judging makes of a file."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import asking
from batching import MODEL, NOWHERE, reply

from eep.data.types import Question, answer_key
from eep.pipeline.batch.replies import Judged, judge
from eep.teachers.live import Live
from eep.teachers.openai import OpenAI, OpenAISettings

TEACHER = OpenAI(OpenAISettings(model=MODEL, base_url=NOWHERE), seed=0)
QUESTIONS = [*asking.questions(4), asking.question("a cat", options=("cute", "not cute"))]
NAMES = [answer_key(TEACHER.request(question)).hex() for question in QUESTIONS]


def judged(path: Path, teacher: Live = TEACHER, models: Iterable[str] = ()) -> Judged:
    """Judge a file of replies to the questions above."""
    keys: Mapping[bytes, Question] = {answer_key(teacher.request(q)): q for q in QUESTIONS}
    return judge([path], keys, teacher, models=tuple(models))


def said(found: Judged) -> dict[str, str]:
    """Return custom_id -> option of every answer that is one."""
    options = {}
    for key, each in found.replies.items():
        if each.answer is not None and each.answer.probabilities is not None:
            (option,) = (name for name, p in each.answer.probabilities.items() if p == 1.0)
            options[key.hex()] = option
    return options


def plain(number: int, text: str = "left", **changes: Any) -> dict[str, Any]:
    """Return a plain reply to one of the questions."""
    return reply({"custom_id": NAMES[number]}, text, **changes)


def without(line: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return a line without some keys."""
    return {name: value for name, value in line.items() if name not in names}


def json_answer(option: str) -> str:
    """Return an answer in the form that live requests ask for."""
    return json.dumps({"answer": option})
