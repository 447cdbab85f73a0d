"""Names for the arrays that numbers stand in."""

import base64

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
FeatureArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def logistic(score: FloatArray) -> FloatArray:
    """Return 1 / (1 + exp(-score)), for any score without overflow."""
    probabilities: FloatArray = 0.5 * (1.0 + np.tanh(0.5 * score))
    return probabilities


def base64_of(values: npt.ArrayLike, dtype: str) -> str:
    """Return numbers as base64 of their bytes, little endian, row by row: what a script reads as a typed array."""
    return base64.b64encode(np.asarray(values, dtype=np.dtype(dtype).newbyteorder("<")).tobytes()).decode()
