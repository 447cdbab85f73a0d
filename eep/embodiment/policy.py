"""Saved students at work: a persona that senses and acts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from eep.core.arrays import FeatureArray, FloatArray, IntArray
from eep.core.errors import UserError
from eep.core.registry import did_you_mean
from eep.data import run_tables
from eep.embodiment import saved
from eep.embodiment.saved import MANIFEST, Manifest, SavedStudentError, StudentRecord
from eep.stimuli.picture import read as read_picture
from eep.students.base import Student
from eep.tasks import task_class
from eep.tasks.base import Playable, Task
from eep.tasks.policies import choose

#: The folder of a run's students, within the run's own.
STUDENTS = "students"


@dataclass(eq=False)
class StudentPolicy:
    """A persona as it acts in one task: one student, or several whose probabilities are averaged.

    Attributes
    ----------
    manifest
        Where the students come from: experiment, teacher, persona texts, limits. It speaks of these students alone.
    students
        The students, one for each wording.
    seed
        Seeds the choices of `predict`, which are drawn one after another.
    """

    manifest: Manifest
    students: tuple[Student, ...]
    seed: int = 0
    _rng: np.random.Generator = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._rng = np.random.default_rng(self.seed)

    @property
    def records(self) -> tuple[StudentRecord, ...]:
        """What the manifest says of each student."""
        return self.manifest.students

    @property
    def persona(self) -> str:
        """The persona's id."""
        return self.records[0].persona

    @cached_property
    def task(self) -> Task:
        """The task, with the settings that the students learned in."""
        return _task(self.manifest, self.records[0].task)

    @property
    def options(self) -> tuple[str, ...]:
        """What can be done, in the order of the probabilities; an action is a number of this order."""
        return self.manifest.tasks[self.records[0].task].options

    @property
    def senses(self) -> tuple[str, ...]:
        """What is sensed, in the order of an observation's numbers."""
        return self.manifest.tasks[self.records[0].task].senses

    def __repr__(self) -> str:
        """Return whose students these are, and of what."""
        one = self.records[0]
        wordings = ", ".join(record.wording for record in self.records)
        return f"StudentPolicy({one.persona} ({wordings}), {one.task}, {one.agent}, taught by {self.manifest.teacher.agent})"

    def distribution(self, observation: Any) -> FloatArray:
        """Return the probabilities of the options, (k,) float64 for an observation (d,), and (n, k) for (n, d).

        Raises ValueError for anything but finite numbers of that shape.
        """
        seen = np.asarray(observation, dtype=np.float32)
        if seen.ndim not in (1, 2) or seen.shape[-1] != len(self.senses) or not np.isfinite(seen).all():
            raise ValueError(
                f"expected observations of {len(self.senses)} finite numbers ({', '.join(self.senses[-4:])} last), "
                f"shape (d,) or (n, d); found shape {seen.shape}"
            )
        rows = seen.reshape(-1, seen.shape[-1])
        found = np.mean([student.predict(rows) for student in self.students], axis=0)
        return np.asarray(found.reshape(*seen.shape[:-1], -1))

    def act(self, observation: Any, rng: np.random.Generator) -> Any:
        """Return an action drawn by the probabilities: an int for one observation, (n,) int64 for several."""
        found = self.distribution(observation)
        return self._chosen(found, rng, greedy=False)

    def predict(
        self,
        observation: Any,
        state: tuple[Any, ...] | None = None,
        episode_start: Any = None,
        deterministic: bool = False,  # noqa: FBT001, FBT002 - the convention is Stable-Baselines3's
    ) -> tuple[Any, tuple[Any, ...] | None]:
        """Return the action and the state, as policies of Stable-Baselines3 do; there is no state to keep.

        ``deterministic`` takes the likeliest option, otherwise options are drawn by their probabilities.
        """
        del episode_start
        chosen = self._chosen(self.distribution(observation), self._rng, greedy=deterministic)
        return np.asarray(chosen), state

    def __call__(self, observations: Any, states: Any = None, dones: Any = None) -> tuple[IntArray, Any]:
        """Return actions and states for observations (n, d), as the callables of ``imitation``'s rollouts do."""
        return self.predict(observations, states, dones)

    def judge(self, picture: str | Path) -> dict[str, float]:
        """Look at a picture file and return the probability of each answer, where pictures are all that is sensed.

        Raises `eep.core.errors.UserError` if the task is another, the file is no picture, or the encoder is not the one
        that the students learned through.
        """
        expected = self.manifest.tasks[self.records[0].task].sensor
        features = self.task.see([read_picture(Path(picture))])
        if self.task.sensor() != expected:
            raise UserError(
                "expected the encoder that the students learned through; found another one in its place; "
                "tasks." + self.records[0].task + ".encoder says where it was"
            )
        return dict(zip(self.options, self.distribution(features[0]).tolist(), strict=True))

    @property
    def playable(self) -> Playable:
        """The task, if it can be played; raises `eep.core.errors.UserError` otherwise."""
        if not isinstance(self.task, Playable):
            raise UserError(
                f"task {self.task.id}: expected a task that can be played; it is a judgement of pictures: judge()"
            )
        return self.task

    def environment(self, *, render_mode: str | None = None) -> Any:
        """Return the task as a Gymnasium environment, one decision a step, as in the experiment.

        Raises `eep.core.errors.UserError` for a task that cannot be played.
        """
        return self.playable.environment(render_mode=render_mode)

    def _chosen(self, probabilities: FloatArray, rng: np.random.Generator, *, greedy: bool) -> Any:
        rows = np.atleast_2d(probabilities)
        chosen = choose(rows, rng.random(len(rows)), greedy=greedy)
        return chosen if probabilities.ndim == 2 else int(chosen[0])


def load_student(  # noqa: PLR0913 - what tells students apart, by name
    source: str | Path,
    *,
    task: str | None = None,
    persona: str | None = None,
    wording: str | None = None,
    kind: str | None = None,
    seed: int = 0,
    out: str | Path = ".",
) -> StudentPolicy:
    """Load a persona that acts: the students that a run left, or that were exported.

    Parameters
    ----------
    source
        A run, by its name as ``quickstart`` or by its folder; a folder of exported students; or one student's file.
    task, persona
        Which task and whose student; may be left out where there is but one.
    wording
        One of the persona's wordings. Left out, the students of all its wordings act as one: their probabilities are
        averaged.
    kind
        The students' kind, such as ``"xgboost"``; the task's confirmatory one if left out. ``"generic"`` is the control that
        learned the mean answers of the neutral personas.
    seed
        Seeds the choices of `StudentPolicy.predict`.
    out
        Folder that ``runs/`` lies in, where ``source`` is a run's name.

    Raises
    ------
    eep.embodiment.saved.SavedStudentError
        If there are no such students, or a file is damaged, foreign or missing. Nothing in a file is executed.
    """
    folder, file = find(source, Path(out))
    manifest = saved.read(folder)
    wanted = {"task": task, "persona": persona, "agent": kind, "wording": wording}
    records = manifest.students
    if file is not None:
        records = _one(records, "file", file, folder)
    elif persona is None and kind == "generic":
        wanted["persona"] = next((one.persona for one in records if one.agent == kind), None)
    for attribute, value in wanted.items():
        if value is not None or attribute != "wording":
            records = _one(records, attribute, value, folder)
    kept = saved.subset(manifest, records)
    students = tuple(saved.load(folder, one, kept.tasks[one.task]) for one in kept.students)
    return StudentPolicy(kept, students, seed)


def find(source: str | Path, out: Path) -> tuple[Path, str | None]:
    """Return the folder of students that ``source`` means, and the student's file in it if it means one.

    Raises `SavedStudentError` if there is none; a name that no run has is a UserError of its own.
    """
    path = Path(source)
    if path.is_file() and path.name != MANIFEST:
        for parent in path.parents:
            if (parent / MANIFEST).is_file():
                return parent, path.relative_to(parent).as_posix()
        raise SavedStudentError(f"{path}: expected a saved student beside its {MANIFEST}; found none in the folders above")
    for folder in (path.parent if path.name == MANIFEST else path, path / STUDENTS):
        if (folder / MANIFEST).is_file():
            return folder, None
    if path.exists() or len(path.parts) != 1:
        raise SavedStudentError(
            f"{path}: expected a run, or a folder of students with its {MANIFEST}; found none; eep run leaves one"
        )
    return run_tables.find(path.name, out, f"{STUDENTS}/{MANIFEST}", expected="a run with saved students") / STUDENTS, None


def _one(
    records: Sequence[StudentRecord], attribute: str, value: str | None, folder: Path
) -> tuple[StudentRecord, ...]:
    """Return the records of one value of an attribute: the one given, the only one, or the confirmatory kind."""
    known = list(dict.fromkeys(str(getattr(one, attribute)) for one in records))
    if value is None and attribute == "agent":
        value = known[0]
    if value is None and len(known) == 1:
        value = known[0]
    found = tuple(one for one in records if getattr(one, attribute) == value)
    if not found:
        name = "kind" if attribute == "agent" else attribute
        meant = "" if value is None else f"; found {value!r}{did_you_mean(value, known)}"
        raise SavedStudentError(f"{folder}: expected {name}= one of {', '.join(known)}{meant}")
    return found


def _task(manifest: Manifest, name: str) -> Task:
    """Return a task with the settings of the manifest; raises `SavedStudentError` if this eep has no such settings."""
    settings: Mapping[str, Any] = manifest.tasks[name].settings
    kind = task_class(name)
    try:
        found: Task = kind(kind.Settings.model_validate(settings))
    except ValueError as error:
        raise SavedStudentError(f"expected settings of the task {name}; found: {error}") from error
    return found
