"""Arithmetic on rows of cells, (K, W, N): centring, projecting, scaling.

Answers that are missing are NaN where an array may hold them. A row of such answers is judged by what it has; its missing
entries become 0 once it is centred, and enter no product.
"""

from collections.abc import Iterable

import numpy as np

from eep.core.arrays import BoolArray, FloatArray

#: Probabilities are kept this far from 0 and 1 before their logit is taken.
CLIP = 1e-3
#: What is smaller than this, relative to the numbers it came from, is rounding and counts as zero.
ROUNDING = 1e-9


def logit(probability: FloatArray) -> FloatArray:
    """Return the logit of probabilities clipped to [0.001, 0.999]."""
    clipped = np.clip(probability, CLIP, 1.0 - CLIP)
    return np.asarray(np.log(clipped / (1.0 - clipped)))


def pearson(one: FloatArray, other: FloatArray) -> float:
    """Return the correlation of two vectors (n,); NaN where one of them does not vary."""
    a, b = one - one.mean(), other - other.mean()
    length = float(np.sqrt(np.einsum("i,i", a, a) * np.einsum("i,i", b, b)))
    return float(np.einsum("i,i", a, b)) / length if length > 0.0 else float("nan")


def z_score(x: FloatArray) -> FloatArray:
    """Return ``x`` (N,) with mean 0 and standard deviation 1, or zeros where it does not vary."""
    spread = x.std()
    if spread <= ROUNDING * max(1.0, float(np.abs(x).max(initial=0.0))):
        return np.zeros_like(x)
    return np.asarray((x - x.mean()) / spread)


def orthonormal(columns: Iterable[FloatArray]) -> FloatArray:
    """Return an orthonormal basis (N, r) of columns (N,), one or more, in their order; what adds nothing is dropped."""
    kept: list[FloatArray] = []
    for column in columns:
        rest = column
        # Twice, as one pass of Gram-Schmidt loses orthogonality; einsum, as threads never reorder its sums.
        for _ in range(2):
            for q in kept:
                rest = rest - q * np.einsum("i,i", q, rest)
        length = np.sqrt(np.einsum("i,i", rest, rest))
        if length > ROUNDING * np.sqrt(np.einsum("i,i", column, column)):
            kept.append(rest / length)
    return np.stack(kept, axis=1) if kept else np.empty((len(column), 0))


def coefficients(x: FloatArray, basis: FloatArray) -> FloatArray:
    """Return the least-squares coefficients (..., r) of rows (..., N) on an orthonormal ``basis`` (N, r).

    A row that lacks answers (NaN) is fitted on those it has.
    """
    found = np.einsum("...i,ir->...r", np.nan_to_num(x), basis)
    for row in zip(*np.nonzero(np.isnan(x).any(axis=-1)), strict=True):
        has = np.isfinite(x[row])
        found[row] = np.linalg.lstsq(basis[has], x[row][has], rcond=None)[0]
    return np.asarray(found)


def residual(x: FloatArray, basis: FloatArray) -> FloatArray:
    """Return rows ``x`` (..., N) minus their regression on the orthonormal columns of ``basis`` (N, r)."""
    return np.asarray(x - np.einsum("...r,ir->...i", coefficients(x, basis), basis))


def centred(x: FloatArray, there: BoolArray | None = None) -> FloatArray:
    """Return ``x`` (K, W, ...) minus its mean over personas within each wording; 0 where a cell is not ``there``.

    Where answers are missing (NaN), the mean is over the personas that gave one, and 0 stands for what is missing.
    """
    some = np.isfinite(x)
    if there is not None:
        some &= there.reshape(*there.shape, *([1] * (x.ndim - 2)))
    if some.all():
        deviation = x - x.mean(axis=0, keepdims=True)
    else:
        count = np.maximum(some.sum(axis=0, keepdims=True), 1)
        deviation = np.where(some, x - np.where(some, x, 0.0).sum(axis=0, keepdims=True) / count, 0.0)
    largest = np.abs(np.where(some, x, 0.0)).max(initial=0.0)
    return np.where(np.abs(deviation) > ROUNDING * largest, deviation, 0.0)


def double_centred(x: FloatArray, there: BoolArray | None = None) -> FloatArray:
    """Return ``x`` (K, W, N) minus each cell's level and minus the mean over personas within each wording."""
    return centred(x - np.nanmean(x, axis=2, keepdims=True), there)


def unit_rows(rows: FloatArray, before: FloatArray) -> FloatArray:
    """Return ``rows`` (..., N) at unit length; rows that are mere rounding of ``before`` become zero."""
    before = np.nan_to_num(before)
    length = np.sqrt(np.einsum("...i,...i->...", rows, rows))[..., None]
    scale = np.sqrt(np.einsum("...i,...i->...", before, before))[..., None]
    real = length > ROUNDING * scale
    return np.where(real, rows / np.where(real, length, 1.0), 0.0)
