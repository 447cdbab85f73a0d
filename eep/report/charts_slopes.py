"""The report's chart of how much arrives: inheritance slopes with their intervals."""

from typing import TYPE_CHECKING

import polars as pl

from eep.numerals import interval, number, significant
from eep.report import tables
from eep.report.figure import BLUE, GREY, Figure, figure
from eep.report.findings import Findings
from eep.report.numbers import agent_label, plain
from eep.trace import query

if TYPE_CHECKING:
    import altair as alt

#: Wilder slopes and bounds than these stop at the edge; the text beside them has the whole number.
EDGES = (-1.0, 2.0)


def slopes(findings: Findings) -> Figure | None:
    """Return the chart of slopes, a panel per task and component, a row per student kind."""
    import altair as alt

    data = tables.effects(findings).filter(pl.col("slope").is_not_null())
    if data.is_empty():
        return None
    shown = _shown(findings, data)
    panels, kinds = (list(dict.fromkeys(shown[name])) for name in ("panel", "student"))
    header = alt.Header(labelAngle=0, labelAlign="left", labelAnchor="start", labelOrient="top")
    told = [f"{row['panel']}, {row['student']}: {row['text']}" for row in shown.iter_rows(named=True)]
    least = significant(findings.design.smallest_slope)
    return figure(
        _panel(shown, kinds, findings.design.smallest_slope)
        .properties(width=460, height=26 * len(kinds))
        .facet(row=alt.Row("panel:N", sort=panels, title=None, header=header))
        .properties(spacing=18),
        findings,
        name="slopes",
        title="How much of the persona arrives in the student?",
        subtitle=[f"Slope with 95 % Fieller interval; dashed: smallest slope of interest, {least}"],
        description=f"Inheritance slopes with intervals. {'; '.join(told)}.",
        data=data.select("task", "component", "student", "slope", "conf_low", "conf_high"),
        traced=(query(test="T3", term="slope"),),
    )


def _shown(findings: Findings, data: pl.DataFrame) -> pl.DataFrame:
    """Return what the chart shows of each slope: panel, student, role, slope, low, high, text."""
    design = findings.design
    rows = [
        {
            "panel": f"{plain(design.task(row['task']).title)}, {plain(row['component'])}",
            "student": agent_label(row["student"]),
            "role": "confirmatory"
            if design.task(row["task"]).students[0] == row["student"]
            else "exploratory",
            "slope": _edged(row["slope"]),
            "low": _edged(row["conf_low"]),
            "high": _edged(row["conf_high"]),
            "text": f"{number(row['slope'])} ({interval(row['conf_low'], row['conf_high'])})",
        }
        for row in data.iter_rows(named=True)
    ]
    schema = dict.fromkeys(("panel", "student", "role"), pl.String()) | dict.fromkeys(
        ("slope", "low", "high"), pl.Float64()
    )
    return pl.DataFrame(rows, schema=schema | {"text": pl.String()}, orient="row")


def _edged(value: float | None) -> float | None:
    return None if value is None else min(EDGES[1], max(EDGES[0], value))


def _panel(shown: pl.DataFrame, kinds: list[str], smallest: float) -> "alt.LayerChart":
    import altair as alt

    values = [value for name in ("slope", "low", "high") for value in shown[name].drop_nulls()]
    low, high = min(-0.1, *values), max(1.05, *values)
    # The right third of a panel holds the numbers.
    scale = alt.Scale(domain=[low, low + 1.65 * (high - low)], nice=False)
    ticks = alt.Axis(values=[half / 2 for half in range(-2, 5) if half / 2 <= high], format=".1f", grid=True)
    x = alt.X("low:Q", scale=scale, axis=ticks, title="0: nothing of the persona arrives; 1: all of it")
    y = alt.Y("student:N", sort=kinds, title=None, axis=alt.Axis(grid=False))
    paint = alt.Scale(domain=["confirmatory", "exploratory"], range=[BLUE, GREY])
    colour = alt.Color("role:N", scale=paint, legend=alt.Legend(symbolOpacity=1, symbolType="circle"))
    base = alt.Chart(shown).encode(y=y)
    lines = base.mark_rule(strokeWidth=2).encode(x=x, x2="high:Q", color=colour)
    points = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=alt.X("slope:Q", scale=scale), color=colour
    )
    words = base.mark_text(align="left").encode(x=alt.datum(low + 1.07 * (high - low)), text="text:N")
    zero = alt.Chart(shown).mark_rule().encode(x=alt.datum(0))
    least = alt.Chart(shown).mark_rule(strokeDash=[4, 3]).encode(x=alt.datum(smallest))
    return alt.LayerChart(layer=[zero, least, lines, points, words])
