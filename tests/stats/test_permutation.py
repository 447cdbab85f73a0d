"""Sets of relabellings and the p-values counted over them."""

from math import factorial

import numpy as np
import pytest

from eep.core.arrays import FloatArray
from eep.stats.permutation import CHUNK, LabelArray, Relabellings, upper_tail


def _all(relabellings: Relabellings) -> LabelArray:
    return np.concatenate(list(relabellings.chunks()), axis=2)


@pytest.mark.parametrize(("personas", "free"), [(1, 1), (2, 3), (3, 2), (4, 2), (6, 1)])
def test_small_sets_are_listed_completely(personas: int, free: int) -> None:
    """Every relabelling occurs once, the identity first."""
    relabellings = Relabellings(personas, free, 10_000, 99, (0,))
    labels = _all(relabellings)
    expected = factorial(personas) ** free
    assert relabellings.exact
    assert labels.shape == (free, personas, expected)
    assert len({labels[:, :, j].tobytes() for j in range(expected)}) == expected == relabellings.size
    assert (labels[:, :, 0] == np.arange(personas)).all()
    assert (np.sort(labels, axis=1) == np.arange(personas)[:, None]).all()


def test_large_sets_are_drawn_at_random() -> None:
    """Beyond the limit there are the identity and the wanted number of random relabellings, wordings independent."""
    relabellings = Relabellings(8, 2, 10_000, 9_999, (1,))
    labels = _all(relabellings)
    assert (relabellings.exact, relabellings.size, relabellings.method) == (False, 10_000, "random (10000)")
    assert labels.shape == (2, 8, 10_000)
    assert (labels[:, :, 0] == np.arange(8)).all()
    assert (np.sort(labels, axis=1) == np.arange(8)[:, None]).all()
    assert np.abs((labels[:, :, :, None] == np.arange(8)).mean(axis=2) - 1 / 8).max() < 0.02
    assert abs((labels[0] == labels[1]).mean() - 1 / 8) < 0.01


def test_memory_is_bounded() -> None:
    """However many relabellings there are, no more than a chunk is held at once."""
    assert max(labels.shape[2] for labels in Relabellings(9, 1, 10, 30_000, (0,)).chunks()) == CHUNK
    assert max(labels.shape[2] for labels in Relabellings(8, 1, 50_000, 9, (0,)).chunks()) == CHUNK


def test_the_seed_decides() -> None:
    """The same seed repeats the relabellings, another gives others."""
    one, same, other = (_all(Relabellings(7, 2, 10, 500, (seed, 5))) for seed in (3, 3, 4))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_ties_count() -> None:
    """A statistic that labels cannot change has p = 1, whatever the rounding of its values."""

    def flat(labels: LabelArray) -> FloatArray:
        return np.asarray(0.1 + 1e-15 * labels[0, 0])

    assert upper_tail(Relabellings(4, 1, 100, 9, (0,)), flat, 1.0).value == 1.0


def test_the_identity_alone_on_top() -> None:
    """A statistic that only the identity reaches has the least p-value."""

    def hits(labels: LabelArray) -> FloatArray:
        matches = labels == np.arange(labels.shape[1])[:, None]
        return np.asarray(matches.all(axis=(0, 1)), dtype=np.float64)

    found = upper_tail(Relabellings(4, 2, 1000, 9, (0,)), hits, 1.0)
    assert (found.value, found.minimum, found.statistic, found.method) == (1 / 576, 1 / 576, 1.0, "exact (576)")
    found = upper_tail(Relabellings(9, 2, 1000, 199, (0,)), hits, 1.0)
    assert found.value == found.minimum == 1 / 200


@pytest.mark.parametrize("wrong", [(0, 1, 1), (2, 0, 1), (2, 1, 0)])
def test_impossible_sets_are_refused(wrong: tuple[int, int, int]) -> None:
    """No personas, no wordings to relabel or no draws are refused with what was found."""
    with pytest.raises(ValueError, match=r"expected at least one persona, relabelled wording and draw; found"):
        Relabellings(wrong[0], wrong[1], 10, wrong[2], (0,))
