"""A finished run as a dataset: its answers, students and play in formats that others read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import polars as pl

from eep.core.errors import UserError
from eep.core.registry import did_you_mean
from eep.data.agent import Agent
from eep.data.types import Cell, Illustration
from eep.datasets import folder, minari, tables
from eep.datasets.about import About
from eep.datasets.episodes import Episode, Recorder
from eep.datasets.minari import Recorded
from eep.embodiment import saved
from eep.embodiment.loading import load_student
from eep.embodiment.saved import MANIFEST, STUDENTS, StudentRecord
from eep.pipeline.answered import AnsweredRun, open_answered
from eep.pipeline.prepare import cells
from eep.pipeline.saving import licence_of
from eep.tasks.base import Task
from eep.tasks.playable import Playable
from eep.tasks.policies import PolicyFunction

Format = Literal["minari", "hub", "csv"]
ROLES = ("teacher", "student")
#: What nobody may take the answers for.
LIMITS = (
    "It holds what a model or a program answered as the personas that its prompts describe, not what such people do.",
    "Episodes are played again for the dataset: teachers as tables of their answers, students as they were saved.",
)


@dataclass(frozen=True)
class Selection:
    """What of a run is exported; empty stands for all.

    ``kind`` is the students' kind, the confirmatory one if empty; ``episodes`` are those of each player in each wording.
    """

    tasks: tuple[str, ...] = ()
    personas: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    kind: str = ""
    episodes: int = 10


@dataclass(frozen=True)
class Exported:
    """What was written: the ids of Minari datasets, or the paths of files, in ``folder``."""

    folder: Path
    names: tuple[str, ...]
    episodes: int


def export(run: str | Path, form: Format, to: Path, *, selection: Selection, out: str | Path = ".") -> Exported:
    """Write a finished run as a dataset to a new folder; nothing is asked, and the run stays as it is.

    The same run and selection give the same tables, cards and metadata, byte for byte.

    Parameters
    ----------
    run
        As of `eep.open_run`. The file of an experiment means its settings as they are now, a run those of its plan.
    form
        ``"minari"``: datasets below ``to``, which is what ``MINARI_DATASETS_PATH`` names; ``"hub"``: a folder of parquet
        files and pictures, with a card and Croissant metadata; ``"csv"``: a folder of tables.

    Raises
    ------
    eep.core.errors.UserError
        If there is no such run, its answers are not those of its tables, nothing is left to export, the place is taken,
        or what a format needs is not installed. Nothing is written then.
    """
    if form == "minari":
        minari.require_minari()
    source = open_answered(run, out=out)
    source = _selected(source, selection)
    recorded = [one for task in source.prepared.tasks.values() if (one := _recorded(source, task, selection))]
    about, count = _about(source), sum(len(one.episodes) for one in recorded)
    if form == "minari":
        if not recorded:
            raise UserError(
                "expected a task that can be played, and somebody who plays it; found none in the selection"
            )
        return Exported(to, tuple(minari.write_minari(to, about, recorded)), count)
    pictures = {name: _pictures(source, task) for name, task in source.prepared.tasks.items()} if form == "hub" else {}
    made = list(_tables(source, recorded, pictures))
    paths = folder.write_csv(to, about, made) if form == "csv" else folder.write_hub(to, about, made, pictures)
    return Exported(to, tuple(path.relative_to(to).as_posix() for path in paths), count)


def _selected(source: AnsweredRun, selection: Selection) -> AnsweredRun:
    """Return the tasks and personas that are selected; raises UserError for one that the run has not."""
    prepared = source.prepared
    tasks = _some("task", selection.tasks, tuple(prepared.tasks))
    personas = _some("persona", selection.personas, tuple(one.id for one in prepared.personas))
    _some("role", selection.roles, ROLES)
    kept = {name: task for name, task in prepared.tasks.items() if name in tasks}
    people = tuple(one for one in prepared.personas if one.id in personas)
    return replace(source, prepared=replace(prepared, tasks=kept, personas=people))


def _some(what: str, wanted: Sequence[str], known: Sequence[str]) -> Sequence[str]:
    for name in wanted:
        if name not in known:
            raise UserError(
                f"expected a {what} of the run: {', '.join(known)}; found {name!r}{did_you_mean(name, list(known))}"
            )
    return wanted or known


def _recorded(source: AnsweredRun, task: Task, selection: Selection) -> Recorded | None:
    """Return what the selected players do in a task; None where nobody can play."""
    if not isinstance(task, Playable) or not task.environment_id:
        return None
    players = list(_players(source, task, selection))
    if not players:
        return None
    experiment = source.prepared.experiment
    recorder = Recorder(task, episodes=selection.episodes, greedy=experiment.play.greedy, seed=experiment.seed)
    played: list[Episode] = [one for agent, policy in players for one in recorder.play(agent, policy)]
    return Recorded(recorder, tuple(played)) if played else None


def _players(source: AnsweredRun, task: Playable, selection: Selection) -> Iterator[tuple[Agent, PolicyFunction]]:
    """Yield teacher cells as tables, and saved students; teachers that talked, or were recorded at play, have no table."""
    roles, prepared = selection.roles or ROLES, source.prepared
    here = [Cell(who.id, wording.id) for who, wording in cells(prepared.personas, prepared.experiment)]
    if "teacher" in roles:
        for cell in here:
            if (table := source.shown[task.id].tables.get(cell)) is not None:
                yield prepared.agent(task.id, cell), task.table_policy(table)
    if "student" in roles:
        kind, people = selection.kind or prepared.experiment.tasks[task.id].students[0], {cell.persona for cell in here}
        places = {cell: place for place, cell in enumerate(here)}
        learned = [one for one in _students(source, task.id, kind) if one.persona in people]
        for one in sorted(learned, key=lambda one: places.get(Cell(one.persona, one.wording), len(places))):
            named = {"task": task.id, "kind": kind, "persona": one.persona, "wording": one.wording}
            agent = Agent(task.id, "student", kind, one.persona, one.arm, one.wording)
            yield agent, load_student(source.run.folder, **named).distribution  # type: ignore[arg-type]  # names, no seed


def _students(source: AnsweredRun, task: str, kind: str) -> Iterator[StudentRecord]:
    """Yield the records of a task's students of a kind; raises UserError if there are none."""
    kept = source.run.folder / STUDENTS
    if not (kept / MANIFEST).is_file():
        raise UserError(
            f"{kept}: expected the run's students; found none, as earlier versions left none: run the experiment again (no "
            "question is asked twice), or export what the role teacher does alone"
        )
    manifest = saved.read(kept)
    found = [one for one in manifest.students if (one.task, one.agent) == (task, kind)]
    if not found:
        known = dict.fromkeys(one.agent for one in manifest.students if one.task == task)
        raise UserError(f"expected a kind of student of {task}: {', '.join(known)}; found {kind!r}")
    yield from found


def _about(source: AnsweredRun) -> About:
    prepared = source.prepared
    licence, note = licence_of(prepared.provenance)
    return About(
        run=source.run.experiment,
        title=prepared.experiment.title,
        question=prepared.experiment.question,
        teacher=prepared.provenance,
        licence=licence,
        licence_note=note,
        limits=LIMITS,
        personas=prepared.personas,
        wordings=prepared.experiment.wordings,
        seed=prepared.experiment.seed,
        plan=prepared.plan.sha256,
        date=source.date,
    )


def _pictures(source: AnsweredRun, task: Task) -> Mapping[str, Illustration]:
    """Return the pictures of a task's items, by the items' name of it, if they may be passed on."""
    if not task.own_pictures:
        return {}
    firsts = {one.image: one for one in reversed(source.shown[task.id].items) if one.image is not None}
    portrayed = task.portray(tuple(firsts))
    return portrayed or {name: task.illustrate([one.id])[one.id] for name, one in firsts.items()}


def _tables(
    source: AnsweredRun, recorded: Sequence[Recorded], pictures: Mapping[str, Mapping[str, Illustration]]
) -> Iterator[tables.Table]:
    """Yield the tables of what is selected."""
    prepared, people = source.prepared, [one.id for one in source.prepared.personas]
    answered = [pair for pair in source.collected.answered if pair[0].persona.id in people]
    yield tables.personas(prepared.personas, prepared.experiment.wordings)
    for name, task in prepared.tasks.items():
        items = source.shown[name].items
        if any(question.task == name for question, _ in answered):
            yield tables.answers(task, prepared.provenance.agent, answered, items)
        files = {picture: folder.picture_file(name, picture) for picture in pictures.get(name, {})}
        yield tables.items(task, items, files)
    for one in recorded:
        yield tables.steps(one.recorder.task, one.episodes)
    rows = source.run.responses.filter(pl.col("task").is_in(list(prepared.tasks)))
    controls = pl.col("role") == "control"
    yield tables.responses(rows.filter(controls | pl.col("persona").is_in(people)))
