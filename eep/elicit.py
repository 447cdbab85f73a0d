"""Asking: only what is missing, several at once, each answer on disk before the next question goes out."""

import asyncio
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from eep.progress import Advance, Progress
from eep.question import Answer, Question, Status, answer_key
from eep.store import Store
from eep.teachers.base import Teacher, UnansweredError


@dataclass(frozen=True)
class Elicited:
    """What came of eliciting.

    Attributes
    ----------
    answered
        Each question with its answer, in the order of the questions; refused, unparsable and failed ones included.
    unanswered
        Each question without an answer, with the reason, in the order of the questions.
    asked, stored
        How many distinct questions were asked now, and how many had their answer already.
    """

    answered: tuple[tuple[Question, Answer], ...]
    unanswered: tuple[tuple[Question, str], ...]
    asked: int
    stored: int


@dataclass(frozen=True)
class Inventory:
    """What is there and what is to be asked.

    Attributes
    ----------
    keys
        The answer key of each question, in their order; equal keys are one question to the teacher.
    known
        Key to stored answer. Failed ones are left out: they are asked again.
    missing
        Key to the first question that has it, in the order of the questions.
    """

    keys: tuple[bytes, ...]
    known: Mapping[bytes, Answer]
    missing: Mapping[bytes, Question]


def inventory(questions: Sequence[Question], teacher: Teacher, store: Store | None) -> Inventory:
    """Look up which questions have their answer, asking nothing; ``None`` is a store that does not exist yet."""
    keys = tuple(answer_key(teacher.request(question)) for question in questions)
    stored = store.get_many(keys) if store is not None else {}
    known = {key: answer for key, answer in stored.items() if answer.status is not Status.FAILED}
    missing: dict[bytes, Question] = {}
    for key, question in zip(keys, questions, strict=True):
        if key not in known:
            missing.setdefault(key, question)
    return Inventory(keys, known, missing)


def elicit(
    questions: Sequence[Question],
    teacher: Teacher,
    store: Store,
    *,
    concurrency: int,
    progress: Progress | None = None,
) -> Elicited:
    """Ask the teacher every question that has no answer in the store yet, at most ``concurrency`` at once.

    Refused and unparsable answers are final; failed ones are asked again. `UnansweredError` leaves a question
    unanswered; any other exception of the teacher is a fault and comes through, as do `StoreError` and an
    interrupt: what was answered before is in the store, so that the next call goes on from there.

    Works from a notebook too, where an event loop is running already.
    """
    there = inventory(questions, teacher, store)
    with (progress or Progress()).stage("asking", len(there.missing)) as advance:
        session = _Session(teacher, store, advance)
        _run(session.ask(there.missing, concurrency))
    answers = {**there.known, **session.answers}
    pairs = tuple(zip(questions, there.keys, strict=True))
    return Elicited(
        answered=tuple((question, answers[key]) for question, key in pairs if key in answers),
        unanswered=tuple((question, session.reasons[key]) for question, key in pairs if key not in answers),
        asked=len(session.answers),
        stored=len(there.known),
    )


class _Session:
    """The asking itself: as many workers as questions may be under way, all drawing from one iterator."""

    def __init__(self, teacher: Teacher, store: Store, advance: Advance) -> None:
        self._teacher = teacher
        self._store = store
        self._advance = advance
        self.answers: dict[bytes, Answer] = {}
        self.reasons: dict[bytes, str] = {}

    async def ask(self, missing: Mapping[bytes, Question], concurrency: int) -> None:
        waiting = iter(missing.items())
        try:
            async with asyncio.TaskGroup() as workers:
                for _ in range(min(concurrency, len(missing))):
                    workers.create_task(self._work(waiting))
        except BaseExceptionGroup as several:
            # Whoever waits for a StoreError or reads a traceback needs the fault, not its wrapping.
            raise several.exceptions[0] from None

    async def _work(self, waiting: Iterator[tuple[bytes, Question]]) -> None:
        for key, question in waiting:
            try:
                answer = _checked(await self._teacher.answer(question), key, question)
            except UnansweredError as error:
                self.reasons[key] = str(error)
            else:
                await self._store.put(answer, _about(question, self._teacher))
                self.answers[key] = answer
            self._advance(1)


def _checked(answer: Answer, key: bytes, question: Question) -> Answer:
    """Return the answer if it is one to this question; else the teacher is at fault: RuntimeError."""
    if answer.key != key:
        raise RuntimeError(f"expected an answer with key {key.hex()}, the teacher gave {answer.key.hex()}")
    if answer.probabilities is not None and set(answer.probabilities) != set(question.options):
        raise RuntimeError(
            f"expected probabilities of {question.options}, the teacher gave {dict(answer.probabilities)}"
        )
    return answer


def _about(question: Question, teacher: Teacher) -> dict[str, Any]:
    """Return what a reader of the transcript needs to know about an answer."""
    return {
        "agent": teacher.agent,
        "persona": question.persona.id,
        "wording": question.wording.id,
        "task": question.task,
        "item": question.item.id,
        "sample": question.sample,
        "request": teacher.request(question),
    }


def _run(asking: Coroutine[Any, Any, None]) -> None:
    """Run to the end, on a thread of its own where this one has a running loop (a notebook)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(asking)
        return
    begun: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = []

    async def beside() -> None:
        task = asyncio.ensure_future(asking)
        begun.append((asyncio.get_running_loop(), task))
        await task

    with ThreadPoolExecutor(1, thread_name_prefix="eep-asking") as pool:
        result = pool.submit(asyncio.run, beside())
        try:
            result.result()
        except BaseException:
            # An interrupt reaches the notebook's thread only; the asking must stop with it.
            for loop, task in begun:
                if not result.done():
                    loop.call_soon_threadsafe(task.cancel)
            raise
