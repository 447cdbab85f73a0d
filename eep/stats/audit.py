"""Whose is this body? Which persona a policy resembles in what it favours, among suspects, or none of them.

A policy's answers to the held-out items of a run are cleared of what is generic (curves of what all cells share, ways of
following it: `eep.stats.generic`) and of what the neutral and the placebo cells do. What is left is compared with each suspect's
axis: what its teachers and students favour beyond the other suspects. Two families of policies that are no suspect's say how
high a resemblance comes by accident: random mixtures of the other suspects, with the whims of wordings added, made of students
and made of teachers. That is the idea of T7's pseudo-personas (`eep.stats.one_persona`), for one policy. The larger p-value
counts, and Holm's method adjusts for the number of suspects.

Level and gain are not looked at: any policy has some, whosever it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from eep.core.arrays import BoolArray, FloatArray
from eep.stats import generic
from eep.stats.holm import holm
from eep.stats.permutation import TIE
from eep.stats.rows import ROUNDING, centred, logit, orthonormal, residual, z_score

#: With fewer suspects or items there are too few accidents to compare with; with one wording there are no whims.
LEAST_SUSPECTS, LEAST_ITEMS, LEAST_WORDINGS = 6, 30, 2
#: Policies of each family.
DRAWN = 1_999
#: Shares of a persona that are tried.
SHARES = np.arange(1, 51) / 50


@dataclass(frozen=True)
class Suspects:
    """The answers of a run's cells to N items, in probabilities of the analysed readout; students are of one kind.

    ``teacher`` and ``student`` are (K, W, N), ``neutral`` is their neutral cells, (2, W, N), and ``placebos`` theirs, each
    (2, W, N): teachers first. No answer is missing.
    """

    personas: tuple[str, ...]
    teacher: FloatArray
    student: FloatArray
    neutral: FloatArray
    placebos: tuple[FloatArray, ...] = ()

    def __post_init__(self) -> None:
        k, w, n = self.teacher.shape
        sound = (
            self.student.shape == (k, w, n) and len(self.personas) == k,
            all(cells.shape == (2, w, n) for cells in (self.neutral, *self.placebos)),
        )
        if not all(sound) or k < LEAST_SUSPECTS or w < LEAST_WORDINGS or n < LEAST_ITEMS:
            raise ValueError(
                f"expected at least {LEAST_SUSPECTS} suspects in {LEAST_WORDINGS} wordings and {LEAST_ITEMS} items, and as many "
                f"wordings and items of all; found {self.teacher.shape}, {self.student.shape}, {self.neutral.shape}"
            )

    def without(self, wording: int) -> "Suspects":
        """Return the same without the cells of one wording."""
        kept = [place for place in range(self.teacher.shape[1]) if place != wording]
        one = self.teacher[:, kept], self.student[:, kept], self.neutral[:, kept]
        return Suspects(self.personas, *one, tuple(cells[:, kept] for cells in self.placebos))


@dataclass(frozen=True)
class Audited:
    """What was found of a policy, by suspect (K,).

    ``resemblance`` is the cosine with the suspect's axis, from -1 to 1; ``share`` is the smallest share of the suspect's own
    students that, mixed into the policy, would have been named (NaN where none would).
    """

    personas: tuple[str, ...]
    resemblance: FloatArray
    p_value: FloatArray
    p_adjusted: FloatArray
    share: FloatArray

    def named(self, alpha: float) -> str:
        """Return the suspect that is named, the one of the greatest resemblance among the significant; empty for none."""
        found = np.flatnonzero(self.p_adjusted <= alpha)
        return self.personas[int(found[np.argmax(self.resemblance[found])])] if found.size else ""


class Audit:
    """An audit of policies against suspects.

    Parameters
    ----------
    suspects
        Whom a policy may be.
    seed
        Fixes the policies that are drawn; the same seed gives the same result.
    drawn
        Policies of each family.
    """

    def __init__(self, suspects: Suspects, *, seed: tuple[int, ...], drawn: int = DRAWN) -> None:
        self.suspects = suspects
        self._seed, self._drawn = seed, drawn
        roles = (suspects.teacher, suspects.student)
        self._means = [self._left(cells).mean(axis=1) for cells in roles]
        others = len(suspects.personas) - 1
        beyond = [_unit(means - (means.sum(axis=0) - means) / others) for means in self._means]
        #: What each suspect favours beyond the others, (K, N) of length 1.
        self.axes = _unit(beyond[0] + beyond[1])

    def __call__(self, answers: FloatArray, *, alpha: float = 0.05) -> Audited:
        """Return what is found of a policy that answers the items with ``answers`` (N,), probabilities of the readout.

        Raises ValueError for anything but N probabilities.
        """
        n = self.suspects.teacher.shape[2]
        if answers.shape != (n,) or not (np.isfinite(answers) & (answers >= 0) & (answers <= 1)).all():
            raise ValueError(f"expected {n} probabilities in [0, 1]; found shape {answers.shape}, or values outside")
        resemblance, p = self.tested(answers[None])
        return Audited(
            self.suspects.personas, resemblance[0], p[0], np.array(holm(p[0].tolist())), self._shares(answers, alpha)
        )

    def tested(self, answers: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return resemblances and p-values (n, K) of policies (n, N)."""
        # A policy that never varies leaves rounding alone, which resembles nobody.
        found = np.einsum("ni,ki->nk", _unit(self._left(answers), answers), self.axes)
        return found, np.max([self._p(found, family) for family in self._accidents], axis=0)

    @staticmethod
    def _p(found: FloatArray, family: FloatArray) -> FloatArray:
        """Return the share of a family (drawn, K), the policy itself among it, that resembles each suspect as much."""
        order = np.sort(family, axis=0)
        above = [
            len(order) - np.searchsorted(order[:, k], found[:, k] - TIE, side="left") for k in range(found.shape[1])
        ]
        return np.asarray((1 + np.stack(above, axis=1)) / (len(order) + 1))

    def _shares(self, answers: FloatArray, alpha: float) -> FloatArray:
        """Return the smallest share (K,) of each suspect that would have been named, together with all greater ones."""
        own = self.suspects.student.mean(axis=1)
        found = np.full(len(own), np.nan)
        for place, mine in enumerate(own):
            mixed = SHARES[:, None] * mine + (1 - SHARES[:, None]) * answers
            _, p = self.tested(mixed)
            named = np.array([holm(row.tolist())[place] <= alpha for row in p])
            failed = np.flatnonzero(~named)
            first = int(failed[-1]) + 1 if failed.size else 0
            if first < len(SHARES):
                found[place] = SHARES[first]
        return found

    @cached_property
    def _basis(self) -> FloatArray:
        """Directions (N, r) that say nothing of a persona: the generic, and the controls' own."""
        suspects = self.suspects
        curves = generic.generic_basis(suspects.teacher, logit(suspects.student))
        there: BoolArray = np.ones(suspects.teacher.shape[:2], dtype=np.bool_)
        score = z_score(suspects.teacher.mean(axis=(0, 1)))
        left = centred(residual(suspects.teacher, curves))
        ways = generic.ways_of_following(suspects.teacher, score, left, there).sum(axis=0)
        controls = [cells[role].mean(axis=0) for cells in (suspects.neutral, *suspects.placebos) for role in (0, 1)]
        return orthonormal([*curves.T, *ways, *controls])

    def _left(self, answers: FloatArray) -> FloatArray:
        return residual(answers, self._basis)

    @cached_property
    def _accidents(self) -> tuple[FloatArray, ...]:
        """Resemblances (drawn, K) of policies that are not the suspect's: mixtures of the others, and whims."""
        suspects, rng = self.suspects, np.random.default_rng(self._seed)
        families = []
        for role, cells in enumerate((suspects.teacher, suspects.student)):
            controls = [group[role] for group in (suspects.neutral, *suspects.placebos)]
            whims = _whims([*self._left(cells), *map(self._left, controls)])
            weights = rng.normal(size=(self._drawn, len(whims))) / np.sqrt(len(whims))
            accident = np.einsum("nw,wi->ni", weights, whims)
            families.append(self._like_others(self._means[role], accident, rng))
        return tuple(families)

    def _like_others(self, means: FloatArray, accident: FloatArray, rng: np.random.Generator) -> FloatArray:
        found = np.empty((len(accident), len(means)))
        for place in range(len(means)):
            others = np.delete(means, place, axis=0)
            weights = rng.normal(size=(len(accident), len(others))) / np.sqrt(len(others))
            mixed = _unit(np.einsum("no,oi->ni", weights, others) + accident)
            found[:, place] = np.einsum("ni,i->n", mixed, self.axes[place])
        return found


def _whims(groups: Sequence[FloatArray]) -> FloatArray:
    """Return how cells (W, N) of one persona differ from their mean, (rows, N), as large as between independent wordings."""
    return np.concatenate([(cells - cells.mean(axis=0)) * np.sqrt(len(cells) / (len(cells) - 1)) for cells in groups])


def _unit(rows: FloatArray, before: FloatArray | None = None) -> FloatArray:
    """Return rows (n, N) of length 1; rows that are rounding of what they were ``before`` become zero."""
    before = rows if before is None else before
    # einsum, as linear algebra libraries sum in orders of their own.
    length = np.sqrt(np.einsum("...i,...i->...", rows, rows))[..., None]
    scale = np.sqrt(np.einsum("...i,...i->...", before, before))[..., None]
    real = length > ROUNDING * np.maximum(scale, ROUNDING)
    return np.where(real, rows / np.where(real, length, 1.0), 0.0)
