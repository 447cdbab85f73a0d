"""The chart of said against done: a multitrait-multimethod matrix, with personas for traits."""

from collections.abc import Iterator

import polars as pl

from eep.core.numbers import number
from eep.data.query import query
from eep.report import labels, tables
from eep.report.figure import BLUE, BROWN, INK, WHITISH, Figure, figure
from eep.report.findings import Findings
from eep.report.numbers import plain
from eep.report.validity import methods

#: Side of a square.
SIDE = 17


def validity(findings: Findings, task: str) -> Figure | None:
    """Return the matrix of all personas in all methods; None where the task is about nothing that another one is about."""
    import altair as alt

    data = tables.pick(findings, test="mtmm", task=task)
    if data.is_empty():
        return None
    names = {name: label for name, label in findings.labels().items() if name in set(data["term"])}
    short = labels.chart_labels(names.values(), widest=labels.ALONE, most=1)
    shown = pl.DataFrame(
        [
            {
                "one": plain(one),
                "other": plain(other),
                "column": short[names[row["term"]]],
                "row": short[names[row["contrast"]]],
                "similarity": row["estimate"],
                "text": number(row["estimate"]),
                "own": row["term"] == row["contrast"],
            }
            for row in (*data.iter_rows(named=True), *_mirrored(data))
            for one, other in [methods(findings, row["agent"])]
        ]
    )
    order = list(dict.fromkeys(shown["one"]))
    base = alt.Chart(shown).encode(
        x=alt.X("column:N", sort=list(short.values()), title=None, axis=alt.Axis(labelAngle=-90, grid=False)),
        y=alt.Y("row:N", sort=list(short.values()), title=None, axis=labels.axis(grid=False)),
        tooltip=["one:N", "column:N", "other:N", "row:N", alt.Tooltip("text:N", title="similarity")],
    )
    paint = alt.Scale(domain=[-1, 0, 1], range=[BROWN, WHITISH, BLUE], clamp=True)
    squares = base.mark_rect(stroke="white", strokeWidth=1).encode(
        color=alt.Color("similarity:Q", legend=None, scale=paint)
    )
    frames = base.transform_filter("datum.own").mark_rect(fillOpacity=0, stroke=INK, strokeWidth=1.5)
    panels = (
        alt.LayerChart(layer=[squares, frames])
        .properties(width=alt.Step(SIDE), height=alt.Step(SIDE))
        .facet(
            row=alt.Row("other:N", sort=order, title=None),
            column=alt.Column("one:N", sort=order, title=None),
            spacing=10,
        )
    )
    own = shown.filter(pl.col("own"))
    across = own.filter(pl.col("one") != pl.col("other"))["similarity"].mean()
    within = own.filter(pl.col("one") == pl.col("other"))["similarity"].mean()
    rest = shown.filter(~pl.col("own"))["similarity"].mean()
    means = "; ".join(
        f"{words} {number(value if isinstance(value, float) else None)}"
        for words, value in (
            ("a persona with itself in the same method", within),
            ("with itself in another method", across),
            ("with other personas", rest),
        )
    )
    return figure(
        panels,
        findings.teacher(),
        name=f"validity-{task}",
        title="Is a persona the same one in what it says and in what it does?",
        subtitle=[
            "Similarity of preferences in other wordings; framed: the same persona. Where squares lie on a framed",
            "diagonal in a panel of two methods, personas are the same whatever the method (validity).",
        ],
        description=f"Multitrait-multimethod matrix of personas. Mean similarity: {means}.",
        data=data.select("agent", "term", "contrast", "estimate", "n_items"),
        traced=(query(test="mtmm", task=task),),
    )


def _mirrored(data: pl.DataFrame) -> Iterator[tables.Row]:
    """Yield the rows of the other half of the matrix: each pair of methods the other way round."""
    for row in data.iter_rows(named=True):
        one, other = row["agent"].split(", ")
        if one != other:
            yield {**row, "agent": f"{other}, {one}", "term": row["contrast"], "contrast": row["term"]}
