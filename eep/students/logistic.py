"""Logistic regression: the student that can only weigh what it senses."""

from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar, Self

import numpy as np

from eep.core.arrays import BoolArray, FeatureArray, FloatArray
from eep.core.threads import single_thread
from eep.students.base import StudentFileError, check_demonstrations, pack, unpack

#: Inverse penalties to choose from, strongest penalty first.
PENALTIES = tuple(float(c) for c in np.geomspace(1e-3, 10, 9))
#: With so many demonstrations per feature the penalty hardly matters and 1 is taken.
PLENTY = 20
FOLDS = 5
#: Held-out losses are compared on probabilities kept this far from 0.
EDGE = 1e-6
#: Penalty of an intercept: none to speak of, but an option that is never chosen must have a finite one.
INTERCEPT = 1e-8
#: Newton's method ends with a step that moves no weight by more than this share of the largest: the next would move them
#: by about its square. Held-out losses are compared to the eighth digit, and need no more than the second.
STEP, ROUGH = 1e-6, 1e-4
#: A weaker penalty must lower the held-out loss by more than this share.
WON = 1e-8


class Logistic:
    """L2-penalised (multinomial) logistic regression on standardised features, with soft labels.

    The weights are the maximum of the cross-entropy to the teacher's probabilities less ``|weights|^2 / (2 c)``, the
    first option having the score 0. Where demonstrations are few for the features, ``c`` is chosen by 5-fold
    cross-validation of that cross-entropy, from the strongest penalty on for as long as the held-out loss falls.

    The maximum is the only one, and Newton's method goes to it as far as numbers reach: rounding moves predictions by
    some 1e-12, whatever the processor.
    """

    suffix: ClassVar[str] = ".npz"

    def __init__(self) -> None:
        self._weights = np.zeros((0, 1))
        self._intercept = np.zeros(1)

    def fit(self, x: FeatureArray, p: FloatArray, *, seed: int) -> Self:
        """Learn from features (n, d) and probabilities (n, k), see `eep.students.base.Student`.

        ``seed`` draws the folds.
        """
        check_demonstrations(x, p)
        wide = x.astype(np.float64)
        centre, spread = wide.mean(axis=0), wide.std(axis=0)
        # A feature that never changes says nothing; rounding must not make it a large number.
        scale = np.where(spread > 1e-9 * (1 + np.abs(centre)), spread, np.inf)
        with single_thread():
            z = (wide - centre) / scale
            c = 1.0 if len(p) >= PLENTY * x.shape[1] else chosen_penalty(z, p, seed)
            weights, intercept = solve(z, p, c)
        self._weights = weights / scale[:, None]
        self._intercept = intercept - centre @ self._weights
        return self

    def predict(self, x: FeatureArray) -> FloatArray:
        """Return the probabilities of the options, (n, k) float64."""
        with single_thread():
            return softmax(x.astype(np.float64) @ self._weights + self._intercept)

    @property
    def shape(self) -> tuple[int, int]:
        """How many features it senses and how many options it answers with."""
        return len(self._weights), len(self._intercept) + 1

    @property
    def weights(self) -> tuple[FloatArray, FloatArray]:
        """Weights (d, k - 1) and intercepts (k - 1,) of the options after the first, whose score is 0."""
        return self._weights, self._intercept

    def dump(self) -> bytes:
        """Return the weights (d, k - 1) and the intercepts (k - 1,) of the options after the first, whose score is 0."""
        return pack({"weights": self._weights, "intercepts": self._intercept})

    @classmethod
    def load(cls, content: bytes) -> Self:
        """Return the student of a file; see `eep.students.base.Student`."""
        found, student = unpack(content, {"weights": 2, "intercepts": 1}), cls()
        student._weights, student._intercept = found["weights"], found["intercepts"]
        if student._weights.shape[1:] != student._intercept.shape:
            raise StudentFileError("expected an intercept for each column of weights; found other numbers of them")
        return student


def softmax(scores: FloatArray) -> FloatArray:
    """Return the probabilities (n, k) of options whose scores (n, k - 1) are relative to the first one's."""
    every = np.column_stack([np.zeros(len(scores)), scores])
    odds = np.exp(every - every.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def solve(
    z: FloatArray, p: FloatArray, c: float, start: FloatArray | None = None, *, least: float = STEP
) -> tuple[FloatArray, FloatArray]:
    """Return weights (d, k - 1) and intercepts (k - 1,) for standardised features ``z`` (n, d), inverse penalty ``c``.

    The way begins at ``start`` (d + 1, k - 1), weights above intercepts, which changes nothing but its length, and ends with
    a step that moves no weight by more than ``least`` of the largest.
    """
    n, d = z.shape
    k = p.shape[1]
    if (p == p[0]).all():
        sure = np.clip(p[0], EDGE, 1 - EDGE)
        return np.zeros((d, k - 1)), np.log(sure[1:] / sure[0])
    x = np.column_stack([z, np.ones(n)])
    penalty = np.array([*[1 / c] * d, INTERCEPT])[:, None]
    beta, loss = np.zeros((d + 1, k - 1)) if start is None else start, np.inf
    while True:
        q = softmax(x @ beta)
        step = _newton_step(x, p, q, beta, penalty)
        if np.abs(step).max() <= least * (
            1 + np.abs(beta).max()
        ):  # so near, rounding hides from the loss what a step wins
            return beta[:-1] - step[:-1], beta[-1] - step[-1]
        length = 1.0
        while (new := _loss(x, p, beta - length * step, penalty)) > loss and length > STEP:
            length /= 2
        if new >= loss:
            return beta[:-1], beta[-1]
        beta, loss = beta - length * step, new


def _loss(x: FloatArray, p: FloatArray, beta: FloatArray, penalty: FloatArray) -> float:
    """Return the cross-entropy to ``p`` and the penalty."""
    scores = np.column_stack([np.zeros(len(x)), x @ beta])
    greatest = scores.max(axis=1, keepdims=True)
    total = greatest[:, 0] + np.log(np.exp(scores - greatest).sum(axis=1))
    return float(np.sum(total - (p * scores).sum(axis=1)) + 0.5 * np.sum(penalty * beta**2))


def _newton_step(x: FloatArray, p: FloatArray, q: FloatArray, beta: FloatArray, penalty: FloatArray) -> FloatArray:
    """Return the step (d + 1, k - 1) whose subtraction minimises the loss's second-order approximation at ``beta``."""
    size, options = beta.shape
    gradient = x.T @ (q - p)[:, 1:] + penalty * beta
    hessian = np.empty((options, size, options, size))
    for one in range(options):
        for other in range(one, options):
            curvature = q[:, one + 1] * (1 - q[:, one + 1] if one == other else q[:, other + 1])
            # The product of a matrix and itself takes half the time of another.
            weighed = x * np.sqrt(curvature)[:, None]
            block = np.matmul(weighed.T, weighed, out=hessian[one, :, other])
            if one != other:
                hessian[other, :, one] = np.negative(block, out=block)
        hessian[one, range(size), one, range(size)] += penalty[:, 0]
    flat = options * size
    step = np.linalg.solve(hessian.reshape(flat, flat), gradient.T.reshape(flat))
    return np.asarray(step.reshape(options, size).T)


def chosen_penalty(z: FloatArray, p: FloatArray, seed: int) -> float:
    """Return the inverse penalty at which the held-out loss, on its way from the strongest, stops to fall."""
    fold = np.random.default_rng(seed).permutation(len(p)) % min(FOLDS, len(p))
    if fold.max() == 0:
        return PENALTIES[0]
    folds = [Fold(z, p, fold == number) for number in range(int(fold.max()) + 1)]
    loss = held_out_loss(folds, PENALTIES[0])
    for strong, weak in pairwise(PENALTIES):
        before, loss = loss, held_out_loss(folds, weak)
        # Where nothing is won but a rounding error, the stronger penalty stays.
        if loss >= before * (1 - WON):
            return strong
    return PENALTIES[-1]


class Fold:
    """Demonstrations to fit to and others to test on, where the same are fitted under one penalty after another.

    Where features outnumber the demonstrations, weights lie in the span of these: fitting their coordinates in it is the
    same fit, for the penalty does not change when features are rotated, and several times as fast. Each fit starts from the
    one before.
    """

    def __init__(self, z: FloatArray, p: FloatArray, out: BoolArray) -> None:
        self.fitted, self.tested = p[~out], p[out]
        kept, left = z[~out], z[out]
        if kept.shape[1] > len(kept):
            axes = np.linalg.qr(kept.T)[0]
            kept, left = kept @ axes, left @ axes
        self._kept, self._left = kept, left
        self._start: FloatArray | None = None

    def loss(self, c: float) -> float:
        """Return the summed cross-entropy on the demonstrations that are left out."""
        weights, intercept = solve(self._kept, self.fitted, c, self._start, least=ROUGH)
        self._start = np.vstack([weights, intercept])
        q = np.clip(softmax(self._left @ weights + intercept), EDGE, 1 - EDGE)
        return -float(np.sum(self.tested * np.log(q)))


def held_out_loss(folds: Sequence[Fold], c: float) -> float:
    """Return the mean cross-entropy on folds that the weights were not fitted to."""
    return sum(fold.loss(c) for fold in folds) / sum(len(fold.tested) for fold in folds)
