"""Distributions over two options, from the probability of the second, and a policy that prefers neither."""

from typing import Any

import numpy as np
import numpy.typing as npt


def two(second: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return (n, 2) for probabilities (n,) of the second option; NaN where there is no answer."""
    p = np.asarray(second, dtype=np.float64)
    return np.column_stack([1.0 - p, p])


def coin(states: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Choose either option with the same chance."""
    return two(np.full(len(states), 0.5))
