"""Logistic regression: the student that can only weigh what it senses."""

from itertools import pairwise
from typing import Self

import numpy as np

from eep.core.threads import single_thread
from eep.students.base import FeatureArray, FloatArray, IntArray, check_demonstrations, weighted_rows

#: Inverse penalties to choose from, strongest penalty first.
PENALTIES = tuple(float(c) for c in np.geomspace(1e-3, 10, 9))
#: With so many demonstrations per feature the penalty hardly matters and 1 is taken.
PLENTY = 20
FOLDS = 5
#: Held-out losses are compared on probabilities kept this far from 0 and 1.
EDGE = 1e-6


class Logistic:
    """L2-penalised logistic regression on standardised features, with soft labels.

    The weights are the maximum of the cross-entropy to the teacher's probabilities less ``|weights|^2 / (2 c)``.
    Where demonstrations are few for the features, ``c`` is chosen by 5-fold cross-validation of that
    cross-entropy, from the strongest penalty on for as long as the held-out loss falls.
    """

    def __init__(self) -> None:
        self._weights = np.zeros(0)
        self._intercept = 0.0

    def fit(self, x: FeatureArray, p: FloatArray, *, seed: int) -> Self:
        """Learn from features (n, d) and probabilities (n,), see `eep.students.base.Student`.

        ``seed`` draws the folds.
        """
        check_demonstrations(x, p)
        wide = x.astype(np.float64)
        centre, spread = wide.mean(axis=0), wide.std(axis=0)
        # A feature that never changes says nothing; rounding must not make it a large number.
        scale = np.where(spread > 1e-9 * (1 + np.abs(centre)), spread, np.inf)
        with single_thread("sklearn.linear_model"):
            z = (wide - centre) / scale
            c = 1.0 if len(p) >= PLENTY * x.shape[1] else chosen_penalty(z, p, seed)
            weights, intercept = solve(z, p, c)
        self._weights = weights / scale
        self._intercept = intercept - float(centre @ self._weights)
        return self

    def predict(self, x: FeatureArray) -> FloatArray:
        """Return the probability of the option, (n,) float64."""
        with single_thread():
            return logistic(x.astype(np.float64) @ self._weights + self._intercept)


def logistic(score: FloatArray) -> FloatArray:
    """Return 1 / (1 + exp(-score)), for any score without overflow."""
    probabilities: FloatArray = 0.5 * (1.0 + np.tanh(0.5 * score))
    return probabilities


def solve(z: FloatArray, p: FloatArray, c: float) -> tuple[FloatArray, float]:
    """Return weights (d,) and intercept for standardised features ``z`` (n, d) and inverse penalty ``c``."""
    from sklearn.linear_model import LogisticRegression

    if p.min() == p.max():
        sure = float(np.clip(p[0], EDGE, 1 - EDGE))
        return np.zeros(z.shape[1]), float(np.log(sure / (1 - sure)))
    rows, labels, weights = weighted_rows(z, p)
    # The problem is strictly convex; the limit of iterations is never what ends it.
    model = LogisticRegression(C=c, max_iter=10_000).fit(rows, labels, sample_weight=weights)
    return model.coef_[0], float(model.intercept_[0])


def chosen_penalty(z: FloatArray, p: FloatArray, seed: int) -> float:
    """Return the inverse penalty at which the held-out loss, on its way from the strongest, stops to fall."""
    fold = np.random.default_rng(seed).permutation(len(p)) % min(FOLDS, len(p))
    if fold.max() == 0:
        return PENALTIES[0]
    loss = held_out_loss(z, p, fold, PENALTIES[0])
    for strong, weak in pairwise(PENALTIES):
        before, loss = loss, held_out_loss(z, p, fold, weak)
        if loss >= before:
            return strong
    return PENALTIES[-1]


def held_out_loss(z: FloatArray, p: FloatArray, fold: IntArray, c: float) -> float:
    """Return the mean cross-entropy of ``p`` on folds that the weights were not fitted to."""
    total = 0.0
    for number in range(int(fold.max()) + 1):
        out = fold == number
        weights, intercept = solve(z[~out], p[~out], c)
        q = np.clip(logistic(z[out] @ weights + intercept), EDGE, 1 - EDGE)
        total -= float(np.sum(p[out] * np.log(q) + (1 - p[out]) * np.log(1 - q)))
    return total / len(p)
