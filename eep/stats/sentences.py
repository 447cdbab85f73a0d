"""Numbers in words, for colleagues outside statistics."""

from math import isnan

#: What a component is, continuing "the students resemble their persona in ...".
WHAT = {
    "level": "how often they choose the option",
    "preference": "which items they choose the option for",
}


def odds(p_value: float) -> str:
    """Return a p-value as a frequency: ``"about 4 times in 1,000"``."""
    for denominator, least in ((100, 0.01), (1_000, 0.001), (10_000, 0.0001)):
        if p_value >= least:
            times = round(p_value * denominator)
            return f"about {'once' if times == 1 else f'{times} times'} in {denominator:,}"
    return "less than once in 10,000"


def p_text(p_value: float) -> str:
    """Return ``"p = 0.0042"`` with two significant digits, ``"p < 0.0001"`` below that."""
    if p_value < 0.0001:
        return "p < 0.0001"
    return f"p = {p_value:.2f}" if p_value >= 0.1 else f"p = {p_value:.2g}"


def percent(share: float) -> str:
    """Return a share as a whole percentage: ``"63 %"``."""
    return f"{round(100 * share):d} %"


def share(slope: float, low: float, high: float, *, confidence: float) -> str:
    """Return how much of the teachers' difference students show, with its interval if there is one."""
    if isnan(slope):
        return "How large a share of the teachers' difference the students show cannot be estimated."
    estimate = (
        f"The students show an estimated {percent(slope)} of the difference between the teachers' personas"
    )
    if isnan(low):
        return f"{estimate}, but the data put no bounds on that share."
    return f"{estimate} ({percent(confidence)} interval from {percent(low)} to {percent(high)})."


def chance(p_value: float) -> str:
    """Return the adjusted p-value of T2 as half a sentence."""
    return f"a match as close would come up {odds(p_value)} if personas made no difference (adjusted {p_text(p_value)})"


def manipulation(p_value: float, *, alpha: float) -> str:
    """Return the manipulation check as a sentence, empty if it could not be done."""
    if isnan(p_value):
        return ""
    if p_value <= alpha:
        return (
            "Manipulation check: the teachers themselves differ by persona beyond their wordings; "
            f"by accident that would come up {odds(p_value)} ({p_text(p_value)})."
        )
    return (
        "Manipulation check: the teachers themselves do not clearly differ by persona beyond their wordings "
        f"({p_text(p_value)}: {odds(p_value)} by accident), so there may be little to inherit."
    )
