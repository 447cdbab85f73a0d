"""The small tables behind the report's words and charts: selected and averaged from the findings, never tested."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from eep.data import means
from eep.report.findings import Findings
from eep.report.numbers import rounded, rounded_frame

#: Parts of the variance of the teachers' answers, in the order of their telling.
SHARES = ("generic", "level", "preference", "wording", "rest")
#: The components of a persona, the key one first.
COMPONENTS = ("preference", "gain", "level")
#: The controls of every run, in the order of their telling.
CONTROLS = ("generic", "permuted", "random")

Row = dict[str, Any]
_RETURNS = ("task", "measure", "role", "agent", "persona", "arm", "mean", "sd", "cells", "episodes", "unanswered")

#: Column of `effects` to (test, term, column of the estimates) it is read from.
_EFFECTS = {
    "matched": ("T2", "matched", "estimate"), "mismatched": ("T2", "mismatched", "estimate"),
    "p_joint": ("T2", "joint", "p_value"), "p_block": ("T2", "block", "p_value"),
    "p_item": ("T2", "item", "p_value"), "p_value": ("T2", "maximum", "p_value"),
    "p_adjusted": ("T2", "maximum", "p_adjusted"), "minimum_p": ("T2", "minimum", "p_value"),
    "slope": ("T3", "slope", "estimate"), "conf_low": ("T3", "slope", "conf_low"),
    "conf_high": ("T3", "slope", "conf_high"), "correlation": ("T3", "correlation", "estimate"),
}  # fmt: skip


def pick(findings: Findings, **where: str) -> pl.DataFrame:
    """Return the rows of the estimates whose columns equal ``where``."""
    return findings.estimates.filter(*(pl.col(name) == value for name, value in where.items()))


def components(findings: Findings) -> tuple[str, ...]:
    """Return the components that the estimates or verdicts are about, the key one first."""
    found = set(findings.verdicts["component"])
    found |= set(findings.estimates.filter(pl.col("test").is_in(["T1", "T2", "T3"]))["component"])
    return (*(name for name in COMPONENTS if name in found), *sorted(found - set(COMPONENTS)))


def controls(findings: Findings, task: str) -> tuple[str, ...]:
    """Return the controls of a task: those of every run, then whatever else was compared with the students."""
    agreed = pick(findings, test="agreement", task=task)["agent"]
    played = findings.returns.filter(pl.col("task") == task, pl.col("role") == "control")["agent"]
    known = {*CONTROLS, *findings.design.task(task).students}
    return (*CONTROLS, *sorted({*agreed, *played} - known))


def _pairs(findings: Findings) -> Iterator[tuple[str, str]]:
    for task in findings.design.tasks:
        for component in components(findings):
            yield task.task, component


def _frame(rows: list[Row], columns: dict[str, Any]) -> pl.DataFrame:
    return rounded_frame(pl.DataFrame(rows, schema=columns, orient="row"))


def verdicts(findings: Findings) -> list[Row]:
    """Return the verdicts in the order of tasks, students and components."""
    order = {pair: place for place, pair in enumerate(_pairs(findings))}
    confirmatory = {task.task: task.students[0] for task in findings.design.tasks}

    def rank(row: Row) -> tuple[bool, int, str]:
        place = order[row["task"], row["component"]]
        return row["student"] != confirmatory[row["task"]], place, row["student"]

    return sorted(findings.verdicts.iter_rows(named=True), key=rank)


def shares(findings: Findings) -> pl.DataFrame:
    """Return (task, part, share): how the variance of the teachers' answers splits."""
    found = pick(findings, test="shares")
    value = {(row["task"], row["term"]): row["estimate"] for row in found.iter_rows(named=True)}
    rows = [
        {"task": task.task, "part": part, "share": value[task.task, part]}
        for task in findings.design.tasks
        for part in SHARES
        if value.get((task.task, part)) is not None
    ]
    return _frame(rows, {"task": pl.String(), "part": pl.String(), "share": pl.Float64()})


def manipulation(findings: Findings) -> pl.DataFrame:
    """Return (task, component, statistic, p_value, method) of the manipulation check."""
    found = pick(findings, test="T1").select("task", "component", "statistic", "p_value", "method")
    parts = (found.filter(task=task, component=component) for task, component in _pairs(findings))
    return rounded_frame(pl.concat([found.clear(), *parts]))


def effects(findings: Findings) -> pl.DataFrame:
    """Return one row per task, component and student kind: similarities, p-values, slope with interval."""
    rows = []
    for task, component in _pairs(findings):
        for student in findings.design.task(task).students:
            mine = pick(findings, task=task, component=component, agent=student)
            value = {(row["test"], row["term"]): row for row in mine.iter_rows(named=True)}
            numbers = {name: value.get((test, term), {}).get(column) for name, (test, term, column) in _EFFECTS.items()}
            if any(number is not None for number in numbers.values()):
                rows.append({"task": task, "component": component, "student": student, **numbers})
    names = {"task": pl.String(), "component": pl.String(), "student": pl.String()}
    return _frame(rows, names | dict.fromkeys(_EFFECTS, pl.Float64()))


def similarity(findings: Findings, task: str, component: str, student: str) -> pl.DataFrame:
    """Return (student, teacher, similarity): the matched-against-mismatched matrix, personas in the readers' order."""
    found = pick(findings, test="similarity", task=task, component=component, agent=student)
    value = {(row["term"], row["contrast"]): rounded(row["estimate"]) for row in found.iter_rows(named=True)}
    rows = [
        {"student": p, "teacher": q, "similarity": value[p, q]}
        for p in findings.design.persona_ids
        for q in findings.design.persona_ids
        if value.get((p, q)) is not None
    ]
    return _frame(rows, {"student": pl.String(), "teacher": pl.String(), "similarity": pl.Float64()})


def agreement(findings: Findings) -> pl.DataFrame:
    """Return (task, agent, persona, agreement): held-out items on which student and own teacher choose the same."""
    found = pick(findings, test="agreement").select("task", "agent", persona="contrast", agreement="estimate")
    parts = (
        found.filter(task=task.task, agent=agent)
        for task in findings.design.tasks
        for agent in (*task.students, *controls(findings, task.task))
    )
    return rounded_frame(pl.concat([found.clear(), *parts]))


def measures(findings: Findings, task: str) -> list[str]:
    """Return the measures of play of a task, the main one first; none where nobody played."""
    return findings.returns.filter(task=task)["measure"].unique(maintain_order=True).to_list()


def cells(findings: Findings, task: str) -> pl.DataFrame:
    """Return every cell's mean (trained student, or teacher) in the main measure of play: see `eep.data.means`."""
    main = findings.returns.filter(pl.col("measure").is_in(measures(findings, task)[:1]), task=task)
    return rounded_frame(means.cells(main))


def returns(findings: Findings) -> pl.DataFrame:
    """Return (task, measure, role, agent, persona, arm, mean, sd, cells, episodes, unanswered); sd is over the cells' means."""
    return rounded_frame(means.returns_by_persona(findings.returns).select(_RETURNS))


def returns_of_agents(findings: Findings) -> pl.DataFrame:
    """Return (task, measure, role, agent, mean, sd, ...): the same over all cells of an agent."""
    return rounded_frame(means.returns_by_agent(findings.returns))


def teachers(findings: Findings, task: str) -> tuple[str, ...]:
    """Return the teachers of a task as the tables of play name them; none where none played."""
    played = findings.returns.filter(task=task, role="teacher")
    return tuple(played["agent"].unique().sort())


def policies(findings: Findings) -> pl.DataFrame:
    """Return (task, role, agent, persona, arm, feature, value): a policy's numbers, averaged over its cells."""
    return rounded_frame(means.policies_by_persona(findings.policies))


def features(findings: Findings, task: str) -> list[str]:
    """Return the numbers about a task's policies in the task's own order."""
    return findings.policies.filter(task=task)["feature"].unique(maintain_order=True).to_list()


def exclusions(findings: Findings) -> pl.DataFrame:
    """Return (task, persona, status, rows, share): the teacher's answers that are no answers."""
    found = pick(findings, test="exclusions").filter(pl.col("n_excluded") > 0)
    rows = pl.col("n_excluded").cast(pl.Int32)
    return rounded_frame(found.select("task", persona="contrast", status="term", rows=rows, share="estimate"))
