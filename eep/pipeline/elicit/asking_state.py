"""What asking has come to so far, cell by cell: asking writes it, views of progress read it."""

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from eep.core.text import one_line
from eep.data.types import Question, Status
from eep.pipeline.elicit import spending as cost
from eep.pipeline.elicit.spending import Spending
from eep.teachers.limits import Limits

#: Characters of what went wrong that are shown.
SHOWN = 120


class CellProgress(NamedTuple):
    """A cell of a task: what one persona is asked in one wording."""

    persona: str
    task: str
    wording: str


@dataclass
class Tally:
    """How many questions there are, as far as is known, how many have an answer of which status, or are left open."""

    total: int = 0
    # Every status from the start: another thread may read while one counts.
    ended: Counter[Status] = field(default_factory=lambda: Counter(dict.fromkeys(Status, 0)))
    unanswered: int = 0

    @property
    def answered(self) -> int:
        """How many questions have a final answer, refused and unparsable ones included."""
        return self.ended.total() - self.ended[Status.FAILED]

    def add(self, other: "Tally") -> None:
        """Add what another cell has come to."""
        self.total += other.total
        self.ended.update(other.ended)
        self.unanswered += other.unanswered


@dataclass
class AskingState:
    """What asking has come to."""

    #: What is going on, in a word.
    what: str
    #: total, done: questions (or dialogues) that are to come to an end now, and how many have.
    total: int
    limits: Limits
    spending: Spending
    #: What each cell has come to, with the answers from before.
    cells: dict[CellProgress, Tally] = field(default_factory=dict)
    done: int = 0
    #: Requests that have not ended.
    under_way: int = 0
    #: The last error of the teacher, on one line.
    last_error: str = ""

    def tally(self, question: Question) -> Tally:
        """Return the tally of a question's cell."""
        place = CellProgress(question.persona.id, question.task, question.wording.id)
        if place not in self.cells:
            self.cells[place] = Tally()
        return self.cells[place]

    def note_error(self, error: str) -> None:
        """Note the last error."""
        self.last_error = one_line(error, SHOWN)

    def facts(self, pace: "Throughput") -> list[str]:
        """Return how far it has come, what it has cost, and what went wrong: a line each, as far as there is any."""
        rate = pace.look(self.done)
        how_far = [f"{self.what}: {self.done:,} of {self.total:,}"]
        if rate and self.done < self.total:
            left = duration((self.total - self.done) / rate)
            how_far += [f"{rate:,.1f} a second", f"about {left} left"]
        if self.under_way:
            how_far.append(f"{self.under_way} under way")
        return [", ".join(how_far), *self._spent()]

    def closing(self, pace: "Throughput") -> list[str]:
        """Return what it has come to, a line each."""
        return [f"{self.what}: {self.done:,} of {self.total:,} in {pace.seconds():.1f} s", *self._spent()]

    def _spent(self) -> list[str]:
        return list(filter(None, (cost.format_spent(self.spending, self.limits), self._wrong())))

    def _wrong(self) -> str:
        number = self.spending
        parts = [f"{number.limited:,} were rate-limited"] if number.limited else []
        parts += [f"{number.failed:,} failed"] if number.failed else []
        if not parts:
            return ""
        return f"of {number.requests:,} requests {' and '.join(parts)}; last: {self.last_error}"


class Throughput:
    """How fast things get done, over the last half minute; ``clock`` returns seconds."""

    SECONDS = 30.0

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun = clock()
        self._seen: deque[tuple[float, int]] = deque([(self._begun, 0)])

    def look(self, done: int) -> float:
        """Note how many are done by now, and return how many get done in a second; 0 where that is not known yet."""
        now = self._clock()
        while len(self._seen) > 1 and self._seen[1][0] <= now - self.SECONDS:
            self._seen.popleft()
        since, before = self._seen[0]
        self._seen.append((now, done))
        return (done - before) / (now - since) if now > since else 0.0

    def seconds(self) -> float:
        """Return how long it has been going on."""
        return self._clock() - self._begun


def duration(seconds: float) -> str:
    """Return a time as people say it, in one unit or two."""
    minutes, hours = seconds / 60, seconds / 3600
    if minutes < 1:
        return f"{max(1, round(seconds))} s"
    if hours < 1:
        return f"{minutes:.0f} min"
    return f"{int(hours)} h {int(minutes) % 60} min"
