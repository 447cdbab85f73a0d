"""Agreement across wordings: what a student shares with teachers of its persona, beside what they share themselves."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from eep.core.arrays import FloatArray
from eep.stats.agreement import alike
from eep.stats.estimates import Estimate, number
from eep.stats.held_out import HeldOut, Places

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
    """

    def __call__(self, answers: HeldOut, about: Estimate) -> Iterator[Estimate]:
        """Yield the estimates of one task, teachers first; none where nobody learned."""
        teachers = _choices(answers, answers.places("teacher", arm="persona"))
        personas = tuple(sorted(set(teachers.personas.tolist())))
        learned = dict(_learned(answers))
        if not personas or not learned:
            return
        items = int(answers.answered.any(axis=0).sum())
        row = replace(about, component="response", test="across-wordings", n_items=items)
        for agent, mine in ((TEACHERS, teachers), *learned.items()):
            for persona, *shares in _rows(mine, teachers, personas):
                for term, share in zip(TERMS, shares, strict=True):
                    if share is not None:
                        yield replace(row, agent=agent, term=term, contrast=persona, estimate=number(share))


def _learned(answers: HeldOut) -> Iterator[tuple[str, _Choices]]:
    """Yield every agent that learned, or tossed a coin, with its choices: sorted, those of the persona arm if it has any."""
    for agent in sorted({one.agent for one in answers.agents if one.role != "teacher"}):
        own = [answers.places(role, agent, "persona") for role in ("student", "control")]
        # Students of neutral and placebo arms have no part in this; agents without a persona have.
        for places in (np.concatenate(own), answers.places("control", agent)):
            mine = _choices(answers, places)
            if len(mine.personas):
                yield agent, mine
                break


def _choices(answers: HeldOut, places: Places) -> _Choices:
    """Return one row of choices per persona, wording and repeat that has answered."""
    spoken = places[answers.answered[places].any(axis=1)]
    agents = [answers.agents[place] for place in spoken]
    personas, wordings = ([getattr(one, name) for one in agents] for name in ("persona", "wording"))
    return _Choices(np.array(personas, np.str_), np.array(wordings, np.str_), answers.chosen[spoken])


def _rows(one: _Choices, other: _Choices, personas: tuple[str, ...]) -> list[tuple[str, float | None, float | None]]:
    """Return persona, own and others, ``"all"`` first."""
    same, _ = alike(one.chosen, other.chosen)
    crossing = one.wordings[:, None] != other.wordings[None]
    own_persona = one.personas[:, None] == other.personas[None]
    if not set(one.personas.tolist()) & set(personas):  # nobody's student: every teacher is as much its own
        each: list[tuple[str, float | None, float | None]] = [
            (p, _mean(same[:, other.personas == p]), None) for p in personas
        ]
    else:
        each = [
            (p, _mean(same[mine & crossing & own_persona]), _mean(same[mine & crossing & ~own_persona]))
            for p in personas
            for mine in [(one.personas == p)[:, None]]
        ]
    own, others = (_mean(np.array([row[at] for row in each], np.float64)) for at in (1, 2))
    return [("all", own, others), *each]


def _mean(values: FloatArray) -> float | None:
    """Return the mean of what is there, None if there is nothing."""
    there = values[np.isfinite(values)]
    return float(there.mean()) if there.size else None
