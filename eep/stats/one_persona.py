"""T7: which personas are inherited? A test for each persona, against personas put together from others' cells."""

from dataclasses import dataclass, replace
from math import prod

import numpy as np
import numpy.typing as npt

from eep.core.arrays import BoolArray, FloatArray
from eep.stats import reasons
from eep.stats.components import Component
from eep.stats.estimates import Estimate, notes, number
from eep.stats.holm import holm
from eep.stats.permutation import TIE, PValue, no_p
from eep.stats.reasons import NONE, Reason
from eep.stats.similarity import p_item, similarity

#: With fewer personas too few others can be put together for a p-value that Holm's correction leaves small.
LEAST = 6
#: Up to this many pseudo-personas are listed one and all.
ALL = 50_000
PARTS = ("joint", "students", "item")

IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True)
class OnePersonaResult:
    """What T7 found of each persona, in the order of ``personas``."""

    personas: tuple[str, ...]
    #: Persona's place -> its p-values: joint, students, and item where the component has items.
    parts: tuple[tuple[PValue, ...], ...]
    #: Why there is no result; empty if there is one.
    reason: Reason = NONE

    @property
    def p_values(self) -> tuple[float, ...]:
        """The largest of each persona's p-values; NaN if one is missing."""
        return tuple(float(np.max([p.value for p in parts])) for parts in self.parts)

    def rows(self, about: Estimate, *, alpha: float) -> list[Estimate]:
        """Return the estimates; ``about`` holds what they have in common."""
        row = replace(about, test="T7")
        if self.reason:
            return [
                replace(
                    row,
                    term="maximum",
                    contrast=name,
                    verdict="not testable",
                    kind=self.reason.kind,
                    note=notes(row.note, self.reason),
                )
                for name in self.personas
            ]
        found: list[Estimate] = []
        adjusted = holm(self.p_values)
        for name, parts, p, p_adjusted in zip(self.personas, self.parts, self.p_values, adjusted, strict=True):
            mine = replace(row, contrast=name)
            for term, part in zip(PARTS, parts, strict=False):
                found.append(
                    replace(
                        mine,
                        term=term,
                        statistic=number(part.statistic),
                        p_value=number(part.value),
                        method=part.method,
                    )
                )
            verdict = "inherited" if p_adjusted <= alpha else "inconclusive"
            found.append(
                replace(
                    mine,
                    term="maximum",
                    estimate=number(parts[0].statistic),
                    p_value=number(p),
                    p_adjusted=number(p_adjusted),
                    method=f"largest of {len(parts)}; least possible {parts[0].minimum:.2g}",
                    verdict="not testable" if np.isnan(p) else verdict,
                )
            )
        return found


@dataclass(frozen=True)
class OnePersona:
    """T7: whether one persona's students agree with its teachers in other wordings.

    The cells are deviations from the neutral cell of the same wording (`eep.stats.components.against_neutral`). A
    persona is ranked among all pseudo-personas: those that take the cell of any persona in each wording, K^W of them,
    without the other pure ones, which may be inherited themselves. Of three p-values the largest counts:

    1. *joint*: mean over w != v of M[q_w, w, q_v, v], pseudo-personas as students and as teachers alike;
    2. *students*: mean over w != v of M[q_w, w, p, v], pseudo-personas as students of the persona's own teachers;
    3. *item* (preference only): the t test over items of T2, of this persona alone.

    Holm over personas. The least possible p is 1 / (K^W - K + 1).

    Centred on the personas' mean instead, one persona without any effect among seven strong ones is "inherited" in a
    quarter of experiments: it differs from that mean by lacking what it is made of.

    Parameters
    ----------
    permutations
        Random pseudo-personas where there are more than `ALL`.
    seed
        Fixes them.
    """

    permutations: int
    seed: tuple[int, ...]

    def __call__(self, component: Component, personas: tuple[str, ...]) -> OnePersonaResult:
        """Return the result for a component against neutral; ``personas`` names its first axis."""
        reason = component.reason
        if not reason and len(personas) < LEAST:
            found = f"there are {len(personas)} personas, of whose cells too few others can be put together"
            reason = reasons.reason(reasons.TOO_SMALL, found, f"{LEAST} personas or more would do")
        if reason:
            return OnePersonaResult(personas, ((no_p(reason),),) * len(personas), reason)
        m = similarity(component.student, component.teacher)
        listed: dict[bytes, tuple[IntArray, FloatArray]] = {}
        return OnePersonaResult(
            personas, tuple(self._parts(component, m, place, listed) for place in range(len(personas)))
        )

    def _parts(
        self, component: Component, m: FloatArray, persona: int, listed: dict[bytes, tuple[IntArray, FloatArray]]
    ) -> tuple[PValue, ...]:
        """Return the p-values of one persona; ``listed`` keeps what is the same for all personas with the same wordings."""
        there = component.present
        wordings = np.flatnonzero(there[persona])
        mine = m[:, wordings][:, :, :, wordings]
        if (key := wordings.tobytes()) not in listed:
            others = self.pseudo_personas(there[:, wordings])
            listed[key] = others, joint(mine, others)
        others, together = listed[key]
        own = np.full((1, len(wordings)), persona)
        scale = float(np.abs(mine).max())
        tests = [
            _rank(joint(mine, own)[0], together, scale),
            _rank(students(mine, own, persona)[0], students(mine, others, persona), scale),
        ]
        if component.over_items:
            tests.append(p_item(component, persona))
        return tuple(tests)

    def pseudo_personas(self, there: BoolArray) -> IntArray:
        """Return whose cell stands in each wording, (n, W): all that are not of one persona, or a random set of them."""
        able = [np.flatnonzero(column) for column in there.T]
        if prod(len(some) for some in able) <= ALL:
            every = np.stack(np.meshgrid(*able, indexing="ij"), axis=-1).reshape(-1, len(able))
        else:
            rng = np.random.default_rng(self.seed)
            every = np.stack([rng.choice(some, size=self.permutations) for some in able], axis=1)
        return np.asarray(every[(every != every[:, :1]).any(axis=1)])


def joint(m: FloatArray, chosen: IntArray) -> FloatArray:
    """Return the mean over w != v of M[q_w, w, q_v, v], (n,), of pseudo-personas q (n, W)."""
    wordings = range(chosen.shape[1])
    pairs = [m[chosen[:, w], w, chosen[:, v], v] for w in wordings for v in wordings if w != v]
    return np.asarray(np.mean(pairs, axis=0))


def students(m: FloatArray, chosen: IntArray, persona: int) -> FloatArray:
    """Return the mean over w != v of M[q_w, w, p, v], (n,), of pseudo-personas q (n, W) and the persona p."""
    wordings = range(chosen.shape[1])
    pairs = [m[chosen[:, w], w, persona, v] for w in wordings for v in wordings if w != v]
    return np.asarray(np.mean(pairs, axis=0))


def _rank(own: float, others: FloatArray, scale: float) -> PValue:
    """Return the share of pseudo-personas, the persona itself among them, that come as high as the persona."""
    size = len(others) + 1
    reached = 1 + int(np.count_nonzero(others >= own - TIE * scale))
    return PValue(reached / size, float(own), size, f"rank among {size}", 1 / size)
