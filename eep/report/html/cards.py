"""Cards of the HTML page: for a verdict its slope to look at, for a persona the attributes that stand out."""

from collections.abc import Iterator
from typing import NamedTuple

from markupsafe import Markup

from eep.core.numbers import interval, number, p_equals, probability
from eep.data.query import query
from eep.report import profiles, readouts, tables
from eep.report.blocks import commands
from eep.report.charts_slopes import EDGES
from eep.report.findings import Findings
from eep.report.html.parts import Part, words
from eep.report.numbers import plain, rounded
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


def verdict_cards(findings: Findings) -> tuple[VerdictCard, ...]:
    """Return the confirmatory verdicts as verdict_cards."""
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
        **axis, dot=place, low=_place(low), high=_place(high), off=off, off_low=low < EDGES[0], off_high=high > EDGES[1]
    )


def _place(value: float) -> float:
    """Return where a slope stands, from the left; beyond the edges, at the edge."""
    inside = min(EDGES[1], max(EDGES[0], value))
    share = (inside - EDGES[0]) / (EDGES[1] - EDGES[0])
    return round(MARGIN + share * (WIDTH - 2 * MARGIN), 1)


class Like(NamedTuple):
    """An attribute: its words, and the persona's preference for it, to draw and to read.

    ``teacher``, ``low``, ``high`` and ``student`` stand between -1 and 1, the largest of the task being 1.
    """

    words: str
    teacher: float
    low: float | None
    high: float | None
    student: float | None
    numbers: str


class PersonaCard(NamedTuple):
    """A persona: its name, its level beside that of the neutral voice, its preferences in words and to draw."""

    label: str
    level: str
    sentence: Markup
    likes: tuple[Like, ...]


def persona_parts(findings: Findings) -> tuple[Part, ...]:
    """Return the cards of every task whose items are described; the task in which personas differ most comes first."""
    tasks = sorted(
        (design.task for design in findings.design.tasks if profiles.strongest(findings, design.task).height),
        key=lambda task: -_largest(findings, task),
    )
    shown = tuple(part for task in tasks for part in _of_task(findings, task))
    return (Part("prose", [words(profiles.WHAT + readouts.note(findings))]), *shown) if shown else ()


def _of_task(findings: Findings, task: str) -> Iterator[Part]:
    agents = ("teacher", findings.design.task(task).students[0])
    level = query(test="T4", term="difference", task=task, agent="teacher")
    yield Part("prose", [words(profiles.explained(findings, task))])
    yield Part("likes", tuple(_cards(findings, task)))
    yield Part("trace", commands(findings, query(test="profile", task=task, agent=agents), level))


def _largest(findings: Findings, task: str) -> float:
    sizes = profiles.strongest(findings, task)["estimate_teacher"].abs().drop_nulls()
    return max(sizes.to_list(), default=0.0)


def _cards(findings: Findings, task: str) -> Iterator[PersonaCard]:
    shown = profiles.strongest(findings, task).drop_nulls("estimate_teacher")
    things = profiles.taste(findings, task).things
    labels, largest = findings.labels(), _largest(findings, task) or 1.0
    for persona, sentence in profiles.sentences(findings, task):
        mine = shown.filter(persona=persona).sort("estimate_teacher", descending=True, maintain_order=True)
        likes = (_like(plain(things.get(row["term"], row["term"])), row, largest) for row in mine.iter_rows(named=True))
        yield PersonaCard(
            labels[persona], _level(findings, task, persona), words(sentence[:1].upper() + sentence[1:]), tuple(likes)
        )


def _level(findings: Findings, task: str, persona: str) -> str:
    """Return how much more often than the neutral voice a persona gives the answer; nothing if that was not estimated."""
    found = tables.pick(findings, test="T4", term="difference", agent="teacher", task=task, contrast=persona)
    row = next(found.drop_nulls("estimate").iter_rows(named=True), None)
    if row is None:
        return ""
    points, low, high = (
        None if row[name] is None else 100 * row[name] for name in ("estimate", "conf_low", "conf_high")
    )
    option = readouts.option(findings, task)
    bounds = "" if low is None else f" (difference {interval(low, high, 1)})"
    size = number(abs(points or 0.0), 1)
    if task in findings.scales:
        about = plain(findings.scales[task].words)
        side = (
            "at the same place as"
            if size == number(0.0, 1)
            else f"{size} points {'above' if row['estimate'] > 0 else 'below'}"
        )
        return f"{about[:1].upper()}{about[1:]}: {side} the neutral voice{bounds}"
    if size == number(0.0, 1):
        return f"Says “{option}” as often as the neutral voice{bounds}"
    more = "more" if row["estimate"] > 0 else "less"
    return f"Says “{option}” {size} points {more} often than the neutral voice{bounds}"


def _like(attribute: str, row: tables.Row, largest: float) -> Like:
    teacher, low, high, student = (
        _share(row[name], largest)
        for name in ("estimate_teacher", "conf_low_teacher", "conf_high_teacher", "estimate_student")
    )
    points = (None if row[name] is None else 100 * row[name] for name in ("estimate_teacher", "estimate_student"))
    return Like(attribute, teacher or 0.0, low, high, student, " / ".join(number(value, 0) for value in points))


def _share(value: float | None, largest: float) -> float | None:
    return None if value is None else round(min(1.0, max(-1.0, value / largest)), 4)
