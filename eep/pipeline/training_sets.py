"""What each student and each control learns from: demonstrations -> training sets.

Students and controls differ in their training sets alone; they are trained and tested in the same way. Seeds, training
subsets and shuffles belong to the training set, never to the persona: subsets drawn per persona would make the
students of one persona alike without any training.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from eep.core.arrays import FloatArray
from eep.core.hashing import seed_from
from eep.data.agent import Agent
from eep.data.types import Item
from eep.tasks.base import Task, analysed_readout, labelled_options


class TeacherCell(NamedTuple):
    """Whose answers a training set consists of."""

    persona: str
    arm: str
    wording: str


#: Per teacher cell, its mean answer to every train item, (n, k) in the order of `eep.tasks.base.actions`; rows of NaN
#: where it gave no valid one.
Labels = Mapping[TeacherCell, FloatArray]


@dataclass(frozen=True)
class TrainingSet:
    """One student's demonstrations."""

    #: Who learns it.
    agent: Agent
    #: Name of the task's analysed readout.
    readout: str
    #: The student's name in the registry; a control's agent says what it controls for.
    kind: str
    #: Which train items, (n,) int64, increasing.
    rows: npt.NDArray[np.int64]
    #: Labels: probabilities of the task's options, (n, k) float64, rows summing to 1.
    p: FloatArray
    #: Name of the control features that the student learns from; empty for the task's own features.
    senses: str = ""


@dataclass(frozen=True)
class SkippedStudent:
    """A student that is missing because nothing was there to train it on; ``reason`` is for the reader."""

    agent: Agent
    reason: str


def seed_for(training_set: TrainingSet, seed: int, purpose: str) -> int:
    """Return 64 bits, as an int, that depend on the seed, the training set's key and the purpose alone."""
    who = training_set.agent
    key = [seed, purpose, who.task, who.role, who.agent, training_set.kind]
    key += [who.persona, who.wording, who.sample, training_set.readout]
    return seed_from(key)


def labels(task: Task, train: Sequence[Item], demonstrations: pl.DataFrame) -> Labels:
    """Return every teacher cell's labels, cells in sorted order; samples are averaged.

    Cells without a single valid answer are there, too. Rows of other tasks, readouts and splits are passed over.

    Raises ValueError if there are answers of several teachers, or to train items that are not in ``train``.
    """
    named = labelled_options(task)
    mine = demonstrations.filter(pl.col("option").is_in(named), task=task.id, role="teacher")
    if (teachers := mine["agent"].n_unique()) > 1:
        raise ValueError(f"expected the demonstrations of one teacher; found {teachers}")
    places = pl.DataFrame(
        {"item": [item.id for item in train], "row": range(len(train))}, schema={"item": pl.String, "row": pl.Int64}
    )
    means = (
        mine.filter(split="train", status="ok")
        .group_by(*TeacherCell._fields, "item", "option")
        .agg(pl.col("response").sort())  # sums in one order, whatever the rows' order
        .with_columns(pl.col("response").list.mean())
        .join(places, on="item", how="left")
    )
    if strangers := means.filter(pl.col("row").is_null()).n_unique([*TeacherCell._fields, "item"]):
        raise ValueError(f"expected demonstrations of the task's train items; found {strangers} of others")
    found = {
        TeacherCell(*cell): np.full((len(train), len(named)), np.nan)
        for cell in mine.select(TeacherCell._fields).unique().sort(TeacherCell._fields).iter_rows()
    }
    for (*cell, option), answers in means.group_by(*TeacherCell._fields, "option"):
        rows, column = answers["row"].to_numpy(), named.index(str(option))
        found[TeacherCell(*map(str, cell))][rows, column] = answers["response"].to_numpy()
    if len(named) == 1:  # of two options the probability of the second alone is known
        return {cell: np.hstack([1.0 - p, p]) for cell, p in found.items()}
    return {cell: p / p.sum(axis=1, keepdims=True) for cell, p in found.items()}


def permuted(
    task: str, readout: str, found: Labels, kind: str, *, least: int, seed: int
) -> Iterator[TrainingSet | SkippedStudent]:
    """Yield at least ``least`` training sets whose labels are shuffled over their items, as many for each persona-arm cell.

    Shuffled labels keep the level of the cell's answers and lose what they had to do with the items.
    """
    cells = {cell: p for cell, p in found.items() if cell.arm == "persona" and np.isfinite(p).any()}
    if least and not cells:
        reason = "no cell of the persona arm has a valid answer to a train item"
        yield SkippedStudent(Agent(task, "control", "permuted", "none", "persona", "none"), reason)
    for cell, p in cells.items():
        rows = np.flatnonzero(np.isfinite(p[:, 0]))
        for repeat in range(ceil(least / len(cells))):
            agent = Agent(task, "control", "permuted", *cell, repeat)
            plain = TrainingSet(agent, readout, kind, rows, p[rows])
            rng = np.random.default_rng(seed_for(plain, seed, "shuffle"))
            yield replace(plain, p=plain.p[rng.permutation(len(rows))])


def generic(task: str, readout: str, found: Labels, kind: str) -> Iterator[TrainingSet | SkippedStudent]:
    """Yield the training set of the generic student: the mean of the neutral arm's cells, each cell one vote.

    An item's mean is over the cells that answered it.
    """
    neutral = {cell: p for cell, p in found.items() if cell.arm == "neutral"}
    pooled = "+".join(sorted({cell.persona for cell in neutral})) or "none"
    agent = Agent(task, "control", "generic", pooled, "neutral", "pooled")
    if not neutral:
        yield SkippedStudent(agent, "the experiment has no neutral arm")
        return
    answers = np.stack(list(neutral.values()))
    rows = np.flatnonzero(np.isfinite(answers[:, :, 0]).any(axis=0))
    if rows.size:
        p = np.nanmean(answers[:, rows], axis=0)
        yield TrainingSet(agent, readout, kind, rows, np.clip(p, 0.0, 1.0))
    else:
        yield SkippedStudent(agent, "no cell of the neutral arm has a valid answer to a train item")


def _own(agent: Agent, readout: str, p: FloatArray, kind: str, senses: str = "") -> TrainingSet | SkippedStudent:
    """Return the training set of whoever learns one cell's answers as they are."""
    rows = np.flatnonzero(np.isfinite(p[:, 0]))
    if rows.size:
        return TrainingSet(agent, readout, kind, rows, p[rows], senses)
    return SkippedStudent(agent, f"no valid answer to any of the {len(p)} train items")


def training_sets(
    task: Task,
    train: Sequence[Item],
    demonstrations: pl.DataFrame,
    *,
    kinds: Sequence[str],
    least_permuted: int,
    seed: int,
    senses: Sequence[str] = (),
) -> Iterator[TrainingSet | SkippedStudent]:
    """Yield all training sets of a task, and who goes without: students, then controls.

    Controls are of the first kind; ``senses`` are the names of the task's own ones.
    """
    readout, found = analysed_readout(task), labels(task, train, demonstrations)
    for kind in kinds:
        for cell, p in found.items():
            yield _own(Agent(task.id, "student", kind, *cell), readout, p, kind)
    yield from permuted(task.id, readout, found, kinds[0], least=least_permuted, seed=seed)
    yield from generic(task.id, readout, found, kinds[0])
    for name in senses:  # the same answers, to items that are sensed in another way
        for cell, p in found.items():
            if cell.arm == "persona":
                yield _own(Agent(task.id, "control", name, *cell), readout, p, kinds[0], name)
