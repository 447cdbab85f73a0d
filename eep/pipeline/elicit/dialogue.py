"""Dialogues: questions that depend on the answers before them, many at once."""

from collections import deque
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Generic, TypeVar

from eep.data.store import Store
from eep.data.types import Answer, Question, Status, answer_key
from eep.pipeline.elicit.ask_queue import Asked
from eep.pipeline.elicit.asking_state import AskingState
from eep.pipeline.elicit.spending import Spending
from eep.teachers.base import Teacher

T = TypeVar("T")


@dataclass(frozen=True)
class Conversed(Generic[T]):
    """What came of conversing."""

    #: What each dialogue returned, in their order; None for one that came to no end.
    results: tuple[T | None, ...]
    #: Number of a dialogue that came to no end (from 0), to its open question and why it is open.
    unanswered: Mapping[int, tuple[Question, str]]
    #: Each dialogue's questions with their answers, in the order of asking; refused, unparsable and failed included.
    answered: tuple[tuple[tuple[Question, Answer], ...], ...]
    #: How many distinct questions were answered now, and how many had their answer already.
    asked: int
    stored: int
    #: What the asking cost.
    spending: Spending


@dataclass
class _Talk(Generic[T]):
    """A dialogue on its way; ``open`` is the question it waits for, with its key, once it has begun."""

    dialogue: Generator[Question, Answer, T]
    open: tuple[bytes, Question] | None = None
    turns: list[tuple[Question, Answer]] = field(default_factory=list)
    result: T | None = None
    reason: str = ""
    ended: bool = False


class Dialogues(Generic[T]):
    """Dialogues as a source of questions (see `eep.pipeline.elicit.ask_queue.Questions`)."""

    def __init__(
        self, dialogues: Sequence[Generator[Question, Answer, T]], teacher: Teacher, store: Store, state: AskingState
    ) -> None:
        self._talks = [_Talk(dialogue) for dialogue in dialogues]
        self._teacher = teacher
        self._store = store
        self._state = state
        self._fresh = deque(self._talks)
        # Open questions, with how many came before each in its dialogue, and in all.
        self._ready: list[tuple[int, int, Asked]] = []
        self._opened = count()
        self._waiting: dict[bytes, list[_Talk[T]]] = {}
        self._stored: dict[bytes, Answer] = {}
        self._asked: dict[bytes, Answer] = {}
        self._reasons: dict[bytes, str] = {}

    def next(self) -> Asked | None:
        """Return the next question of the dialogue that lags behind most, so that all go forward together."""
        self._begin()
        return heappop(self._ready)[2] if self._ready else None

    def answered(self, key: bytes, question: Question, answer: Answer) -> None:
        """Go on with every dialogue that waits for this answer."""
        self._asked[key] = answer
        self._state.tally(question).ended[answer.status] += 1
        for talk in self._waiting.pop(key):
            talk.turns.append((question, answer))
            self._proceed(talk, answer)

    def unanswered(self, key: bytes, question: Question, reason: str) -> None:
        """Leave every dialogue that waits for this answer."""
        self._reasons[key] = reason
        self._state.tally(question).unanswered += 1
        for talk in self._waiting.pop(key):
            self._leave(talk, reason)

    def leave(self, reason: str) -> None:
        """Leave every dialogue that has not ended, with its open question; begins them if they have not begun."""
        self._begin()
        for talk in self._talks:
            if not talk.ended:
                self._leave(talk, reason)

    def ended(self) -> Conversed[T]:
        """Return what came of it all."""
        return Conversed(
            results=tuple(talk.result for talk in self._talks),
            unanswered={
                number: (talk.open[1], talk.reason) for number, talk in enumerate(self._talks) if talk.open is not None
            },
            answered=tuple(tuple(talk.turns) for talk in self._talks),
            asked=len(self._asked),
            stored=len(self._stored),
            spending=self._state.spending,
        )

    def close(self) -> None:
        """Close every dialogue."""
        for talk in self._talks:
            talk.dialogue.close()

    def _begin(self) -> None:
        """Begin every dialogue that has not begun."""
        while self._fresh:
            self._proceed(self._fresh.popleft(), None)

    def _proceed(self, talk: _Talk[T], answer: Answer | None) -> None:
        """Begin a dialogue (None), or send it an answer, and go on as far as answers are known."""
        while True:
            try:
                question = next(talk.dialogue) if answer is None else talk.dialogue.send(answer)
            except StopIteration as end:
                talk.open, talk.result, talk.ended = None, end.value, True
                self._state.done += 1
                return
            request = self._teacher.request(question)
            talk.open = key, _ = answer_key(request), question
            answer = self._known(key, question)
            if answer is None:
                self._wait(talk, (key, question, request))
                return
            talk.turns.append((question, answer))

    def _known(self, key: bytes, question: Question) -> Answer | None:
        """Return the answer to a question, from now or from the store; stored failures are asked again."""
        if (known := self._asked.get(key) or self._stored.get(key)) is not None:
            return known
        stored = self._store.get_many([key]).get(key)
        if stored is None or stored.status is Status.FAILED:
            return None
        self._stored[key] = stored
        tally = self._state.tally(question)
        tally.total += 1
        tally.ended[stored.status] += 1
        return stored

    def _wait(self, talk: _Talk[T], asked: Asked) -> None:
        """Let a dialogue wait for its open question, which goes out unless it is on its way or in vain."""
        key, question, _ = asked
        if (reason := self._reasons.get(key)) is not None:
            self._leave(talk, reason)
        elif key in self._waiting:
            self._waiting[key].append(talk)
        else:
            self._waiting[key] = [talk]
            self._state.tally(question).total += 1
            heappush(self._ready, (len(talk.turns), next(self._opened), asked))

    def _leave(self, talk: _Talk[T], reason: str) -> None:
        talk.reason, talk.ended = reason, True
