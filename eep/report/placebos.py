"""The report's section on placebos as a yardstick: how far each prompt resembles itself, personas beside placebos."""

from collections.abc import Iterable

import polars as pl

from eep.core.numbers import MISSING, number
from eep.data.query import query
from eep.report import tables
from eep.report.blocks import Block, Heading, Table, traced
from eep.report.findings import Findings
from eep.report.markdown import text
from eep.report.numbers import agent_label
from eep.report.results import head, title

HEADING = "Personas beside placebos"
WHAT = (
    "How much closer the students (and the teachers) of a prompt are to its own teachers in other wordings than to those of "
    "others, in preference: what T2 tests on average, prompt by prompt. Each placebo stands in turn as one more persona. "
    "*From the mean* counts from the mean of all, as T2 does: there a placebo may stand apart by lacking what all personas share, "
    "so that it looks like a persona of its own. *From neutral* counts from the neutral voice in the same wording: a placebo that "
    "resembles itself there does so by its whims or by its biography. A persona below the placebos shows no more "
    "of itself than any prompt. This describes; it has no test."
)
#: Column of the table -> the term of the estimates it shows.
COLUMNS = {"from the mean": "own", "from neutral": "own from neutral"}


def section(findings: Findings) -> Iterable[Block]:
    """Yield the section on placebos; nothing where there were none."""
    found = tables.pick(findings, test="placebo")
    if found.is_empty():
        return
    yield Heading(HEADING)
    yield WHAT
    for task in dict.fromkeys(found["task"]):
        yield _table(findings, task)
        for agent in ("teacher", findings.design.task(task).students[0]):
            if sentence := _sentence(findings, found.filter(task=task, agent=agent), task, agent):
                yield sentence
        personas = tables.pick(findings, test="T4", component="preference", task=task)
        beside = [] if personas.is_empty() else [query(test="T4", component="preference", task=task)]
        yield traced(findings, query(test="placebo", task=task), *beside)


def _table(findings: Findings, task: str) -> Table:
    labels, student = findings.labels(), findings.design.task(task).students[0]
    rows = findings.estimates.filter(pl.col("test").is_in(["T4", "placebo"]), task=task, component="preference")
    value = {(row["agent"], row["term"], row["contrast"]): row["estimate"] for row in rows.iter_rows(named=True)}
    names = {"teacher": "teachers", student: agent_label(student)}
    columns = [(agent, term) for agent in names for term in COLUMNS.values()]
    placebos = findings.design.personas.get("placebo", ())
    return Table.of(
        [title(findings, task), *(head(f"{names[agent]}, {column}") for agent in names for column in COLUMNS)],
        [
            [
                f"{text(labels[one])} (placebo)" if one in placebos else text(labels[one]),
                *(number(value.get((*column, one))) for column in columns),
            ]
            for one in (*findings.design.first_arm, *placebos)
        ],
        numeric=range(1, len(columns) + 1),
    )


def _sentence(findings: Findings, rows: pl.DataFrame, task: str, agent: str) -> str:
    """Return how many personas exceed the placebo that resembles itself most, from the neutral voice, or why nobody knows."""
    labels = findings.labels()
    who = "teachers" if agent == "teacher" else f"students ({text(agent_label(agent))})"
    for name, term in reversed(COLUMNS.items()):
        mine = rows.filter(term=term).drop_nulls("estimate").sort("estimate", descending=True, maintain_order=True)
        if row := next(mine.iter_rows(named=True), None):
            above = row["n_personas"] - round(row["statistic"])
            return (
                f"{title(findings, task)}, {who}: {name}, {above} of {row['n_personas']} personas resemble themselves more "
                f"than {text(labels.get(row['contrast'], row['contrast']))} does ({number(row['estimate'])}), the placebo that does so most."
            )
    reason = next(iter(rows["note"]), "") or MISSING
    return f"{title(findings, task)}, {who}: not known ({text(reason)})."
