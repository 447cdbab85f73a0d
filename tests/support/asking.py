"""Questions, and teachers whose behaviour a test scripts."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from eep.data.persona import Arm, Persona, SimulatedWeights, Wording
from eep.data.types import Answer, Item, Question, Status, answer_key
from eep.tasks import prompt
from eep.tasks.base import TaskQuestion
from eep.teachers.base import Kind, Provenance, Teacher

NEWTON = Persona(
    id="sir-isaac-newton",
    name="Newton",
    arm=Arm.PERSONA,
    about="",
    source="",
    wordings=(Wording("plain", "You are Sir Isaac Newton."), Wording("short", "Be Newton.")),
    simulated={"cartpole": SimulatedWeights(level=0.5, weights={"lean": 1.0, "turn": -2.0})},
)


def question(
    text: str = "lean: left",
    *,
    persona: Persona = NEWTON,
    wording: int = 0,
    options: tuple[str, ...] = ("left", "right"),
    sample: int = 0,
    **item: Any,
) -> Question:
    """Return a question about an item whose id is its text; the last option is what is read out."""
    chosen = persona.wordings[wording]
    stimulus = Item(text, text, "train", text, **{"traits": {"lean": 1.0, "turn": 0.0}, **item})
    sent = prompt.build(chosen, TaskQuestion("Left or right?", text))
    return Question(persona, chosen, "cartpole", stimulus, sent, options, {options[-1]: 1.0}, sample)


def questions(number: int) -> list[Question]:
    """Return so many different questions."""
    return [question(f"item {index}") for index in range(number)]


def answer(asked: Question, request: Mapping[str, Any], right: float = 0.75, **changes: Any) -> Answer:
    """Return an ok answer to a question of two options, with changes."""
    ok = Answer(answer_key(request), Status.OK, {"left": 1 - right, "right": right}, f"to {asked.item.id}", "model-1")
    return replace(ok, **changes)


def ending(status: Status, text: str) -> dict[str, Any]:
    """Return the changes that make an ok answer one without probabilities."""
    return {"status": status, "probabilities": None, "text": text}


class Scripted(Teacher):
    """Gives what ``script`` says of each question: changes of an ok answer, or raises; counts what it is asked."""

    agent = "scripted:model-1"

    def __init__(self, script: Callable[[Question], Mapping[str, Any]] = lambda _: {}) -> None:
        self._script = script
        self.asked: list[str] = []
        self.under_way = 0
        self.most_under_way = 0

    def check(self, questions: Sequence[Question]) -> None:
        """Accept any."""

    def unanswerable_reason(self, question: Question) -> str:
        """Lack nothing."""
        del question
        return ""

    def provenance(self) -> Provenance:
        """Say that it is scripted."""
        return Provenance(Kind.SIMULATED, self.agent, "Scripted for a test.")

    def request(self, question: Question) -> dict[str, Any]:
        """Return what tells questions apart."""
        return {
            "provider": "scripted",
            "system": question.prompt.system,
            "text": question.item.text,
            "sample": question.sample,
        }

    async def answer(self, question: Question, key: bytes) -> Answer:
        """Answer after a turn of the event loop, so that several can be under way."""
        self.asked.append(question.item.id)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(0)
            return answer(question, self.request(question), **{"key": key, **self._script(question)})
        finally:
            self.under_way -= 1
