"""What every student offers: behaviour cloning from probabilities, and a file to be kept in.

A student's numbers must not depend on the machine: training that amplifies the last bit of a sum would make another
student under another linear algebra kernel. Each kind says how it keeps to that.
"""

import io
from typing import ClassVar, Protocol, Self

import numpy as np
import numpy.typing as npt

from eep.core.arrays import FeatureArray, FloatArray, IntArray

#: Rows of probabilities sum to 1 within this much.
TOLERANCE = 1e-6


class StudentFileError(ValueError):
    """Bytes that are no student of the kind that was expected."""


class Student(Protocol):
    """Imitates a teacher cell from what it senses (behaviour cloning with soft labels)."""

    #: How the names of its files end.
    suffix: ClassVar[str]
    #: How many features it senses and how many options it answers with, once it is trained.
    shape: tuple[int, int]

    def fit(self, x: FeatureArray, p: FloatArray, *, seed: int) -> Self:
        """Learn from features ``x`` (n, d) float32 and the teacher's probabilities ``p`` (n, k) of k >= 2 options.

        Rows of ``p`` sum to 1. The same arguments give the same student, whatever the number of threads or workers,
        and within 1e-6 whatever the processor. A teacher that always gives the same distribution makes a student
        that does. ``seed`` is in [0, 2**31). Returns itself.

        Raises ValueError if shapes disagree, there are no rows, or values are not finite or no distributions.
        """
        ...

    def predict(self, x: FeatureArray) -> FloatArray:
        """Return the probabilities of the options, (n, k) float64, rows summing to 1."""
        ...

    def dump(self) -> bytes:
        """Return the content of a file that `load` makes the same student of; the same student gives the same bytes."""
        ...

    @classmethod
    def load(cls, content: bytes) -> Self:
        """Return the student of a file: it predicts what the one that was dumped did, bit for bit on the same processor.

        Nothing in the file is executed. Raises `StudentFileError` if it is no such file.
        """
        ...


def check_demonstrations(x: FeatureArray, p: FloatArray) -> None:
    """Raise ValueError unless ``x`` is (n, d) finite with n > 0 and ``p`` is (n, k) with rows that are distributions."""
    if x.ndim != 2 or p.ndim != 2 or p.shape[1] < 2 or len(p) != len(x) or len(x) == 0:
        raise ValueError(
            f"expected features (n, d) and probabilities (n, k) with n > 0 and k >= 2; found {x.shape} and {p.shape}"
        )
    if not np.isfinite(x).all():
        raise ValueError("expected finite features; found NaN or infinity")
    if not ((p >= 0) & (p <= 1)).all() or (np.abs(p.sum(axis=1) - 1.0) > TOLERANCE).any():
        raise ValueError(
            "expected rows of probabilities in [0, 1] that sum to 1; found values outside, other sums, or NaN"
        )


def weighted_rows(x: FeatureArray, p: FloatArray) -> tuple[FeatureArray, IntArray, FloatArray]:
    """Return (rows, labels, weights) that say with hard labels what ``x`` (n, d) and ``p`` (n, k) say with soft ones.

    Each row is there once for each option of a probability above 0, which is its weight: the weighted log loss is the
    cross-entropy to ``p``, and the weights sum to n.
    """
    row, label = np.nonzero(p)
    return x[row], label, p[row, label]


def pack(arrays: dict[str, npt.NDArray[np.generic]]) -> bytes:
    """Return named arrays as the content of an ``.npz`` file, the same bytes for the same arrays."""
    content = io.BytesIO()
    np.savez_compressed(content, allow_pickle=False, **arrays)
    return content.getvalue()


def unpack(content: bytes, *forms: dict[str, int]) -> dict[str, FloatArray]:
    """Return the arrays of an ``.npz`` file, float64 and finite: names and numbers of dimensions are one of ``forms``.

    Raises `StudentFileError` if it holds anything else; objects, which would have to be executed, are refused.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            found = {name: np.asarray(file[name], dtype=np.float64) for name in file.files}
    except Exception as error:  # zip, zlib and header parsers raise whatever they meet
        raise StudentFileError(f"expected arrays in an .npz file; found: {error}") from error
    dimensions = {name: values.ndim for name, values in found.items()}
    if dimensions not in forms or not all(np.isfinite(values).all() for values in found.values()):
        raise StudentFileError(f"expected finite arrays, named and of dimensions as {forms[-1]}; found {dimensions}")
    return found
