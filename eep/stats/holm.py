"""Holm's correction for several tests."""

from collections.abc import Sequence

import numpy as np


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return p-values adjusted by Holm's step-down procedure (Holm 1979), in the order given.

    A NaN is a test that could not be done: it stays NaN but still counts in the family, so that a failing
    test never makes the others easier to pass.
    """
    p = np.array(p_values, dtype=np.float64)
    ranked = np.argsort(np.where(np.isnan(p), 2.0, p), kind="stable")
    factors = np.arange(len(p), 0, -1)
    steps = np.maximum.accumulate(np.nan_to_num(p[ranked], nan=1.0) * factors)
    adjusted = np.empty_like(p)
    adjusted[ranked] = np.minimum(steps, 1.0)
    return tuple(float(value) for value in np.where(np.isnan(p), np.nan, adjusted))
