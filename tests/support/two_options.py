"""Distributions over two options, from the probability of the second."""

import numpy as np
import numpy.typing as npt


def two(second: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return (n, 2) for probabilities (n,) of the second option; NaN where there is no answer."""
    p = np.asarray(second, dtype=np.float64)
    return np.column_stack([1.0 - p, p])
