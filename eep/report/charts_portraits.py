"""The report's chart of single clusters, their pictures above what each persona's teacher and student make of them."""

import base64
import io
from typing import TYPE_CHECKING

import polars as pl

from eep.core.numbers import number
from eep.data.query import Query, query
from eep.report import halves, labels, portraits, readouts
from eep.report.figure import Figure, figure
from eep.report.findings import Findings
from eep.report.halves import LEFT, RIGHT, Look
from eep.report.numbers import agent_label, plain

if TYPE_CHECKING:
    import altair as alt

#: Pixels of a column, of a picture on the page, and of the same picture in the file.
WIDE, SIDE, DRAWN = 54, 50, 104
QUALITY = 82


def clusters(findings: Findings, task: str) -> Figure | None:
    """Return the chart of the clusters that a task portrays."""
    data = portraits.by_cluster(findings, task)
    if data.drop_nulls("teacher").is_empty():
        return None
    design = findings.design.task(task)
    number_of = {cluster: f"{place}" for place, cluster in enumerate(data["cluster"].unique(maintain_order=True), 1)}
    names = findings.labels()
    present = set(data.drop_nulls("teacher")["persona"])
    rows = labels.chart_labels(names[persona] for persona in names if persona in present)
    texts = {cluster: plain(findings.portraits[task][cluster].text) for cluster in number_of}
    shown = (
        data.unpivot([LEFT, RIGHT], index=["cluster", "persona"], variable_name="role", value_name="value")
        .drop_nulls("value")
        .with_columns(
            pl.col("persona").replace_strict(names).replace(rows).alias("row"),
            pl.col("persona").replace_strict(names),
            pl.col("cluster").replace_strict(number_of).alias("column"),
            pl.lit("").alias("text"),
        )
    )
    order = list(number_of.values())
    look = Look(
        rows=list(rows.values()),
        columns=order,
        width=WIDE,
        height=max(24, 4 + labels.tallest(rows.values())),
        domain=_domain(shown["value"].to_list()),
        axis=_axis(),
        legend=_legend(findings, task),
    )
    return figure(
        halves.halves(shown, look, _pictures(findings, task, number_of, texts), tooltip=_tooltip()),
        findings.teacher(),
        name=f"portraits-{task}",
        title=f"{plain(design.title)}: {_about(findings, task)}, picture by picture",
        subtitle=[
            f"Left half: teacher; right half: student ({agent_label(design.students[0])})",
            *labels.in_full(rows),
        ],
        description=(
            f"A table of squares, a row for each persona, a column for each picture: {readouts.probability(findings, task)}. "
            f"{_format_description(findings, data, texts)}"
        ),
        data=data,
        traced=(_query(findings, task, tuple(number_of)),),
    )


def _about(findings: Findings, task: str) -> str:
    scale = findings.scales.get(task)
    return plain(scale.words) if scale else readouts.probability(findings, task)


def _query(findings: Findings, task: str, shown: tuple[str, ...]) -> Query:
    agents = findings.responses.filter(task=task, role="teacher")["agent"].unique().sort()
    first = findings.design.task(task).students[0]
    return query("responses", mean="persona", task=task, agent=(*agents, first), split="test", cluster=shown)


def _domain(values: list[float]) -> tuple[float, float, float]:
    """Return the ends of the colours: as far from the middle of the scale on either side as any number is."""
    reach = round(max(0.1, *(abs(value - 0.5) for value in values)), 3)
    return 0.5 - reach, 0.5, 0.5 + reach


def _axis() -> "alt.Axis":
    import altair as alt

    return alt.Axis(orient="top", labelAngle=0, grid=False, labelPadding=SIDE + 6, labelFontSize=11)


def _legend(findings: Findings, task: str) -> "alt.Legend":
    import altair as alt

    scale = findings.scales.get(task)
    ends = (scale.low, scale.high) if scale else ("never", "always")
    title = f"{readouts.option(findings, task)}: 0 “{plain(ends[0])}”, 1 “{plain(ends[1])}”"
    return alt.Legend(
        title=title, titleLimit=400, orient="bottom", gradientLength=220,
        tickCount=5, format=".1f",
    )  # fmt: skip


def _tooltip() -> list["alt.Tooltip"]:
    import altair as alt

    return [
        alt.Tooltip("persona:N"),
        alt.Tooltip("role:N", title="who"),
        alt.Tooltip("column:N", title="picture"),
        alt.Tooltip("value:Q", format=".2f"),
    ]


def _pictures(findings: Findings, task: str, numbers: dict[str, str], texts: dict[str, str]) -> "alt.Chart":
    """Return the pictures, above the squares."""
    import altair as alt

    shown = findings.portraits[task]
    data = pl.DataFrame(
        [
            {"column": place, "caption": texts[name], "address": address(shown[name].png)}
            for name, place in numbers.items()
        ]
    )
    pictures: alt.Chart = (
        alt.Chart(data)
        .mark_image(width=SIDE, height=SIDE)
        .encode(
            x=alt.X("column:N", sort=list(numbers.values())),
            y=alt.value(-SIDE / 2 - 4),
            url="address:N",
            tooltip=[alt.Tooltip("caption:N", title="picture")],
        )
    )
    return pictures


def address(png: bytes) -> str:
    """Return a picture as a data address, small and packed as JPEG, which programs that draw SVG know."""
    from PIL import Image

    packed = io.BytesIO()
    with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
        picture.convert("RGB").resize((DRAWN, DRAWN), Image.Resampling.LANCZOS).save(packed, "JPEG", quality=QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(packed.getvalue()).decode()}"


def _format_description(findings: Findings, data: pl.DataFrame, texts: dict[str, str]) -> str:
    """Return each persona's highest and lowest, teacher and student, in words."""
    sentences = []
    for persona, label in findings.labels().items():
        mine = data.filter(persona=persona).drop_nulls(LEFT).sort(LEFT, descending=True, maintain_order=True)
        if mine.is_empty():
            continue
        ends = [
            f"{word} {number(row[LEFT])} (student {number(row[RIGHT])}), {texts[row['cluster']].rstrip('.')}"
            for word, row in (("highest", mine.row(0, named=True)), ("lowest", mine.row(-1, named=True)))
        ]
        sentences.append(f"{label}: {'; '.join(ends)}.")
    return " ".join(sentences)
