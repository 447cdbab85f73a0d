"""Tables to look at: a square for every row and column, in two halves, the teacher's left and the student's right."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from eep.report import labels
from eep.report.figure import BLUE, BROWN, INK, WHITISH

if TYPE_CHECKING:
    import altair as alt

#: Which half is whose, and a square of one number.
LEFT, RIGHT, WHOLE = "teacher", "student", "control"

#: Pixels from line to line of a label above the squares.
_LINE = 12


@dataclass(frozen=True)
class Look:
    """How such a table looks."""

    rows: Sequence[str]  #: Labels of rows and names of columns, in their order.
    columns: Sequence[str]
    width: int  #: Pixels of a column and of a row.
    height: int
    domain: tuple[float, float, float]  #: What is brown, whitish and blue.
    axis: "alt.Axis"
    legend: "alt.Legend | None" = None


def halves(shown: pl.DataFrame, look: Look, *more: "alt.Chart", tooltip: Sequence[Any] = ()) -> "alt.LayerChart":
    """Return the chart of (row, column, role, value, text); ``role`` says which half, ``text`` stands in it if not empty."""
    import altair as alt

    low, middle, high = look.domain
    paint = alt.Scale(domain=[low, middle, high], range=[BROWN, WHITISH, BLUE], clamp=True)
    across = alt.Scale(paddingInner=0.1, paddingOuter=0.05)
    base = alt.Chart(shown).encode(
        x=alt.X("column:N", sort=list(look.columns), title=None, axis=look.axis, scale=across),
        y=alt.Y(
            "row:N", sort=list(look.rows), title=None, axis=labels.axis(grid=False), scale=alt.Scale(paddingInner=0.08)
        ),
        tooltip=list(tooltip),
    )
    colour = alt.Color("value:Q", scale=paint, legend=look.legend)
    offset = alt.XOffset("role:N", sort=[LEFT, RIGHT], scale=alt.Scale(domain=[LEFT, RIGHT]))
    # White on the darkest squares, ink on the others: each has the better contrast there.
    reach = 0.85 * max(high - middle, middle - low)
    ink = alt.condition(f"abs(datum.value - {middle}) > {reach}", alt.value("white"), alt.value(INK))
    layers: list[alt.Chart] = []
    for single in (False, True):
        some = base.transform_filter(f"datum.role {'==' if single else '!='} '{WHOLE}'")
        if single and WHOLE not in set(shown["role"]):
            continue
        placed = some if single else some.encode(xOffset=offset)
        layers.append(placed.mark_rect().encode(color=colour))
        if shown["text"].str.len_chars().max():
            layers.append(placed.mark_text(fontSize=10).encode(text="text:N", color=ink))
    return alt.LayerChart(layer=[*layers, *more]).properties(
        width=look.width * len(look.columns), height=look.height * len(look.rows)
    )


def as_high(names: Mapping[str, str]) -> str:
    """Return the expression of labels, name -> lines, all as high as the highest: the last line of each stands lowest."""
    lines = {name: label.split("\n") for name, label in names.items()}
    most = max(map(len, lines.values()), default=1)
    filled = {name: [""] * (most - len(label)) + label for name, label in lines.items()}
    return f"{json.dumps(filled)}[datum.value]"


def wrapped(names: Mapping[str, str]) -> "alt.Axis":
    """Return an axis above the squares whose labels, name -> lines, may take several lines."""
    import altair as alt

    most = max((label.count("\n") + 1 for label in names.values()), default=1)
    return alt.Axis(
        orient="top",
        labelAngle=0,
        grid=False,
        labelExpr=as_high(names),
        labelLineHeight=_LINE,
        labelPadding=6 + _LINE * (most - 1),
    )
