"""What asking has spent, tokens and money, counted against the caps and in words."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from eep.data.types import Answer
from eep.teachers.limits import TOKENS, Limits, Price


@dataclass
class Spending:
    """What one run has asked for; `eep.pipeline.elicit.elicit.elicit` and `eep.pipeline.elicit.elicit.converse` add to it."""

    #: Requests sent, repeated ones included.
    requests: int = 0
    #: How many of them were refused as one too many, and how many failed by the fault of the teacher.
    limited: int = 0
    failed: int = 0
    #: How many of them were answered: the ones whose tokens are known.
    answered: int = 0
    #: Tokens of these answers, by the names of `eep.teachers.limits.TOKENS`.
    tokens: Counter[str] = field(default_factory=Counter)
    #: Wall time of the asking.
    seconds: float = 0.0

    def add(self, usage: Mapping[str, int]) -> None:
        """Count the tokens of an answer."""
        self.answered += 1
        self.tokens.update(_counted(usage))

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


#: Names of the tokens that a prompt is made of.
PROMPT = tuple(name for name in TOKENS if name != "output")


def _counted(usage: Mapping[str, int]) -> dict[str, int]:
    """Return the tokens of one answer that a price may name."""
    return {name: usage[name] for name in TOKENS if name in usage}


def total_tokens(answers: Iterable[Answer]) -> Counter[str]:
    """Return the tokens of answers, by the names of `eep.teachers.limits.TOKENS`."""
    tokens: Counter[str] = Counter()
    for answer in answers:
        tokens.update(_counted(answer.usage))
    return tokens


def format_cost(tokens: Mapping[str, float], price: Price | None) -> str:
    """Return tokens and what they cost, as in ``81,000 tokens in (60,000 cached), 1,600 out: 0.42 USD``."""
    into = f"{round(sum(tokens.get(name, 0) for name in PROMPT)):,} tokens in"
    cached, written = (round(tokens.get(name, 0)) for name in ("cached_input", "cache_write"))
    parts = [f"{cached:,} cached"] if cached else []
    parts += [f"{written:,} written to the cache"] if written else []
    of_them = f" ({', '.join(parts)})" if parts else ""
    text = f"{into}{of_them}, {round(tokens.get('output', 0)):,} out"
    return text if price is None else f"{text}: {format_money(price.cost(tokens), price.currency)}"


def format_money(amount: float, currency: str) -> str:
    """Return an amount of money; amounts below one to the hundredth of a cent."""
    return f"{amount:,.{2 if amount >= 1 or amount == 0 else 4}f} {currency}"


def format_spent(spending: Spending, limits: Limits) -> str:
    """Return what was spent and how much may be; empty if no answer counted its tokens."""
    if not spending.tokens:
        return ""
    text = format_cost(spending.tokens, limits.price)
    if limits.max_cost is not None and limits.price is not None:
        text += f" of at most {format_money(limits.max_cost, limits.price.currency)}"
    return text
