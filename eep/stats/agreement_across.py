"""Agreement across wordings: what a student shares with teachers of its persona, beside what they share themselves."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from eep.core.arrays import FloatArray
from eep.data.responses import one_option
from eep.stats.agreement import choices
from eep.stats.estimates import Estimate, number

#: What teachers are called where they are compared with one another.
TEACHERS = "teacher"
TERMS = ("own", "others")


class _Choices(NamedTuple):
    """Who chose what: one row of ``chosen`` (n, items) per cell; 1, 0, .5 for a tie, NaN where there is no answer."""

    personas: npt.NDArray[np.str_]
    wordings: npt.NDArray[np.str_]
    chosen: FloatArray


@dataclass(frozen=True)
class AcrossWordings:
    """Agreement with the teachers of *other wordings*, of the same persona and of others.

    ``own`` is the share of held-out items on which an agent of a persona in one wording chooses the same as a
    teacher of the same persona in another wording, averaged over all such pairs of wordings; ``others`` the same with
    teachers of other personas in another wording. The teachers themselves are compared as agents, too: what two wordings
    of a persona share is the ceiling for students that learned from one of them. An agent without a persona (the
    generic student, the fair coin) is compared with every teacher and has no ``others``. To choose is to give the
    option more than .5; a tie counts one half. Personas are those of the persona arm, and ``"all"``, their mean.

    Descriptive: choices mix what all personas share, level and preference, which T2 takes apart.

    Parameters
    ----------
    option
        Which option is analysed; not needed where the task scores one.
    """

    option: str | None = None

    def __call__(self, responses: pl.DataFrame, about: Estimate) -> Iterator[Estimate]:
        """Yield the estimates of the task that ``about`` names, teachers first; none where nobody learned."""
        held_out = one_option(responses.filter(task=about.task, split="test"), self.option)
        asked = held_out.filter(pl.col("response").is_not_null())
        spoken = asked.filter(role="teacher", arm="persona")
        personas = tuple(sorted(spoken["persona"].unique()))
        if not personas or asked.filter(pl.col("role") != "teacher").is_empty():
            return
        items = sorted(asked["item"].unique())
        teachers = _choices(spoken, items)
        row = replace(about, component="response", test="across-wordings", n_items=len(items))
        for agent, mine in ((TEACHERS, teachers), *((agent, _choices(rows, items)) for agent, rows in _agents(asked))):
            for persona, *shares in _rows(mine, teachers, personas):
                for term, share in zip(TERMS, shares, strict=True):
                    if share is not None:
                        yield replace(row, agent=agent, term=term, contrast=persona, estimate=number(share))


def _agents(asked: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield every agent that learned, or tossed a coin, with its answers: sorted, those of the persona arm if it has any."""
    learned = asked.filter(pl.col("role") != "teacher")
    for agent in sorted(learned["agent"].unique()):
        mine = learned.filter(agent=agent)
        own = mine.filter(arm="persona")
        # Students of neutral and placebo arms have no part in this; agents without a persona have.
        own = own if own.height else mine.filter(role="control")
        if own.height:
            yield agent, own


def _choices(rows: pl.DataFrame, items: list[str]) -> _Choices:
    """Return one row of choices per persona, wording and repeat; several samples of a teacher are averaged."""
    cell = ["persona", "wording", "sample"]
    made = choices(rows).sort(cell)
    names = made.select(cell).unique(maintain_order=True)
    chosen = np.full((names.height, len(items)), np.nan)
    place = made.select(
        pl.struct(cell).rle_id().alias("row"), pl.col("item").cast(pl.Enum(items)).to_physical().alias("column")
    )
    chosen[place["row"].to_numpy(), place["column"].to_numpy()] = made["chosen"].to_numpy()
    return _Choices(names["persona"].to_numpy(), names["wording"].to_numpy(), chosen)


def _rows(one: _Choices, other: _Choices, personas: tuple[str, ...]) -> list[tuple[str, float | None, float | None]]:
    """Return persona, own and others, ``"all"`` first."""
    same = _agreement(one.chosen, other.chosen)
    crossing = one.wordings[:, None] != other.wordings[None]
    alike = one.personas[:, None] == other.personas[None]
    if not set(one.personas.tolist()) & set(personas):  # nobody's student: every teacher is as much its own
        each: list[tuple[str, float | None, float | None]] = [
            (p, _mean(same[:, other.personas == p]), None) for p in personas
        ]
    else:
        each = [
            (p, _mean(same[mine & crossing & alike]), _mean(same[mine & crossing & ~alike]))
            for p in personas
            for mine in [(one.personas == p)[:, None]]
        ]
    own, others = (_mean(np.array([row[at] for row in each], np.float64)) for at in (1, 2))
    return [("all", own, others), *each]


def _agreement(one: FloatArray, other: FloatArray) -> FloatArray:
    """Return the share of items (answered by both) on which each row of ``one`` chooses as each of ``other``."""
    yes = [np.nan_to_num(chosen) for chosen in (one, other)]
    no = [np.nan_to_num(1.0 - chosen) for chosen in (one, other)]
    both = np.isfinite(one).astype(np.float64) @ np.isfinite(other).astype(np.float64).T
    with np.errstate(invalid="ignore"):
        share: FloatArray = (yes[0] @ yes[1].T + no[0] @ no[1].T) / both
    return share


def _mean(values: FloatArray) -> float | None:
    """Return the mean of what is there, None if there is nothing."""
    there = values[np.isfinite(values)]
    return float(there.mean()) if there.size else None
