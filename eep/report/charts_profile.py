"""The report's chart of what each persona prefers, teacher beside student."""

from typing import TYPE_CHECKING

import polars as pl

from eep.core.numbers import number
from eep.data.query import query
from eep.report import profiles, readouts
from eep.report.figure import BLUE, HEADER, INK, ORANGE, Figure, figure, scale_of
from eep.report.findings import Findings
from eep.report.numbers import agent_label, plain

if TYPE_CHECKING:
    import altair as alt

_SHAPES = {"teacher": "diamond", "student": "circle"}


def profile(findings: Findings, task: str) -> Figure | None:
    """Return the chart of the strongest preferences of each compared persona, in percentage points."""
    design = findings.design.task(task)
    compared = pl.col("persona").is_in(findings.design.first_arm)
    data = profiles.strongest(findings, task).filter(compared)
    if data.is_empty():
        return None
    shown = _rows(findings, task, data)
    student = design.students[0]
    return figure(
        _panels(
            shown,
            [findings.labels()[persona] for persona in dict.fromkeys(data["persona"])],
            readouts.points(findings, task),
        ),
        findings.teacher(),
        name=f"profile-{task}",
        title=f"{plain(design.title)}: what each persona prefers",
        subtitle=[
            f"{'Points' if task in findings.scales else 'Percentage points'} beyond its own mean and the neutral voice's profile",
            f"95 % interval over wordings; students: {agent_label(student)}",
        ],
        description=f"The strongest preferences of each persona. {_format_description(findings, shown)}",
        data=data,
        traced=(query(test="profile", task=task, agent=("teacher", student)),),
    )


def _rows(findings: Findings, task: str, data: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each mark: panel, row (its rank stands before its words), role, points, low, high."""
    labels, words = findings.labels(), profiles.taste(findings, task).things
    data = data.sort("estimate_teacher", descending=True, maintain_order=True)
    rows: list[dict[str, object]] = []
    ranks: dict[str, int] = {}
    for row in data.iter_rows(named=True):
        rank = ranks[row["persona"]] = ranks.get(row["persona"], 0) + 1
        for role in _SHAPES:
            estimate, low, high = (row[f"{name}_{role}"] for name in ("estimate", "conf_low", "conf_high"))
            if estimate is not None:
                rows.append(
                    {
                        "panel": labels[row["persona"]],
                        "row": f"{rank:02} {plain(words.get(row['term'], row['term']))}",
                        "role": role,
                        "points": 100 * estimate,
                        "low": None if low is None else 100 * low,
                        "high": None if high is None else 100 * high,
                    }
                )
    names = dict.fromkeys(("panel", "row", "role"), pl.String())
    return pl.DataFrame(rows, schema=names | dict.fromkeys(("points", "low", "high"), pl.Float64()), orient="row")


def _panels(shown: pl.DataFrame, order: list[str], title: str) -> "alt.FacetChart":
    import altair as alt

    values = [value for name in ("points", "low", "high") for value in shown[name].drop_nulls()]
    scale = alt.Scale(domain=[min(0.0, *values), max(0.0, *values)], nice=True)
    x = alt.X("points:Q", scale=scale, title=title, axis=alt.Axis(tickCount=7, labelFlush=False))
    # The rank that keeps the rows in order stands before the words, three characters wide.
    axis = alt.Axis(grid=True, gridDash=[1, 3], labelExpr="substring(datum.label, 3)", tickBand="extent")
    base = alt.Chart(shown).encode(
        y=alt.Y("row:N", title=None, axis=axis),
        yOffset=alt.YOffset("role:N", sort=list(_SHAPES)),
        color=alt.Color("role:N", scale=scale_of({"teacher": ORANGE, "student": BLUE})),
    )
    lines = base.mark_rule(strokeWidth=2, opacity=0.55).encode(x=alt.X("low:Q", scale=scale), x2="high:Q")
    points = base.mark_point(filled=True, size=55, opacity=1).encode(
        x=x, shape=alt.Shape("role:N", scale=scale_of(_SHAPES))
    )
    zero = alt.Chart(shown).mark_rule(color=INK).encode(x=alt.datum(0))
    header = alt.Header(**HEADER, labelPadding=-10)
    panels: alt.FacetChart = (
        alt.LayerChart(layer=[zero, lines, points])
        .properties(width=430, height=alt.Step(9))
        .facet(row=alt.Row("panel:N", sort=order, title=None, header=header))
        .properties(spacing=10)
        .resolve_scale(y="independent")
    )
    return panels


def _format_description(findings: Findings, shown: pl.DataFrame) -> str:
    """Return each persona's greatest and least, teacher and student, in words."""
    sentences = []
    for panel in (label for label in findings.labels().values() if label in set(shown["panel"])):
        mine = shown.filter(panel=panel)
        ends = sorted(set(mine["row"]))
        rows = []
        for row in dict.fromkeys((ends[0], ends[-1])):
            points = dict(mine.filter(row=row).select("role", "points").iter_rows())
            rows.append(f"{row[3:]} {', '.join(f'{role} {number(points[role], 0)}' for role in points)}")
        sentences.append(f"{panel}: {'; '.join(rows)}.")
    return " ".join(sentences)
