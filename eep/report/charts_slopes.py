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

#: Wilder slopes and bounds than these stop at the border, with a sign; the text beside them has the whole number.
EDGES = (-1.0, 2.0)
#: What is said of the signs, where a chart has them.
ARROW = "Triangle at the border: the interval goes on beyond it"
HOLLOW = "Hollow dot: the slope itself lies beyond the border"
DOTTED = "Dotted: no bounds, so that the interval is not estimable"
#: Pixels from the border to the middle of a triangle, outwards, and to that of a dot whose slope lies beyond, inwards.
_BEYOND, _WITHIN = 3, 12
_TEXTS, _NUMBERS = ("panel", "student", "role", "text"), ("slope", "low", "high", "border_low", "border_high")


def slopes(findings: Findings) -> Figure | None:
    """Return the chart of slopes, a panel per task and component, a row per student kind."""
    import altair as alt

    data = tables.effects(findings).filter(pl.col("slope").is_not_null())
    if data.is_empty():
        return None
    shown = _shown(findings, data)
    panels = list(dict.fromkeys(shown["panel"]))
    header = alt.Header(labelAngle=0, labelAlign="left", labelAnchor="start", labelOrient="top")
    told = [f"{row['panel']}, {row['student']}: {row['text']}" for row in shown.iter_rows(named=True)]
    least = significant(findings.design.smallest_slope)
    return figure(
        _panel(shown, findings.design.smallest_slope)
        .properties(width=300, height=alt.Step(26))
        .facet(row=alt.Row("panel:N", sort=panels, title=None, header=header))
        .properties(spacing=18)
        # A kind of student that a task does not have leaves no empty row there.
        .resolve_scale(y="independent"),
        findings,
        name="slopes",
        title="How much of the persona arrives in the student?",
        subtitle=[
            f"Slope with 95 % Fieller interval; dashed: smallest slope of interest, {least}",
            *_signs(shown),
        ],
        description=f"Inheritance slopes with intervals. {'; '.join(told)}.",
        data=data.select("task", "component", "student", "slope", "conf_low", "conf_high"),
        traced=(query(test="T3", term="slope"),),
    )


def _shown(findings: Findings, data: pl.DataFrame) -> pl.DataFrame:
    """Return what the chart shows of each slope: panel, student, role, its numbers within the edges, signs, text.

    ``border_low`` and ``border_high`` are the edge that the interval goes beyond, null where it does not; ``off`` says
    that the slope itself does, and ``bounded`` that there is an interval.
    """
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
            "border_low": EDGES[0] if _less(row["conf_low"], EDGES[0]) else None,
            "border_high": EDGES[1] if _less(EDGES[1], row["conf_high"]) else None,
            "off": row["slope"] != _edged(row["slope"]),
            "bounded": row["conf_low"] is not None and row["conf_high"] is not None,
            "text": f"{number(row['slope'])} ({interval(row['conf_low'], row['conf_high'])})",
        }
        for row in data.iter_rows(named=True)
    ]
    schema: dict[str, pl.DataType] = {name: pl.String() for name in _TEXTS}
    schema |= {name: pl.Float64() for name in _NUMBERS}
    return pl.DataFrame(rows, schema=schema | {name: pl.Boolean() for name in ("off", "bounded")})


def _edged(value: float | None) -> float | None:
    return None if value is None else min(EDGES[1], max(EDGES[0], value))


def _less(small: float | None, large: float | None) -> bool:
    return small is not None and large is not None and small < large


def _signs(shown: pl.DataFrame) -> list[str]:
    """Return what the signs mean that this chart has."""
    beyond = shown.filter(pl.col("border_low").is_not_null() | pl.col("border_high").is_not_null())
    said = {ARROW: beyond.height, HOLLOW: shown["off"].sum(), DOTTED: shown.filter(~pl.col("bounded")).height}
    return [sign for sign, count in said.items() if count]


def _span(shown: pl.DataFrame) -> tuple[float, float]:
    """Return where the scale begins and ends: with the numbers shown, nothing and all of the persona among them."""
    values = [value for name in ("slope", "low", "high") for value in shown[name].drop_nulls()]
    low, high = min(-0.1, *values), max(1.05, *values)
    # Room for a triangle beyond the border on the left, where names stand; on the right there is enough.
    return low - (0.04 * (high - low) if shown["border_low"].drop_nulls().len() else 0.0), high


def _panel(shown: pl.DataFrame, smallest: float) -> "alt.LayerChart":
    import altair as alt

    low, high = _span(shown)
    scale = alt.Scale(domain=[low, high], nice=False)
    ticks = alt.Axis(
        values=[half / 2 for half in range(-2, 5) if half / 2 <= high],
        format=".1f",
        grid=True,
        labelFlush=False,
    )
    x = alt.X("low:Q", scale=scale, axis=ticks, title="0: nothing of the persona arrives; 1: all of it")
    y = alt.Y("student:N", sort=None, title=None, axis=alt.Axis(grid=False))
    paint = alt.Scale(domain=["confirmatory", "exploratory"], range=[BLUE, GREY])
    colour = alt.Color("role:N", scale=paint, legend=alt.Legend(symbolOpacity=1, symbolType="circle"))
    base = alt.Chart(shown).encode(y=y, color=colour)
    lines = base.mark_rule(strokeWidth=2).encode(x=x, x2="high:Q")
    unbounded = base.transform_filter("!datum.bounded").mark_rule(strokeWidth=2, strokeDash=[1, 5])
    place = alt.X("slope:Q", scale=scale)
    # Outside of the scale, so that a narrow chart has room for them too.
    words = alt.Chart(shown).mark_text(align="left", dx=14).encode(y=y, x=alt.value("width"), text="text:N")
    zero = alt.Chart(shown).mark_rule().encode(x=alt.datum(0))
    least = alt.Chart(shown).mark_rule(strokeDash=[4, 3]).encode(x=alt.datum(smallest))
    return alt.LayerChart(
        layer=[
            zero,
            least,
            unbounded.encode(x=alt.datum(low), x2=alt.datum(high)),
            lines,
            _triangles(base, scale, "border_low", "triangle-left", -_BEYOND),
            _triangles(base, scale, "border_high", "triangle-right", _BEYOND),
            base.transform_filter("!datum.off").mark_point(filled=True, size=80, opacity=1).encode(x=place),
            *(_hollow(base, place, edge) for edge in EDGES),
            words,
        ]
    )


def _hollow(base: "alt.Chart", place: "alt.X", edge: float) -> "alt.Chart":
    """Return the dots of slopes beyond one edge, beside the triangle that may stand there."""
    import altair as alt

    inwards = -_WITHIN if edge > 0 else _WITHIN
    there = base.transform_filter(f"datum.off && datum.slope === {edge}")
    rings: alt.Chart = there.mark_point(filled=False, size=80, opacity=1, strokeWidth=2)
    return rings.encode(x=place, xOffset=alt.value(inwards))


def _triangles(base: "alt.Chart", scale: "alt.Scale", border: str, shape: str, beyond: float) -> "alt.Chart":
    """Return the triangles at one border, which say that an interval goes on there."""
    import altair as alt

    there = base.transform_filter(f"isValid(datum.{border})")
    signs: alt.Chart = there.mark_point(filled=True, shape=shape, size=90, opacity=1)
    return signs.encode(x=alt.X(f"{border}:Q", scale=scale), xOffset=alt.value(beyond))
