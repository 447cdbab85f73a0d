"""How much asking may cost in requests, tries, time and money."""

from dataclasses import dataclass

from eep.teachers.price import Price


@dataclass(frozen=True)
class Limits:
    """Caps on one run's asking; ``None`` is no cap.

    Attributes
    ----------
    concurrency
        Questions under way at once, at most; a limiter may stay below.
    tries
        How often a question may fail by the teacher's fault (overload, time-outs, broken replies) before it counts as
        failed. Being told to slow down is no such failure.
    patience
        Seconds that one question may wait and be tried again in all.
    max_requests
        Requests of this run, tries included.
    max_cost
        Money of this run, in the currency of ``price``, by the token counts that replies name.
    max_minutes
        Wall time of this run's asking.
    """

    concurrency: int = 16
    tries: int = 6
    patience: float = 600.0
    max_requests: int | None = None
    max_cost: float | None = None
    max_minutes: float | None = None
    price: Price | None = None
