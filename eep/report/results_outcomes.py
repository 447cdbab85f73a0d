"""The report's words on play that comes to several numbers: what they are, and whether personas differ in them."""

from collections.abc import Iterable

from eep.core.numbers import MISSING, interval, number, percent, probability
from eep.data.query import query
from eep.report import tables
from eep.report.blocks import Block, Bullets, Table, traced
from eep.report.findings import Findings
from eep.report.markdown import text
from eep.report.numbers import agent_label
from eep.report.results import Images, chart, head, title

WHAT = (
    "Do personas differ in what play comes to, beyond the whims of wordings? *Between personas* is the share of the variance "
    "of cells' means that lies between personas (eta squared, wordings' own effects taken out), with the *p* of relabelling "
    "personas within wordings; *by chance* is what that share would be on average. Then the mean of the middle half of the "
    "personas' cells, and the students' mean difference from their own teachers and from permuted-label students of the same "
    "cells (95 % bootstrap interval over cells; *p* by flipping signs of cells, two-sided). Nothing is corrected for the number "
    "of measures."
)


def meanings(findings: Findings, task: str, names: Iterable[str]) -> Iterable[Block]:
    """Yield what some numbers are, as far as the task says so."""
    known = findings.meanings.get(task, {})
    if told := [f"*{text(name)}*: {text(known[name])}" for name in names if name in known]:
        yield Bullets.of(told)


def outcomes(findings: Findings, images: Images, task: str) -> Iterable[Block]:
    """Yield the chart of a task's measures of play, what they are, and the table of comparisons."""
    measures = tables.measures(findings, task)
    yield from chart(findings, images, f"outcomes-{task}")
    yield from meanings(findings, task, measures)
    found = tables.pick(findings, test="T6", task=task)
    if found.is_empty():
        return
    student, teachers = findings.design.task(task).students[0], tables.teachers(findings, task)
    value = {
        (row["component"], "teacher" if row["agent"] in teachers else row["agent"], row["term"], row["contrast"]): row
        for row in found.iter_rows(named=True)
    }
    kind = agent_label(student)
    heads = [
        title(findings, task), "Teachers, between personas", "p", head(f"{kind}, between personas"), "p", "By chance",
        "Teachers, middle half", head(f"{kind}, middle half"), "Minus own teachers", "p", "Minus permuted labels", "p",
    ]  # fmt: skip
    rows = []
    for measure in measures:
        between = [value.get((measure, agent, "between personas", "all")) for agent in ("teacher", student)]
        chance = value.get((measure, "teacher", "between personas by chance", "all"))
        middles = [value.get((measure, agent, "iqm", "all")) for agent in ("teacher", student)]
        apart = [value.get((measure, student, "difference", f"student-{other}")) for other in ("teacher", "permuted")]
        rows.append(
            [
                text(measure),
                *(show(row) for row in between for show in (_share, p_value)),
                _share(chance),
                *(MISSING if row is None else number(row["estimate"]) for row in middles),
                *(show(row) for row in apart for show in (_bounded, p_value)),
            ]
        )
    yield WHAT
    yield Table.of(heads, rows, numeric=range(1, len(heads)))
    yield traced(findings, query(test="T6", task=task))


def _share(row: tables.Row | None) -> str:
    return MISSING if row is None else percent(row["estimate"])


def _bounded(row: tables.Row | None) -> str:
    if row is None or row["estimate"] is None:
        return MISSING
    return f"{number(row['estimate'])} ({interval(row['conf_low'], row['conf_high'])})"


def p_value(row: tables.Row | None) -> str:
    """Return the p-value of a row of the estimates, in words for readers."""
    return MISSING if row is None else probability(row["p_value"])
