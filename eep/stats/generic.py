"""What all cells share, and how each follows it: curves of the generic score, and a cell's slope and gain."""

import numpy as np

from eep.core.arrays import BoolArray, FloatArray, logistic
from eep.stats.rows import centred, coefficients, logit, orthonormal, z_score

#: Fitting an additive model to answers of which some are missing ends when nothing moves by more.
CONVERGED = 1e-12
#: Shifts of a curve, in logits, beyond which it is flat.
FURTHEST = 40.0
#: Newton steps at most, each halved if it leaves what is known to hold the solution.
STEPS = 100
#: Powers of the generic score t by whose coefficients cells are said to follow it differently: t alone. With t squared besides,
#: what is measured in the worlds of docs/statistics.md is a little nearer to nominal, and personas that differ in one or two
#: tastes alone are not found any more.
FOLLOWED = 1


def mean_over_cells(x: FloatArray, there: BoolArray | None = None) -> FloatArray:
    """Return the mean (N,) over the cells of ``x`` (K, W, N) that are ``there``; all by default.

    Answers that are missing (NaN) are filled by the additive model item + cell, fitted to the others by least squares:
    an item that a severe cell did not answer would otherwise look better than it is.
    """
    complete = there is None or bool(there.all())
    rows = x.reshape(-1, x.shape[-1]) if there is None or complete else x[there]
    missing = np.isnan(rows)
    if not missing.any():
        return np.asarray(x.mean(axis=(0, 1)) if complete else rows.mean(axis=0))
    has, known = ~missing, np.nan_to_num(rows)
    item, cell = np.zeros(rows.shape[1]), known.sum(axis=1) / np.maximum(has.sum(axis=1), 1)
    for _ in range(10_000):
        before = item
        item = (has * (known - cell[:, None])).sum(axis=0) / np.maximum(has.sum(axis=0), 1)
        cell = (has * (known - item)).sum(axis=1) / np.maximum(has.sum(axis=1), 1)
        if np.abs(item - before).max() <= CONVERGED:
            break
    return np.asarray(np.where(has, known, item + cell[:, None]).mean(axis=0))


def generic_basis(teacher: FloatArray, student_logits: FloatArray, there: BoolArray | None = None) -> FloatArray:
    """Return an orthonormal basis, (N, r <= 8), of curves of what all cells share.

    Columns 1, t, t^2, t^3, s, s^2, s^3, t*s, with t and s the z-scores over items of the mean teacher
    probability and the mean student logit. Being functions of means over all cells, they do not change when
    personas are relabelled. Columns that add nothing (s = t, constant means) are dropped. ``there``, (K, W), says
    which cells take part; all by default.
    """
    t, s = (z_score(mean_over_cells(x, there)) for x in (teacher, student_logits))
    return orthonormal((np.ones_like(t), t, t**2, t**3, s, s**2, s**3, t * s))


def slope(x: FloatArray, t: FloatArray) -> FloatArray:
    """Return the slope (K, W) of each cell's answers ``x`` (K, W, N) on a z-scored generic score ``t`` (N,)."""
    return np.asarray(np.einsum("pwi,i->pw", x, t) / len(t))


def gain(x: FloatArray, t: FloatArray, there: BoolArray) -> FloatArray:
    """Return how steeply each cell follows what all cells share, beyond what its level explains: (K, W).

    The slope of its probabilities ``x`` (K, W, N) on the teachers' generic score ``t`` minus the slope that the common
    curve, the mean of ``x`` over cells, would have if it were shifted on the logit scale to the cell's level. A cell that
    chooses the option nearly always has a flat slope, and so has the common curve at its level: where cells differ in
    level alone, gains do not differ. In probability per standard deviation of ``t``.
    """
    curve = logit(mean_over_cells(x, there))
    shifted = logistic(curve + shift_to(curve, x.mean(axis=2))[..., None])
    return slope(x, t) - slope(shifted, t)


def shift_to(curve: FloatArray, level: FloatArray) -> FloatArray:
    """Return the shift in logits, shaped as ``level``, at which a curve (N,) of logits has that mean probability."""
    low, high = np.full(level.shape, -FURTHEST), np.full(level.shape, FURTHEST)
    shift = np.zeros(level.shape)
    for _ in range(STEPS):
        fitted = logistic(curve + shift[..., None])
        excess = fitted.mean(axis=-1) - level
        low, high = np.where(excess < 0, shift, low), np.where(excess > 0, shift, high)
        steepness = (fitted * (1.0 - fitted)).mean(axis=-1)
        step = shift - excess / np.maximum(steepness, 1e-300)
        moved = np.where((step > low) & (step < high), step, (low + high) / 2)
        if np.abs(moved - shift).max() <= CONVERGED:
            break
        shift = moved
    return shift


def ways_of_following(
    teacher: FloatArray, t: FloatArray, rows: FloatArray, there: BoolArray, followed: int = FOLLOWED
) -> FloatArray:
    """Return the directions over items in which cells differ that follow the generic score differently: (W, r, N).

    With c_pw a teacher cell's coefficient on a curve of the score ``t``, centred over personas within a wording, and
    ``rows`` R_pw what is left of the teachers once those curves are taken out, the direction of a wording is
    sum_p c_pw R_pw; there is one for each power of t, r <= ``followed``. Their sums over wordings are the directions. A taste that all share in different degree leaves exactly such a trace, as
    probabilities saturate and students miss a part of it: without it, differences in *how strongly* a persona follows
    something common pass for differences in *what* it favours. As sums over all cells, the directions stay as they are
    when personas are relabelled.
    """
    curves = orthonormal(np.ones_like(t) if power == 0 else t**power for power in range(followed + 1))
    deviation = centred(coefficients(teacher, curves)[..., 1:], there)
    return np.asarray(np.einsum("pwr,pwi->wri", deviation, rows))


def basis_of(ways: FloatArray) -> FloatArray:
    """Return an orthonormal basis (N, r) of the sums over wordings of ``ways`` (W, r, N)."""
    directions = ways.sum(axis=0)
    return orthonormal(directions) if len(directions) else np.empty((ways.shape[2], 0))
