"""What every student offers: behaviour cloning from probabilities."""

from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
FeatureArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]


class Student(Protocol):
    """Imitates a teacher cell from what it senses (behaviour cloning with soft labels)."""

    def fit(self, x: FeatureArray, p: FloatArray, *, seed: int) -> Self:
        """Learn from features ``x`` (n, d) float32 and the teacher's probabilities ``p`` (n,) in [0, 1]; returns itself.

        The same arguments give the same student, whatever the number of threads or workers. A teacher that
        always gives the same probability makes a student that does. ``seed`` is in [0, 2**31).

        Raises
        ------
        ValueError
            If shapes disagree, there are no rows, or values are not finite or outside [0, 1].
        """
        ...

    def predict(self, x: FeatureArray) -> FloatArray:
        """Return the probability of the option, (n,) float64 in [0, 1], whatever the number of threads."""
        ...


def check_demonstrations(x: FeatureArray, p: FloatArray) -> None:
    """Raise ValueError unless ``x`` is (n, d) finite with n > 0 and ``p`` is (n,) in [0, 1]."""
    if x.ndim != 2 or p.shape != (x.shape[0],) or x.shape[0] == 0:
        raise ValueError(
            f"expected features (n, d) and probabilities (n,) with n > 0; found {x.shape} and {p.shape}"
        )
    if not np.isfinite(x).all():
        raise ValueError("expected finite features; found NaN or infinity")
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("expected probabilities in [0, 1]; found values outside, or NaN")


def weighted_rows(x: npt.NDArray[Any], p: FloatArray) -> tuple[npt.NDArray[Any], IntArray, FloatArray]:
    """Return (rows, labels, weights) that say with hard labels what ``x`` and ``p`` say with soft ones.

    Each row is there twice, as a 1 of weight ``p`` and as a 0 of weight ``1 - p``: the weighted log loss is the
    cross-entropy to ``p``. Rows of weight 0 are left out; the weights sum to n.
    """
    ones, zeros = np.flatnonzero(p > 0), np.flatnonzero(p < 1)
    labels = np.concatenate([np.ones(len(ones), np.int64), np.zeros(len(zeros), np.int64)])
    return np.concatenate([x[ones], x[zeros]]), labels, np.concatenate([p[ones], 1 - p[zeros]])
