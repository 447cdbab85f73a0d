"""The report's charts of personas: shares of variance, and whom each student resembles."""

import math
from typing import TYPE_CHECKING

import polars as pl

from eep.core.numbers import TIMES, number, percent
from eep.data.query import query
from eep.report import labels, tables
from eep.report.figure import BLUE, BROWN, GREY, HEADER, INK, ORANGE, PALE, VERMILION, WHITISH, Figure, figure, scale_of
from eep.report.findings import Findings
from eep.report.numbers import plain

if TYPE_CHECKING:
    import altair as alt

#: Part of the variance to what readers are told it is, and to its colour: the personas' parts stand out.
PARTS = {
    "generic": ("generic: what all personas share", GREY),
    "level": ("persona: level", ORANGE),
    "preference": ("persona: preference", VERMILION),
    "wording": ("this wording alone", PALE),
    "rest": ("rest", PALE),
}


def shares(findings: Findings) -> Figure | None:
    """Return the chart of the parts of the variance of the teachers' answers."""
    import altair as alt

    data = tables.shares(findings)
    if data.is_empty():
        return None
    titles = {task.task: plain(task.title) for task in findings.design.tasks}
    shown = data.with_columns(
        pl.col("task").replace_strict(titles),
        pl.Series("label", [PARTS[part][0] for part in data["part"]]),
        pl.Series("text", [percent(share, 1) for share in data["share"]]),
    )
    panels = shown["task"].n_unique()
    chart = _bars(shown).properties(width=380, height=150)
    # One task below the other, so that bars compare, and fit on a phone.
    tasks = alt.Row("task:N", title=None, sort=list(titles.values()), header=alt.Header(**HEADER))
    described = [_format_description(title, shown.filter(task=title)) for title in dict.fromkeys(shown["task"])]
    return figure(
        chart if panels == 1 else chart.facet(row=tasks).properties(spacing=14),
        findings.teacher(),
        name="shares",
        title="What the teachers' answers are made of",
        subtitle=["Shares of their variance"],
        description=f"Shares of the variance as bars. {' '.join(described)}",
        data=data,
        traced=(query(test="shares"),),
    )


def _format_description(title: str, shown: pl.DataFrame) -> str:
    parts = [f"{part} {share}" for part, share in shown.select("part", "text").iter_rows()]
    return f"{title}: {', '.join(parts)}."


def _bars(shown: pl.DataFrame) -> "alt.LayerChart":
    import altair as alt

    names = labels.chart_labels(label for label, _ in PARTS.values())
    shown = shown.with_columns(pl.col("label").replace_strict(names))
    # Room on the right for the number beside a bar of 100 %.
    scale = alt.Scale(domain=[min(0.0, *shown["share"]), 1.25], nice=False)
    base = alt.Chart(shown).encode(
        y=alt.Y("label:N", sort=list(names.values()), title=None, axis=labels.axis(grid=False)),
        x=alt.X("share:Q", title=None, axis=None, scale=scale),
    )
    paint = scale_of({part: colour for part, (_, colour) in PARTS.items()})
    bars = base.mark_bar(height=16).encode(color=alt.Color("part:N", legend=None, scale=paint))
    return alt.LayerChart(layer=[bars, base.mark_text(align="left", dx=6).encode(text="text:N")])


def matrix(findings: Findings, task: str, component: str) -> Figure | None:
    """Return the matched-against-mismatched matrix of the confirmatory student."""
    design = findings.design.task(task)
    data = tables.similarity(findings, task, component, design.students[0])
    if data.is_empty():
        return None
    present = set(data["student"]) | set(data["teacher"])
    names = {persona: name for persona, name in findings.labels().items() if persona in present}
    # Rows have room for whole names; columns stand in the rows' order, so that a cut one can be told by its row.
    rows = labels.chart_labels(names.values())
    columns = labels.chart_labels(names.values(), widest=labels.ALONE, most=1)
    height = max(34, 6 + labels.tallest(rows.values()))
    unit, factor = _unit(component, data)
    means = _means(findings, task, component, factor)
    shown = data.with_columns(
        pl.col("student", "teacher").replace_strict(names),
        (pl.col("student") == pl.col("teacher")).alias("matched"),
        pl.Series("row", [rows[names[persona]] for persona in data["student"]]),
        pl.Series("column", [columns[names[persona]] for persona in data["teacher"]]),
        pl.Series("text", [number(factor * value) for value in data["similarity"]]),
    )
    return figure(
        _squares(shown, list(rows.values()), list(columns.values())).properties(
            width=52 * len(names), height=height * len(names)
        ),
        findings.teacher(),
        name=f"matrix-{task}-{component}",
        title=f"{plain(design.title)}, {plain(component)}: whom does each student resemble?",
        subtitle=[f"{unit}; framed: its own persona", means, *labels.in_full(rows)],
        description=(
            f"Matrix of the similarity of each persona's students with each persona's teachers in another wording. "
            f"{means}; {nearest(findings, task, component)}."
        ),
        data=data,
        traced=(query(test=("similarity", "T2"), task=task, component=component, agent=design.students[0]),),
    )


def _unit(component: str, data: pl.DataFrame) -> tuple[str, float]:
    """Return what the squares show, and by what power of ten to multiply it so that it has digits to read."""
    if component == "preference":
        return "Cosine similarity", 1
    largest = max(abs(value) for value in data["similarity"])
    power = max(0, -math.floor(math.log10(largest))) if largest else 0
    return f"Product of deviations{f' {TIMES} {10**power:,}' if power else ''}", 10**power


def _squares(shown: pl.DataFrame, rows: list[str], columns: list[str]) -> "alt.LayerChart":
    import altair as alt

    largest = max(abs(value) for value in shown["similarity"]) or 1.0
    across = alt.Axis(orient="bottom", labelAngle=-40, grid=False, labelLimit=190)
    base = alt.Chart(shown).encode(
        x=alt.X("column:N", sort=columns, title="teacher, in another wording", axis=across),
        y=alt.Y("row:N", sort=rows, title="student", axis=labels.axis(grid=False)),
        tooltip=["student:N", "teacher:N", alt.Tooltip("text:N", title="similarity")],
    )
    paint = alt.Scale(domain=[-largest, 0, largest], range=[BROWN, WHITISH, BLUE])
    squares = base.mark_rect(stroke="white", strokeWidth=1).encode(
        color=alt.Color("similarity:Q", legend=None, scale=paint)
    )
    frames = base.transform_filter("datum.matched").mark_rect(fillOpacity=0, stroke=INK, strokeWidth=2)
    # White on the darkest squares, ink on the others: each has the better contrast there.
    dark = f"abs(datum.similarity) > {0.85 * largest}"
    words = base.mark_text(fontSize=11).encode(
        text="text:N", color=alt.condition(dark, alt.value("white"), alt.value(INK))
    )
    return alt.LayerChart(layer=[squares, frames, words])


def _means(findings: Findings, task: str, component: str, factor: float) -> str:
    student = findings.design.task(task).students[0]
    found = tables.effects(findings).filter(task=task, component=component, student=student)
    matched, mismatched = (
        number(None if found.is_empty() or found[name][0] is None else factor * found[name][0])
        for name in ("matched", "mismatched")
    )
    return f"Mean matched {matched}, mismatched {mismatched}"


def nearest(findings: Findings, task: str, component: str) -> str:
    """Return a clause that counts the students whose most similar teacher is their own persona's.

    A level or gain is one number, and similarity in it the product of two deviations: the largest product is everybody's
    with the most extreme teacher of their side. So it counts the students on the side of their own teachers.
    """
    data = tables.similarity(findings, task, component, findings.design.task(task).students[0])
    if component != "preference":
        matched = data.filter(pl.col("student") == pl.col("teacher"))
        sides = matched.filter(pl.col("similarity") > 0).height
        return (
            f"for {sides} of {matched.height} personas the students lie on the same side of the mean as their own persona's "
            "teachers"
        )
    best = data.sort("similarity", descending=True, maintain_order=True).unique(
        "student", keep="first", maintain_order=True
    )
    own = best.filter(pl.col("student") == pl.col("teacher")).height
    return f"for {own} of {best.height} personas the most similar teacher is the students' own persona's"
