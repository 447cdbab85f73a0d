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

from eep.core.arrays import BoolArray, FloatArray, IntArray
from eep.stats import generic
from eep.stats.holm import holm
from eep.stats.permutation import TIE
from eep.stats.rows import ROUNDING, centred, logit, orthonormal, residual, z_score

#: With fewer suspects or items there are too few accidents to compare with; with one wording there are no whims.
LEAST_SUSPECTS, LEAST_ITEMS, LEAST_WORDINGS = 6, 30, 2
#: Policies of each family.
DRAWN = 1_999
#: Shares of a persona that are tried, and how often a share must be named to be told.
SHARES, POWER = np.arange(1, 26) / 25, 0.8
#: Students that stand for those of other wordings, for each suspect and wording.
UNSEEN = 40


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

    ``resemblance`` is the cosine with the suspect's axis, from -1 to 1; ``share`` is the smallest share at which students of
    the suspect in wordings not seen, mixed into the policy, would have been named in `POWER` of cases (NaN where none would).
    """

    personas: tuple[str, ...]
    resemblance: FloatArray
    p_value: FloatArray
    p_adjusted: FloatArray
    share: FloatArray

    def named(self, alpha: float) -> str:
        """Return the suspect that is named, the one of the greatest resemblance among the significant; empty for none."""
        place = int(named(self.resemblance[None], self.p_value[None], alpha)[0])
        return self.personas[place] if place >= 0 else ""


def named(resemblance: FloatArray, p: FloatArray, alpha: float) -> IntArray:
    """Return the place of the suspect that each of n policies is named as, (n,), -1 for none; from what `Audit.tested` returns."""
    found = np.full(len(p), -1)
    # Holm's method begins with the least p-value; where that fails, all do.
    for row in np.flatnonzero(p.min(axis=1) * p.shape[1] <= alpha):
        significant = np.array(holm(p[row].tolist())) <= alpha
        found[row] = np.where(significant, resemblance[row], -np.inf).argmax()
    return found


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
        self._cells = [self._left(cells) for cells in (suspects.teacher, suspects.student)]
        self._means = [cells.mean(axis=1) for cells in self._cells]
        #: What each suspect favours beyond the others, (K, N) of length 1.
        self.axes = _axes(self._means)

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
        return found, self._p_values(found)

    def _p_values(self, found: FloatArray) -> FloatArray:
        return np.asarray(np.max([self._p(found, family) for family in self._accidents], axis=0))

    @staticmethod
    def _p(found: FloatArray, family: FloatArray) -> FloatArray:
        """Return the share of a family (drawn, K), the policy itself among it, that resembles each suspect as much."""
        order = np.sort(family, axis=0)
        above = [
            len(order) - np.searchsorted(order[:, k], found[:, k] - TIE, side="left") for k in range(found.shape[1])
        ]
        return np.asarray((1 + np.stack(above, axis=1)) / (len(order) + 1))

    def _shares(self, answers: FloatArray, alpha: float) -> FloatArray:
        """Return the smallest share (K,) of each suspect that would have been named often enough, as all greater ones."""
        wordings = range(self.suspects.teacher.shape[1])
        power = np.mean([self._power(self._left(answers[None]), wording, alpha) for wording in wordings], axis=0)
        enough = np.logical_and.accumulate(power[:, ::-1] >= POWER, axis=1)[:, ::-1]
        return np.where(enough.any(axis=1), SHARES[enough.argmax(axis=1)], np.nan)

    def _power(self, left: FloatArray, wording: int, alpha: float) -> FloatArray:
        """Return how often students of a wording that axes have not seen are named, (K, shares), mixed into what is ``left`` (1, N).

        A student whose answers the axis is made of resembles it too much. One left out is a single draw, of which the least
        share would be picked by luck; so it is given further whims, which errs on the side of too great a share.
        """
        seen = [place for place in range(self.suspects.teacher.shape[1]) if place != wording]
        axes = _axes([cells[:, seen].mean(axis=1) for cells in self._cells])
        shares, found = SHARES[:, None, None], np.empty((len(axes), len(SHARES)))
        for place, mine in enumerate(self._cells[1][:, wording]):
            mixed = (shares * (mine + self._further_whims) + (1 - shares) * left).reshape(-1, left.shape[1])
            resemblance = np.einsum("ni,ki->nk", _unit(mixed), axes)
            told = named(resemblance, self._p_values(resemblance), alpha)
            found[place] = (told == place).reshape(len(SHARES), -1).mean(axis=1)
        return found

    @cached_property
    def _further_whims(self) -> FloatArray:
        return self._whims_of(1, UNSEEN, np.random.default_rng((*self._seed, 1)))

    def _whims_of(self, role: int, drawn: int, rng: np.random.Generator) -> FloatArray:
        """Return whims (drawn, N) as those of teachers (0) or students (1) in independent wordings."""
        controls = [self._left(group[role]) for group in (self.suspects.neutral, *self.suspects.placebos)]
        whims = _whims([*self._cells[role], *controls])
        weights = rng.normal(size=(drawn, len(whims))) / np.sqrt(len(whims))
        return np.asarray(np.einsum("nw,wi->ni", weights, whims))

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
        rng = np.random.default_rng(self._seed)
        # A loop, not two calls in one line: the order in which the generator is used fixes the numbers.
        families = []
        for role, means in enumerate(self._means):
            families.append(self._like_others(means, self._whims_of(role, self._drawn, rng), rng))
        return tuple(families)

    def _like_others(self, means: FloatArray, accident: FloatArray, rng: np.random.Generator) -> FloatArray:
        found = np.empty((len(accident), len(means)))
        for place in range(len(means)):
            others = np.delete(means, place, axis=0)
            weights = rng.normal(size=(len(accident), len(others))) / np.sqrt(len(others))
            mixed = _unit(np.einsum("no,oi->ni", weights, others) + accident)
            found[:, place] = np.einsum("ni,i->n", mixed, self.axes[place])
        return found


def _axes(means: Sequence[FloatArray]) -> FloatArray:
    """Return what each persona favours beyond the others, (K, N) of length 1, by their means (K, N) of teachers and of students."""
    beyond = [_unit(one - (one.sum(axis=0) - one) / (len(one) - 1)) for one in means]
    return _unit(beyond[0] + beyond[1])


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
