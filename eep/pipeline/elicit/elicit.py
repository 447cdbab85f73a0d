"""Asking: only what is missing, several at once, each answer on disk before it counts."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from eep.core.aio import LoopFactory, run_sync
from eep.data.store import Store
from eep.data.types import Answer, Question, Status, answer_key
from eep.pipeline.elicit.ask_queue import Asked, ask_order
from eep.pipeline.elicit.asker import Asker
from eep.pipeline.elicit.asking_state import AskingState
from eep.pipeline.elicit.at_once import AtOnce
from eep.pipeline.elicit.dialogue import Conversed, Dialogues
from eep.pipeline.elicit.spending import Spending
from eep.pipeline.progress import Progress
from eep.teachers.base import Teacher
from eep.teachers.limits import Limits

T = TypeVar("T")


@dataclass(frozen=True)
class Elicited:
    """What came of eliciting."""

    #: Each question with its answer, in the order of the questions; refused, unparsable and failed ones included.
    answered: tuple[tuple[Question, Answer], ...]
    #: Each question without an answer, with the reason, in the order of the questions.
    unanswered: tuple[tuple[Question, str], ...]
    #: How many distinct questions were answered now, and how many had their answer already.
    asked: int
    stored: int
    #: What the asking cost.
    spending: Spending = field(default_factory=Spending)


@dataclass(frozen=True)
class Inventory:
    """What is there and what is to be asked."""

    #: The answer key of each question, in their order; equal keys are one question to the teacher.
    keys: tuple[bytes, ...]
    #: Key to stored answer. Failed ones are left out: they are asked again.
    known: Mapping[bytes, Answer]
    #: Key to the first question that has it, in the order of the questions.
    missing: Mapping[bytes, Question]
    #: Key to the request of each missing question: what asks need not build it again.
    requests: Mapping[bytes, Mapping[str, Any]] = field(default_factory=dict)


def inventory(questions: Sequence[Question], teacher: Teacher, store: Store | None) -> Inventory:
    """Look up which questions have their answer, asking nothing; ``None`` is a store that does not exist yet."""
    requests = [teacher.request(question) for question in questions]
    keys = tuple(answer_key(request) for request in requests)
    stored = store.get_many(keys) if store is not None else {}
    known = {key: answer for key, answer in stored.items() if answer.status is not Status.FAILED}
    missing: dict[bytes, Question] = {}
    for key, question in zip(keys, questions, strict=True):
        if key not in known:
            missing.setdefault(key, question)
    wanted = {key: request for key, request in zip(keys, requests, strict=True) if key in missing}
    return Inventory(keys, known, missing, wanted)


def elicit(
    questions: Sequence[Question],
    teacher: Teacher,
    store: Store,
    *,
    limits: Limits,
    progress: Progress | None = None,
    spending: Spending | None = None,
    loops: LoopFactory | None = None,
) -> Elicited:
    """Ask the teacher every question that has no answer in the store yet, several at once, within limits.

    All cells go forward together (`eep.pipeline.elicit.ask_queue.ask_order`), whatever the order of the questions.

    Refused and unparsable answers are final; failed ones are asked again. `UnansweredError` leaves a question
    unanswered, `FatalTeacherError` or a cap all that are still open; any other exception of the teacher is a fault and
    comes through, as do `StoreError` and an interrupt: what was answered before is in the store, so that the next
    call goes on from there.

    Works from a notebook too, where an event loop is running already.

    ``spending``: what the same run has spent before: the caps are on all of it. It is added to.
    ``loops``: makes the event loop to ask on, and with it the clock.
    """
    there = inventory(questions, teacher, store)
    state = AskingState("asking", len(there.missing), limits, Spending() if spending is None else spending)
    once = _Once(questions, there, state)
    with (progress or Progress()).asking(state) as changed:
        asker = (AtOnce if teacher.at_once else Asker)(teacher, store, state, changed)
        run_sync(asker.ask(once), loops)
        once.leave(asker.stopped)
    answers = {**there.known, **once.answers}
    pairs = tuple(zip(questions, there.keys, strict=True))
    return Elicited(
        answered=tuple((question, answers[key]) for question, key in pairs if key in answers),
        unanswered=tuple((question, once.reasons[key]) for question, key in pairs if key not in answers),
        asked=len(once.answers),
        stored=len(there.known),
        spending=state.spending,
    )


class _Once:
    """Questions that are known beforehand, each asked once, in fair turns; counts what comes of them."""

    def __init__(self, questions: Sequence[Question], there: Inventory, state: AskingState) -> None:
        self.answers: dict[bytes, Answer] = {}
        self.reasons: dict[bytes, str] = {}
        every = dict(zip(there.keys, questions, strict=True))
        due = ask_order(every) if there.missing else {}
        self._waiting = iter(sorted(there.missing.items(), key=lambda asked: due[asked[0]]))
        self._requests = there.requests
        self._state = state
        for key, question in every.items():
            tally = state.tally(question)
            tally.total += 1
            if key in there.known:
                tally.ended[there.known[key].status] += 1

    def next(self) -> Asked | None:
        return next(((key, question, self._requests[key]) for key, question in self._waiting), None)

    def answered(self, key: bytes, question: Question, answer: Answer) -> None:
        self.answers[key] = answer
        self._state.tally(question).ended[answer.status] += 1
        self._state.done += 1

    def unanswered(self, key: bytes, question: Question, reason: str) -> None:
        self.reasons[key] = reason
        self._state.tally(question).unanswered += 1

    def leave(self, reason: str) -> None:
        """Leave open what was not asked."""
        for key, question in self._waiting:
            self.unanswered(key, question, reason)


def converse(
    dialogues: Iterable[Generator[Question, Answer, T]],
    teacher: Teacher,
    store: Store,
    *,
    limits: Limits,
    progress: Progress | None = None,
    spending: Spending | None = None,
    loops: LoopFactory | None = None,
) -> Conversed[T]:
    """Hold dialogues in which every question may depend on the answers before it, several at once, within limits.

    A dialogue yields a question, is sent its answer (whatever its status), and returns its result. Answers come from
    the store where it has them, so that a stopped run, asked again, comes back to where it was without asking. Equal
    questions are asked once, whichever dialogues they come from. A dialogue must therefore depend on nothing but the
    answers it is sent. All are begun before the first question goes out, and go forward together, the shortest first;
    all are closed at the end.

    A dialogue whose question stays unanswered ends without a result; the reason is kept. Everything else is as in
    `elicit`, and an exception of a dialogue is a fault that comes through.
    """
    begun = list(dialogues)
    state = AskingState("talking", len(begun), limits, Spending() if spending is None else spending)
    held = Dialogues(begun, teacher, store, state)
    try:
        with (progress or Progress()).asking(state) as changed:
            asker = Asker(teacher, store, state, changed)
            run_sync(asker.ask(held), loops)
            held.leave(asker.stopped)
    finally:
        held.close()
    return held.ended()
