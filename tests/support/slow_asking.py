"""Teachers that take their time, all of it virtual, and asking them."""

import asyncio
from collections.abc import Callable
from typing import Any

import asking
from asking import Scripted
from metered import Meter, VirtualLoop

from eep.data.store import Store
from eep.data.types import Answer, Question
from eep.pipeline.elicit.elicit import Elicited, elicit
from eep.teachers.base import RetryableError
from eep.teachers.limits import Limits, Price

PRICE = Price(input=1.0, output=10.0)


class Slow(Scripted):
    """Takes a second of virtual time for each request, and notes when it was asked what."""

    def __init__(self, script: Callable[[Question], Any] = lambda _: {}, *, seconds: float = 1.0) -> None:
        super().__init__(script)
        self.seconds = seconds
        self.at: list[float] = []

    async def answer(self, question: Question, key: bytes) -> Answer:
        """Answer, or raise, when the time is over."""
        self.at.append(asyncio.get_running_loop().time())
        await asyncio.sleep(self.seconds)
        return await super().answer(question, key)


class Counting(Slow):
    """Counts how many requests are under way for a second of virtual time."""

    now = most = 0

    async def answer(self, question: Question, key: bytes) -> Answer:
        """Count, and answer."""
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            return await super().answer(question, key)
        finally:
            self.now -= 1


class Metered(Slow):
    """Refuses requests that a meter does not bear."""

    def __init__(self, meter: Meter, after: Callable[[float], float | None]) -> None:
        super().__init__(seconds=0.05)
        self._meter = meter
        self._after = after

    async def answer(self, question: Question, key: bytes) -> Answer:
        """Answer if the meter bears it."""
        borne, wait = self._meter(asyncio.get_running_loop().time())
        if not borne:
            raise RetryableError("too many requests", after=self._after(wait), limited=True)
        return await super().answer(question, key)


def failing(times: int, **how: Any) -> Callable[[Question], dict[str, Any]]:
    """Return a script by which each question fails so many times before it is answered."""
    left: dict[str, int] = {}

    def script(question: Question) -> dict[str, Any]:
        remaining = left.setdefault(question.item.id, times)
        if remaining:
            left[question.item.id] = remaining - 1
            raise RetryableError("overloaded", **how)
        return {}

    return script


def run(teacher: Scripted, store: Store, number: int = 1, **limits: Any) -> Elicited:
    """Ask so many questions in virtual time."""
    return elicit(asking.questions(number), teacher, store, limits=Limits(**limits), loops=VirtualLoop)


def statuses(elicited: Elicited) -> set[str]:
    """Return the statuses of all answers."""
    return {answer.status.value for _, answer in elicited.answered}


def using(**usage: int) -> Callable[[Question], dict[str, Any]]:
    """Return a script of answers that count so many tokens."""
    return lambda _: {"usage": usage}
