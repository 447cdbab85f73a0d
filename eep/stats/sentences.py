"""Numbers in words, for colleagues outside statistics."""

from math import isnan, sqrt

from eep.core.numbers import p_equals, percent, significant
from eep.stats.slope import SlopeResult


def what(component: str, option: str) -> str:
    """Return what a component is, continuing "the students resemble their persona in ..."."""
    named = f"“{option}”" if option else "the option"
    return {
        "level": f"how often they choose {named}",
        "gain": f"how closely they follow what all personas choose {named} for, beyond how often they choose it",
        "preference": f"which items they choose {named} for",
    }[component]


def odds(p_value: float, least: float = 0.0) -> str:
    """Return a p-value as a frequency: ``"about 4 times in 1,000"``; "at most" where it is the ``least`` of its design."""
    if p_value >= 0.995:
        return "practically every time"
    about = "at most" if p_value <= least else "about"
    for denominator, smallest in ((100, 0.01), (1_000, 0.001), (10_000, 0.0001)):
        if p_value >= smallest:
            times = round(p_value * denominator)
            return f"{about} {'once' if times == 1 else f'{times} times'} in {denominator:,}"
    return "less than once in 10,000"


def points(variance: float, unit: str) -> str:
    """Return the standard deviation of numbers in [0, 1] in a unit that is a hundredth: ``"4.8 percentage points"``."""
    return f"{significant(100 * sqrt(variance), 2)} {unit}"


def share(slope: SlopeResult, *, confidence: float, unit: str = "percentage points") -> str:
    """Return how much teachers differ by persona, and how much of that students show, with its interval."""
    if isnan(slope.slope):
        return ""
    differ = (
        f"The teachers' personas differ in this by {points(slope.persona_variance_teacher, unit)} (standard deviation)"
    )
    estimate = f"the students show an estimated {percent(slope.slope)} of that difference"
    if isnan(slope.conf_low):
        return f"{differ}; {estimate}, but the data put no bounds on that share."
    interval = f"{percent(confidence)} interval from {percent(slope.conf_low)} to {percent(slope.conf_high)}"
    return f"{differ}; {estimate} ({interval})."


def unbounded(slope: SlopeResult) -> str:
    """Return what to make of a share that is inherited although its interval includes 0; empty for other intervals."""
    if isnan(slope.conf_low) or slope.conf_low > 0.0:
        return ""
    return "The p-value is about whether, the interval about how much: as it includes 0 %, the data do not bound here how much arrives."


def chance(p_value: float, p_adjusted: float, *, family: int, least: float = 0.0) -> str:
    """Return the p-value of T2 as half a sentence; what is a frequency is the test's own, before it is adjusted."""
    adjusted = f"adjusted for {family} tests, {p_equals(p_adjusted)}"
    return f"a match as close would come up {odds(p_value, least)} if personas made no difference ({p_equals(p_value)}; {adjusted})"


def manipulation(p_value: float, *, alpha: float, least: float = 0.0) -> str:
    """Return the manipulation check as a sentence, empty if it could not be done."""
    if isnan(p_value):
        return ""
    if p_value <= alpha:
        return (
            "Manipulation check: the teachers themselves differ by persona beyond their wordings; "
            f"by accident that would come up {odds(p_value, least)} ({p_equals(p_value)})."
        )
    return (
        "Manipulation check: the teachers themselves do not clearly differ by persona beyond their wordings "
        f"({p_equals(p_value)}: {odds(p_value)} by accident), so there may be little to inherit."
    )
