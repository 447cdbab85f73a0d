"""Whose is this body? A policy's answers to the held-out items of a run, tested against the run's personas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eep.core.arrays import FeatureArray, FloatArray
from eep.core.errors import UserError
from eep.core.registry import did_you_mean
from eep.embodiment import graphs, saved
from eep.embodiment.loading import load_student
from eep.embodiment.saved import STUDENTS, Manifest, TaskRecord
from eep.pipeline import answer_tables
from eep.pipeline.finished import FinishedRun, open_run
from eep.stats import panel
from eep.stats.audit import LEAST_ITEMS, LEAST_SUSPECTS, LEAST_WORDINGS, Audit, Audited, Suspects
from eep.stats.held_out import held_out
from eep.stats.permutation import seed_of

ALPHA = 0.05
#: A policy that differs from a cell of the run by no more than this is that cell; tables are written with few digits.
SAME = 0.005
#: The component that is looked at.
_PREFERENCE = "preference"


@dataclass(frozen=True)
class Report:
    """What an audit found, and what it is about.

    ``notes`` are sentences on what was left out. ``testable`` is False where the run's own students do not show what its personas
    favour: then whoever is named would be named by accident, and nobody is.
    """

    policy: str
    run: str
    task: str
    names: Mapping[str, str]
    found: Audited
    items: int
    testable: bool
    notes: tuple[str, ...]

    @property
    def named(self) -> str:
        """The persona that the policy is, empty for none of them."""
        return self.found.named(ALPHA) if self.testable else ""


@dataclass(frozen=True)
class _Policy:
    """Answers to items: (n, k) probabilities; ``own`` are wordings of the run whose student this is."""

    items: tuple[str, ...]
    probabilities: FloatArray
    own: tuple[str, ...] = ()


def audit(
    policy: str | Path,
    suspects: str | Path,
    *,
    task: str | None = None,
    persona: str | None = None,
    wording: str | None = None,
    kind: str | None = None,
    seed: int = 0,
    out: str | Path = ".",
) -> Report:
    """Tell which of a run's personas a policy is, or that it is none of them.

    Parameters
    ----------
    policy
        A saved student: its file, an exported folder, or a run (with ``persona``, and ``wording`` and ``kind`` as of
        `eep.load_student`). Or an ``.onnx`` file, which takes what students sense, (n, d) float32, and gives probabilities,
        (n, k). Or a table of answers, ``.csv``, ``.parquet`` or ``.jsonl``: a row for each held-out item, with a
        column ``item`` and one for each option, or ``response``, the analysed readout.
    suspects
        A finished run.
    task
        The task; not needed where the run has but one.
    seed
        Fixes the policies that the audited one is compared with.

    Raises
    ------
    eep.core.errors.UserError
        If the policy cannot be read or senses something else, or the run has too few personas, wordings or items.
    """
    run = open_run(suspects, out=out)
    manifest = saved.read(run.folder / STUDENTS)
    name = _task(manifest, task)
    record = manifest.tasks[name]
    path = Path(policy)
    if path.suffix in answer_tables.SUFFIXES:
        answers = _Policy(*answer_tables.read(path, record.options, _weights(record)))
    else:
        items, sensed = saved.read_held_out(saved.held_out_path(run.folder / STUDENTS, name))
        if path.suffix == ".onnx":
            answers = _Policy(items, graphs.answers(path, sensed, record.options))
        else:
            which = {"task": name, "persona": persona, "wording": wording, "kind": kind}
            answers = _of_student(policy, which, Path(out), (items, sensed), manifest)
    return _report(str(policy), run, manifest, name, answers, seed)


def _task(manifest: Manifest, task: str | None) -> str:
    known = list(manifest.tasks)
    if task is None and len(known) == 1:
        return known[0]
    if task not in known:
        meant = "found none named" if task is None else f"found {task!r}{did_you_mean(task, known)}"
        raise UserError(f"--task: expected one of {', '.join(known)}; {meant}")
    return task


def _weights(record: TaskRecord) -> FloatArray:
    """Return the analysed readout's weight of each option, (k,)."""
    readout = next(iter(record.readouts.values()))
    return np.array([readout.get(option, 0.0) for option in record.options])


def _of_student(
    policy: str | Path, which: dict[str, Any], out: Path, held_out: tuple[tuple[str, ...], FeatureArray], run: Manifest
) -> _Policy:
    body = load_student(policy, out=out, **which)
    items, sensed = held_out
    mine, record = body.manifest.tasks[which["task"]], run.tasks[which["task"]]
    if (mine.options, mine.senses, mine.sensor) != (record.options, record.senses, record.sensor):
        raise UserError(
            f"{policy}: expected a student that senses and does what the suspects do; found {len(mine.senses)} senses and "
            f"{', '.join(mine.options)}, or another encoder, beside {len(record.senses)} and {', '.join(record.options)}"
        )
    hashes = {one.sha256 for one in run.students if one.role == "student"}
    own = tuple(one.wording for one in body.records if one.sha256 in hashes)
    return _Policy(items, body.distribution(sensed), own)


def _report(policy: str, run: FinishedRun, manifest: Manifest, task: str, answers: _Policy, seed: int) -> Report:
    record = manifest.tasks[task]
    kind = next(one.agent for one in manifest.students if one.task == task and one.role == "student")
    cells = panel.build(run.responses, task=task, agent=kind, option=next(iter(record.readouts)))
    suspects, items, own = suspects_of(run, cells)
    place = {item: row for row, item in enumerate(answers.items)}
    kept = [row for row, item in enumerate(items) if item in place]
    if unknown := sorted(set(answers.items) - set(run.responses.filter(task=task, split="test")["item"].unique())):
        raise UserError(f"{policy}: expected answers to held-out items of {run.experiment}; found {_listed(unknown)}")
    chosen = _of_items(suspects, kept)
    notes = [f"The policy answers {len(kept):,} of {len(items):,} held-out items."] if len(kept) < len(items) else []
    said = answers.probabilities[[place[items[row]] for row in kept]] @ _weights(record)
    alike = _alike(run, cells, [items[row] for row in kept], said)
    for wording in dict.fromkeys([*answers.own, *alike]):
        chosen = _without(chosen, own, wording, policy)
        own = tuple(one for one in own if one != wording)
        what = "is a student" if wording in answers.own else "answers as an agent"
        notes.append(f"It {what} of this very run: all cells of its wording, {wording}, were left out.")
    verdicts = run.verdicts.filter(task=task, component=_PREFERENCE)["verdict"]
    return Report(
        policy,
        run.experiment,
        record.title,
        {name: who.name for name, who in manifest.personas.items()},
        Audit(chosen, seed=seed_of(seed, task))(np.clip(said, 0.0, 1.0), alpha=ALPHA),
        len(kept),
        testable="inherited" in verdicts.to_list(),
        notes=tuple(notes),
    )


def suspects_of(run: FinishedRun, cells: panel.Panel) -> tuple[Suspects, tuple[str, ...], tuple[str, ...]]:
    """Return the suspects, and the items and wordings of their cells: what every cell answered."""
    if cells.neutral is None or cells.absent:
        raise UserError(
            f"{run.experiment}: expected a neutral persona, and all personas in all wordings; found some missing"
        )
    answers = held_out(run.responses, cells.task, cells.option)
    placebos = panel.control_cells(answers, "placebo", cells.agent, cells.wordings, cells.items)
    every = [cells.teacher, cells.student, np.stack(cells.neutral), *map(np.stack, placebos.values())]
    kept = np.all([np.isfinite(part).all(axis=(0, 1)) for part in every], axis=0)
    teacher, student, neutral, *rest = (part[:, :, kept] for part in every)
    k, w, n = teacher.shape
    if k < LEAST_SUSPECTS or w < LEAST_WORDINGS or n < LEAST_ITEMS:
        raise UserError(
            f"{run.experiment}: expected at least {LEAST_SUSPECTS} personas in {LEAST_WORDINGS} wordings and {LEAST_ITEMS} "
            f"held-out items that every cell answered; found {k}, {w} and {n}"
        )
    items = tuple(item for item, keep in zip(cells.items, kept.tolist(), strict=True) if keep)
    return Suspects(cells.personas, teacher, student, neutral, tuple(rest)), items, cells.wordings


def _alike(run: FinishedRun, cells: panel.Panel, items: Sequence[str], said: FloatArray) -> tuple[str, ...]:
    """Return the wordings of the run's teachers and students that answer as a policy does, one by one or a persona's together.

    A graph or a table of such an agent is found by no hash, and would be tested against itself.
    """
    answers = held_out(run.responses, cells.task, cells.option)
    columns = [answers.items.index(item) for item in items]
    personas: dict[tuple[str, str, str, str], dict[str, FloatArray]] = {}
    for one, mean in answers.cells(np.concatenate([answers.places("teacher"), answers.places("student")])):
        if one.wording in cells.wordings:
            key = (one.role, one.agent, one.persona, one.arm)
            personas.setdefault(key, {})[one.wording] = mean[columns]
    found: set[str] = set()
    for told in personas.values():
        found |= {wording for wording, mean in told.items() if _same(mean, said)}
        if _same(np.mean(list(told.values()), axis=0), said):
            found |= set(told)
    return tuple(wording for wording in cells.wordings if wording in found)


def _same(answers: FloatArray, said: FloatArray) -> bool:
    return bool((np.abs(answers - said) <= SAME).all())


def _of_items(suspects: Suspects, rows: Sequence[int]) -> Suspects:
    if len(rows) < LEAST_ITEMS:
        raise UserError(f"expected answers to at least {LEAST_ITEMS} held-out items; found {len(rows)}")
    teacher, student, neutral = (part[:, :, rows] for part in (suspects.teacher, suspects.student, suspects.neutral))
    return Suspects(suspects.personas, teacher, student, neutral, tuple(part[:, :, rows] for part in suspects.placebos))


def _without(suspects: Suspects, wordings: tuple[str, ...], wording: str, policy: str) -> Suspects:
    if len(wordings) <= LEAST_WORDINGS:
        raise UserError(
            f"{policy}: expected a policy that is not made of the suspects themselves, or a student of one wording; found students of "
            "the run in too many wordings: its cells would have to be left out, and too few would be left; name one --wording, "
            "or another run"
        )
    return suspects.without(wordings.index(wording))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names[:3])) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
