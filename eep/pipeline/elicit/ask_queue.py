"""Questions on their way, and in which order they go out."""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import inf
from typing import Any, Protocol

from eep.data.types import Answer, Question


def ask_order(questions: Mapping[bytes, Question]) -> dict[bytes, tuple[int, float]]:
    """Return when each question's turn is, by key: the least goes out first, equals in the order of the questions.

    Cells go forward together, so that wherever asking stops each has answers to the same share of its questions, and
    cells of one task to the same ones; after that the cells that lag behind come first. The first sample of everything
    comes before any second one, which only adds precision to answers that are there: half of the samples cover
    every item, all samples of half the items do not.

    A provider that keeps the beginnings of prompts keeps them for minutes; a cell's turn comes much sooner.
    """
    cells: defaultdict[tuple[str, str, str, int], list[bytes]] = defaultdict(list)
    for key, asked in questions.items():
        cells[asked.task, asked.persona.id, asked.wording.id, asked.sample].append(key)
    return {key: (sample, place / len(cell)) for (*_, sample), cell in cells.items() for place, key in enumerate(cell)}


#: A question that is to be asked: its key, itself, and its request, which was built once for both.
Asked = tuple[bytes, Question, Mapping[str, Any]]


class Questions(Protocol):
    """Where questions come from and answers go to."""

    def next(self) -> Asked | None:
        """Return the next question to ask, or None if there is none now; another may come later."""
        ...

    def answered(self, key: bytes, question: Question, answer: Answer) -> None:
        """Take an answer, which is stored."""
        ...

    def unanswered(self, key: bytes, question: Question, reason: str) -> None:
        """Take notice that a question has no answer."""
        ...


@dataclass
class QueuedQuestion:
    """A question on its way; times in seconds of the loop's clock."""

    key: bytes
    question: Question
    request: Mapping[str, Any]
    #: When it first went out, without the time it waited because the teacher wanted fewer requests.
    begun: float = inf
    #: When it was last refused as one too many, while it waits for that reason; else infinite.
    refused: float = inf
    #: How often that happened, and how often it failed by the fault of the teacher.
    refusals: int = 0
    attempts: int = 0

    def send(self, now: float) -> None:
        """Note that it goes out."""
        self.begun = min(self.begun, now)
        if self.refused < inf:
            self.begun += now - self.refused
            self.refused = inf


@dataclass
class AskQueue:
    """Questions that are to go out: those on their way before new ones."""

    questions: Questions
    _first: deque[QueuedQuestion] = field(default_factory=deque)
    _last: deque[QueuedQuestion] = field(default_factory=deque)
    _later: list[tuple[float, int, QueuedQuestion]] = field(default_factory=list)
    _number: int = 0

    def next(self, now: float) -> QueuedQuestion | None:
        """Return the next question to go out now."""
        while self._later and self._later[0][0] <= now:
            self._first.append(heappop(self._later)[2])
        if self._first:
            return self._first.popleft()
        if (following := self.questions.next()) is not None:
            return QueuedQuestion(*following)
        return self._last.popleft() if self._last else None

    def due(self) -> float:
        """Return when the next one is that waits for its time; infinite if there is none."""
        return self._later[0][0] if self._later else inf

    def put_back(self, queued: QueuedQuestion) -> None:
        """Let a question go out next."""
        self._first.appendleft(queued)

    def refuse(self, queued: QueuedQuestion, now: float) -> None:
        """Let a question go out again that was refused as one too many."""
        queued.refused = now
        queued.refusals += 1
        # One that is always refused, too long for the account say, must not stand before all others.
        (self._last.append if queued.refusals > 1 else self._first.appendleft)(queued)

    def put_off(self, queued: QueuedQuestion, until: float) -> None:
        """Let a question go out at a time."""
        self._number += 1
        heappush(self._later, (until, self._number, queued))

    def __iter__(self) -> Iterator[QueuedQuestion]:
        """Yield what waits, without new questions."""
        yield from (*self._first, *self._last, *(queued for _, _, queued in self._later))
