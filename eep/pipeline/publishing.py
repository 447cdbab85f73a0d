"""From a finished run to a persona that can be published: its students, and what the run found of them."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from eep.core.numbers import p_equals
from eep.embodiment.export import export
from eep.embodiment.loading import load_student
from eep.pipeline.finished import FinishedRun


def export_student(
    run: FinishedRun,
    folder: Path,
    *,
    task: str | None = None,
    persona: str | None = None,
    wording: str | None = None,
    kind: str | None = None,
    link: str = "",
) -> list[Path]:
    """Write a persona of a run to a new folder; return its files. See `eep.load_student` and `eep.embodiment.export.export`."""
    policy = load_student(run, task=task, persona=persona, wording=wording, kind=kind)
    one = policy.records[0]
    return export(policy, folder, evidence=tuple(_evidence(run, one.task, one.agent, one.persona)), link=link)


def _evidence(run: FinishedRun, task: str, agent: str, persona: str) -> Iterator[str]:
    """Yield what the run found of all personas of a task, and of this one."""
    found = run.verdicts.filter(task=task, student=agent)
    if found.is_empty():
        yield "Students of this kind are exploratory; no verdict of the run is about them."
    for row in found.iter_rows(named=True):
        yield f"All personas, {row['component']}: {row['verdict']}. {row['sentence']}".rstrip()
    mine = run.estimates.filter(task=task, agent=agent, test="T7", term="maximum", contrast=persona)
    for row in mine.filter(pl.col("p_adjusted").is_not_null()).iter_rows(named=True):
        yield f"This persona alone, {row['component']}: {row['verdict']} (adjusted {p_equals(row['p_adjusted'])})."
