"""Charts of slopes and similarities: what lies beyond a border is said to do so, and whom students resemble."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl
from invented_play import STUDENTS
from report_builder import build, verdict, verdict_frame

from eep.core.numbers import MINUS
from eep.report import Findings
from eep.report.charts import nearest
from eep.report.charts_slopes import ARROW, DOTTED, EDGES, HOLLOW, slopes
from eep.report.figure import Figure, svg
from eep.report.html.cards import MARGIN, WIDTH, verdict_cards

Slope = tuple[float, float | None, float | None]


def sloped(by_student: Mapping[str, Slope]) -> Findings:
    """Return findings in which some students have other slopes and bounds, in both components."""
    findings = build()
    found = findings.estimates
    for student, numbers in by_student.items():
        here = pl.col("term").eq("slope") & pl.col("agent").eq(student)
        columns = zip(("estimate", "conf_low", "conf_high"), numbers, strict=True)
        found = found.with_columns(
            pl.when(here).then(pl.lit(value, dtype=pl.Float64)).otherwise(name).alias(name) for name, value in columns
        )
    return replace(findings, estimates=found)


def drawn(findings: Findings) -> Figure:
    """Return the chart of slopes."""
    figure = slopes(findings)
    assert figure is not None
    return figure


def symbols(figure: Figure) -> int:
    """Return how many dots and triangles a chart has, those of its legend left out."""
    symbol = r'<g class="mark-symbol role-mark[^>]*>(.*?)</g>'
    return sum(group.count("<path") for group in re.findall(symbol, svg(figure), re.DOTALL))


def rows(figure: Figure) -> list[dict[str, Any]]:
    """Return what the chart shows, row by row, of the first component."""
    shown: list[dict[str, Any]] = figure.spec["datasets"][figure.spec["vconcat"][0]["data"]["name"]]
    return shown


def test_an_interval_that_goes_on_has_a_triangle_at_the_border() -> None:
    """Each bound beyond a border adds one triangle there, one without bounds is dotted, and the caption says both."""
    beyond = drawn(sloped({"xgboost": (1.1, 0.6, 3.6), "logistic": (0.2, -4.0, 5.0)}))
    inside, unbounded = drawn(build()), drawn(sloped({"mlp": (0.4, None, None)}))
    assert symbols(beyond) - symbols(inside) == 2 * (1 + 2)
    borders = [(row["border_low"], row["border_high"]) for row in rows(beyond)]
    assert borders == [(None, EDGES[1]), EDGES, (None, None)]
    assert [row["high"] for row in rows(beyond)] == [2.0, 2.0, 0.66]
    assert rows(beyond)[0]["text"] == "1.10 (0.60 to 3.60)"
    assert svg(unbounded).count('stroke-dasharray="1,5"') == 2
    marks = {ARROW, HOLLOW, DOTTED}
    told = [marks & set(figure.spec["title"]["subtitle"]) for figure in (beyond, inside, unbounded)]
    assert told == [{ARROW}, set(), {DOTTED}]


def test_a_slope_beyond_the_border_is_a_hollow_dot() -> None:
    """A slope that lies outside keeps its mark, which says so; it is never drawn as if it lay at the border."""
    figure = drawn(sloped({"xgboost": (3.1, 1.2, 7.0), "mlp": (-2.5, -3.0, -2.2)}))
    assert [row["dot"] for row in rows(figure)] == [None, 0.43, None]
    assert symbols(figure) - symbols(drawn(build())) == 2 * 2
    assert HOLLOW in figure.spec["title"]["subtitle"]
    assert rows(figure)[2]["text"] == f"{MINUS}2.50 ({MINUS}3.00 to {MINUS}2.20)"


def test_a_kind_of_student_has_rows_only_where_it_was_tested() -> None:
    """A panel has no empty row for a kind of student that only another task has."""
    findings = build()
    gone = (pl.col("component") == "level") & (pl.col("agent") == STUDENTS[2])
    fewer = replace(findings, estimates=findings.estimates.filter(~gone))
    labels = re.findall(r">(neural network|XGBoost)</text>", svg(drawn(fewer)))
    assert sorted(labels) == ["XGBoost", "XGBoost", "neural network"]


def test_a_verdict_s_own_chart_keeps_dot_and_arrow_apart() -> None:
    """On a card a slope beyond the edge stands within it, and the arrow that goes on stands beyond it."""
    row = verdict("balance", "level", slope=3.0, slope_low=1.0, slope_high=9.0)
    (card,) = verdict_cards(build(verdicts=verdict_frame([row])))
    assert card.slope.off
    assert card.slope.off_high
    assert card.slope.high == WIDTH - MARGIN
    assert card.slope.dot is not None
    assert card.slope.dot < card.slope.high - 6


def test_one_extreme_level_is_not_everybodys_nearest() -> None:
    """The product of levels is largest with the most extreme teacher; what is counted is who leans as the own teachers."""
    findings = build()
    first, second, *others = findings.design.first_arm
    own, level = pl.col("term") == pl.col("contrast"), pl.col("component") == "level"
    leans = pl.when(own & level & (pl.col("term") == second)).then(-0.01).when(own).then(0.2).otherwise(0.1)
    value = pl.when(pl.col("contrast") == first).then(0.9).otherwise(leans)
    chosen = pl.when(pl.col("test") == "similarity").then(value).otherwise("estimate").alias("estimate")
    findings = replace(findings, estimates=findings.estimates.with_columns(chosen))
    task, count = findings.design.tasks[0].task, 2 + len(others)
    assert nearest(findings, task, "preference").startswith(f"for 1 of {count} personas the most similar teacher")
    same = "personas the students lie on the same side of the mean as their own persona's teachers"
    assert nearest(findings, task, "level") == f"for {count - 1} of {count} {same}"
