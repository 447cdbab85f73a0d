"""The pictures on which personas differ most: what each teacher said of them, and what its student made of it."""

from collections.abc import Iterable, Mapping

import polars as pl

from eep.core.numbers import MISSING, number
from eep.data import means
from eep.data.query import Query, query
from eep.data.types import Illustration
from eep.report import readouts, tables
from eep.report.blocks import Block, Heading, Table, traced
from eep.report.findings import Findings
from eep.report.markdown import image, text
from eep.report.numbers import agent_label, rounded_frame
from eep.report.results import title

HEADING = "What divides the personas"
#: Pictures beside each other; more would be too small to look at.
ABREAST = 4
_SCHEMA = dict.fromkeys(("task", "item", "persona"), pl.String()) | dict.fromkeys(("teacher", "student"), pl.Float64())


def most_discriminating_items(responses: pl.DataFrame, task: str, count: int) -> tuple[str, ...]:
    """Return the held-out items on which the personas' teachers differ most, the most discriminating first.

    Parameters
    ----------
    responses
        A responses table.
    count
        So many items at most, each of another cluster.

    Returns
    -------
    tuple
        Items by the standard deviation over the persona arm of the teachers' answers, averaged over wordings and
        samples; none where there are fewer than two personas, or several readouts.
    """
    answers = responses.filter(task=task, role="teacher", split="test", arm="persona").drop_nulls("response")
    if answers["option"].n_unique() != 1:
        return ()
    spread = (
        answers.group_by("item", "cluster", "persona")
        .agg(pl.col("response").sort())  # sums in one order, whatever the rows' order
        .with_columns(pl.col("response").list.mean())
        .group_by("item", "cluster")
        .agg(pl.col("response").sort().std())
        .drop_nulls("response")
        .with_columns(pl.col("response").round(9))
        .sort("response", "item", descending=[True, False])
        .unique("cluster", keep="first", maintain_order=True)
    )
    return tuple(spread["item"].head(count))


def judgements(findings: Findings) -> pl.DataFrame:
    """Return (task, item, persona, teacher, student) of the pictures shown: mean probabilities over wordings."""
    rows = []
    for task, shown in findings.gallery.items():
        first = findings.design.task(task).students[0]
        answers = findings.responses.filter(
            pl.col("item").is_in(list(shown)),
            (pl.col("role") == "teacher") | (pl.col("agent") == first) & (pl.col("role") == "student"),
            task=task,
        )
        grouped = means.responses_by_persona(answers).select("item", "persona", "role", "mean")
        found = {tuple(key): mean for *key, mean in grouped.iter_rows()}
        rows += [
            (task, item, persona, *(found.get((item, persona, role)) for role in ("teacher", "student")))
            for item in shown
            for persona in findings.design.persona_ids
        ]
    return rounded_frame(pl.DataFrame(rows, schema=_SCHEMA, orient="row"))


def files(findings: Findings) -> dict[str, bytes]:
    """Return the pictures shown: path below the report's folder to content."""
    return {
        path: findings.gallery[task][item].png
        for task, shown in findings.gallery.items()
        for item, path in paths(task, shown).items()
    }


def paths(task: str, shown: Mapping[str, Illustration]) -> dict[str, str]:
    """Return item -> path of its picture; numbered, since an item's name need not be fit for a file."""
    return {item: f"gallery/{task}-{place}.png" for place, item in enumerate(shown, start=1)}


def section(findings: Findings) -> Iterable[Block]:
    """Yield the gallery: tables of pictures, a row per persona."""
    shown = {task: pictures for task, pictures in findings.gallery.items() if pictures}
    if not shown:
        return
    found = judgements(findings)
    yield Heading(HEADING)
    for task, pictures in shown.items():
        yield format_caption(findings, task)
        for start in range(0, len(pictures), ABREAST):
            some = tuple(pictures)[start : start + ABREAST]
            yield _side_by_side(findings, found.filter(task=task), task, some)
            yield traced(findings, judged(findings, task, some))


def judged(findings: Findings, task: str, items: tuple[str, ...]) -> Query:
    """Return the query of the judgements of some pictures."""
    answers = findings.responses.filter(task=task, role="teacher")
    agents = (*sorted(answers["agent"].unique()), findings.design.task(task).students[0])
    return query("responses", mean="persona", task=task, agent=agents, item=items)


def format_caption(findings: Findings, task: str) -> str:
    """Return what the pictures of a task are, and what the numbers beside them mean."""
    design, number = findings.design.task(task), readouts.probability(findings, task)
    moments = ", of each its most divisive moment" if task in findings.portraits else ""
    return (
        f"{title(findings, task)}: the held-out pictures on which the personas' teachers differ most{moments}. "
        f"{text(number[:1].upper() + number[1:])}, teacher / student ({text(agent_label(design.students[0]))}), averaged over "
        "wordings. The teacher read the caption; the student saw the picture, and never this one before."
    )


def _side_by_side(findings: Findings, found: pl.DataFrame, task: str, items: tuple[str, ...]) -> Table:
    """Return a table of a few pictures: image, caption, and a row for each persona that compares or stands beside."""
    pictures, files_of = findings.gallery[task], paths(task, findings.gallery[task])
    judged_by = {(row["item"], row["persona"]): row for row in found.iter_rows(named=True)}
    head = ["", *(image(pictures[item].text, files_of[item]) for item in items)]
    captions = ["*Caption*", *(text(pictures[item].text) for item in items)]
    rows = [
        [text(label), *(_pair(judged_by.get((item, persona))) for item in items)]
        for persona, label in findings.labels().items()
    ]
    return Table.of(head, [captions, *rows], numeric=())


def _pair(row: tables.Row | None) -> str:
    if row is None:
        return MISSING
    return f"{number(row['teacher'])} / {number(row['student'])}"
