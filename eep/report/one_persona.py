"""The report's section on single personas: which of them students have taken over."""

from collections.abc import Iterable

import polars as pl

from eep.core.numbers import MISSING, probability
from eep.data.query import query
from eep.report import tables
from eep.report.blocks import Block, Heading, Table, traced
from eep.report.findings import Findings
from eep.report.markdown import text
from eep.report.numbers import rounded_frame
from eep.report.results import head, title


def verdicts(findings: Findings) -> pl.DataFrame:
    """Return (task, component, student, persona, similarity, p_value, p_adjusted, verdict, note) of T7, first students only."""
    first = {task.task: task.students[0] for task in findings.design.tasks}
    found = tables.pick(findings, test="T7", term="maximum").filter(
        pl.col("agent") == pl.col("task").replace_strict(first, default="")
    )
    return rounded_frame(
        found.select(
            "task",
            "component",
            pl.col("agent").alias("student"),
            pl.col("contrast").alias("persona"),
            pl.col("estimate").alias("similarity"),
            "p_value",
            "p_adjusted",
            "verdict",
            "note",
        )
    )


def section(findings: Findings) -> Iterable[Block]:
    """Yield the section on which personas are inherited."""
    found = verdicts(findings)
    if found.is_empty():
        return
    yield Heading("Which personas are inherited?")
    yield (
        "The verdicts above are about all personas together. Here each stands alone: do its students agree with its own "
        "teachers in other wordings more than personas do that are put together from the cells of several? Everything is "
        "measured from the neutral voice in the same wording. *p* is adjusted for the number of personas (Holm), not for tasks "
        "and components; **bold** where it is at most .05. This is exploratory, and the harder question: what all personas "
        "show together may be too little to show in one."
    )
    labels = findings.labels()
    for task in dict.fromkeys(found["task"]):
        mine = found.filter(task=task)
        if not mine["p_value"].is_not_null().any():
            yield f"{title(findings, task)}: not testable. {text(mine['note'][0] or '')}"
            yield traced(findings, query(test="T7", task=task))
            continue
        parts = [name for name in tables.COMPONENTS if name in set(mine["component"])]
        value = {(row["component"], row["persona"]): row for row in mine.iter_rows(named=True)}
        yield Table.of(
            [title(findings, task), *map(head, parts)],
            [
                [text(labels.get(persona, persona)), *(_cell(value.get((part, persona))) for part in parts)]
                for persona in findings.design.first_arm
            ],
            numeric=range(1, len(parts) + 1),
        )
        yield f"{title(findings, task)}: {_sentence(findings, mine, parts)}"
        yield traced(findings, query(test="T7", task=task))


def _cell(row: tables.Row | None) -> str:
    if row is None or row["p_adjusted"] is None:
        return MISSING
    p = probability(row["p_adjusted"])
    return f"**{p}**" if row["verdict"] == "inherited" else p


def _sentence(findings: Findings, rows: pl.DataFrame, parts: Iterable[str]) -> str:
    """Return who is inherited in what."""
    labels = findings.labels()
    found = {
        part: [labels.get(name, name) for name in rows.filter(component=part, verdict="inherited")["persona"]]
        for part in parts
    }
    shown = [f"in {part}, {', '.join(map(text, names))}" for part, names in found.items() if names]
    return f"inherited as single personas are, {'; '.join(shown)}." if shown else "no persona is inherited by itself."
