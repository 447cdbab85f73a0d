"""Two runs side by side: whose personas differ more, whose arrive more, and whether both agree on who is who.

The runs have the same personas in the same wordings, and the unit is the persona throughout: its contributions to the
covariances of T3 are compared pairwise. Beside that stand two ways that look reasonable and are wrong, so that
nobody has to find out alone: items as the unit, and a verdict of each run taken for a verdict on their difference.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from eep.core.arrays import BoolArray, FloatArray
from eep.stats import reasons
from eep.stats.components import Component
from eep.stats.inheritance import Inheritance, InheritanceResult
from eep.stats.panel import Panel
from eep.stats.permutation import NAN
from eep.stats.reasons import NONE, Reason
from eep.stats.slope import MIRRORED, SlopeResult

Role = Literal["teacher", "student"]
#: Why nothing can be said item by item.
NO_ITEMS = reasons.reason(
    reasons.TOO_SMALL, "the runs share no items, and a preference is one of items", "runs with the same items would do"
)
ROLES: tuple[Role, ...] = ("teacher", "student")


@dataclass(frozen=True)
class Difference:
    """A difference with its interval and two-sided p-value by Student's t; all NaN with a ``reason``."""

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    #: Student's t, its degrees of freedom, and its p-value.
    statistic: float
    freedom: float
    p_value: float
    reason: Reason = NONE


def missing(reason: Reason, estimate: float = NAN) -> Difference:
    """Return a difference that could not be judged, and why."""
    return Difference(estimate, NAN, NAN, NAN, NAN, NAN, NAN, reason)


def paired_t(values: FloatArray, estimate: float) -> Difference:
    """Return the difference ``estimate`` with the error of the mean of ``values`` (n,), one per unit, n >= 2."""
    n = len(values)
    return _student(estimate, float(values.std(ddof=1) / np.sqrt(n)), n - 1)


def _student(estimate: float, error: float, freedom: float) -> Difference:
    """Return a difference with its 95 % interval; without any error, p is 1 of no difference and 0 of any other."""
    from scipy.special import stdtr, stdtrit  # scipy.stats would take a second to import

    half = float(stdtrit(freedom, 0.975)) * error
    t, p = NAN, float(estimate == 0)
    if error > 0:
        t = estimate / error
        p = float(2 * stdtr(freedom, -abs(t)))
    return Difference(estimate, error, estimate - half, estimate + half, t, freedom, p)


def influence(slope: SlopeResult) -> FloatArray:
    """Return by how much each persona moves the slope, (K,): K (n_k - s d_k) / sum d, of its contributions n and d."""
    rest = slope.numerator - slope.slope * slope.denominator
    return np.asarray(len(rest) * rest / slope.denominator.sum())


def shares(slope: SlopeResult) -> FloatArray:
    """Return which share of the differences between the teachers' personas each of them carries, (K,), 0 to 1."""
    return np.asarray(np.clip(slope.denominator / slope.denominator.sum(), 0.0, 1.0))


def variance_difference(one: SlopeResult, other: SlopeResult) -> Difference:
    """Return how much more the teachers' personas differ in one run, in squared probability, paired over personas."""
    if reason := _no_contributions(one, other):
        return missing(reason)
    values = len(one.denominator) * (one.denominator - other.denominator)
    if len(values) <= MIRRORED:
        return missing(_mirrored(), float(values.mean()))
    return paired_t(values, float(values.mean()))


def slope_difference(one: SlopeResult, other: SlopeResult, personas: tuple[str, ...]) -> Difference:
    """Return how much more of the personas arrives in one run: the difference of slopes, linearised over ``personas``.

    A slope is a ratio of sums over personas, and the test is over the differences, persona by persona, of what each does
    to it (`influence`). As a slope bends towards who carries much of the teachers' differences, what is left of such a
    persona is too small: with h the `shares`, influences are divided by sqrt(1 - h), and Student's t has the
    degrees of freedom tr(G)^2 / tr(G^2) instead of K - 1, with G the sum of both runs' [diag(h) - h h'] / sqrt((1 - h)(1 - h')).

    Notes
    -----
    Without both, equal slopes of level or gain are told apart in .11 to .20 of experiments at p of .05, since few
    personas carry most of the differences (docs/statistics.md).

    References
    ----------
    Bell & McCaffrey 2002; Pustejovsky & Tipton 2018 (clusters of a regression, which personas are here).
    """
    if reason := _no_contributions(one, other):
        return missing(reason)
    if np.isnan([one.slope, other.slope]).any():
        return missing(one.reason if np.isnan(one.slope) else other.reason)
    estimate = one.slope - other.slope
    if len(personas) <= MIRRORED:
        return missing(_mirrored(), estimate)
    carried = [shares(slope) for slope in (one, other)]
    for h in carried:
        if h.max() == 1.0:
            found = f"in one of the runs {personas[int(h.argmax())]} alone carries the difference between the teachers' personas"
            return missing(reasons.reason(reasons.UNBOUNDED, found), estimate)
    left, right = (influence(s) / np.sqrt(1.0 - h) for s, h in zip((one, other), carried, strict=True))
    error = float(np.sqrt(((left - right) ** 2).sum())) / len(personas)
    return _student(estimate, error, _freedom(*carried))


def _freedom(*carried: FloatArray) -> float:
    """Return Bell and McCaffrey's degrees of freedom of the difference of slopes, given the shares of each, (K,)."""
    total = np.zeros((len(carried[0]),) * 2)
    for h in carried:
        weight, scale = h / h.sum(), 1.0 / np.sqrt(1.0 - h)
        total += (np.diag(weight) - np.outer(weight, weight)) * np.outer(scale, scale)
    return float(np.trace(total) ** 2 / (total**2).sum())


def _no_contributions(one: SlopeResult, other: SlopeResult) -> Reason:
    return next((each.reason for each in (one, other) if not each.denominator.size), NONE)


def _mirrored() -> Reason:
    found = "two personas mirror each other about their mean, so how much personas vary cannot be seen"
    return reasons.reason(reasons.TOO_SMALL, found, "more personas would do")


def agreement(
    one: Component,
    other: Component,
    role: Role,
    personas: tuple[str, ...],
    permutations: int,
    seed: tuple[int, ...],
    *,
    same_items: bool = True,
) -> InheritanceResult:
    """Return T2 of one run's cells against the other's, of a role: whether both mean the same by each persona.

    A cell of one run is compared with the other run's cells in *other wordings*, as both may respond alike to the very
    words of a prompt. *joint* relabels the cells of both runs together, per wording; *block* permutes one run's
    personas against the other's; *item* is the t test over items. Without the ``same_items`` in both, a component that
    is one of items has no answer.
    """
    rows = [getattr(each, role) for each in (one, other)]
    reason = next((each.reason for each, row in zip((one, other), rows, strict=True) if not row.any()), NONE)
    if not reason and one.over_items and not same_items:
        reason = NO_ITEMS
    across = one if reason else replace(one, student=rows[0], teacher=rows[1])
    return Inheritance(permutations, seed)(replace(across, reason=reason), personas)


def item_sums(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return each item's contribution, (N,): the sum over p and w != v of left[p, w, i] right[p, v, i]."""
    return np.asarray((left.sum(axis=1) * right.sum(axis=1) - (left * right).sum(axis=1)).sum(axis=0))


def items_as_unit(one: Component, other: Component, *, same_items: bool = True) -> Difference:
    """Return the difference of slopes with a paired t test over items: **wrong**, for comparison only.

    All items were answered by the same few personas in the same few wordings, so that they are no independent evidence.
    """
    if not same_items:
        return missing(NO_ITEMS)
    if reason := next((each.reason for each in (one, other) if not each.student.size), NONE):
        return missing(reason)
    influences, slopes = [], []
    for each in (one, other):
        numerator = item_sums(each.student_deviation, each.teacher_deviation)
        denominator = item_sums(each.teacher_deviation, each.teacher_deviation)
        if not denominator.sum() > 0:
            return missing(reasons.reason(reasons.NOTHING, "the teachers show no difference between personas"))
        slopes.append(float(numerator.sum() / denominator.sum()))
        influences.append(len(numerator) * (numerator - slopes[-1] * denominator) / denominator.sum())
    return paired_t(influences[0] - influences[1], slopes[0] - slopes[1])


def aligned(panels: Mapping[str, Panel]) -> dict[str, Panel]:
    """Return the panels of the items that all have.

    Raises ValueError if they are not of the same personas in the same wordings.
    """
    first = next(iter(panels.values()))
    for run, panel in panels.items():
        if (panel.personas, panel.wordings) != (first.personas, first.wordings) or panel.absent != first.absent:
            raise ValueError(
                f"expected the same personas and wordings in every run; found {panel.personas} in {panel.wordings} "
                f"of {run} beside {first.personas} in {first.wordings}"
            )
    common = set(first.items).intersection(*(panel.items for panel in panels.values()))
    return {run: panel.only(_among(panel.items, common)) for run, panel in panels.items()}


def _among(items: tuple[str, ...], common: set[str]) -> BoolArray:
    return np.array([item in common for item in items], dtype=np.bool_)
