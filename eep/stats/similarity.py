"""Similarity of students' and teachers' cells, and how unusual it is: the p-values that T1 and T2 consist of."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt

from eep.core.arrays import BoolArray, FloatArray
from eep.stats import reasons
from eep.stats.components import Component
from eep.stats.permutation import NAN, LabelArray, PValue, Relabellings, no_p, upper_tail


def similarity(left: FloatArray, right: FloatArray) -> FloatArray:
    """Return M (K, W, K, W), the inner products of all rows of ``left`` and ``right``, each (K, W, D)."""
    return np.asarray(np.einsum("pwi,qvi->pwqv", left, right))


def across_wordings(m: FloatArray, there: BoolArray) -> FloatArray:
    """Return D (K, K), the mean of M[p, w, q, v] over w != v, of the cells (K, W) that are ``there``."""
    return np.asarray(by_student_wording(m, there).sum(axis=0) / there.sum(axis=1)[:, None])


def by_student_wording(m: FloatArray, there: BoolArray) -> FloatArray:
    """Return (W, K, K): for each student wording, the mean over the teacher's other wordings; 0 without student."""
    wordings, count = range(m.shape[1]), there.sum(axis=1)
    apart = [sum(m[:, w, :, v] for v in wordings if v != w) for w in wordings]
    return np.stack([total / np.maximum(count - there[:, w], 1) for w, total in enumerate(apart)])


def p_split(m: FloatArray, there: BoolArray, blocks: Relabellings) -> tuple[float, ...]:
    """Return, for each student wording, the block p-value among the personas that have it."""
    found = []
    for one, some in zip(by_student_wording(m, there), there.T, strict=True):
        relabellings = replace(blocks, personas=int(some.sum()))
        found.append(p_block(one[np.ix_(some, some)], relabellings).value)
    return tuple(found)


def p_joint(m: FloatArray, relabellings: Relabellings, pairs: int | None = None) -> PValue:
    """Return the p-value of mean M[pi_w(p), w, pi_v(p), v] over w != v and p, one-sided; there are K W (W-1) ``pairs``."""
    personas, wordings = m.shape[:2]
    count = personas * wordings * (wordings - 1) if pairs is None else pairs
    return upper_tail(relabellings, partial(_joint, m, count), float(np.abs(m).max()))


def _joint(m: FloatArray, count: int, labels: LabelArray) -> FloatArray:
    """Return the statistic of each relabelling, (n,); M is only ever indexed, so N costs nothing here."""
    personas, wordings = m.shape[:2]
    total = np.zeros(labels.shape[2])
    for w in range(wordings):
        for v in range(w + 1, wordings):
            # Both orders of a pair of wordings at once: M[., w, ., v] and M[., v, ., w] share their index.
            pair = (m[:, w, :, v] + m[:, v, :, w].T).ravel()
            for p in range(personas):
                left = p if w == 0 else labels[w - 1, p]
                total += pair.take(left * personas + labels[v - 1, p])
    return np.asarray(total / count)


def p_block(d: FloatArray, relabellings: Relabellings) -> PValue:
    """Return the p-value of mean D[p, sigma(p)] over p, one-sided."""
    return upper_tail(relabellings, partial(_block, d), float(np.abs(d).max()))


def _block(d: FloatArray, labels: LabelArray) -> FloatArray:
    total = np.zeros(labels.shape[2])
    for p in range(len(d)):
        total += d[p].take(labels[0, p])
    return total / len(d)


def p_item(component: Component, persona: int | None = None) -> PValue:
    """Return the one-sided one-sample t test of the items' contributions to T2's statistic.

    Item i contributes v_i = sum_p [(sum_w A)(sum_w B) - sum_w A B] at [p, w, i], with A and B the unit rows
    of students and teachers; contributions are summed within clusters, as items of one cluster are not
    independent. Of one ``persona`` alone, by its place, the sum is over it.
    """
    from scipy.special import stdtr  # scipy.stats would take a second to import

    a, b = component.student, component.teacher
    if persona is not None:
        a, b = a[persona, None], b[persona, None]
    v = (a.sum(axis=1) * b.sum(axis=1) - (a * b).sum(axis=1)).sum(axis=0)
    sums = np.bincount(component.clusters, weights=v)
    n = len(sums)
    unit = "items" if n == len(v) else f"clusters of {len(v)} items"
    if n < 2:
        found = "all held-out items form one cluster, so accidents of the items cannot be judged"
        return no_p(reasons.reason(reasons.TOO_SMALL, found, "items of several clusters would do"))
    error = sums.std(ddof=1) / np.sqrt(n)
    if error == 0.0:
        found = "every item contributes the same, so accidents of the items cannot be judged"
        return no_p(reasons.reason(reasons.TOO_SMALL, found, "items that differ would do"))
    t = float(sums.mean() / error)
    return PValue(float(stdtr(n - 1, -t)), t, n, f"t over {n} {unit}", 0.0)


def combine(p_values: Sequence[float]) -> float:
    """Return the Cauchy combination of p-values, NaN for none; valid under any dependence (Liu & Xie 2020)."""
    if not p_values:
        return NAN
    p: npt.NDArray[np.float64] = np.minimum(np.array(p_values), 1.0 - 1e-6)
    return float(0.5 - np.arctan(np.mean(np.tan(np.pi * (0.5 - p)))) / np.pi)
