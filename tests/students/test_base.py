"""Soft labels as weighted hard ones, and one thread."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from threadpoolctl import threadpool_info
from two_options import two

from eep.core.arrays import FloatArray
from eep.core.threads import single_thread
from eep.students.base import weighted_rows


@given(p=arrays(np.float64, 6, elements=st.floats(0, 1) | st.sampled_from([0.0, 1.0])))
def test_weighted_rows_are_cross_entropy(p: FloatArray) -> None:
    """The weighted log loss of the hard rows is the cross-entropy to the soft labels; the weights sum to n."""
    x = np.arange(6, dtype=np.float32)[:, None]
    rows, labels, weights = weighted_rows(x, two(p))
    q = 0.1 + 0.13 * np.arange(6)
    said = 0.1 + 0.13 * rows[:, 0]
    hard = -np.sum(weights * np.log(np.where(labels == 1, said, 1 - said)))
    np.testing.assert_allclose(hard, -np.sum(p * np.log(q) + (1 - p) * np.log(1 - q)))
    np.testing.assert_allclose(weights.sum(), 6)
    assert (weights > 0).all()


def test_single_thread_holds_numpys_library() -> None:
    """Inside the context linear algebra has one thread, outside as many as before."""

    def threads() -> list[int]:
        return [one["num_threads"] for one in threadpool_info() if "numpy" in one["filepath"]]

    before = threads()
    with single_thread():
        assert set(threads()) == {1}
    assert threads() == before
