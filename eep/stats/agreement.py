"""How often students choose as their teachers do: easy to read, and no evidence of inheritance by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

import numpy as np
import polars as pl

from eep.core.arrays import FloatArray
from eep.data.agent import Agent
from eep.data.responses import ARMS
from eep.stats.estimates import Estimate
from eep.stats.held_out import HeldOut, held_out


class _Cell(NamedTuple):
    """An agent beside a teacher cell: the share of ``items`` answered by both on which they choose the ``same``."""

    agent: str
    teacher: Agent
    sample: int
    same: float
    items: int


@dataclass(frozen=True)
class OwnTeacherAgreement:
    """Share of held-out items on which a student chooses the same as its own teacher cell.

    Each is taken to choose what it gives more than .5; at exactly .5 it tosses a coin, so such an item counts
    one half. Agents without a teacher of their own (the generic student, the fair coin) are compared with
    every teacher cell: what they reach there, every prompt would have taught. The unit is the cell: shares
    over items are averaged over cells, per persona and, as ``"all"``, over the persona arm.

    Agreement mixes what all personas share, how often the option is chosen, the wording and the persona;
    T2 takes them apart.
    """

    def __call__(self, answers: HeldOut, about: Estimate) -> list[Estimate]:
        """Return the estimates of one task, agents and personas sorted."""
        row = replace(about, component="response", test="agreement", term="own-teacher")
        return list(_summaries(_cells(answers), row))


def alike(one: FloatArray, other: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the share of items on which each row of choices (n, N) is as each of ``other`` (m, N), and of how many items, (n, m).

    Items count that both answered; NaN where there is none. Products of 0, .5 and 1 are exact, whatever sums them.
    """
    yes = [np.nan_to_num(chosen) for chosen in (one, other)]
    no = [np.nan_to_num(1.0 - chosen) for chosen in (one, other)]
    both = np.isfinite(one).astype(np.float64) @ np.isfinite(other).astype(np.float64).T
    with np.errstate(invalid="ignore"):
        return (yes[0] @ yes[1].T + no[0] @ no[1].T) / both, both


def _cells(answers: HeldOut) -> list[_Cell]:
    """Return every agent beside its own teacher, or all teachers if it has none, sorted by agent and cell."""
    teachers = answers.places("teacher")
    learned = np.concatenate([answers.places(role) for role in ("student", "control")])
    spoken = np.asarray(answers.answered.any(axis=1))
    own: dict[tuple[str, str], list[int]] = {}
    for column, place in enumerate(teachers):
        if spoken[place]:
            own.setdefault((answers.agents[place].persona, answers.agents[place].wording), []).append(column)
    everyone = [column for columns in own.values() for column in columns]
    shares, both = alike(answers.chosen[learned], answers.chosen[teachers])
    found: dict[tuple[str, Agent, int], list[tuple[float, int]]] = {}
    for row, one in enumerate(answers.agents[place] for place in learned):
        for column in own.get((one.persona, one.wording), everyone):
            if items := int(both[row, column]):
                beside = one.agent, answers.agents[teachers[column]], one.sample
                found.setdefault(beside, []).append((float(shares[row, column]), items))
    # Agents of one name that have no teacher of their own are pooled, item by item.
    cells = [
        _Cell(*beside, sum(share * items for share, items in some) / (n := sum(items for _, items in some)), n)
        for beside, some in found.items()
    ]
    order = ARMS.index
    return sorted(cells, key=lambda c: (c.agent, c.teacher.persona, order(c.teacher.arm), c.teacher.wording, c.sample))


def _summaries(cells: list[_Cell], row: Estimate) -> Iterator[Estimate]:
    for agent, every in groupby(cells, lambda cell: cell.agent):
        mine, row = list(every), replace(row, agent=agent)
        for persona, some in groupby(mine, lambda cell: cell.teacher.persona):
            yield _mean(list(some), replace(row, contrast=persona))
        if everyone := [cell for cell in mine if cell.teacher.arm == "persona"]:
            yield _mean(everyone, replace(row, contrast="all"))


def _mean(cells: list[_Cell], row: Estimate) -> Estimate:
    return replace(
        row,
        estimate=float(np.mean([cell.same for cell in cells])),
        n_personas=len({cell.teacher.persona for cell in cells}),
        n_wordings=len({cell.teacher.wording for cell in cells}),
        n_items=max(cell.items for cell in cells),
        method=f"mean over {len(cells)} cells",
    )


def chosen_alike(
    responses: pl.DataFrame, personas: Sequence[str], *, task: str, option: str | None = None
) -> pl.DataFrame:
    """Return how often agents choose as the teachers of the same persona, or another, *in another wording*.

    The teachers' wording is always another one than the agent's, as in T2: within one wording, teacher and student
    share its accidents. Descriptive, with no test: most of any agreement is what everybody would do.

    Parameters
    ----------
    responses
        A responses table.
    personas
        Whose agents and teachers are compared, in the order of the result.
    task
        One task of the table.
    option
        Which option is analysed; not needed where the task scores one.

    Returns
    -------
    One row per agent (``teacher`` or a kind of student), its persona and the teacher's persona: ``agent, persona,
    teacher, alike`` (share of held-out items, averaged over pairs of cells; an even choice counts one half) and
    ``pairs``, the number of pairs of cells. No row where there is no such pair.
    """
    answers = held_out(responses.filter(pl.col("persona").is_in(list(personas))), task, option)
    teachers = answers.places("teacher")
    mine = np.concatenate([teachers, answers.places("student")])
    shares, _ = alike(answers.chosen[mine], answers.chosen[teachers])
    pairs: dict[tuple[str, str, str], list[float]] = {}
    for row, one in enumerate(answers.agents[place] for place in mine):
        for share, other in zip(shares[row].tolist(), (answers.agents[place] for place in teachers), strict=True):
            if one.wording != other.wording and np.isfinite(share):
                agent = "teacher" if one.role == "teacher" else one.agent
                pairs.setdefault((agent, one.persona, other.persona), []).append(share)
    place = {persona: number for number, persona in enumerate(personas)}
    rows = [(*who, float(np.mean(found)), len(found)) for who, found in pairs.items()]
    rows.sort(key=lambda row: (row[0] != "teacher", row[0], place[row[1]], place[row[2]]))
    schema = {
        **dict.fromkeys(("agent", "persona", "teacher"), pl.String()),
        "alike": pl.Float64(),
        "pairs": pl.UInt32(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
