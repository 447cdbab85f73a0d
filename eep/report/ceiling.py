"""Agreement across wordings: what a student shares with teachers of its persona, beside what they share themselves."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from eep.report import tables
from eep.report.blocks import Block, Heading, Table
from eep.report.findings import Findings
from eep.report.markdown import text
from eep.report.numbers import agent_label, percent, rounded_frame
from eep.report.results import title

FloatArray = npt.NDArray[np.float64]

#: What teachers are called where they are compared with one another.
TEACHERS = "teachers"
_SCHEMA = pl.Schema(
    {
        "task": pl.String(),
        "agent": pl.String(),
        "persona": pl.String(),
        "own": pl.Float64(),
        "others": pl.Float64(),
    }
)


class _Choices(NamedTuple):
    """Who chose what: one row of ``chosen`` (n, items) per cell; 1, 0, .5 for a tie, NaN where there is no answer."""

    personas: npt.NDArray[np.str_]
    wordings: npt.NDArray[np.str_]
    chosen: FloatArray


def crossed(findings: Findings) -> pl.DataFrame:
    """Return (task, agent, persona, own, others): agreement with the teachers of *other wordings*.

    ``own`` is the share of held-out items on which an agent of a persona in one wording chooses the same as a
    teacher of the same persona in another wording, averaged over all such pairs of wordings; ``others`` the same with
    teachers of other personas in another wording. The agent `TEACHERS` are the teachers themselves: what two wordings
    of a persona share is the ceiling for students that learned from one of them. An agent without a persona (the
    generic student, the fair coin) is compared with every teacher and has no ``others``. To choose is to give the
    option more than .5; a tie counts one half. Personas are those of the first arm, and ``"all"``, their mean.
    """
    rows = [
        {"task": task.task, "agent": agent, **row}
        for task in findings.design.tasks
        for agent, choices, teachers in _agents(findings, task.task)
        for row in _rows(choices, teachers, findings.design.first_arm)
    ]
    return rounded_frame(pl.DataFrame(rows, schema=_SCHEMA, orient="row"))


def section(findings: Findings) -> Iterable[Block]:
    """Yield the section that sets students and controls against the ceiling."""
    found = crossed(findings).drop_nulls("own")
    if found.is_empty():
        return
    yield Heading("Against the ceiling: agreement across wordings")
    yield (
        "The share of held-out items on which a student chooses the same as a teacher of its persona that was told of it "
        "*in another wording*. Two such teachers do not always agree themselves: what they share is the natural ceiling, "
        "which only a student that smooths out the whims of a wording can pass. What a student shares with teachers of "
        "*other* personas, in the last column, it did not learn from its own."
    )
    labels = {**findings.labels(), "all": "All personas"}
    for task in dict.fromkeys(found["task"]):
        mine = found.filter(task=task)
        first = findings.design.task(task).students[0]
        agents = list(dict.fromkeys(mine["agent"]))
        value = {(row["agent"], row["persona"]): row for row in mine.iter_rows(named=True)}
        yield Table.of(
            [title(findings, task), *map(_head, agents), f"{text(agent_label(first))}, other personas"],
            [
                [
                    text(labels[persona]),
                    *(percent(value.get((agent, persona), {}).get("own"), 1) for agent in agents),
                    percent(value.get((first, persona), {}).get("others"), 1),
                ]
                for persona in ("all", *findings.design.first_arm)
            ],
            numeric=range(1, len(agents) + 2),
        )


def _head(agent: str) -> str:
    return "Teachers: the ceiling" if agent == TEACHERS else text(agent_label(agent))


def _agents(findings: Findings, task: str) -> Iterator[tuple[str, _Choices, _Choices]]:
    """Yield every agent of a task with its choices and its teachers', teachers first; none where nobody learned."""
    asked = findings.responses.filter(task=task, split="test").drop_nulls("response")
    if asked["option"].n_unique() != 1 or asked.filter(pl.col("role") != "teacher").is_empty():
        return
    items = sorted(asked["item"].unique())
    arm = pl.col("persona").is_in(findings.design.first_arm)
    spoken = asked.filter(arm, role="teacher").with_columns(pl.lit(0, dtype=pl.Int32).alias("sample"))
    teachers = _choices(spoken, items)
    yield TEACHERS, teachers, teachers
    for agent in (*findings.design.task(task).students, *tables.controls(findings, task)):
        mine = asked.filter(pl.col("role") != "teacher", agent=agent)
        # Students of neutral and placebo arms have no part in this; agents without a persona have.
        own = mine.filter(arm) if mine.filter(arm).height else mine.filter(role="control")
        if own.height:
            yield agent, _choices(own, items), teachers


def _choices(rows: pl.DataFrame, items: list[str]) -> _Choices:
    """Return one row of choices per persona, wording and repeat; several samples of a teacher are averaged."""
    cell = ["persona", "wording", "sample"]
    means = rows.group_by(*cell, "item").agg(pl.col("response").sort().mean())
    names = means.select(cell).unique().sort(cell)
    chosen = np.full((names.height, len(items)), np.nan)
    row_of = {name: place for place, name in enumerate(names.iter_rows())}
    column_of = {item: place for place, item in enumerate(items)}
    for *name, item, mean in means.iter_rows():
        chosen[row_of[tuple(name)], column_of[item]] = 0.5 + 0.5 * np.sign(mean - 0.5)
    return _Choices(names["persona"].to_numpy(), names["wording"].to_numpy(), chosen)


def _rows(one: _Choices, other: _Choices, personas: tuple[str, ...]) -> list[dict[str, object]]:
    """Return persona, own and others, ``"all"`` first."""
    same = _agreement(one.chosen, other.chosen)
    crossing = one.wordings[:, None] != other.wordings[None]
    alike = one.personas[:, None] == other.personas[None]
    if not set(one.personas.tolist()) & set(personas):  # nobody's student: every teacher is as much its own
        each: list[tuple[str, float | None, float | None]] = [
            (p, _mean(same[:, other.personas == p]), None) for p in personas
        ]
    else:
        each = [
            (p, _mean(same[mine & crossing & alike]), _mean(same[mine & crossing & ~alike]))
            for p in personas
            for mine in [(one.personas == p)[:, None]]
        ]
    whole = ("all", *(_mean(np.array([row[at] for row in each], np.float64)) for at in (1, 2)))
    return [dict(zip(("persona", "own", "others"), row, strict=True)) for row in (whole, *each)]


def _agreement(one: FloatArray, other: FloatArray) -> FloatArray:
    """Return the share of items (answered by both) on which each row of ``one`` chooses as each of ``other``."""
    yes = [np.nan_to_num(chosen) for chosen in (one, other)]
    no = [np.nan_to_num(1.0 - chosen) for chosen in (one, other)]
    both = np.isfinite(one).astype(np.float64) @ np.isfinite(other).astype(np.float64).T
    with np.errstate(invalid="ignore"):
        share: FloatArray = (yes[0] @ yes[1].T + no[0] @ no[1].T) / both
    return share


def _mean(values: FloatArray) -> float | None:
    """Return the mean of what is there, None if there is nothing."""
    there = values[np.isfinite(values)]
    return float(there.mean()) if there.size else None
