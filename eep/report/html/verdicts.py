"""The verdicts of the HTML page: a card each, with the slope and its interval to look at."""

from typing import NamedTuple

from eep.core.numbers import interval, number, p_equals, probability
from eep.report.charts_slopes import EDGES
from eep.report.findings import Findings
from eep.report.numbers import rounded
from eep.report.opening import VerdictText, differ, verdicts

#: Width of the little chart of a slope, in its own units; its height is in the template.
WIDTH = 240
#: Room left and right, for arrows where an interval goes on; and how far from there a slope beyond the edge stands.
MARGIN = 14
WITHIN = 8


class Slope(NamedTuple):
    """Where the marks of the little chart stand, from the left.

    ``dot``, ``low`` and ``high`` are None where there is no number; ``off_low`` and ``off_high`` say that a bound lies
    beyond the edge, and ``off`` that the slope itself does.
    """

    zero: float
    one: float
    least: float
    dot: float | None
    low: float | None
    high: float | None
    off: bool
    off_low: bool
    off_high: bool


class VerdictCard(NamedTuple):
    """A verdict, its numbers in few words, and its little chart; ``look`` names the verdict for the style sheet."""

    verdict: VerdictText
    look: str
    slope: Slope
    effect: str
    adjusted: str
    manipulation: str


def cards(findings: Findings) -> tuple[VerdictCard, ...]:
    """Return the confirmatory verdicts as cards."""
    return tuple(_card(findings, one) for one in verdicts(findings))


def _card(findings: Findings, one: VerdictText) -> VerdictCard:
    row = one.row
    p = row["manipulation_p"]
    bounds = interval(row["slope_low"], row["slope_high"])
    checked = "not testable" if p is None else f"{differ(p, findings.design.alpha)} ({p_equals(p)})"
    return VerdictCard(
        verdict=one,
        look="-".join(row["verdict"].split()),
        slope=_slope(findings, one),
        effect="not estimable" if rounded(row["slope"]) is None else f"{number(row['slope'])} ({bounds})",
        adjusted=probability(row["p_adjusted"]),
        manipulation=checked,
    )


def _slope(findings: Findings, one: VerdictText) -> Slope:
    dot, low, high = (rounded(one.row[name]) for name in ("slope", "slope_low", "slope_high"))
    axis = {"zero": _place(0.0), "one": _place(1.0), "least": _place(findings.design.smallest_slope)}
    off = dot is not None and not EDGES[0] <= dot <= EDGES[1]
    place = None if dot is None else round(_place(dot) + (WITHIN * (-1 if dot > 0 else 1) if off else 0), 1)
    if low is None or high is None:
        return Slope(**axis, dot=place, low=None, high=None, off=off, off_low=False, off_high=False)
    return Slope(
        **axis,
        dot=place,
        low=_place(low),
        high=_place(high),
        off=off,
        off_low=low < EDGES[0],
        off_high=high > EDGES[1],
    )


def _place(value: float) -> float:
    """Return where a slope stands, from the left; beyond the edges, at the edge."""
    inside = min(EDGES[1], max(EDGES[0], value))
    share = (inside - EDGES[0]) / (EDGES[1] - EDGES[0])
    return round(MARGIN + share * (WIDTH - 2 * MARGIN), 1)
