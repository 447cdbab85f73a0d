"""A task's answers to its held-out items as arrays, read from the responses table once for all statistics."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from eep.core.arrays import BoolArray, FloatArray
from eep.data.agent import Agent
from eep.data.responses import ROLES, one_option

Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class HeldOut:
    """A agents (teachers, students and controls, cell by cell) x N held-out items.

    Samples of a teacher are averaged, as samples are not wordings; a student's or control's ``sample`` is a repeat of its own.
    """

    task: str
    #: What the answers are probabilities of.
    option: str
    #: (A,) sorted by role, agent, persona, arm, wording and sample; a teacher's sample is 0.
    agents: tuple[Agent, ...]
    #: (N,) sorted, and each one's cluster.
    items: tuple[str, ...]
    clusters: tuple[str, ...]
    #: (A, N) whether there is a row of the table, with a valid answer or without.
    asked: BoolArray
    #: (A, N) how many valid answers there are, their mean, NaN of none, and their variance, NaN of one.
    count: Places
    mean: FloatArray
    variance: FloatArray

    @cached_property
    def answered(self) -> BoolArray:
        """Where there is a valid answer, (A, N)."""
        return np.asarray(self.count > 0)

    @cached_property
    def chosen(self) -> FloatArray:
        """What is chosen, (A, N): 1 where the mean answer is above .5, 0 below, .5 for a tie; NaN where there is none."""
        return np.where(self.answered, 0.5 + 0.5 * np.sign(self.mean - 0.5), np.nan)

    def places(self, role: str, agent: str | None = None, arm: str | None = None) -> Places:
        """Return the places of the agents of a role, or only of one name or arm, in order."""
        found = (
            place
            for place, one in enumerate(self.agents)
            if one.role == role and agent in (None, one.agent) and arm in (None, one.arm)
        )
        return np.fromiter(found, dtype=np.intp)

    def cells(self, places: Places) -> Iterator[tuple[Agent, FloatArray]]:
        """Yield every cell of some agents with its mean answers (N,), averaged over its repeats."""
        for _, repeats in groupby(places.tolist(), key=lambda place: self.agents[place][:-1]):
            some = list(repeats)
            mean = self.mean[some[0]] if len(some) == 1 else _mean(self.mean[some], self.answered[some])
            yield self.agents[some[0]], mean


def held_out(responses: pl.DataFrame, task: str, option: str | None = None) -> HeldOut:
    """Return a task's held-out answers; raises ValueError where there are several readouts and none is named.

    Parameters
    ----------
    responses
        A responses table (see `eep.data.responses`).
    task
        One of its tasks.
    option
        Which option is analysed; not needed where the task scores one.
    """
    rows = one_option(responses.filter(task=task, split="test"), option).sort("sample", maintain_order=True)
    agents, agent = _agents(rows)
    items = rows["item"].unique().sort()
    item = rows["item"].cast(pl.Enum(items)).to_physical().to_numpy().astype(np.intp)
    shape = len(agents), len(items)
    place = agent * len(items) + item
    valid = rows["response"].is_not_null().to_numpy()
    count, mean, variance = _averages(rows["response"].to_numpy()[valid], place[valid], shape)
    some_row = np.zeros(len(items), dtype=np.intp)
    some_row[item] = np.arange(len(item))
    return HeldOut(
        task=task,
        option=option or "".join(rows["option"].unique()),
        agents=agents,
        items=tuple(items),
        clusters=tuple(rows["cluster"].gather(some_row)),
        asked=np.bincount(place, minlength=shape[0] * shape[1]).reshape(shape) > 0,
        count=count,
        mean=mean,
        variance=variance,
    )


def with_placebo(answers: HeldOut, placebo: str) -> HeldOut:
    """Return answers in which one placebo is one more persona."""
    agents = (one._replace(arm="persona") if one.persona == placebo else one for one in answers.agents)
    return replace(answers, agents=tuple(agents))


class CellAnswers(NamedTuple):
    """Cells that have answered, one of their repeats each, and the items that all of them answered: mean answers (cells, items)."""

    agents: tuple[Agent, ...]
    items: tuple[str, ...]
    values: FloatArray


def cell_answers(answers: HeldOut, places: Sequence[int] | Places, among: Collection[str] | None = None) -> CellAnswers:
    """Return the cells of some agents, their repeats averaged, on the items (``among`` some) that every cell answered."""
    known = np.array([among is None or item in among for item in answers.items], dtype=np.bool_)
    every = [(one, mean) for one, mean in answers.cells(np.array(places, np.intp)) if np.isfinite(mean[known]).any()]
    means = np.array([mean for _, mean in every]).reshape(len(every), len(known))
    kept = known & np.isfinite(means).all(axis=0) if every else np.zeros_like(known)
    items = tuple(item for item, keep in zip(answers.items, kept.tolist(), strict=True) if keep)
    return CellAnswers(tuple(one for one, _ in every), items, np.ascontiguousarray(means[:, kept]))


def _agents(rows: pl.DataFrame) -> tuple[tuple[Agent, ...], Places]:
    """Return the agents, sorted, and which of them each row of the table is of."""
    repeat = pl.when(pl.col("role") == "teacher").then(0).otherwise(pl.col("sample"))
    keys = rows.select(Agent._fields).with_columns(sample=repeat)
    # Rows of one agent stand together in the table's own order, so that few names have to be looked at.
    runs = keys.select(pl.struct(pl.all()).rle_id()).to_series().to_numpy().astype(np.intp)
    heads = [Agent(*row) for row in keys[np.flatnonzero(np.diff(runs, prepend=-1))].iter_rows()]
    agents = sorted(set(heads), key=lambda one: (ROLES.index(one.role), *one[2:]))
    places = {agent: place for place, agent in enumerate(agents)}
    return tuple(agents), np.array([places[head] for head in heads], dtype=np.intp)[runs]


def _averages(values: FloatArray, place: Places, shape: tuple[int, int]) -> tuple[Places, FloatArray, FloatArray]:
    """Return how many ``values`` each place has, their mean and their variance, each of ``shape``; sums run in the order given."""
    size = shape[0] * shape[1]
    count = np.bincount(place, minlength=size)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(place, values, size) / count
        variance = np.bincount(place, (values - mean[place]) ** 2, size) / (count - 1)
    return (
        count.reshape(shape),
        mean.reshape(shape),
        np.where(count > 1, variance, np.nan).reshape(shape),
    )


def _mean(values: FloatArray, there: BoolArray) -> FloatArray:
    """Return the mean over rows of ``values`` (R, N) that are ``there``, NaN where none is."""
    count = there.sum(axis=0)
    total = np.where(there, values, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
