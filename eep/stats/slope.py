"""T3: how much of the persona is inherited, with an interval over personas."""

from dataclasses import dataclass, replace

import numpy as np

from eep.core.arrays import BoolArray, FloatArray
from eep.stats import reasons, unbalanced
from eep.stats.components import Component
from eep.stats.estimates import Estimate, notes, number
from eep.stats.generic import basis_of
from eep.stats.permutation import NAN
from eep.stats.reasons import Reason

NOT_ESTIMABLE = "not estimable"
#: What is reported beside the slope.
TERMS = ("correlation", "persona_variance_teacher", "wording_variance_teacher", "persona_variance_student")
#: Two personas deviate from their mean by the same amount: their contributions are one number, not two.
MIRRORED = 2
#: With fewer personas the linearised standard error is too rough to show.
PERSONAS_FOR_ERROR = 6


@dataclass(frozen=True)
class SlopeResult:
    """What T3 found; squared units are those of probability."""

    #: Share of the difference between the teachers' personas that students show, C_ST / C_TT.
    slope: float
    #: Fieller interval; both NaN where it is unbounded.
    conf_low: float
    conf_high: float
    #: Linearised; for plots, and only with six personas or more.
    std_error: float
    #: C_ST / sqrt(C_SS C_TT), disattenuated; NaN unless both variances are positive.
    correlation: float
    #: C_ST, C_TT, C_SS: what persists across wordings, hence free of each wording's idiosyncrasy.
    covariance: float
    persona_variance_teacher: float
    persona_variance_student: float
    #: What does not persist: wording within persona, and residual; the teacher's sampling variance is taken off.
    wording_variance_teacher: float
    wording_variance_student: float
    #: (K,) each persona's contributions to C_ST and C_TT; they sum to them.
    numerator: FloatArray
    denominator: FloatArray
    #: Why nothing, or no interval, could be estimated; empty if all could.
    reason: Reason

    def rows(self, about: Estimate) -> list[Estimate]:
        """Return the estimates; ``about`` holds what they have in common."""
        row = replace(about, test="T3")
        slope = replace(
            row,
            term="slope",
            contrast="student-teacher",
            estimate=number(self.slope),
            std_error=number(self.std_error) if len(self.numerator) >= PERSONAS_FOR_ERROR else None,
            conf_low=number(self.conf_low),
            conf_high=number(self.conf_high),
            method="Fieller over personas",
            note=notes(about.note, NOT_ESTIMABLE if self.reason else "", self.reason),
        )
        return [slope, *(replace(row, term=term, estimate=number(getattr(self, term))) for term in TERMS)]


@dataclass(frozen=True)
class InheritanceSlope:
    """T3: regression of students on teachers of the same persona in other wordings.

    C_AB = K/(K-1) mean over w != v, p and entries of A[p, w] B[p, v], with A and B deviations from the mean
    over personas within a wording, in units of probability. As wordings differ between the two factors,
    neither their idiosyncrasies nor answer noise bias C_TT, and slope = C_ST / C_TT is not attenuated; a
    student's regression on its own teacher would be, several times over.

    The Fieller interval is {b : |mean(a - b d)| <= t(K-1) sd(a - b d)/sqrt K} over the personas' contributions
    a, d. It is unbounded where the teachers' own difference is not clear of zero: then nothing can be said of
    the share inherited. Bootstraps over items or personas are left out: their intervals cover too rarely.

    For preference, the deviations are probabilities beyond the generic curves, and from the products of two wordings the
    directions are taken out that the other wordings give (`cross_covariance`). Whether there *is* inheritance is for T2 to say.

    Parameters
    ----------
    confidence
        Of the interval, .95 by default.

    References
    ----------
    Fieller 1954.
    """

    confidence: float = 0.95

    def __call__(self, component: Component) -> SlopeResult:
        """Return the result for one component."""
        if component.reason:
            return _nothing(component.reason)
        a, b = component.student_deviation, component.teacher_deviation
        there = component.present
        c_st, c_tt, c_ss = (cross_covariance(x, y, there, component.ways) for x, y in ((a, b), (b, b), (a, a)))
        st, tt, ss = (float(c.sum()) for c in (c_st, c_tt, c_ss))
        low, high = self.fieller(c_st, c_tt) if len(c_tt) > MIRRORED else (NAN, NAN)
        slope = st / tt if tt > 0 else NAN
        return SlopeResult(
            slope=slope,
            conf_low=low,
            conf_high=high,
            std_error=linearised_error(c_st, c_tt) if tt > 0 else NAN,
            correlation=st / float(np.sqrt(ss * tt)) if min(ss, tt) > 0 else NAN,
            covariance=st,
            persona_variance_teacher=tt,
            persona_variance_student=ss,
            wording_variance_teacher=total_variance(b, there) - tt - component.sampling,
            wording_variance_student=total_variance(a, there) - ss,
            numerator=c_st,
            denominator=c_tt,
            reason=reasons.NONE if np.isfinite(low) else _unbounded(tt, len(c_tt)),
        )

    def fieller(self, numerator: FloatArray, denominator: FloatArray) -> tuple[float, float]:
        """Return the interval for sum(numerator) / sum(denominator), (NaN, NaN) where it is unbounded."""
        from scipy.special import stdtrit  # scipy.stats would take a second to import

        k = len(numerator)
        factor = float(stdtrit(k - 1, 0.5 + self.confidence / 2)) ** 2 / k
        a, d = float(numerator.mean()), float(denominator.mean())
        (s_aa, s_ad), (_, s_dd) = np.cov(numerator, denominator)
        # The interval solves q2 b^2 - 2 q1 b + q0 <= 0; it is bounded where the denominator is clear of zero.
        q2, q1, q0 = d * d - factor * s_dd, a * d - factor * s_ad, a * a - factor * s_aa
        if d <= 0 or q2 <= 0:
            return NAN, NAN
        root = float(np.sqrt(max(q1 * q1 - q2 * q0, 0.0)))
        return float((q1 - root) / q2), float((q1 + root) / q2)


def cross_covariance(
    left: FloatArray, right: FloatArray, there: BoolArray, ways: FloatArray | None = None
) -> FloatArray:
    """Return each persona's contribution, (K,), to C of ``left`` and ``right`` (K, W, D): they sum to it.

    Centring over the personas of a wording takes a part of the persona with it: of a pair of wordings with a and b
    personas, c of them in both, the products keep 1 - 1/a - 1/b + c/(a b), which is divided out pair by pair.

    Of ``ways`` (W, r, N), directions over items by wording, those of the *other* wordings are taken out of a pair's products.
    Directions hold the noise of the rows that they come from: taken out of these very rows, they would take a part of the
    persona with it, from teachers more than from students (a slope of 1.7 for .96 where answers are yes or no). Two
    wordings have no other, and nothing is taken out.
    """
    total = np.zeros(len(left))
    for w in range(left.shape[1]):
        for v in range(left.shape[1]):
            both = there[:, w] & there[:, v]
            if w != v and both.any():
                a, b = there[:, w].sum(), there[:, v].sum()
                kept = 1 - 1 / a - 1 / b + both.sum() / (a * b)
                products = np.einsum("pi,pi->p", left[:, w], right[:, v])
                others = [u for u in range(left.shape[1]) if u not in (w, v)]
                if ways is not None and others:
                    directions = basis_of(ways[others])
                    products -= np.einsum("pr,pr->p", left[:, w] @ directions, right[:, v] @ directions)
                total += products * both / kept
    return np.asarray(total / (unbalanced.pairs(there) * left.shape[2]))


def linearised_error(numerator: FloatArray, denominator: FloatArray) -> float:
    """Return the linearised standard error of sum(numerator) / sum(denominator) over personas."""
    total = denominator.sum()
    rest = numerator - numerator.sum() / total * denominator
    return float(np.sqrt(len(numerator)) * rest.std(ddof=1) / total)


def total_variance(x: FloatArray, there: BoolArray) -> float:
    """Return the variance over personas of an entry of ``x`` (K, W, D), persistent or not."""
    inside = there.sum(axis=0)
    return float(np.mean([(x[:, w] ** 2).sum() / ((k - 1) * x.shape[2]) for w, k in enumerate(inside)]))


def _unbounded(persona_variance: float, personas: int) -> Reason:
    if persona_variance <= 0:
        found = "the teachers show no difference between personas that persists across wordings"
        return reasons.reason(reasons.NOTHING, found)
    if personas <= MIRRORED:
        found = "two personas mirror each other about their mean, so how much personas vary cannot be seen"
        return reasons.reason(reasons.TOO_SMALL, found, "more personas would do")
    found = (
        "the teachers' difference is too small, or carried by too few of the personas, for a share of it to be measured"
    )
    return reasons.reason(reasons.UNBOUNDED, found)


def _nothing(reason: Reason) -> SlopeResult:
    none = np.empty(0)
    return SlopeResult(NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, none, none, reason)
