"""Tokens and money in words."""

from collections import Counter
from collections.abc import Iterable, Mapping

from eep.data.types import Answer
from eep.pipeline.elicit.spending import Spending
from eep.teachers.limits import Limits
from eep.teachers.price import TOKENS, Price

#: Names of the tokens that a prompt is made of.
PROMPT = tuple(name for name in TOKENS if name != "output")


def total_tokens(answers: Iterable[Answer]) -> Counter[str]:
    """Return the tokens of answers, by the names of `eep.teachers.price.TOKENS`."""
    tokens: Counter[str] = Counter()
    for answer in answers:
        tokens.update({name: answer.usage[name] for name in TOKENS if name in answer.usage})
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
