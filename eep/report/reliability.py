"""The report's section on how reliable levels and profiles are, and on what would make them so."""

from collections.abc import Iterable, Iterator

import polars as pl

from eep.core.numbers import MISSING, number
from eep.data.query import query
from eep.report import tables
from eep.report.blocks import Block, Heading, Table, traced
from eep.report.findings import Findings
from eep.report.markdown import text
from eep.report.numbers import agent_label
from eep.report.results import head, title

HEADING = "How reliable a persona's answers are"
#: What there is a reliability of, in the order of its telling.
PARTS = ("preference", "profile", "level")
WHAT = (
    "Were personas asked again in other wordings, how much would be the same? *Coefficient*: of what differs between "
    "personas in the mean over this run's wordings, the share that is the persona's own and no whim of wordings, samples or "
    "items (generalisability, 1 at best); in brackets, standard errors over personas. *Two wordings*: how the answers of two wordings of one persona correlate. A student that copies its "
    "teacher is expected to reach just that with teachers of other wordings. *Profile* is everything that a persona shows beyond "
    "its level, *preference* what is left of it beyond gain, as in the verdicts. What is needed counts wordings, "
    "samples of each question, or items, all else as it is; a dash where no number would do, or none is known. This describes, "
    "and few personas leave it unsure."
)


def section(findings: Findings) -> Iterable[Block]:
    """Yield the section on reliability."""
    found = tables.pick(findings, test="reliability")
    if found.is_empty():
        return
    yield Heading(HEADING)
    yield WHAT
    for task in dict.fromkeys(found["task"]):
        student = findings.design.task(task).students[0]
        mine = found.filter(pl.col("agent").is_in(["teacher", student]), task=task)
        value = {(row["component"], row["agent"], row["term"]): row for row in mine.iter_rows(named=True)}
        known = [part for part in PARTS if _estimate(value, part, "teacher", "coefficient") is not None]
        if not known:
            yield f"{title(findings, task)}: {text(mine['note'][0])}."
            continue
        yield _table(findings, task, value, known)
        yield " ".join(_sentences(findings, task, value, known))
        yield traced(findings, query(test="reliability", task=task, agent=("teacher", student)))


_Rows = dict[tuple[str, str, str], tables.Row]


def _table(findings: Findings, task: str, value: _Rows, parts: list[str]) -> Table:
    student = findings.design.task(task).students[0]
    columns = ["Coefficient", "Two wordings", "Needed for .8", "Needed for .9", "Agreement", "Disattenuated"]
    rows = [
        [
            f"{head(part)}, {'teacher' if agent == 'teacher' else text(agent_label(agent))}",
            *(_with_error(value.get((part, agent, term))) for term in ("coefficient", "two wordings")),
            *(_needed(value, part, agent, wanted) for wanted in ("0.8", "0.9")),
            *(number(_estimate(value, part, agent, term)) for term in ("agreement", "disattenuated")),
        ]
        for part in parts
        for agent in ("teacher", student)
    ]
    return Table.of([title(findings, task), *columns], rows, numeric=(1, 2, 5, 6))


def _sentences(findings: Findings, task: str, value: _Rows, parts: list[str]) -> Iterator[str]:
    """Yield the reading of the first part of which the teachers show anything."""
    student = text(agent_label(findings.design.task(task).students[0]))
    nothing = [part for part in parts if not _estimate(value, part, "teacher", "coefficient")]
    if nothing:
        yield f"{title(findings, task)}: of the teachers' {' and '.join(nothing)} nothing survives a change of wording."
    part = next((one for one in parts if one not in nothing), None)
    if part is None:
        return
    two, whole = (_estimate(value, part, "teacher", term) for term in ("two wordings", "coefficient"))
    yield (
        f"{title(findings, task)}, {part}: two wordings of one teacher correlate by {number(two)}, and the mean of all of them has "
        f"a reliability of {number(whole)}."
    )
    agreed, free = (
        _estimate(value, part, findings.design.task(task).students[0], term) for term in ("agreement", "disattenuated")
    )
    if agreed is not None:
        rest = "" if free is None else f"; without both sides' noise the correlation would be {number(free)}"
        yield f"Students ({student}) correlate with their teachers in other wordings by {number(agreed)}{rest}."


def _estimate(value: _Rows, part: str, agent: str, term: str) -> float | None:
    row = value.get((part, agent, term))
    return None if row is None else row["estimate"]


def _with_error(row: tables.Row | None) -> str:
    if row is None or row["estimate"] is None:
        return MISSING
    error = row["std_error"]
    return number(row["estimate"]) if error is None else f"{number(row['estimate'])} ({number(error)})"


def _needed(value: _Rows, part: str, agent: str, wanted: str) -> str:
    """Return what would reach a coefficient: the facets that can, each alone."""
    counts = {
        facet: _estimate(value, part, agent, f"{facet} for {wanted}") for facet in ("wordings", "samples", "items")
    }
    shown = [
        f"{count:,.0f} {facet if count != 1 else facet.removesuffix('s')}" for facet, count in counts.items() if count
    ]
    return " or ".join(shown) or MISSING
