"""The report's chart of how much arrives: inheritance slopes with their intervals."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from eep.core.numbers import interval, number, significant
from eep.data.query import query
from eep.report import tables
from eep.report.figure import BLUE, GREY, Figure, figure, scale_of
from eep.report.findings import Findings
from eep.report.numbers import agent_label, plain

if TYPE_CHECKING:
    import altair as alt

#: Wilder slopes and bounds than these stop at the border, with a sign; the text beside them has the whole number.
EDGES = (-1.0, 2.0)
#: What is said of the signs, where a chart has them.
ARROW = "Triangle at the border: the interval goes on beyond it"
HOLLOW = "Hollow dot: the slope itself lies beyond the border"
DOTTED = "Dotted: no bounds, so that the interval is not estimable"
#: Pixels from the border to the middle of a triangle, outwards, and to that of a dot whose slope lies beyond, inwards.
_BEYOND, _WITHIN = 3, 12
#: Where a chart's marks stand; null for a mark that a row does not have.
MARKS = ("dot", "low", "high", "border_low", "border_high", "off_low", "off_high", "free_low", "free_high")
#: What a chart of slopes shows of each.
SHOWN = pl.Schema(
    {**dict.fromkeys(("panel", "student", "role", "text"), pl.String()), **dict.fromkeys(MARKS, pl.Float64())}
)


def slopes(findings: Findings) -> Figure | None:
    """Return the chart of slopes, a panel per task and component, a row per student kind that was tested there."""
    data = tables.effects(findings).filter(pl.col("slope").is_not_null())
    if data.is_empty():
        return None
    shown = _rows(findings, data)
    described = [f"{row['panel']}, {row['student']}: {row['text']}" for row in shown.iter_rows(named=True)]
    least = significant(findings.design.smallest_slope)
    return figure(
        panels(shown, findings.design.smallest_slope),
        findings.teacher(),
        name="slopes",
        title="How much of the persona arrives in the student?",
        subtitle=[f"Slope with 95 % Fieller interval; dashed: smallest slope of interest, {least}", *signs(shown)],
        description=f"Inheritance slopes with intervals. {'; '.join(described)}.",
        data=data.select("task", "component", "student", "slope", "conf_low", "conf_high"),
        traced=(query(test="T3", term="slope"),),
    )


def _rows(findings: Findings, data: pl.DataFrame) -> pl.DataFrame:
    """Return what the chart shows of each slope: panel, student, role, text, and where its marks stand (`MARKS`).

    ``dot`` is a slope within the edges, ``off`` one beyond them; ``border`` is an edge that the interval goes beyond,
    and ``free`` are both edges where there is no interval.
    """
    design = findings.design
    rows = [
        {
            "panel": f"{plain(design.task(row['task']).title)}, {plain(row['component'])}",
            "student": agent_label(row["student"]),
            "role": "confirmatory" if design.task(row["task"]).students[0] == row["student"] else "exploratory",
            "text": f"{number(row['slope'])} ({interval(row['conf_low'], row['conf_high'])})",
            **marks(row["slope"], row["conf_low"], row["conf_high"]),
        }
        for row in data.iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema=SHOWN, orient="row")


def marks(slope: float, low: float | None, high: float | None) -> dict[str, float | None]:
    """Return where the marks of a slope and its interval stand."""
    least, greatest = EDGES
    marks: dict[str, float | None] = dict.fromkeys(MARKS)
    marks["off_low" if slope < least else "off_high" if slope > greatest else "dot"] = _edged(slope)
    if low is None or high is None:
        return marks | {"free_low": least, "free_high": greatest}
    return marks | {
        "low": _edged(low),
        "high": _edged(high),
        "border_low": least if low < least else None,
        "border_high": greatest if high > greatest else None,
    }


def _edged(value: float) -> float:
    return min(EDGES[1], max(EDGES[0], value))


def signs(shown: pl.DataFrame) -> list[str]:
    """Return what the signs mean that this chart has."""
    meanings = {"border_low": ARROW, "border_high": ARROW, "off_low": HOLLOW, "off_high": HOLLOW, "free_low": DOTTED}
    return list(dict.fromkeys(words for mark, words in meanings.items() if shown[mark].drop_nulls().len()))


def _span(shown: pl.DataFrame) -> tuple[float, float]:
    """Return where the scale begins and ends: with the numbers shown, nothing and all of the persona among them."""
    values = [value for name in MARKS[:7] for value in shown[name].drop_nulls()]
    low, high = min(-0.1, *values), max(1.05, *values)
    # Room for a triangle beyond the border on the left, where names stand; on the right there is enough.
    return low - (0.04 * (high - low) if shown["border_low"].drop_nulls().len() else 0.0), high


#: The colours of tests that make verdicts, and of those that do not.
ROLES = {"confirmatory": BLUE, "exploratory": GREY}


def panels(
    shown: pl.DataFrame,
    smallest: float | None = None,
    looks: Mapping[str, str] = ROLES,
    order: Sequence[str] | None = None,
) -> "alt.VConcatChart":
    """Return the panels of slopes, one below another: ``shown`` has the columns `SHOWN`, ``looks`` is role to colour.

    A dashed line marks the ``smallest`` slope of interest, where there is one. Rows stand in the ``order`` of their
    students, or as their marks come.
    """
    import altair as alt

    span = _span(shown)
    # A line without bounds ends where the scale does.
    shown = shown.with_columns(
        pl.when(pl.col("free_low").is_not_null()).then(pl.lit(end)).alias(name)
        for name, end in zip(("free_low", "free_high"), span, strict=True)
    )
    names = list(dict.fromkeys(shown["panel"]))
    drawn = [
        _panel(shown.filter(panel=name), smallest, span, looks, order, last=name == names[-1]).properties(
            width=300,
            height=alt.Step(26),
            title=alt.TitleParams(name, anchor="start", frame="group", fontSize=12, offset=6),
        )
        for name in names
    ]
    # Plots stand below one another, however long the names beside them are.
    return alt.VConcatChart(vconcat=drawn, bounds="flush", spacing=40)


def _panel(
    shown: pl.DataFrame,
    smallest: float | None,
    span: tuple[float, float],
    looks: Mapping[str, str],
    order: Sequence[str] | None,
    *,
    last: bool,
) -> "alt.LayerChart":
    import altair as alt

    low, high = span
    scale = alt.Scale(domain=[low, high], nice=False)
    ticks = alt.Axis(
        values=[half / 2 for half in range(-2, 5) if half / 2 <= high],
        format=".1f",
        grid=True,
        labels=last,
        labelFlush=False,
    )
    title = "0: nothing of the persona arrives; 1: all of it" if last else None
    places = {name: alt.X(f"{name}:Q", scale=scale, axis=ticks, title=title) for name in MARKS}
    y = alt.Y("student:N", sort=None if order is None else list(order), title=None, axis=alt.Axis(grid=False))
    paint = scale_of(looks)
    colour = alt.Color("role:N", scale=paint, legend=alt.Legend(symbolOpacity=1, symbolType="circle"))
    chart = alt.Chart(shown)
    base = chart.encode(y=y, color=colour)
    # Outside of the scale, so that a narrow chart has room for them too.
    words = chart.mark_text(align="left", dx=14).encode(y=y, x=alt.value("width"), text="text:N")
    least = [] if smallest is None else [chart.mark_rule(strokeDash=[4, 3]).encode(x=alt.datum(smallest))]
    return alt.LayerChart(
        layer=[
            chart.mark_rule().encode(x=alt.datum(0)),
            *least,
            base.mark_rule(strokeWidth=2, strokeDash=[1, 5]).encode(x=places["free_low"], x2="free_high:Q"),
            base.mark_rule(strokeWidth=2).encode(x=places["low"], x2="high:Q"),
            _signed(base, places["border_low"], -_BEYOND, shape="triangle-left", filled=True, size=90),
            _signed(base, places["border_high"], _BEYOND, shape="triangle-right", filled=True, size=90),
            _signed(base, places["off_low"], _WITHIN, filled=False, size=80, strokeWidth=2),
            _signed(base, places["off_high"], -_WITHIN, filled=False, size=80, strokeWidth=2),
            _signed(base, places["dot"], 0, filled=True, size=80),
            words,
        ]
    )


def _signed(base: "alt.Chart", place: "alt.X", offset: float, **looks: Any) -> "alt.Chart":
    """Return dots or triangles, so many pixels from their place; a row without such a place has none."""
    import altair as alt

    marks: alt.Chart = base.mark_point(opacity=1, **looks)
    return marks.encode(x=place, xOffset=alt.value(offset))
