"""The neutral arm on the wire: what a model is sent for nobody in particular tells it of nobody."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from live_models import Listening, live

from eep.config.persona import load_persona
from eep.data.persona import Arm, Persona, Wording
from eep.data.types import Item, Question
from eep.tasks import TASKS, prompt, task_class
from eep.tasks.base import Task, analysed

pytestmark = pytest.mark.usefixtures("keys")

ROOT = Path(__file__).resolve().parents[2]
PERSONAS = [load_persona(path) for path in sorted((ROOT / "personas").glob("*.toml"))]
NEUTRAL = [persona for persona in PERSONAS if persona.arm is Arm.NEUTRAL]
OTHERS = [persona for persona in PERSONAS if persona.arm is not Arm.NEUTRAL]
SETTINGS: list[tuple[str, dict[str, Any]]] = [("anthropic", {}), ("openai", {}), ("openai", {"labels": "logprobs"})]
#: Items of each task that are asked about.
ITEMS = 4


@cache
def stimuli(name: str) -> tuple[Task, tuple[Item, ...]]:
    """Return a task and some of its items, from all over the list."""
    task: Task = task_class(name)(task_class(name).Settings(students=("logistic",)))
    found = task.stimuli()
    return task, found[:: len(found) // ITEMS][:ITEMS]


def questions(persona: Persona, wording: Wording) -> Iterator[Question]:
    """Yield questions of every task to a persona in one wording."""
    for name in TASKS:
        task, items = stimuli(name)
        for item in items:
            part = task.question(item)
            options = prompt.offered(task.options, part, seed=1)
            built = prompt.build(wording, part, options)
            yield Question(persona, wording, name, item, built, options, analysed(task), 0)


def sent(provider: str, settings: dict[str, Any], asked: list[Question]) -> list[tuple[str, Any]]:
    """Return what goes over the wire, question by question: headers and body, without what counts requests."""
    server = Listening()
    teacher = live(provider, server, **settings)

    async def ask() -> None:
        async with teacher.session():
            for question in asked:
                await teacher.answer(question, b"")

    asyncio.run(ask())
    return [
        (request.content.decode(), sorted((name, value) for name, value in request.headers.items()))
        for request in server.requests
    ]


@pytest.mark.parametrize(("provider", "settings"), SETTINGS)
def test_nobody_is_named_to_the_neutral_arm(provider: str, settings: dict[str, Any]) -> None:
    """No name, no sentence about it, no wording of any other persona, in headers and body of any task."""
    traces = {trace for persona in OTHERS for trace in (persona.name, persona.id, persona.about)}
    traces |= {wording.text for persona in OTHERS for wording in persona.wordings}
    sentences = {part.strip() for trace in traces for part in re.split(r"(?<=[.:;])\s", trace)}
    (neutral,) = NEUTRAL
    asked = [question for wording in neutral.wordings for question in questions(neutral, wording)]
    seen = sent(provider, settings, asked)
    assert len(seen) == len(neutral.wordings) * len(TASKS) * ITEMS
    for content, headers in seen:
        found = [trace for trace in traces | sentences if trace in content or trace in str(headers)]
        assert not found


@pytest.mark.parametrize(("provider", "settings"), SETTINGS)
def test_a_persona_is_its_wording_and_nothing_else(provider: str, settings: dict[str, Any]) -> None:
    """Byte for byte: whoever has the neutral arm's words is sent what it is sent, whatever else is known of them."""
    (neutral,) = NEUTRAL
    wording = neutral.wordings[0]
    expected = sent(provider, settings, [*questions(neutral, wording)])
    for persona in OTHERS:
        disguised = replace(persona, wordings=(replace(wording, id="other"),))
        assert sent(provider, settings, [*questions(disguised, disguised.wordings[0])]) == expected
