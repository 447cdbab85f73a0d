"""L2-penalised logistic regressions of many cells at once: the students of simulated experiments.

Calibration and power take a million fits on the same items. Cells share their features, so one matrix product
gives the gradients of all of them and another all their Hessians; Newton's method then needs a handful of steps.
"""

import numpy as np

from eep.core.arrays import FloatArray, logistic

#: Newton steps at most; the problems are strictly convex and take about six.
STEPS = 100
#: A fit has converged when no gradient per row is larger.
CONVERGED = 1e-9
#: Labels that never change are taken to be this far from certain.
EDGE = 1e-6
#: Rows whose fitted probability is surer than this say nothing about the curvature.
FLAT = 1e-12


class NotConvergedError(RuntimeError):
    """A fit did not converge; its text says how far it was."""


def fit(x: FloatArray, labels: FloatArray, *, c: float, weights: FloatArray | None = None) -> FloatArray:
    """Return the coefficients (cells, d + 1), intercept last, of one penalised logistic regression per cell.

    Each minimises ``|w|^2 / 2 + c * sum of weight * cross-entropy``; the intercept is not penalised. This is
    scikit-learn's ``LogisticRegression(C=c)``, with soft labels.

    Parameters
    ----------
    x
        (n, d) features that all cells share.
    labels
        (cells, n) in [0, 1].
    c
        Inverse penalty.
    weights
        (cells, n), 0 or more, 1 by default. Rows of weight 0 are not learned from.

    Raises
    ------
    NotConvergedError
        If Newton's method does not end; no half-fitted student is ever returned.
    """
    w = np.ones_like(labels) if weights is None else weights
    rows = np.concatenate([x, np.ones((len(x), 1))], axis=1)
    penalty = np.append(np.full(x.shape[1], 1.0 / c), 0.0)
    mean = (w * labels).sum(axis=1) / w.sum(axis=1)
    constant = (w * np.abs(labels - mean[:, None])).max(axis=1) < EDGE
    coefficients = np.zeros((len(labels), rows.shape[1]))
    coefficients[:, -1] = _logit(mean)
    varied = np.flatnonzero(~constant)
    if len(varied):
        start = coefficients[varied]
        coefficients[varied] = _newton(rows, labels[varied], w[varied], penalty, start)
    return coefficients


def predict(coefficients: FloatArray, x: FloatArray) -> FloatArray:
    """Return probabilities (cells, n) of coefficients (cells, d + 1) at features (n, d)."""
    return logistic(coefficients[:, :-1] @ x.T + coefficients[:, -1:])


def _newton(
    rows: FloatArray, labels: FloatArray, weights: FloatArray, penalty: FloatArray, start: FloatArray
) -> FloatArray:
    """Return the minima, reached by Newton's method with step halving."""
    size = rows.shape[1]
    outer = (rows[:, :, None] * rows[:, None, :]).reshape(len(rows), size * size)
    found, loss = start, _loss(rows, labels, weights, penalty, start)
    for _ in range(STEPS):
        fitted = logistic(found @ rows.T)
        gradient = (weights * (fitted - labels)) @ rows + penalty * found
        if np.abs(gradient).max() <= CONVERGED * len(rows):
            return found
        curvature = weights * np.maximum(fitted * (1.0 - fitted), FLAT)
        hessian = (curvature @ outer).reshape(-1, size, size) + np.diag(penalty)
        step = np.asarray(np.linalg.solve(hessian, gradient[:, :, None])[:, :, 0], dtype=np.float64)
        found, loss = _halved(rows, labels, weights, penalty, found, loss, step)
    raise NotConvergedError(
        f"expected {len(labels)} logistic regressions to converge in {STEPS} steps; found a gradient of "
        f"{np.abs(gradient).max():.2g}; a stronger penalty would help"
    )


def _halved(
    rows: FloatArray,
    labels: FloatArray,
    weights: FloatArray,
    penalty: FloatArray,
    found: FloatArray,
    loss: FloatArray,
    step: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Return each cell moved by its step, halved until its loss does not rise (beyond rounding), and the losses."""
    length = np.ones(len(found))
    for _ in range(40):
        moved = found - length[:, None] * step
        reached = _loss(rows, labels, weights, penalty, moved)
        worse = reached > loss + 1e-12 * (1.0 + np.abs(loss))
        if not worse.any():
            return moved, reached
        length = np.where(worse, length / 2, length)
    return np.where(worse[:, None], found, moved), np.where(worse, loss, reached)


def _loss(rows: FloatArray, labels: FloatArray, weights: FloatArray, penalty: FloatArray, at: FloatArray) -> FloatArray:
    score = at @ rows.T
    # log(1 + e^s) - y s, without overflow.
    entropy = np.maximum(score, 0.0) + np.log1p(np.exp(-np.abs(score))) - labels * score
    return np.asarray((weights * entropy).sum(axis=1) + 0.5 * (penalty * at**2).sum(axis=1))


def _logit(probability: FloatArray) -> FloatArray:
    kept = np.clip(probability, EDGE, 1.0 - EDGE)
    return np.asarray(np.log(kept / (1.0 - kept)))
