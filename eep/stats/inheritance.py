"""Do students inherit the persona? T1, the manipulation check, and T2, cross-wording inheritance.

The persona is what survives a change of wording. T2 therefore asks whether the student of (persona, wording)
agrees with teachers of the same persona *in other wordings* more than with teachers of other personas there.
"""

from dataclasses import dataclass, replace

import numpy as np

from eep.core.arrays import FloatArray
from eep.stats import unbalanced
from eep.stats.components import Component
from eep.stats.estimates import Estimate, notes, number
from eep.stats.permutation import NAN, PValue, Relabellings, no_p
from eep.stats.reasons import NONE, Reason
from eep.stats.similarity import across_wordings, combine, p_block, p_item, p_joint, p_split, similarity

#: Up to this many joint relabellings, and this many block permutations, are listed one and all.
ALL_JOINT = 10_000
ALL_BLOCK = 50_000


@dataclass(frozen=True)
class ManipulationResult:
    """What T1 found: ``p_value.statistic`` is the mean similarity of same-persona teachers across wordings."""

    p_value: PValue

    def rows(self, about: Estimate) -> list[Estimate]:
        """Return the estimates; ``about`` holds what they have in common."""
        row = replace(about, test="T1", contrast="teacher-teacher")
        return [_p_row(row, "manipulation", self.p_value)]


@dataclass(frozen=True)
class ManipulationCheck:
    """T1: whether teachers differ by persona beyond wording.

    t(pi) = mean over w != v and p of M[pi_w(p), w, pi_v(p), v], with M the similarity of teacher cells; the
    personas of every wording but the first are relabelled. One-sided. Reported before T2 but no gate to it,
    as it has less power: a student averages over its teacher's noise.

    Parameters
    ----------
    permutations
        Random relabellings where all are too many.
    seed
        Fixes them.

    References
    ----------
    Anderson & ter Braak 2003; Winkler et al. 2014 (exchangeable units).
    """

    permutations: int
    seed: tuple[int, ...]

    def __call__(self, component: Component) -> ManipulationResult:
        """Return the result for one component."""
        if component.reason:
            return ManipulationResult(no_p(component.reason))
        m = similarity(component.teacher, component.teacher)
        return ManipulationResult(_joint(m, component, self.permutations, self.seed))


@dataclass(frozen=True)
class InheritanceResult:
    """What T2 found."""

    #: The three p-values; ``item`` is None for a component that has no items (level, gain).
    joint: PValue
    block: PValue
    item: PValue | None
    #: (K, K) mean similarity of persona p's students with persona q's teachers in other wordings.
    similarity: FloatArray
    #: Names of its rows and columns.
    personas: tuple[str, ...]
    #: One block p-value per wording of the students, for the sensitivity analysis.
    split: tuple[float, ...]
    #: Why there is no result; empty if there is one.
    reason: Reason

    @property
    def p_value(self) -> float:
        """The decision's p-value, the largest of the three; NaN if one is missing."""
        return float(np.max([p.value for p in self._parts()]))

    @property
    def minimum(self) -> float:
        """The least p-value that this design can give."""
        return float(np.max([p.minimum for p in self._parts()]))

    @property
    def matched(self) -> float:
        """Mean similarity of students and teachers of the same persona, across wordings."""
        return float(np.mean(np.diag(self.similarity))) if self.similarity.size else NAN

    @property
    def mismatched(self) -> float:
        """Mean similarity of students and teachers of different personas, across wordings."""
        off = ~np.eye(len(self.similarity), dtype=bool)
        return float(np.mean(self.similarity[off])) if off.any() else NAN

    def rows(self, about: Estimate, *, p_adjusted: float | None = None) -> list[Estimate]:
        """Return the estimates; ``about`` holds what they have in common, ``p_adjusted`` is the decision's."""
        row = replace(about, test="T2", contrast="student-teacher")
        item = [] if self.item is None else [_p_row(row, "item", self.item)]
        return [
            _p_row(row, "joint", self.joint),
            _p_row(row, "block", self.block),
            *item,
            replace(
                row,
                term="maximum",
                estimate=number(self.matched - self.mismatched),
                p_value=number(self.p_value),
                p_adjusted=None if p_adjusted is None else number(p_adjusted),
                method="largest of joint, block and item" if item else "larger of joint and block",
                note=notes(about.note, self.reason),
            ),
            replace(row, term="minimum", contrast="", p_value=number(self.minimum)),
            replace(row, term="matched", estimate=number(self.matched)),
            replace(row, term="mismatched", estimate=number(self.mismatched)),
            replace(row, term="split", p_value=number(combine(self.split)), method="sensitivity analysis"),
            *self._similarity_rows(about),
        ]

    def _similarity_rows(self, about: Estimate) -> list[Estimate]:
        names = self.personas if self.similarity.size else ()
        return [
            replace(about, test="similarity", term=p, contrast=q, estimate=number(float(self.similarity[i, j])))
            for i, p in enumerate(names)
            for j, q in enumerate(names)
        ]

    def _parts(self) -> list[PValue]:
        return [p for p in (self.joint, self.block, self.item) if p is not None]


@dataclass(frozen=True)
class Inheritance:
    """T2: whether students agree with their persona in other wordings more than with other personas.

    Three p-values guard against three different accidents; the decision takes the largest.

    1. *joint*: relabels cells, student and teacher together, per wording. Guards against what one wording
       happens to cause in teacher and student alike.
    2. *block*: permutes whole student personas against teachers. Guards against teachers that differ while
       the students do not transmit it.
    3. *item* (preference only): one-sided t test over items, or clusters of items. Guards against accidents
       of these items. Alone it would be badly inflated, as items share their cells' idiosyncrasies.

    Samples or items as the unit of a permutation, and agreement of a student with its own teacher cell, are
    left out on purpose: they cannot tell persona from wording.

    Parameters
    ----------
    permutations, seed
        As in `ManipulationCheck`.

    References
    ----------
    Anderson & ter Braak 2003; Winkler et al. 2014; Guillot & Rousset 2013 (why not a Mantel test);
    Miller 2024, arXiv 2411.00640 (cluster on the unit of randomisation).
    """

    permutations: int
    seed: tuple[int, ...]

    def __call__(self, component: Component, personas: tuple[str, ...]) -> InheritanceResult:
        """Return the result for one component; ``personas`` names its first axis."""
        if component.reason:
            none = no_p(component.reason)
            item = none if component.over_items else None
            return InheritanceResult(none, none, item, np.empty((0, 0)), personas, (), component.reason)
        m = similarity(component.student, component.teacher)
        blocks = Relabellings(len(personas), 1, ALL_BLOCK, self.permutations, self.seed)
        mean = across_wordings(m, component.present)
        item = p_item(component) if component.over_items else None
        return InheritanceResult(
            joint=_joint(m, component, self.permutations, self.seed),
            block=p_block(mean, blocks),
            item=item,
            similarity=mean,
            personas=personas,
            split=p_split(m, component.present, blocks),
            reason=NONE if item is None else item.reason,
        )


def _joint(m: FloatArray, component: Component, permutations: int, seed: tuple[int, ...]) -> PValue:
    """Return the p-value over joint relabellings, within wordings that may lack some persona."""
    if not component.absent:
        return p_joint(m, reference_sets(m.shape[0], m.shape[1], permutations, seed)[0])
    relabellings = unbalanced.joint_relabellings(component.present, ALL_JOINT, permutations, seed)
    return unbalanced.joint(m, component.present, relabellings)


def reference_sets(
    personas: int, wordings: int, permutations: int, seed: tuple[int, ...]
) -> tuple[Relabellings, Relabellings]:
    """Return T2's joint relabellings, personas!^(wordings - 1), and its block permutations, personas!."""
    joint = Relabellings(personas, wordings - 1, ALL_JOINT, permutations, seed)
    return joint, Relabellings(personas, 1, ALL_BLOCK, permutations, seed)


def minimum_p(personas: int, wordings: int, permutations: int) -> float:
    """Return the least p-value of T2 that a design can give, 1.0 where there is no second persona or wording."""
    if min(personas, wordings) < 2:
        return 1.0
    return max(1 / relabellings.size for relabellings in reference_sets(personas, wordings, permutations, (0,)))


def _p_row(row: Estimate, term: str, p: PValue) -> Estimate:
    return replace(
        row,
        term=term,
        statistic=number(p.statistic),
        p_value=number(p.value),
        method=p.method,
        note=notes(row.note, p.reason),
    )
