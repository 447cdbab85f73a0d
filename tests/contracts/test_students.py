"""What every registered student keeps to, whatever it is."""

import io
import pickle
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from threadpoolctl import threadpool_limits
from two_options import two

from eep.core.arrays import FeatureArray, FloatArray
from eep.students import STUDENTS, student_class
from eep.students.base import StudentFileError

pytestmark = pytest.mark.parametrize("name", sorted(STUDENTS))


def student(name: str) -> Any:
    """Return an untrained student."""
    return student_class(name)()


def states(n: int, d: int = 4, seed: int = 0) -> FeatureArray:
    """Return random states."""
    return np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)


def teacher(x: FeatureArray) -> FloatArray:
    """Return what a teacher says who leans with the first two things it sees, and is never sure."""
    return two(np.where(x[:, 0] + 0.5 * x[:, 1] > 0.2, 0.8, 0.2))


def scale(x: FeatureArray) -> FloatArray:
    """Return what a teacher of five options says who goes up their scale with what it sees."""
    odds = np.exp(np.outer(2 * x[:, 0] + x[:, 1], np.linspace(-1, 1, 5)))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def test_learns(name: str) -> None:
    """A student chooses like its teacher in nine of ten states it has not seen, and is as sure as its teacher."""
    x, unseen = states(1500), states(1000, seed=1)
    q, p = student(name).fit(x, teacher(x), seed=0).predict(unseen)[:, 1], teacher(unseen)[:, 1]
    assert ((q > 0.5) == (p > 0.5)).mean() > 0.9
    assert q.mean() == pytest.approx(p.mean(), abs=0.03)
    far = np.abs(unseen[:, 0] + 0.5 * unseen[:, 1] - 0.2) > 0.5
    assert np.abs(q - p)[far].mean() < 0.15


def test_learns_several_options(name: str) -> None:
    """Of five options a student learns how likely each is: within .07 on average in states it has not seen."""
    x, unseen = states(1500), states(1000, seed=1)
    q = student(name).fit(x, scale(x), seed=0).predict(unseen)
    assert q.shape == (1000, 5)
    assert np.abs(q - scale(unseen)).mean() < 0.07
    assert (q.argmax(axis=1) == scale(unseen).argmax(axis=1)).mean() > 0.85


@pytest.mark.parametrize("says", [teacher, scale])
def test_gives_probabilities(name: str, says: Callable[[FeatureArray], FloatArray]) -> None:
    """A prediction is a float64 distribution per state, for many states, for one and for none."""
    fitted = student(name).fit(states(300), says(states(300)), seed=0)
    for n in (1000, 1, 0):
        q = fitted.predict(10 * states(n, seed=1))
        assert q.shape == (n, says(states(1)).shape[1])
        assert q.dtype == np.float64
        assert ((q >= 0) & (q <= 1)).all()
        np.testing.assert_allclose(q.sum(axis=1), 1, atol=1e-12)


def test_answers_one_state_as_among_many(name: str) -> None:
    """What a student says of a state does not depend on the states it is asked about with it."""
    fitted = student(name).fit(states(300), teacher(states(300)), seed=0)
    together = fitted.predict(states(20, seed=1))
    alone = np.concatenate([fitted.predict(row[None]) for row in states(20, seed=1)])
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_repeats_whatever_the_threads(name: str) -> None:
    """The same demonstrations and seed make the same student, bit by bit, with one thread or several."""
    x = states(800, d=40)
    p = teacher(x)
    answers = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            answers.append(student(name).fit(x, p, seed=3).predict(states(3000, d=40, seed=1)))
    np.testing.assert_array_equal(*answers)


def test_can_be_fitted_again(name: str) -> None:
    """A second fit forgets the first, even after a teacher without differences."""
    x = states(200)
    p = teacher(x)
    once = student(name).fit(x, p, seed=0).predict(x)
    used = student(name).fit(x[:, ::-1], p[:, ::-1], seed=1).fit(x, np.full((200, 5), 0.2), seed=2)
    np.testing.assert_array_equal(used.fit(x, p, seed=0).predict(x), once)


def test_leaves_its_arguments_alone(name: str) -> None:
    """Neither learning nor predicting changes the arrays; read-only ones will do."""
    x = states(100)
    p = teacher(x)
    x.flags.writeable = p.flags.writeable = False
    assert student(name).fit(x, p, seed=0).predict(x).shape == (100, 2)


def test_pickles_small(name: str) -> None:
    """A student survives pickling, which workers do with it, unchanged and in a quarter of a megabyte."""
    fitted = student(name).fit(states(1000), teacher(states(1000)), seed=0)
    sent = pickle.dumps(fitted)
    assert len(sent) < 250_000
    again = pickle.loads(sent)  # noqa: S301 - our own bytes
    np.testing.assert_array_equal(again.predict(states(50, seed=1)), fitted.predict(states(50, seed=1)))


@pytest.mark.parametrize("says", [teacher, scale])
def test_is_read_back_from_its_file(name: str, says: Callable[[FeatureArray], FloatArray]) -> None:
    """A student that was dumped and loaded predicts what it did, bit for bit, is of the same shape, and dumps the same bytes."""
    x = states(400, d=40)
    fitted = student(name).fit(x, says(x), seed=0)
    content = fitted.dump()
    again = student_class(name).load(content)
    unseen = states(300, d=40, seed=1)
    np.testing.assert_array_equal(again.predict(unseen), fitted.predict(unseen))
    assert again.shape == fitted.shape == (40, says(x).shape[1])
    assert again.dump() == content == student(name).fit(x, says(x), seed=0).dump()


class _Trap:
    """Is executed when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Return a call that would be seen."""
        return pytest.fail, ("a file was executed",)


def _objects() -> bytes:
    content = io.BytesIO()
    np.savez(content, weights=np.array([_Trap()], dtype=object))
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 100, pickle.dumps({"weights": [1.0]}), pickle.dumps(_Trap()), _objects()],
    ids=["empty", "zeros", "pickle", "pickled call", "objects in npz"],
)
def test_refuses_what_is_no_file_of_its_kind(name: str, content: bytes) -> None:
    """Bytes that are no student are refused with what was expected, and nothing in them is executed."""
    with pytest.raises(StudentFileError, match="expected"):
        student_class(name).load(content)


def test_refuses_a_file_of_another_kind(name: str) -> None:
    """The file of a student of any other kind is refused."""
    x = states(50)
    for other in sorted({*STUDENTS} - {name}):
        with pytest.raises(StudentFileError, match="expected"):
            student_class(name).load(student(other).fit(x, teacher(x), seed=0).dump())


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_survives_a_damaged_file(name: str, data: st.DataObject) -> None:
    """A file that was cut or has a flipped bit is refused, or gives a student that still answers with numbers."""
    content = _small(name)
    cut = data.draw(st.integers(0, len(content) - 1))
    with pytest.raises(StudentFileError, match="expected"):
        student_class(name).load(content[:cut])
    flipped = bytearray(content)
    flipped[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        found = student_class(name).load(bytes(flipped))
    except StudentFileError:
        return
    assert found.predict(states(5, d=found.shape[0])).shape == (5, found.shape[1])


@cache
def _small(name: str) -> bytes:
    x = states(60)
    content: bytes = student(name).fit(x, scale(x), seed=0).dump()
    return content


@pytest.mark.parametrize(
    "always", [(1.0, 0.0), (0.7, 0.3), (0.0, 1.0), (0.0, 0.1, 0.2, 0.3, 0.4), (0.0, 0.0, 1.0, 0.0)]
)
@pytest.mark.parametrize("n", [1, 50])
def test_constant_teacher(name: str, always: tuple[float, ...], n: int) -> None:
    """A teacher that always says the same makes a student that does, also where some options are never chosen."""
    q = student(name).fit(states(n), np.tile(always, (n, 1)), seed=0).predict(states(50, seed=1))
    np.testing.assert_allclose(q, np.tile(always, (50, 1)), atol=1e-4 if len(always) == 2 else 1e-3)


def test_nothing_to_see(name: str) -> None:
    """Where all states are alike, a student says what its teacher says on average."""
    p = two(np.linspace(0.1, 0.7, 60))
    x = np.full((60, 3), 0.1, np.float32)
    np.testing.assert_allclose(student(name).fit(x, p, seed=0).predict(x)[:, 1], 0.4, atol=0.01)


def test_more_features_than_demonstrations(name: str) -> None:
    """With more features than demonstrations a student still does better than the mean of its teacher's answers."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(360, 200)).astype(np.float32)
    p = two(1 / (1 + np.exp(-x[:, :20].sum(axis=1))))
    q = student(name).fit(x[:180], p[:180], seed=0).predict(x[180:])
    assert np.mean((q - p[180:]) ** 2) < 0.9 * np.var(p[180:, 1])


@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_any_demonstrations_will_do(name: str, data: st.DataObject) -> None:
    """Whatever finite numbers it learns from, a student gives probabilities, without a warning."""
    n, d = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 3))
    x = data.draw(arrays(np.float32, (n, d), elements=st.floats(-1e6, 1e6, width=32)))
    p = two(data.draw(arrays(np.float64, n, elements=st.floats(0, 1))))
    q = student(name).fit(x, p, seed=0).predict(x)
    assert ((q >= 0) & (q <= 1)).all()


@pytest.mark.parametrize(
    ("x", "p", "found"),
    [
        (states(3), two([0, 0]), r"\(3, 4\) and \(2, 2\)"),
        (states(3)[0], two([0] * 4), r"\(4,\) and \(4, 2\)"),
        (states(2), np.zeros(2), r"\(2, 4\) and \(2,\)"),
        (states(2), np.ones((2, 1)), "k >= 2"),
        (states(0), two([]), "n > 0"),
        (states(2) * np.inf, two([0, 0]), "finite"),
        (states(2), two([0.2, np.nan]), "NaN"),
        (states(2), two([0.2, 1.1]), "outside"),
        (states(2), np.full((2, 2), 0.4), "sum to 1"),
    ],
)
def test_refuses_what_is_no_demonstration(name: str, x: FeatureArray, p: FloatArray, found: str) -> None:
    """Shapes that disagree, no rows, and values that are no features or probabilities are refused."""
    with pytest.raises(ValueError, match=found):
        student(name).fit(x, p, seed=0)
