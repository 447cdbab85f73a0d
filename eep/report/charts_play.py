"""The report's charts of play: numbers about policies, and what play comes to in several measures."""

from typing import TYPE_CHECKING

import polars as pl

from eep.core.numbers import number
from eep.data.query import query
from eep.report import halves, labels, tables
from eep.report.figure import BLUE, GREY, HEADER, ORANGE, Figure, figure, scale_of
from eep.report.findings import Findings
from eep.report.halves import WHOLE, Look
from eep.report.numbers import agent_label, plain, rounded_frame

if TYPE_CHECKING:
    import altair as alt

#: Panels beside each other, pixels of a panel and of a row in it.
ABREAST, PANEL, ROW = 3, 165, 21
#: Numbers about policies that a chart has room for.
MOST = 12
_SHAPES = {"teacher": "diamond", "student": "circle"}
_GENERIC = "generic"


def numbers(findings: Findings, task: str) -> pl.DataFrame:
    """Return (feature, persona, role, value, low, high) of teachers and confirmatory students, and the generic student's."""
    found = tables.pick(findings, test="policy", term="mean", task=task).drop_nulls("estimate")
    first = findings.design.task(task).students[0]
    role_of = dict.fromkeys(tables.teachers(findings, task), "teacher") | {first: "student", _GENERIC: _GENERIC}
    named = found.filter(pl.col("agent").is_in(list(role_of))).select(
        feature="component",
        persona="contrast",
        role=pl.col("agent").replace_strict(role_of, return_dtype=pl.String()),
        value="estimate",
        low="conf_low",
        high="conf_high",
    )
    order = {persona: place for place, persona in enumerate(findings.design.persona_ids)}
    shown = named.filter(pl.col("persona").is_in(list(order)))
    features = {name: place for place, name in enumerate(tables.features(findings, task))}
    return rounded_frame(
        shown.sort(
            pl.col("feature").replace_strict(features, return_dtype=pl.Int64()),
            pl.col("persona").replace_strict(order, return_dtype=pl.Int64()),
            "role",
            descending=[False, False, True],
        )
    )


def policies(findings: Findings, task: str) -> Figure | None:
    """Return the chart of the numbers about a task's policies, a panel each."""
    data = numbers(findings, task)
    if data.is_empty() or data["feature"].n_unique() > MOST:
        return None
    design, names = findings.design.task(task), findings.labels()
    present = set(data.filter(pl.col("role") != _GENERIC)["persona"])
    rows = labels.chart_labels(names[persona] for persona in names if persona in present)
    shown = data.with_columns(
        pl.col("persona").replace_strict(names).replace(rows).alias("row"),
        pl.col("feature").map_elements(plain, return_dtype=pl.String()),
    )
    generic = [_GENERIC] if _GENERIC in set(data["role"]) else []
    agents = (*tables.teachers(findings, task), design.students[0], *generic)
    return figure(
        _panels(shown, list(rows.values())),
        findings.teacher(),
        name=f"policies-{task}",
        title=f"{plain(design.title)}: how they act",
        subtitle=[
            f"95 % t interval over a persona's wordings; students: {agent_label(design.students[0])}",
            *("Grey line: the generic student, which learned from no persona" for _ in generic),
            *labels.in_full(rows),
        ],
        description=f"Numbers about how policies act, in panels. {_describe_policies(findings, data)}",
        data=data,
        traced=(query(test="policy", task=task, agent=agents),),
    )


def _panels(shown: pl.DataFrame, order: list[str]) -> "alt.FacetChart":
    import altair as alt

    features = list(dict.fromkeys(shown["feature"]))
    both = [
        name
        for name in features
        if min(shown.filter(feature=name)["value"]) < 0 < max(shown.filter(feature=name)["value"])
    ]
    zeros = pl.DataFrame(
        {"feature": both, "role": ["zero"] * len(both), "value": [0.0] * len(both)},
        schema_overrides={"feature": pl.String(), "role": pl.String(), "value": pl.Float64()},
    )
    scale = alt.Scale(zero=False, nice=True)
    ticks = alt.Axis(tickCount=4, labelFlush=False, labelOverlap="greedy")
    x = alt.X("value:Q", scale=scale, title=None, axis=ticks)
    legend = alt.Legend(symbolOpacity=1)
    paint = scale_of({"teacher": ORANGE, "student": BLUE})
    base = alt.Chart(pl.concat([shown, zeros], how="diagonal"))
    mine = base.transform_filter("datum.role == 'teacher' || datum.role == 'student'").encode(
        y=alt.Y("row:N", sort=order, title=None, axis=labels.axis(grid=True, gridDash=[1, 3], tickBand="extent")),
        yOffset=alt.YOffset("role:N", sort=list(_SHAPES)),
        color=alt.Color("role:N", scale=paint, legend=legend),
    )
    layers = [
        base.transform_filter("datum.role == 'zero'").mark_rule().encode(x=x),
        base.transform_filter(f"datum.role == '{_GENERIC}'")
        .mark_rule(color=GREY, strokeWidth=2, strokeDash=[4, 3])
        .encode(x=x),
        mine.mark_rule(strokeWidth=2, opacity=0.55).encode(x=alt.X("low:Q", scale=scale), x2="high:Q"),
        mine.mark_point(filled=True, size=50, opacity=1).encode(
            x=x, shape=alt.Shape("role:N", scale=scale_of(_SHAPES), legend=legend)
        ),
    ]
    header = alt.Header(
        **HEADER, labelExpr=halves.as_high(labels.chart_labels(features, widest=11)), labelLineHeight=14
    )
    panels: alt.FacetChart = (
        alt.LayerChart(layer=layers)
        .properties(width=PANEL, height=max(ROW, 4 + labels.tallest(order)) * len(order))
        .facet(facet=alt.Facet("feature:N", sort=features, title=None, header=header), columns=ABREAST)
        .resolve_scale(x="independent")
    )
    return panels


def _describe_policies(findings: Findings, data: pl.DataFrame) -> str:
    """Return each number of each persona, teacher and student."""
    names, sentences = findings.labels(), []
    for feature in dict.fromkeys(data["feature"]):
        mine = data.filter(pl.col("role") != _GENERIC, feature=feature)
        value = {(row["persona"], row["role"]): number(row["value"]) for row in mine.iter_rows(named=True)}
        told = [
            f"{names[persona]} {' / '.join(value.get((persona, role), 'none') for role in _SHAPES)}"
            for persona in dict.fromkeys(mine["persona"])
        ]
        sentences.append(f"{plain(feature)}, teacher / student: {'; '.join(told)}.")
    return " ".join(sentences)


def outcomes(findings: Findings, task: str) -> Figure | None:
    """Return the table of squares of what play comes to, where a task has several measures of it; controls below."""
    measures = tables.measures(findings, task)
    if len(measures) < 2:
        return None
    data = _outcomes(findings, task)
    if data.is_empty():
        return None
    design = findings.design.task(task)
    controls = {_control(agent): f"control: {agent_label(agent)}" for agent in tables.controls(findings, task)}
    names = findings.labels() | controls
    present = dict.fromkeys(data["who"])
    rows = labels.chart_labels(names[who] for who in present)
    columns = labels.chart_labels(map(plain, measures), widest=11)
    shown = data.with_columns(
        pl.col("who").replace_strict(names).replace(rows).alias("row"),
        pl.Series("column", map(plain, data["measure"]), dtype=pl.String()),
        pl.Series("text", _digits(data), dtype=pl.String()),
        _place().alias("value"),
    )
    look = Look(
        rows=list(rows.values()), columns=list(columns), width=84, height=max(24, 4 + labels.tallest(rows.values())),
        domain=(-1.0, 0.0, 1.0), axis=halves.wrapped(columns),
    )  # fmt: skip
    return figure(
        halves.halves(shown, look),
        findings.teacher(),
        name=f"outcomes-{task}",
        title=f"{plain(design.title)}: what play comes to",
        subtitle=[
            f"Left half: teacher; right half: student ({agent_label(design.students[0])}); means over cells, per episode",
            "Blue: more than the personas' mean of a column; brown: less",
            *labels.in_full(rows),
        ],
        description=f"What play comes to, a row for each persona and control. {_describe_outcomes(data, names)}",
        data=data,
        traced=tuple(query("returns", mean=level, task=task) for level in ("persona", "agent")),
    )


def _outcomes(findings: Findings, task: str) -> pl.DataFrame:
    """Return (who, measure, role, mean, sd, cells): personas in the readers' order, then controls over all their cells."""
    first = findings.design.task(task).students[0]
    found = tables.returns(findings).filter(task=task)
    mine = found.filter((pl.col("role") == "teacher") | (pl.col("agent") == first)).with_columns(who="persona")
    pooled = tables.returns_of_agents(findings).filter(task=task, role="control")
    pooled = pooled.with_columns(who=pl.Series([_control(agent) for agent in pooled["agent"]], dtype=pl.String()))
    everyone = [*findings.design.persona_ids, *map(_control, tables.controls(findings, task))]
    order = {who: place for place, who in enumerate(everyone)}
    measures = {name: place for place, name in enumerate(tables.measures(findings, task))}
    columns = ("who", "measure", pl.col("role").cast(pl.String()), "mean", "sd", "cells")
    every = (
        pl.concat([mine.select(columns), pooled.select(columns)])
        .drop_nulls("mean")
        .filter(pl.col("who").is_in(list(order)))
    )
    return every.sort(
        pl.col("who").replace_strict(order, return_dtype=pl.Int64()),
        pl.col("measure").replace_strict(measures, return_dtype=pl.Int64()),
        "role",
        descending=[False, False, True],
    )


def _control(agent: str) -> str:
    """Return what a control is called among personas, whose ids have no colon."""
    return f"control:{agent}"


def _digits(data: pl.DataFrame) -> list[str]:
    """Return the means in words; a measure whose means are all below 1 has a digit more."""
    largest = dict(data.group_by("measure").agg(pl.col("mean").abs().max()).iter_rows())
    return [number(row["mean"], 1 if largest[row["measure"]] >= 1 else 2) for row in data.iter_rows(named=True)]


def _place() -> pl.Expr:
    """Return where a mean lies in its column: 0 at the personas' mean, 1 or -1 where the farthest of them lies."""
    of_persona = pl.when(pl.col("role") != WHOLE).then(pl.col("mean"))
    centre = of_persona.mean().over("measure")
    reach = (of_persona - of_persona.mean()).abs().max().over("measure")
    return pl.when(reach > 0).then((pl.col("mean") - centre) / reach).otherwise(0.0).clip(-1.0, 1.0)


def _describe_outcomes(data: pl.DataFrame, names: dict[str, str]) -> str:
    """Return each persona's and each control's numbers, measure by measure."""
    sentences = []
    data = data.with_columns(pl.Series("text", _digits(data), dtype=pl.String()))
    for measure in dict.fromkeys(data["measure"]):
        mine = data.filter(measure=measure)
        told = []
        for who in dict.fromkeys(mine["who"]):
            values = mine.filter(who=who)["text"]
            told.append(f"{names[who]} {' / '.join(values)}")
        sentences.append(f"{plain(measure)}, teacher / student: {'; '.join(told)}.")
    return " ".join(sentences)
