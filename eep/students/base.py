"""What every student offers: behaviour cloning from probabilities."""

from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
FeatureArray = npt.NDArray[np.float32]


class Student(Protocol):
    """Imitates a teacher cell from what it senses (behaviour cloning with soft labels)."""

    def fit(self, x: FeatureArray, p: FloatArray, *, seed: int) -> Self:
        """Learn from features ``x`` (n, d) float32 and the teacher's probabilities ``p`` (n,) in [0, 1]; returns itself.

        The same arguments give the same student, whatever the number of threads or workers.

        Raises
        ------
        ValueError
            If shapes disagree, there are no rows, or values are not finite or outside [0, 1].
        """
        ...

    def predict(self, x: FeatureArray) -> FloatArray:
        """Return the probability of the option, (n,) float64 in [0, 1]."""
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
