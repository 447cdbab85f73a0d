"""Caps on asking, and what answers cost by the prices that the experiment names: no table here goes stale."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

#: Names under which teachers count tokens in `eep.data.types.Answer.usage`; no token is counted under two of them.
#: ``input`` are those neither read from nor written to the provider's cache; ``output`` include any thinking.
TOKENS = ("input", "cached_input", "cache_write", "output")


class Price(BaseModel):
    """``[teacher.price]``: money per million tokens, as the provider's price list has it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: float = Field(ge=0, allow_inf_nan=False, description="Per million tokens of input.")
    output: float = Field(ge=0, allow_inf_nan=False, description="Per million tokens of output, thinking included.")
    cached_input: float | None = Field(
        default=None,
        ge=0,
        allow_inf_nan=False,
        description="Per million tokens read from the cache; as input if left out.",
    )
    cache_write: float | None = Field(
        default=None,
        ge=0,
        allow_inf_nan=False,
        description="Per million tokens written to the cache; as input if left out.",
    )
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$", description="Three letters, as in USD.")

    def cost(self, usage: Mapping[str, float]) -> float:
        """Return what tokens cost, in units of the currency; ``usage`` has the names of `TOKENS`."""
        prices = {
            "input": self.input,
            "output": self.output,
            "cached_input": self.input if self.cached_input is None else self.cached_input,
            "cache_write": self.input if self.cache_write is None else self.cache_write,
        }
        return sum(prices[name] * usage.get(name, 0) for name in TOKENS) / 1e6


@dataclass(frozen=True)
class Limits:
    """Caps on one run's asking; ``None`` is no cap."""

    #: Questions under way at once, at most; a limiter may stay below.
    concurrency: int = 16
    #: Failures by the fault of the teacher (overload, time-outs, broken replies) after which a question counts as
    #: failed. A rate limit is no such failure.
    max_attempts: int = 6
    #: Seconds after which a question that keeps failing counts as failed.
    max_elapsed: float = 600.0
    #: Requests of this run, repeated ones included.
    max_requests: int | None = None
    #: Money of this run, in the currency of ``price``, by the token counts that replies name.
    max_cost: float | None = None
    #: Wall time of this run's asking.
    max_minutes: float | None = None
    price: Price | None = None
