"""What every teacher offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from eep.question import Answer, Question


class TeacherSettings(BaseModel):
    """Settings every teacher has; ``provider`` names the teacher in the registry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    provider: str
    samples: int = Field(default=1, ge=1, le=1000, description="How often each question is asked.")
    concurrency: int = Field(default=16, ge=1, le=1024, description="Questions under way at once.")


class Kind(StrEnum):
    """Where answers come from; the report says it in its first line and on every chart."""

    SIMULATED = "simulated"
    RECORDED = "recorded"
    LIVE = "live"


@dataclass(frozen=True)
class Provenance:
    """What a reader must know about the teacher before reading any number.

    ``sentence`` says who answered and how; ``limits`` are sentences on what that forbids to conclude.
    """

    kind: Kind
    agent: str
    sentence: str
    limits: tuple[str, ...] = ()


class UnansweredError(Exception):
    """A teacher has no answer to a question now; the text says why. Nothing is stored."""


class Teacher(Protocol):
    """Answers questions as a persona. ``agent`` is ``provider:model``, as in the responses table.

    A class in the registry has an attribute ``Settings`` (a `TeacherSettings`) and is made by
    ``teacher_class(settings, seed=seed)``; what it cannot work with raises `eep.errors.UserError` there or in
    `check`, before anything is asked.
    """

    agent: str

    def check(self, questions: Sequence[Question]) -> None:
        """Raise `eep.errors.UserError`, listing everything at once, if the set-up cannot answer such questions."""
        ...

    def lacks(self, question: Question) -> str:
        """Return why there is no answer to a question, where that is known without asking; else an empty string."""
        ...

    def provenance(self) -> Provenance:
        """Return what the report says about this teacher first."""
        ...

    def request(self, question: Question) -> Mapping[str, Any]:
        """Return everything that can change the answer, as JSON values (see `eep.question.answer_key`)."""
        ...

    async def answer(self, question: Question) -> Answer:
        """Answer one question; raises `UnansweredError` where no answer is to be had."""
        ...
