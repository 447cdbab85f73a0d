"""Finished runs compared: read by name, restricted to what they share, tested, and reported; nothing is asked or trained."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import polars as pl

from eep.core.errors import UserError
from eep.core.hashing import canonical_json
from eep.core.registry import did_you_mean
from eep.core.versions import __version__
from eep.pipeline.finished import open_run
from eep.pipeline.shared import NUMBER, NotShared, SharedTask, Side, differ_in_number_alone, shared
from eep.report.comparison import write
from eep.report.comparison_findings import ComparedRun, ComparedTask, ComparisonFindings
from eep.stats.comparison_rows import Comparison, compare, frame
from eep.stats.permutation import seed_of
from eep.tasks import TASKS, task_class
from eep.tasks.readouts import scale

#: Between a run's name and the kind of its students.
AT = "@"
PERMUTATIONS = 9_999


@dataclass(frozen=True)
class Compared:
    """What a comparison leaves: its rows (`eep.stats.comparison_rows.SCHEMA`), the same in words, and its report's folder."""

    rows: pl.DataFrame
    findings: ComparisonFindings
    report: Path


def compare_runs(
    names: Sequence[str], *, out: str | Path = ".", permutations: int = PERMUTATIONS, seed: int = 0, command: str = ""
) -> Compared:
    """Compare finished runs, each with each, on what all of them share, and write the report.

    Parameters
    ----------
    names
        Two runs or more: the name of one in ``out/runs``, or the path of a run's folder; followed by ``@KIND``
        it is the students of that kind that are compared, else the confirmatory ones of each task.
    out
        Folder that ``runs/`` and ``reports/`` lie in.
    permutations, seed
        Random relabellings where all are too many, and what fixes them.
    command
        What made the report, for its readers.

    Raises
    ------
    eep.core.errors.UserError
        If fewer than two runs are named, one of them has not finished, or they share nothing that can be compared.
    """
    out = Path(out)
    sides = read(names, out)
    found = shared(sides)
    tasks = [one for one in found if isinstance(one, SharedTask)]
    left_out = [one for one in found if isinstance(one, NotShared)]
    if not tasks:
        listed = "\n".join(f"  {_title(one.task)}: {one.reason}" for one in left_out)
        raise UserError(
            f"{' and '.join(names)}: expected runs that share a task, its options, and two personas in two wordings or "
            f"more; found nothing that can be compared:\n{listed}\n"
            "run the same experiment again with one thing changed (--teacher, --seed), or name other students (RUN@KIND)"
        )
    comparisons = {
        one.task: Comparison(permutations, seed_of(seed, one.task), same_items=one.unit != "own") for one in tasks
    }
    rows = frame(compare({one.task: one.panels for one in tasks}, comparisons))
    findings = ComparisonFindings(
        runs=tuple(_run(side, tasks) for side in sides),
        tasks=tuple(
            ComparedTask(one.task, _title(one.task), one.option, one.unit, one.notes, on_scale=_on_scale(one.task))
            for one in tasks
        ),
        left_out=tuple((_title(one.task), one.reason) for one in left_out),
        differing=tuple(
            (one.label, other.label, tuple(_differing((one, other), tasks))) for one, other in combinations(sides, 2)
        ),
        rows=rows,
        command=command,
        version=__version__,
    )
    folder = out / "reports" / folder_name(sides)
    write(findings, folder)
    return Compared(rows, findings, folder)


def read(names: Sequence[str], out: Path) -> list[Side]:
    """Return the runs of some names; raises UserError as `compare_runs` does."""
    if len(names) < 2:
        raise UserError(f"expected two runs or more to compare; found {', '.join(names) or 'none'}: name another one")
    for name, other in combinations(names, 2):
        if name == other:
            raise UserError(f"expected different runs, or students of different kinds (RUN@KIND); found {name} twice")
    split = [_split(name) for name in names]
    short = [Path(run).name + (AT + kind if kind else "") for run, kind in split]
    labels = short if len(set(short)) == len(short) else list(names)
    return [_side(label, *each, out) for label, each in zip(labels, split, strict=True)]


def _split(name: str) -> tuple[str, str]:
    """Return the run and the kind of students of ``RUN`` or ``RUN@KIND``; folders on the way may have an @ in their names."""
    folder, separator, last = name.rpartition("/")
    run, _, kind = last.partition(AT)
    return folder + separator + run, kind


def _side(label: str, run: str, kind: str, out: Path) -> Side:
    side = Side(label, open_run(run, out=out), kind)
    known = sorted({each for task in side.tasks for each in side.kinds(task)})
    if kind and kind not in known:
        raise UserError(
            f"{label}: expected students of a kind that the run has, as {', '.join(known)}; found {kind!r}"
            f"{did_you_mean(kind, known)}"
        )
    return side


def folder_name(sides: Sequence[Side]) -> str:
    """Return the name of a comparison's folder in reports/, made of the runs' names."""
    return "compare-" + "-vs-".join(re.sub(r"[^A-Za-z0-9.]+", "-", side.label).strip("-.") for side in sides)


def _run(side: Side, tasks: Sequence[SharedTask]) -> ComparedRun:
    students = {one.task: side.student(one.task) for one in tasks}
    return ComparedRun(side.label, side.run.experiment, ", ".join(side.run.teachers), side.seed, students)


def _differing(sides: Sequence[Side], tasks: Sequence[SharedTask]) -> list[str]:
    """Return in what the runs differ, as nouns."""
    asked = [side.plan["experiment"] for side in sides]
    cut = {one.task for one in tasks if differ_in_number_alone(sides, one.task)}
    found: Mapping[str, set[Any]] = {
        "teacher": {side.run.teachers for side in sides},
        "teacher's settings": {canonical_json(one.get("teacher")) for one in asked},
        "personas": {canonical_json(side.plan.get("personas")) for side in sides},
        "wordings": {canonical_json(one.get("wordings")) for one in asked},
        "seed": {side.seed for side in sides},
        "kind of student": {tuple(side.student(one.task) for one in tasks) for side in sides},
        "stimuli": {
            tuple(side.plan["stimuli"].get(one.task) for one in tasks if one.task not in cut) for side in sides
        },
        "number of stimuli": {tuple(side.settings(task).get(NUMBER) for task in sorted(cut)) for side in sides},
        "settings of a task": {
            canonical_json([_settings(side, one.task) for one in tasks if one.task not in cut]) for side in sides
        },
    }
    differing = [what for what, values in found.items() if len(values) > 1]
    # Another teacher has other settings, too.
    return [what for what in differing if what != "teacher's settings" or "teacher" not in differing]


def _settings(side: Side, task: str) -> dict[str, Any]:
    """Return the settings of a task but for its students, whose kinds are told by themselves."""
    return {name: value for name, value in side.settings(task).items() if name != "students"}


def _on_scale(task: str) -> bool:
    """Return whether a task's numbers are points on a scale."""
    return task in TASKS and scale(task_class(task)) is not None


def _title(task: str) -> str:
    return str(task_class(task).title) if task in TASKS else task
