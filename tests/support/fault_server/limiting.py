"""A rate limit as servers have it."""

import math
from collections import deque
from collections.abc import Callable


class RateLimit:
    """Lets at most ``rate`` requests through in any one second; those it turns away do not count."""

    def __init__(self, rate: float | None, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._clock = clock
        self._passed: deque[float] = deque()

    def wait(self) -> float:
        """Let a request through and return 0, or return in how many whole seconds another may come."""
        if self._rate is None:
            return 0.0
        now = self._clock()
        while self._passed and self._passed[0] <= now - 1:
            self._passed.popleft()
        if len(self._passed) < self._rate:
            self._passed.append(now)
            return 0.0
        return float(math.ceil(self._passed[0] + 1 - now))
