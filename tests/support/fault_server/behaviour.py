"""How a fault server behaves."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from .faults import Plan, never


@dataclass(frozen=True)
class Behaviour:
    """Settings of one server; times in seconds.

    Attributes
    ----------
    plan
        Which request meets which fault.
    latency
        From a question to its answer, on average.
    jitter
        Share of the latency by which it may be longer or shorter; each question has its own.
    rate
        Questions answered in any one second, at most; more get 429.
    clock
        Tells the seconds that the rate is kept by; looked at once for each question.
    retry_after
        Whether those say after how long to come back.
    key
        The only key that is accepted; any is where it is empty.
    coverage
        Share of the probability that falls on options, where log-probabilities are asked for.
    words
        What to choose from where a question offers neither a schema nor letters.
    polls
        How often a batch is looked at before it has ended.
    cache_minimum
        Tokens from which on a prompt's system text is cached.
    idle, lifetime
        The server stops by itself after so long without a request, and after so long in all.
    port
        Where to listen on 127.0.0.1; 0 takes a free one.
    """

    plan: Plan = never
    latency: float = 0.0
    jitter: float = 0.0
    rate: float | None = None
    clock: Callable[[], float] = time.monotonic
    retry_after: bool = True
    key: str = ""
    coverage: float = 0.995
    words: tuple[str, ...] = ("left", "right")
    polls: int = 1
    cache_minimum: int = 1024
    idle: float = 600.0
    lifetime: float = 3600.0
    port: int = 0
