"""Servers that bear so many requests, in virtual time, and event loops whose time is virtual."""

import asyncio
import selectors
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from heapq import heappop, heappush
from math import ceil, floor, inf
from typing import Any

from eep.data.store import Store
from eep.data.types import Answer
from eep.pipeline.elicit.limiter import Limiter

#: Tells whether a request at a time is borne, and if not, in how many seconds one is.
Meter = Callable[[float], tuple[bool, float]]


def bucket(rate: float, burst: float) -> Meter:
    """Return a server that saves up to ``burst`` requests, at ``rate`` a second."""
    tokens, last = burst, 0.0

    def borne(now: float) -> tuple[bool, float]:
        nonlocal tokens, last
        tokens, last = min(burst, tokens + rate * (now - last)), now
        if tokens < 1:
            return False, (1 - tokens) / rate
        tokens -= 1
        return True, 0.0

    return borne


def windows(number: int, seconds: float) -> Meter:
    """Return a server that bears so many requests in each of successive stretches of time."""
    current, used = -1, 0

    def borne(now: float) -> tuple[bool, float]:
        nonlocal current, used
        if (index := floor(now / seconds)) != current:
            current, used = index, 0
        used += used < number + 1
        return used <= number, (index + 1) * seconds - now

    return borne


def sliding(number: int, seconds: float) -> Meter:
    """Return a server that bears so many requests in any stretch of time of that length; refused ones do not count."""
    borne_at: deque[float] = deque()

    def borne(now: float) -> tuple[bool, float]:
        while borne_at and borne_at[0] <= now - seconds:
            borne_at.popleft()
        if len(borne_at) >= number:
            return False, borne_at[0] + seconds - now
        borne_at.append(now)
        return True, 0.0

    return borne


@dataclass
class Outcome:
    """What came of many questions: requests, refused ones, seconds, and the most that were under way."""

    requests: int = 0
    limited: int = 0
    seconds: float = 0.0
    most: int = 0

    @property
    def share(self) -> float:
        """Return the share of requests that were refused."""
        return self.limited / self.requests


def ask(
    questions: int,
    meter: Meter,
    *,
    concurrency: int = 16,
    latency: float = 0.05,
    refusal_latency: float = 0.005,
    after: Callable[[float], float | None] = lambda _: None,
) -> Outcome:
    """Ask a server so many questions, each until it is answered, as the limiter lets them go; takes no time."""
    now, open_, outcome = 0.0, questions, Outcome()
    limiter = Limiter(concurrency, now)
    ends: list[tuple[float, int, float, float | None]] = []
    while open_ or ends:
        pause = limiter.wait(now) if open_ else inf
        if pause and ends and ends[0][0] <= now + pause:
            now, _, sent, refused = heappop(ends)
            if refused is None:
                limiter.answered(sent, now)
            else:
                limiter.limited(sent, now, after(refused))
                outcome.limited += 1
                open_ += 1
        elif pause:
            assert pause < inf, "nothing under way and nothing to be sent"
            now += pause
        else:
            borne, wait = meter(now)
            limiter.sent(now)
            open_ -= 1
            outcome.requests += 1
            outcome.most = max(outcome.most, limiter.under_way)
            ended = now + (latency if borne else refusal_latency)
            heappush(ends, (ended, outcome.requests, now, None if borne else wait))
    outcome.seconds = now
    return outcome


def whole_seconds(wait: float) -> float:
    """Return a wait as a Retry-After header gives it."""
    return float(ceil(wait))


class LeapingLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock can be put forward: what waits for a time-out need not wait."""

    #: Seconds by which it was.
    leapt = 0.0

    def time(self) -> float:
        """Return the time in seconds."""
        return super().time() + self.leapt


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps over every wait; it stands still while an answer is on its way to disk."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Return the virtual time in seconds."""
        return self._jumping.now

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Wait for other threads in real time."""
        self._jumping.busy += 1
        try:
            yield
        finally:
            self._jumping.busy -= 1


class _Jumping(selectors.DefaultSelector):
    now = 0.0
    busy = 0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None or (timeout > 0 and self.busy):
            return super().select(None)
        events = super().select(0)
        if not events:
            self.now += max(0.0, timeout)
        return events


class VirtualStore(Store):
    """A store on whose disk time stands still: for a `VirtualLoop`."""

    async def put(self, answer: Answer, about: Mapping[str, Any]) -> None:
        """Store an answer in no time."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        with loop.standing_still():
            await super().put(answer, about)
