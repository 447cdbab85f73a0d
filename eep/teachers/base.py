"""What every teacher offers."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict, Field

from eep.data.types import Answer, Question
from eep.teachers.limits import Limits


class TeacherSettings(BaseModel):
    """Settings every teacher has; ``provider`` names the teacher in the registry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Settings that change no answer, and so stay out of the registered plan.
    operational: ClassVar[frozenset[str]] = frozenset()

    provider: str
    samples: int = Field(default=1, ge=1, le=1000, description="How often each question is asked.")
    concurrency: int = Field(default=16, ge=1, le=1024, description="Questions under way at once.")

    @property
    def limits(self) -> Limits:
        """The caps on asking; teachers that cost nothing have none but the concurrency."""
        return Limits(concurrency=self.concurrency)


class Kind(StrEnum):
    """Where answers come from; the report says it in its first line and on every chart."""

    SIMULATED = "simulated"
    RECORDED = "recorded"
    LIVE = "live"


@dataclass(frozen=True)
class Provenance:
    """What a reader must know about the teacher before reading any number.

    ``sentence`` says who answered and how; ``caveats`` are sentences on what that forbids to conclude.
    """

    kind: Kind
    agent: str
    sentence: str
    caveats: tuple[str, ...] = ()


class UnansweredError(Exception):
    """A teacher has no answer to a question now; the text says why. Nothing is stored."""


class RetryableError(Exception):
    """A teacher cannot answer now but may later: overload, a time-out, a reply that broke off.

    ``after`` are the seconds that the teacher asked to be left alone, if it asked. ``limited`` means that it asked for
    fewer requests (HTTP 429); then the question itself has not failed.
    """

    def __init__(self, reason: str, *, after: float | None = None, limited: bool = False) -> None:
        super().__init__(reason)
        self.after = after
        self.limited = limited


class FatalTeacherError(Exception):
    """No question can be answered until somebody changes something: a wrong key, an unknown model, no money left."""


class Teacher(Protocol):
    """Answers questions as a persona. ``agent`` is ``provider:model``, as in the responses table.

    A class in the registry has an attribute ``Settings`` (a `TeacherSettings`) and is made by
    ``teacher_class(settings, seed=seed)``; what it cannot work with raises `eep.core.errors.UserError` there or in
    `check`, before anything is asked.
    """

    agent: str
    #: Whether `answer` never waits, and raises `UnansweredError` at most: then questions are answered one after the other.
    at_once: bool = False

    def check(self, questions: Sequence[Question]) -> None:
        """Raise `eep.core.errors.UserError`, listing everything at once, if the set-up cannot answer such questions."""
        del questions

    def unanswerable_reason(self, question: Question) -> str:
        """Return why there is no answer to a question, where that is known without asking; else an empty string."""
        del question
        return ""

    def not_ready_reason(self) -> str:
        """Return why nothing could be asked now (a key is missing, say), or an empty string."""
        return ""

    def provenance(self) -> Provenance:
        """Return what the report says about this teacher first."""

    def request(self, question: Question) -> Mapping[str, Any]:
        """Return everything that can change the answer, as JSON values (see `eep.data.types.answer_key`)."""

    def session(self) -> AbstractAsyncContextManager[None]:
        """Return what holds connections open while questions are asked, on the event loop that asks them."""
        return nullcontext()

    async def answer(self, question: Question, key: bytes) -> Answer:
        """Answer one question in one request, within a `session`.

        ``key`` is the key of the question's `request`, which the answer carries.

        Raises
        ------
        UnansweredError
            No answer is to be had to this question; nothing is stored.
        RetryableError
            This request failed; another may not. Whoever asks decides when, and when to give up.
        FatalTeacherError
            This and every other question would fail.
        """
