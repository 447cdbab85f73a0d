"""Soft labels as weighted hard ones, one thread, and boosted trees."""

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from threadpoolctl import threadpool_info
from two_options import two

from eep.core.arrays import FloatArray
from eep.core.threads import single_thread
from eep.students.base import weighted_rows
from eep.students.boosted import Boosted


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


def test_steps_are_learned_as_steps() -> None:
    """The probability on either side of a threshold is the teacher's, right up to the threshold."""
    x = np.random.default_rng(0).uniform(-1, 1, size=(2000, 1)).astype(np.float32)
    fitted = Boosted().fit(x, two(np.where(x[:, 0] > 0.1, 0.9, 0.2)), seed=0)
    q = fitted.predict(np.array([[-0.9], [0.09], [0.11], [0.9]], np.float32))
    np.testing.assert_allclose(q, two([0.2, 0.2, 0.9, 0.9]), atol=0.01)


def test_is_what_it_says() -> None:
    """A hundred trees of depth four or less, without monotone constraints, on one thread also after training."""
    x = np.random.default_rng(0).normal(size=(500, 3)).astype(np.float32)
    booster = Boosted().fit(x, two(np.abs(np.sin(x.sum(axis=1)))), seed=0)._booster
    assert booster.num_boosted_rounds() == 100
    trees = booster.get_dump(dump_format="json")
    assert max(depth(json.loads(tree)) for tree in trees) == 4
    learner = json.loads(booster.save_config())["learner"]
    assert learner["generic_param"]["nthread"] == "1"
    assert learner["gradient_booster"]["tree_train_param"]["monotone_constraints"] == "()"


def depth(node: dict[str, list[dict[str, object]]]) -> int:
    """Return the number of questions on the longest way down a tree."""
    return 1 + max(map(depth, node["children"])) if "children" in node else 0  # type: ignore[arg-type] # JSON
