"""The report's sections on agents that act: returns and policies."""

from collections.abc import Iterable

import polars as pl

from eep.core.numbers import MISSING, interval, number
from eep.data import means
from eep.data.query import query
from eep.report import tables
from eep.report.blocks import Block, Bullets, Heading, Table, traced
from eep.report.findings import Findings
from eep.report.markdown import line, text
from eep.report.numbers import agent_label
from eep.report.results import Images, chart, head, title
from eep.report.results_outcomes import meanings, outcomes, p_value

#: What is told of agents over cells.
_COMPARED = ("iqm", "difference")


def returns(findings: Findings, images: Images) -> Iterable[Block]:
    """Yield the section on closed-loop returns, the permuted-label students beside them."""
    found = tables.returns(findings)
    if found.is_empty():
        return
    several = any(len(tables.measures(findings, task)) > 1 for task in found["task"].unique())
    yield Heading("In the closed loop" if several else "In the closed loop: returns")
    yield (
        "Each agent acts in the task on its own. The unit is the cell (one trained student, or one teacher), never the episode"
        f"{'.' if several else '; the standard deviation over cells stands in parentheses.'}"
    )
    for task in [task.task for task in findings.design.tasks if task.task in set(found["task"])]:
        if len(tables.measures(findings, task)) > 1:
            yield from outcomes(findings, images, task)
            continue
        yield from chart(findings, images, f"returns-{task}")
        for measure in tables.measures(findings, task):
            yield from _measure(findings, found.filter(task=task, measure=measure), task, measure)


def _measure(findings: Findings, found: pl.DataFrame, task: str, measure: str) -> Iterable[Block]:
    """Yield one measure of play: means by persona, controls, and comparisons over cells."""
    yield _mean_return(findings, found, task)
    yield Bullets.of([*_controls(findings, task, measure), _episodes(found)])
    levels = ("persona", "agent")
    yield traced(findings, *(query("returns", mean=level, task=task, measure=measure) for level in levels))
    yield from _over_cells(findings, task, measure)


def _over_cells(findings: Findings, task: str, measure: str) -> Iterable[Block]:
    """Yield interquartile means with intervals, the permuted-label students among them, and differences."""
    found = tables.pick(findings, test="T6", task=task, component=measure).filter(pl.col("term").is_in(_COMPARED))
    if found.is_empty():
        return
    yield (
        "Over the personas' cells: the mean of the middle half of them, with a 95 % bootstrap interval stratified by persona, "
        "and each student kind's mean difference from its own teachers and from permuted-label students of the same "
        "cells (95 % interval; *p* by flipping signs of cells, two-sided)."
    )
    value = {(row["agent"], row["contrast"]): row for row in found.iter_rows(named=True)}
    agents = dict.fromkeys(row["agent"] for row in found.filter(term="iqm").iter_rows(named=True))
    pairs = ("student-teacher", "student-permuted")
    played = findings.returns.filter(pl.col("task") == task, pl.col("role") == "teacher")
    names = dict.fromkeys(played["agent"], "teachers")
    head = [title(findings, task), "Middle half of cells", "Minus own teachers", "p", "Minus permuted labels", "p"]
    rows = [
        [
            text(names.get(agent) or agent_label(agent)),
            _bounded(value.get((agent, "all"))),
            *(show(value.get((agent, pair))) for pair in pairs for show in (_bounded, p_value)),
        ]
        for agent in agents
    ]
    yield Table.of(head, rows, numeric=range(1, 6))
    yield traced(findings, query(test="T6", term=_COMPARED, task=task, component=measure))


def _bounded(row: tables.Row | None) -> str:
    if row is None or row["estimate"] is None:
        return MISSING
    return f"{number(row['estimate'], 1)} ({interval(row['conf_low'], row['conf_high'], 1)})"


def _mean_return(findings: Findings, found: pl.DataFrame, task: str) -> Table:
    labels, kinds = findings.labels(), findings.design.task(task).students
    value = {
        (row["agent"] if row["role"] == "student" else row["role"], row["persona"]): _spread(row["mean"], row["sd"])
        for row in found.filter(pl.col("role") != "control").iter_rows(named=True)
    }
    columns = ("teacher", *kinds)
    return Table.of(
        [title(findings, task), "Teacher", *(head(agent_label(kind)) for kind in kinds)],
        [
            [text(label), *(value.get((column, persona), MISSING) for column in columns)]
            for persona, label in labels.items()
        ],
        numeric=range(1, len(columns) + 1),
    )


def _spread(mean: float | None, sd: float | None) -> str:
    return number(mean, 1) if sd is None else f"{number(mean, 1)} ({number(sd, 1)})"


def _controls(findings: Findings, task: str, measure: str) -> Iterable[str]:
    played = findings.returns.filter(task=task, measure=measure, role="control")
    found = means.returns_by_agent(played)
    value = {row["agent"]: row for row in found.drop_nulls("mean").iter_rows(named=True)}
    for agent in (name for name in tables.controls(findings, task) if name in value):
        row = value[agent]
        least, greatest = number(row["least"], 1), number(row["greatest"], 1)
        many = f", {row['cells']} students from {least} to {greatest}"
        yield f"{line(agent_label(agent))}: {_spread(row['mean'], row['sd'])}{many if row['cells'] > 1 else ''}"


def _episodes(found: pl.DataFrame) -> str:
    unanswered = found["unanswered"].sum()
    left_out = f"; {unanswered:,} more ended where the teacher had no answer and are left out" if unanswered else ""
    return f"{found['episodes'].sum():,} episodes of {found['cells'].sum():,} cells in all{left_out}"


def policies(findings: Findings, images: Images) -> Iterable[Block]:
    """Yield the section on how the policies act."""
    found = tables.policies(findings)
    if found.is_empty():
        return
    yield Heading("How they act")
    yield "Numbers about policies, all of a task on the same states: teacher / student of the same persona, averaged over wordings."
    for task in dict.fromkeys(found["task"]):
        yield from meanings(findings, task, tables.features(findings, task))
        yield from chart(findings, images, f"policies-{task}")
        yield _policy(findings, found.filter(task=task), task)
        yield traced(findings, query("policies", mean="persona", task=task))


def _policy(findings: Findings, found: pl.DataFrame, task: str) -> Table:
    labels, first = findings.labels(), findings.design.task(task).students[0]
    value = {
        (row["role"], row["persona"], row["feature"]): number(row["value"])
        for row in found.filter((pl.col("role") == "teacher") | (pl.col("agent") == first)).iter_rows(named=True)
    }
    features = tables.features(findings, task)
    rows = [
        [
            text(label),
            *(
                " / ".join(value.get((role, persona, feature), MISSING) for role in ("teacher", "student"))
                for feature in features
            ),
        ]
        for persona, label in labels.items()
    ]
    return Table.of([title(findings, task), *map(text, features)], rows, numeric=range(1, len(features) + 1))
