"""What ``eep compare`` prints: the answers to its questions, and what they are about."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from eep.cli.views.tables import folded
from eep.report import comparison_words as say

if TYPE_CHECKING:
    from eep.pipeline.comparison import Compared
    from eep.report.comparison_findings import ComparedTask


def of_comparison(done: "Compared") -> str:
    """Return what was found of each task and component, what is left out, and where the report lies."""
    findings = done.findings
    teachers = findings.teachers[0].upper() + findings.teachers[1:]
    lines = [findings.title, folded(f"{teachers}."), *map(folded, findings.cautions)]
    for task in findings.tasks:
        lines += ["", *_task(done, task)]
    left_out = [folded(f"{task} is left out: {reason}") for task, reason in findings.left_out]
    return "\n".join([*lines, *([""] if left_out else []), *left_out, "", f"report: {done.report / 'index.html'}"])


def _task(done: "Compared", task: "ComparedTask") -> Iterator[str]:
    rows = done.rows.filter(task=task.task)
    size = rows.row(0, named=True)
    unit = "texts" if task.unit == "texts" else "items"
    yield f"{task.title.upper()}: {size['n_personas']} personas, {size['n_wordings']} wordings, {size['n_items']} {unit}"
    yield from (folded(note, "  ") for note in task.notes)
    for component in rows["component"].unique(maintain_order=True):
        mine = rows.filter(component=component)
        for run, other in say.pairs(mine):
            yield f"{component}, {run} and {other}:"
            yield from (
                folded(sentence, "  ")
                for sentence in (
                    *say.sentences(mine, run, other, on_scale=task.on_scale),
                    say.wrong(mine, run, other),
                )
            )
