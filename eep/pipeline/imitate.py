"""Demonstrations -> students -> responses: behaviour cloning of every teacher cell, and the controls.

Students learn from train items and are tested on test items. Whether the two may share clusters is for the task
to say when it draws its items. CartPole's do: a cluster is a text that states fall under, its students
sense states, and no test state is a train state.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from os import cpu_count

import numpy as np
import polars as pl

from eep.core.arrays import FeatureArray, FloatArray
from eep.core.errors import UserError
from eep.data import responses as table
from eep.data.agent import Agent, untrained
from eep.data.types import Item
from eep.pipeline.progress import Advance, Progress
from eep.pipeline.training_sets import SkippedStudent, TrainingSet, seed_for, training_sets
from eep.students import student_class
from eep.students.base import Student
from eep.tasks.base import Task, readout_weights

#: Begins the showing of progress: given how many students there will be, counts each.
Stage = Callable[[int], AbstractContextManager[Advance]]


class ImitateError(UserError):
    """There is nothing to learn from, or nothing to be tested on."""


@dataclass(frozen=True)
class Imitated:
    """What came of it."""

    #: Responses of students and controls to the test items.
    responses: pl.DataFrame
    #: Students by kind and cell, then the trained controls. They give the probabilities of the task's options, from
    #: the task's features; of students of other features the responses alone are kept.
    trained: Mapping[Agent, Student]
    #: Students that are missing, and why.
    skipped: tuple[SkippedStudent, ...]
    #: The held-out items, and what students sensed of them, (n, d).
    held_out: tuple[str, ...]
    sensed: FeatureArray


@dataclass(frozen=True)
class _Shared:
    """What all training sets share: features (n, d) of train and test items, by what senses them, and two settings."""

    features: Mapping[str, tuple[FeatureArray, FeatureArray]]
    seed: int
    train_per_student: int | None


def imitate(  # noqa: PLR0913 - what a run decides stands in one place, by name
    task: Task,
    items: Sequence[Item],
    demonstrations: pl.DataFrame,
    *,
    kinds: Sequence[str],
    permuted: int,
    seed: int,
    train_per_student: int | None = 4000,
    workers: int = 1,
    stage: Stage | None = None,
) -> Imitated:
    """Train a student of each kind on each teacher cell, train the controls, and test all on the test items.

    A cell's samples are averaged first. Train items to which a cell gave no valid answer are left out of its
    training set; nothing is put in their place.

    Controls, of the first kind where they are trained: ``permuted`` learns a persona-arm cell's labels shuffled
    over its items, ``generic`` the mean of the neutral arm's cells, and ``random`` takes every option equally often. Each of the
    task's own controls learns the persona-arm cells' answers from other features.

    Parameters
    ----------
    demonstrations
        The teacher's responses to ``items``; rows of other tasks and of test items are passed over.
    kinds
        Names of student kinds, the confirmatory one first.
    permuted
        Students trained on permuted labels, at least; every persona-arm cell has equally many.
    seed
        With each training set's key: draws its subset and its shuffle, and seeds the student.
    train_per_student
        A training set of more items is cut to a random subset of this size; ``None`` takes all.
    workers
        Processes that train; the result does not depend on it, byte for byte.
    stage
        Shows the progress; called once with the number of students to train.

    Raises
    ------
    ImitateError
        If there are no train or no test items, or no teacher cell has a valid answer to a train item.
    ValueError
        If an argument is out of range, or demonstrations are of several teachers or of unknown items.
    eep.core.registry.UnknownNameError
        If a kind is not registered.
    """
    _check(kinds, permuted, train_per_student, workers)
    train, test = _of_split(task, items, "train"), _of_split(task, items, "test")
    # What students sense, then what the task's own controls do.
    features = {"": (task.features(train), task.features(test)), **task.control_features(train, test)}
    senses = tuple(features)[1:]
    found = list(
        training_sets(task, train, demonstrations, kinds=kinds, least_permuted=permuted, seed=seed, senses=senses)
    )
    sets = [one for one in found if isinstance(one, TrainingSet)]
    if not any(one.agent.role == "student" for one in sets):
        raise ImitateError(
            f"{task.id}: expected valid answers to train items; found none in {demonstrations.height} rows; "
            f"see the statuses of the teacher's answers"
        )
    shared = _Shared(features, seed, train_per_student)
    results = list(_trained(shared, sets, workers, stage or partial(Progress().stage, "")))
    answers = [(one.agent, p) for one, (_, p) in zip(sets, results, strict=True)]
    any_option = np.full((len(test), len(task.options)), 1.0 / len(task.options))
    answers.append((untrained(task.id, "random"), any_option))
    keys = pl.DataFrame({"item": [item.id for item in test], "cluster": [item.cluster for item in test]})
    weights = readout_weights(task)
    rows = [
        _responses(keys, agent, readout, (p * column).sum(axis=1))
        for agent, p in answers
        for readout, column in weights.items()
    ]
    pairs = zip(sets, results, strict=True)
    trained = {one.agent: student for one, (student, _) in pairs if not one.senses}
    # One that lacks every option is missing once.
    skipped = dict.fromkeys(one for one in found if isinstance(one, SkippedStudent))
    return Imitated(
        table.concat(rows), trained, tuple(skipped), tuple(item.id for item in test), np.asarray(features[""][1])
    )


def _check(kinds: Sequence[str], permuted: int, train_per_student: int | None, workers: int) -> None:
    for kind in kinds:
        student_class(kind)
    if not kinds or len(set(kinds)) < len(kinds):
        raise ValueError(f"expected different student kinds, at least one; found {list(kinds)}")
    if permuted < 0 or workers < 1 or (train_per_student is not None and train_per_student < 1):
        raise ValueError(
            f"expected permuted >= 0, workers >= 1, train_per_student >= 1 or None; "
            f"found {permuted}, {workers}, {train_per_student}"
        )


def _of_split(task: Task, items: Sequence[Item], split: str) -> list[Item]:
    some = [item for item in items if item.split == split]
    if not some:
        raise ImitateError(
            f"{task.id}: expected {split} items; found none among {len(items)}; change the task's settings"
        )
    return some


def _trained(
    shared: _Shared, sets: Sequence[TrainingSet], workers: int, stage: Stage
) -> Iterator[tuple[Student, FloatArray]]:
    """Yield each training set's student and its answers to the test items, in their order."""
    if workers == 1:
        results = (_train_one(shared, one) for one in sets)
    else:
        from joblib import Parallel, delayed

        useful = min(workers, len(sets), cpu_count() or 1)
        parallel = Parallel(n_jobs=useful, return_as="generator")
        results = parallel(delayed(_train_one)(shared, one) for one in sets)
    with stage(len(sets)) as advance:
        for result in results:
            advance(1)
            yield result


def _train_one(shared: _Shared, training_set: TrainingSet) -> tuple[Student, FloatArray]:
    """Train one student and return it with its answers; depends on its arguments alone, whoever runs it."""
    chosen = np.arange(training_set.rows.size)
    if shared.train_per_student is not None and chosen.size > shared.train_per_student:
        rng = np.random.default_rng(seed_for(training_set, shared.seed, "subset"))
        chosen = np.sort(rng.choice(chosen, size=shared.train_per_student, replace=False))
    student: Student = student_class(training_set.kind)()
    seed = seed_for(training_set, shared.seed, "student") % 2**31
    train, test = shared.features[training_set.senses]
    student.fit(train[training_set.rows[chosen]], training_set.p[chosen], seed=seed)
    return student, student.predict(test)


def _responses(keys: pl.DataFrame, agent: Agent, readout: str, values: FloatArray) -> pl.DataFrame:
    """Return the rows of one agent; ``keys`` are the test items and their clusters."""
    same = {**agent._asdict(), "option": readout, "split": "test", "status": "ok"}
    return keys.with_columns(
        **{name: pl.lit(value, dtype=table.SCHEMA[name]) for name, value in same.items()},
        response=pl.Series(np.clip(values, 0.0, 1.0), dtype=pl.Float64),
    ).select(table.SCHEMA.names())
