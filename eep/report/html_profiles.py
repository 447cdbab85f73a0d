"""What each persona likes, on the HTML page: a card for each, with the attributes that move its answers most."""

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from eep.report import tables
from eep.report.findings import Findings
from eep.report.html_parts import Part
from eep.report.html_words import words
from eep.report.markdown import text
from eep.report.numbers import agent_label, interval, number, plain
from eep.report.results import title

HEADING = "What each persona likes"
#: Attributes shown of each persona in either direction, and the least difference that is shown.
MOST, LEAST = 5, 0.01


class Like(NamedTuple):
    """An attribute: its words, and the persona's preference for it, to draw and to read.

    ``teacher``, ``low``, ``high`` and ``student`` stand between -1 and 1, the largest of the task being 1.
    """

    words: str
    teacher: float
    low: float | None
    high: float | None
    student: float | None
    told: str


class Card(NamedTuple):
    """A persona: its name, its level beside that of no persona, what it likes and what it does not."""

    label: str
    level: str
    likes: tuple[Like, ...]
    dislikes: tuple[Like, ...]


def parts(findings: Findings) -> tuple[Part, ...]:
    """Return the cards of every task whose items are described; the task in which personas differ most comes first."""
    profiles = tables.pick(findings, test="profile", agent="teacher").filter(_described())
    sizes = profiles.group_by("task").agg(pl.col("estimate").abs().max())
    order = [task for task, _ in sorted(sizes.iter_rows(), key=lambda one: (-(one[1] or 0.0), one[0]))]
    return tuple(
        part
        for task in order
        for part in (
            Part("prose", [words(told(findings, task))]),
            Part("likes", tuple(_cards(findings, task))),
        )
    )


def told(findings: Findings, task: str) -> str:
    """Return what the numbers of a task's profiles are."""
    design = findings.design.task(task)
    return (
        f"{title(findings, task)}: by how many percentage points a persona says “{text(design.option)}” more often, or "
        "less often, to held-out items with an attribute than to items in general, *beyond what no persona does*. "
        f"Teacher / student ({text(agent_label(design.students[0]))}); the line is the teacher's 95 % interval over "
        f"wordings. Shown are the {MOST} attributes that move each persona's answers most, up and down: chosen for their "
        "size, not corrected for their number. Attributes go together, and each is counted by itself."
    )


def _described() -> pl.Expr:
    """Tell rows about an attribute from those about a whole profile."""
    return pl.col("term").str.contains("=", literal=True)


def _cards(findings: Findings, task: str) -> Iterator[Card]:
    found = tables.pick(findings, test="profile", task=task).filter(_described()).drop_nulls("estimate")
    teachers = found.filter(agent="teacher").sort("estimate", "term", descending=[True, False])
    student = found.filter(agent=findings.design.task(task).students[0])
    students = {
        (persona, term): value
        for persona, term, value in student.select("contrast", "term", "estimate").iter_rows()
    }
    largest = max((abs(value) for value in teachers["estimate"]), default=0.0) or 1.0
    for persona, label in findings.labels().items():
        mine = teachers.filter(contrast=persona)
        up = mine.filter(pl.col("estimate") >= LEAST).head(MOST)
        down = mine.filter(pl.col("estimate") <= -LEAST).tail(MOST).reverse()
        likes, dislikes = (
            tuple(
                _like(row, students.get((persona, row["term"])), largest)
                for row in rows.iter_rows(named=True)
            )
            for rows in (up, down)
        )
        if mine.height:
            yield Card(label, _level(findings, task, persona), likes, dislikes)


def _level(findings: Findings, task: str, persona: str) -> str:
    """Return how much more often than no persona this one gives the answer; nothing where that was not estimated."""
    found = tables.pick(findings, test="T4", term="difference", agent="teacher", task=task, contrast=persona)
    row = next(found.drop_nulls("estimate").iter_rows(named=True), None)
    if row is None:
        return ""
    points, low, high = (
        None if row[name] is None else 100 * row[name] for name in ("estimate", "conf_low", "conf_high")
    )
    more = "more" if row["estimate"] > 0 else "less"
    option = plain(findings.design.task(task).option)
    bounds = "" if low is None else f" (difference {interval(low, high, 1)})"
    return f"says “{option}” {number(abs(points or 0.0), 1)} points {more} often than no persona{bounds}"


def _like(row: tables.Row, student: float | None, largest: float) -> Like:
    place = {name: _share(row[name], largest) for name in ("estimate", "conf_low", "conf_high")}
    points = (None if value is None else 100 * value for value in (row["estimate"], student))
    return Like(
        words=_thing(row["term"]),
        teacher=place["estimate"] or 0.0,
        low=place["conf_low"],
        high=place["conf_high"],
        student=_share(student, largest),
        told=" / ".join(number(value, 0) for value in points),
    )


def _thing(term: str) -> str:
    """Return the words for items of a term."""
    attribute, _, value = term.partition("=")
    return plain(f"{attribute}: {value}")


def _share(value: float | None, largest: float) -> float | None:
    return None if value is None else round(min(1.0, max(-1.0, value / largest)), 4)
