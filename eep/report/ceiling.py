"""Agreement across wordings: what a student shares with teachers of its persona, beside what they share themselves."""

from collections.abc import Iterable

import polars as pl

from eep.core.numbers import percent
from eep.data.query import query
from eep.report import tables
from eep.report.blocks import Block, Heading, Table, traced
from eep.report.findings import Findings
from eep.report.markdown import text
from eep.report.numbers import agent_label, rounded_frame
from eep.report.results import head, title

#: What the estimates call teachers, where they are compared with one another.
TEACHERS = "teacher"
_SCHEMA = dict.fromkeys(("task", "agent", "persona"), pl.String()) | dict.fromkeys(("own", "others"), pl.Float64())


def crossed(findings: Findings) -> pl.DataFrame:
    """Return (task, agent, persona, own, others): agreement with the teachers of *other wordings*, teachers first.

    See `eep.stats.agreement_across`: ``own`` are teachers of the same persona, ``others`` of other personas; the persona
    ``"all"`` is the mean over those of the first arm.
    """
    found = tables.pick(findings, test="across-wordings")
    value = {
        (row["task"], row["agent"], row["contrast"], row["term"]): row["estimate"]
        for row in found.iter_rows(named=True)
    }
    rows = [
        (design.task, agent, persona, *(value.get((design.task, agent, persona, term)) for term in ("own", "others")))
        for design in findings.design.tasks
        for agent in (TEACHERS, *design.students, *tables.controls(findings, design.task))
        for persona in ("all", *findings.design.first_arm)
        if (design.task, agent, persona, "own") in value
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
            [title(findings, task), *map(_head, agents), f"{head(agent_label(first))}, other personas"],
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
        yield traced(findings, query(test="across-wordings", task=task))


def _head(agent: str) -> str:
    return "Teachers: the ceiling" if agent == TEACHERS else head(agent_label(agent))
