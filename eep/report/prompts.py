"""The prompts as a threat: words that a persona's wordings share, and lengths that differ, with their size."""

from collections.abc import Iterable, Iterator
from math import isfinite
from typing import Any

import polars as pl

from eep.core.numbers import interval, number, percent
from eep.data.balance import Balance, Length
from eep.data.query import query
from eep.report import tables
from eep.report.blocks import Block, Heading, Table, traced
from eep.report.findings import Findings
from eep.report.markdown import text


def section(findings: Findings) -> Iterable[Block]:
    """Yield what of a persona may be its prompts: a part of the section on the design."""
    found = findings.prompts
    if found is None or not found.lengths:
        return
    yield Heading("The prompts as a threat", 3)
    yield " ".join([*_overlap(found), _lengths(found), *_levels(findings)])
    tasks = findings.design.tasks
    head = ["Wording", "Shortest", "Longest", "Ratio", *(f"{text(one.title)}: r of words with level" for one in tasks)]
    rows = [
        [
            text(wording),
            *(_prompt(findings, one) for one in found.ends(wording)),
            number(ratio(found, wording), 1),
            *(number(_correlation(findings, one.task, wording)) for one in tasks),
        ]
        for wording in found.wordings
    ]
    yield Table.of(head, rows, numeric=range(3, len(head)))
    if not correlations(findings).is_empty():
        yield traced(findings, query(test="prompts"))


def content(findings: Findings) -> dict[str, Any] | None:
    """Return the same for programs: overlap, lengths, and their correlations with level; None where it is not known."""
    found = findings.prompts
    if found is None:
        return None
    return {
        "overlap": found.overlap._asdict(),
        "lengths": [one._asdict() for one in found.lengths],
        "correlations": list(correlations(findings).iter_rows(named=True)),
    }


def correlations(findings: Findings) -> pl.DataFrame:
    """Return (task, term, wording, estimate, conf_low, conf_high): how the length of prompts goes with teachers' level."""
    rows = tables.pick(findings, test="prompts")
    return rows.select("task", "term", pl.col("contrast").alias("wording"), "estimate", "conf_low", "conf_high")


def ratio(found: Balance, wording: str) -> float | None:
    """Return how many times the words of the shortest prompt the longest of a wording has; None if that has none."""
    shortest, longest = found.ends(wording)
    return longest.words / shortest.words if shortest.words else None


def _overlap(found: Balance) -> Iterator[str]:
    overlap = found.overlap
    if not (isfinite(overlap.within) and isfinite(overlap.between)):
        return
    yield (
        f"Two wordings of one persona share {percent(overlap.within)} of their content words "
        f"({percent(overlap.within_unnamed)} without the words of its name), wordings of two personas "
        f"{percent(overlap.between)}: part of what looks like a persona may be a shared word."
    )


def _lengths(found: Balance) -> str:
    """Return the wording in which lengths differ most, in a sentence."""
    wording = max(found.wordings, key=lambda name: ratio(found, name) or 0.0)
    shortest, longest = found.ends(wording)
    times = ratio(found, wording)
    size = "more words than" if times is None else f"{number(times, 1)} times the words of"
    return (
        f"Prompts differ in length, most in the wording {text(wording)}: the longest has {size} the shortest "
        f"({longest.words} against {shortest.words}), and length moves a model, too."
    )


def _levels(findings: Findings) -> Iterator[str]:
    for task in findings.design.tasks:
        row = next(
            correlations(findings)
            .filter(task=task.task, term="correlation words", wording="all")
            .iter_rows(named=True),
            None,
        )
        if row is not None and row["estimate"] is not None:
            bounds = "" if row["conf_low"] is None else f" ({interval(row['conf_low'], row['conf_high'])})"
            yield (
                f"{text(task.title)}: over personas, the length of the prompts correlates with the teachers' level by "
                f"{number(row['estimate'])}{bounds}."
            )


def _correlation(findings: Findings, task: str, wording: str) -> float | None:
    rows = correlations(findings).filter(task=task, term="correlation words", wording=wording)
    value: float | None = next(iter(rows["estimate"]), None)
    return value


def _prompt(findings: Findings, one: Length) -> str:
    labels = findings.labels()
    return f"{one.words} words, {one.characters:,} characters: {text(labels.get(one.persona, one.persona))}"
