"""Saved students at work: a persona that senses and acts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from eep.core.arrays import FloatArray, IntArray
from eep.core.errors import UserError
from eep.embodiment.saved import Manifest, SavedStudentError, StudentRecord
from eep.stimuli.encoders.encoder import Encoder
from eep.stimuli.picture import read as read_picture
from eep.students.base import Student
from eep.tasks import task_class
from eep.tasks.base import Task
from eep.tasks.playable import Playable
from eep.tasks.policies import choose


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
        return _chosen(self.distribution(observation), rng)

    def predict(
        self,
        observation: Any,
        state: tuple[Any, ...] | None = None,
        episode_start: Any = None,
        deterministic: bool = False,  # noqa: FBT001, FBT002 - the convention is Stable-Baselines3's
    ) -> tuple[Any, tuple[Any, ...] | None]:
        """Return the action and the state, as policies of Stable-Baselines3 do; there is no state to keep.

        ``deterministic`` takes the likeliest option, of equally likely ones the last; otherwise options are drawn by their
        probabilities.
        """
        del episode_start
        chosen = _chosen(self.distribution(observation), None if deterministic else self._rng)
        return np.asarray(chosen), state

    def __call__(self, observations: Any, states: Any = None, dones: Any = None) -> tuple[IntArray, Any]:
        """Return actions and states for observations (n, d), as the callables of ``imitation``'s rollouts do."""
        return self.predict(observations, states, dones)

    def judge(self, picture: str | Path) -> dict[str, float]:
        """Look at a picture file and return the probability of each answer, where pictures are all that is sensed.

        Raises `eep.core.errors.UserError` if more is sensed, the file is no picture, or the encoder is not the one that
        the students learned through.
        """
        features = self.eye().encode([read_picture(Path(picture)).load()])
        return dict(zip(self.options, self.distribution(features[0]).tolist(), strict=True))

    def eye(self) -> Encoder:
        """Return the encoder of pictures, where pictures are all that is sensed; raises what `judge` does."""
        encoder, name = self.task.encoder, self.records[0].task
        if encoder is None or encoder.width != len(self.senses):
            raise UserError(
                f"task {name}: expected a task that is sensed by looking at a picture alone; this one is not"
            )
        if encoder.fingerprint != self.manifest.tasks[name].sensor:
            raise UserError(
                f"task {name}: expected the encoder that the students learned through; found another one in its place, "
                f"{encoder.network.path}"
            )
        return encoder

    @property
    def playable(self) -> Playable:
        """The task, if it can be played; raises `eep.core.errors.UserError` otherwise."""
        if not isinstance(self.task, Playable) or not self.task.environment_id:
            raise UserError(f"task {self.task.id}: expected a task with a Gymnasium environment; this one has none")
        return self.task

    def environment(self, *, render_mode: str | None = None) -> Any:
        """Return the task as a Gymnasium environment, one decision a step, as in the experiment.

        Raises `eep.core.errors.UserError` for a task that cannot be played.
        """
        import gymnasium

        task = self.playable
        return gymnasium.make(task.environment_id, render_mode=render_mode, **task.environment_arguments())


def _chosen(probabilities: FloatArray, rng: np.random.Generator | None) -> Any:
    """Return an option for each distribution: drawn, or the likeliest one where nothing draws."""
    rows = np.atleast_2d(probabilities)
    noise = np.zeros(len(rows)) if rng is None else rng.random(len(rows))
    chosen = choose(rows, noise, greedy=rng is None)
    return chosen if probabilities.ndim == 2 else int(chosen[0])


def _task(manifest: Manifest, name: str) -> Task:
    """Return a task with the settings of the manifest; raises `SavedStudentError` if this eep has no such settings."""
    settings: Mapping[str, Any] = manifest.tasks[name].settings
    kind = task_class(name)
    try:
        found: Task = kind(kind.Settings.model_validate(settings))
    except ValueError as error:
        raise SavedStudentError(f"expected settings of the task {name}; found: {error}") from error
    return found
