"""What a run's asking has cost so far, and whether that is as much as it may."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from eep.teachers.limits import Limits
from eep.teachers.price import TOKENS


@dataclass
class Spending:
    """What one run has asked for; `eep.pipeline.elicit.elicit.elicit` and `eep.pipeline.elicit.elicit.converse` add to it.

    Attributes
    ----------
    requests
        Requests sent, tries included.
    limited, troubled
        How many of them were refused as one too many, and how many ended in trouble on the teacher's side.
    answered
        How many of them were answered: the ones whose tokens are known.
    tokens
        Tokens of these answers, by the names of `eep.teachers.price.TOKENS`.
    seconds
        Wall time of the asking.
    """

    requests: int = 0
    limited: int = 0
    troubled: int = 0
    answered: int = 0
    tokens: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, usage: Mapping[str, int]) -> None:
        """Count the tokens of an answer."""
        self.answered += 1
        self.tokens.update({name: usage[name] for name in TOKENS if name in usage})

    def cost(self, limits: Limits) -> float | None:
        """Return what the tokens cost, in the currency of the price; None where there is no price."""
        return None if limits.price is None else limits.price.cost(self.tokens)

    def reached(self, limits: Limits, under_way: int, seconds: float) -> str:
        """Return which cap forbids one more request, in words; an empty string if none does.

        ``under_way`` requests count as if each cost what answers have cost so far on average, so that a run stops
        short of its money, not beyond it. ``seconds`` is the wall time of the asking that is going on.
        """
        if limits.max_requests is not None and self.requests >= limits.max_requests:
            return f"the cap max_requests = {limits.max_requests} is reached"
        if limits.max_minutes is not None and self.seconds + seconds >= 60 * limits.max_minutes:
            return f"the cap max_minutes = {limits.max_minutes:g} is reached"
        if limits.max_cost is None or limits.price is None or not self.answered:
            return ""
        if not self.tokens:
            return (
                f"the cap max_cost = {limits.max_cost:g} cannot be kept: "
                "the replies do not say how many tokens they cost"
            )
        spent = limits.price.cost(self.tokens)
        if spent + (under_way + 1) * spent / self.answered > limits.max_cost:
            besides = f", {under_way} answers are under way" if under_way else ""
            return (
                f"the cap max_cost = {limits.max_cost:g} {limits.price.currency} is reached: {spent:.4f} are spent"
                f"{besides}, and one more could exceed it"
            )
        return ""
