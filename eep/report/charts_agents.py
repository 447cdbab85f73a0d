"""The report's charts of agents side by side: held-out agreement and closed-loop returns."""

from typing import TYPE_CHECKING

import polars as pl

from eep.core.numbers import number, percent
from eep.data.query import query
from eep.report import labels, readouts, tables
from eep.report.figure import BLUE, GREY, ORANGE, PALE, Figure, figure, scale_of
from eep.report.findings import Findings
from eep.report.numbers import agent_label, plain

if TYPE_CHECKING:
    import altair as alt

NO_BREAK = "\N{NO-BREAK SPACE}"


def agreement(findings: Findings, task: str) -> Figure | None:
    """Return the chart of held-out agreement of students and controls with their own teachers."""
    data = tables.agreement(findings).filter(task=task).drop_nulls("agreement")
    if data.is_empty():
        return None
    controls = pl.col("agent").is_in(tables.controls(findings, task))
    shown = data.with_columns(
        pl.Series("label", [agent_label(agent) for agent in data["agent"]]),
        pl.when(controls).then(pl.lit("control")).otherwise(pl.lit("student")).alias("role"),
        pl.col("persona").is_in(findings.design.first_arm).alias("compared"),
        pl.Series("text", [percent(value, 1) for value in data["agreement"]]),
    )
    overall = shown.filter(persona="all")
    others = shown.filter(~pl.col("compared"), pl.col("persona") != "all")
    hollow = [] if others.is_empty() else ["Hollow dots: neutral and placebo"]
    values = [f"{row['label']} {row['text']}" for row in overall.iter_rows(named=True)]
    return figure(
        _strips(shown).properties(width=500, height=30 * shown["label"].n_unique()),
        findings.teacher(),
        name=f"agreement-{task}",
        title=f"{plain(findings.design.task(task).title)}: how well does each student copy its own teacher?",
        subtitle=[
            f"Held-out items on which {readouts.alike(findings, task)}; bar: all personas, dots: each persona",
            *hollow,
        ],
        description=f"Held-out agreement with the own teacher, over all personas: {'; '.join(values)}.",
        data=data,
        traced=(query(test="agreement", task=task),),
    )


def _strips(shown: pl.DataFrame) -> "alt.LayerChart":
    import altair as alt

    low = min(0.45, *shown["agreement"]) - 0.02
    scale = alt.Scale(domain=[low, 1.0 + 0.02 * (1 - low)], nice=False)
    ticks = alt.Axis(
        values=[tenth / 10 for tenth in range(11)],
        labelExpr=f"round(100 * datum.value) + '{NO_BREAK}%'",
        labelFlush=False,
        labelSeparation=8,
        labelOverlap="parity",
    )
    x = alt.X("agreement:Q", scale=scale, title=None, axis=ticks)
    y = alt.Y("label:N", sort=list(dict.fromkeys(shown["label"])), title=None, axis=alt.Axis(grid=False))
    colour = alt.Color("role:N", legend=None, scale=scale_of({"student": BLUE, "control": GREY}))
    each = alt.Chart(shown.filter(pl.col("persona") != "all")).encode(x=x, y=y, color=colour)
    overall = alt.Chart(shown.filter(persona="all")).encode(y=y)
    return alt.LayerChart(
        layer=[
            each.transform_filter("datum.compared").mark_point(filled=True, size=55, opacity=0.45),
            each.transform_filter("!datum.compared").mark_point(filled=False, size=55, opacity=0.8),
            overall.mark_tick(thickness=3, size=22, opacity=1).encode(x=x, color=colour),
            # Outside of the scale, so that a narrow chart has room for them too.
            overall.mark_text(align="right", dx=58).encode(x=alt.value("width"), text="text:N"),
        ]
    )


def returns(findings: Findings, task: str) -> Figure | None:
    """Return the chart of returns: teachers and confirmatory students by persona, controls below.

    Where play comes to several numbers there is none; see `eep.report.charts_play.outcomes`.
    """
    design = findings.design.task(task)
    controls = tables.controls(findings, task)
    kinds = (design.students[0], *controls)
    mine = (pl.col("role") == "teacher") | pl.col("agent").is_in(kinds)
    data = tables.cells(findings, task).filter(mine).drop_nulls("mean")
    if data.is_empty() or len(tables.measures(findings, task)) > 1:
        return None
    names = findings.labels()
    found = pl.DataFrame([_place(row, names) for row in data.iter_rows(named=True)])
    present = set(found["row"])
    rows = labels.chart_labels(row for row in [*names.values(), *map(_control, controls)] if row in present)
    shown = found.with_columns(pl.col("row").replace_strict(rows))
    height = max(32, 4 + labels.tallest(rows.values()))
    return figure(
        _lanes(shown, list(rows.values())).properties(width=520, height=height * len(rows)),
        findings.teacher(),
        name=f"returns-{task}",
        title=f"{plain(design.title)}: returns of teachers, students and controls",
        subtitle=[
            f"A mark per cell; students: {agent_label(kinds[0])}; grey band: students of permuted labels",
            *labels.in_full(rows),
        ],
        description=f"Returns of every cell. {_format_description(findings, task)}",
        data=data,
        traced=(query("returns", mean="cell", task=task, measure=tables.measures(findings, task)[0]),),
    )


def _control(agent: str) -> str:
    """Return a control's row, which no persona's name can be mistaken for."""
    return f"control: {agent_label(agent)}"


def _place(row: tables.Row, names: dict[str, str]) -> tables.Row:
    """Return where a cell's mark goes: personas have a lane for teachers and one for students."""
    mark = {"role": row["role"], "mean": row["mean"], "agent": row["agent"]}
    if row["role"] == "control":
        return mark | {"row": _control(row["agent"]), "lane": 0.0}
    return mark | {"row": names[row["persona"]], "lane": -0.35 if row["role"] == "teacher" else 0.35}


def _lanes(shown: pl.DataFrame, order: list[str]) -> "alt.LayerChart":
    import altair as alt

    scale = _scale(shown["mean"].to_list())
    paint = scale_of({"teacher": ORANGE, "student": BLUE, "control": GREY})
    shapes = scale_of({"teacher": "diamond", "student": "circle", "control": "circle"})
    legend = alt.Legend(values=["teacher", "student"])
    # Controls are thin strokes, so that many of them still show where they crowd.
    shape = alt.Shape("role:N", scale=shapes, legend=legend)
    points = alt.Chart(shown).encode(
        x=alt.X(
            "mean:Q",
            scale=scale,
            title="return, mean over a cell's episodes",
            axis=alt.Axis(tickCount=6, labelOverlap="greedy", labelSeparation=8, labelFlush=False),
        ),
        y=alt.Y("row:N", sort=order, title=None, axis=labels.axis(grid=True, gridDash=[1, 3], tickBand="extent")),
        yOffset=alt.YOffset("lane:Q", scale=alt.Scale(domain=[-1, 1])),
        color=alt.Color("role:N", scale=paint, legend=legend),
    )
    marks = points.transform_filter("datum.role != 'control'").mark_point(filled=True, size=65, opacity=0.8)
    strokes = points.transform_filter("datum.role == 'control'").mark_tick(thickness=2, size=16, opacity=0.7)
    permuted = shown.filter(agent="permuted")["mean"]
    span = pl.DataFrame({"low": [permuted.min()], "high": [permuted.max()]}).drop_nulls()
    band = alt.Chart(span).mark_rect(color=PALE, opacity=0.5)
    return alt.LayerChart(
        layer=[band.encode(x=alt.X("low:Q", scale=scale), x2="high:Q"), marks.encode(shape=shape), strokes]
    )


def _scale(means: list[float]) -> "alt.Scale":
    """Return a linear scale from zero, or a logarithmic one where returns span more than a factor of five."""
    import altair as alt

    if min(means) > 0 and max(means) > 5 * min(means):
        return alt.Scale(type="log", domain=[0.85 * min(means), 1.15 * max(means)], nice=False)
    return alt.Scale(zero=True)


def _format_description(findings: Findings, task: str) -> str:
    """Return the chart's content in sentences: the mean of each persona's teachers and students, and the controls'."""
    first = findings.design.task(task).students[0]
    main = tables.measures(findings, task)[:1]
    found = tables.returns(findings).filter(pl.col("measure").is_in(main), task=task).drop_nulls("mean")
    shown = found.filter((pl.col("role") == "teacher") | (pl.col("agent") == first))
    mean = {(row["role"], row["persona"]): number(row["mean"], 1) for row in shown.iter_rows(named=True)}
    sentences = []
    for persona, label in findings.labels().items():
        roles = [role for role in ("teacher", "student") if (role, persona) in mean]
        if roles:
            sentences.append(f"{label}: {', '.join(f'{role} {mean[role, persona]}' for role in roles)}.")
    cells = tables.cells(findings, task).filter(role="control").drop_nulls("mean")
    for agent in tables.controls(findings, task):
        means = cells.filter(agent=agent)["mean"].to_list()
        if means:
            sentences.append(f"{agent_label(agent)}: {number(sum(means) / len(means), 1)}.")
    return " ".join(sentences)
