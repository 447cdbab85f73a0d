"""P-values: sets of relabellings and counting over them, Holm's correction, the combination of witnesses."""

import math
from math import factorial
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eep.core.arrays import FloatArray
from eep.stats.holm import holm
from eep.stats.permutation import CHUNK, LabelArray, Relabellings, upper_tail
from eep.stats.similarity import combine

probabilities = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=8)


@given(probabilities, st.floats(0.001, 0.499))
def test_adjusted_decisions_are_holms(p_values: list[float], alpha: float) -> None:
    """Rejecting adjusted p-values at alpha is stepping down from alpha / m until a test fails."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    rejected = set()
    for step, i in enumerate(order):
        if p_values[i] * (len(p_values) - step) > alpha:
            break
        rejected.add(i)
    assert {i for i, p in enumerate(holm(p_values)) if p <= alpha} == rejected


@given(probabilities)
def test_a_test_that_failed_still_counts(p_values: list[float]) -> None:
    """A missing p-value stays missing and makes the family as large as if it were 1."""
    adjusted = holm([math.nan, *p_values])
    assert math.isnan(adjusted[0])
    assert adjusted[1:] == holm([1.0, *p_values])[1:]


@given(probabilities)
@settings(max_examples=10)
def test_holm_is_that_of_statsmodels(p_values: list[float]) -> None:
    """Adjusted p-values equal those of statsmodels, which collects garbage at every call; not here, as that is slow."""
    from statsmodels.stats.multitest import multipletests

    with patch("gc.collect"):
        theirs = multipletests(p_values, method="holm")[1]
    assert holm(p_values) == pytest.approx(theirs, abs=1e-12)


def test_a_p_value_of_one_does_not_silence_the_others() -> None:
    """It is taken to be 1 - 1e-6, whose tangent is large but no pole."""
    tangents = [math.tan(math.pi * (0.5 - p)) for p in (1e-7, 1.0 - 1e-6)]
    expected = 0.5 - math.atan(sum(tangents) / 2) / math.pi
    assert combine([1e-7, 1.0]) == pytest.approx(expected, rel=1e-6)
    assert expected < 0.001


@given(st.lists(st.floats(1e-5, 1.0), min_size=1, max_size=5))
def test_the_combination_lies_between_its_parts(p_values: list[float]) -> None:
    """It is a mean on another scale, whatever their order; of nothing it is nothing."""
    found = combine(p_values)
    assert min(p_values) * (1 - 1e-6) - 2e-6 <= found <= max(p_values) * (1 + 1e-6)
    assert combine(p_values[::-1]) == pytest.approx(found, rel=1e-6)
    assert math.isnan(combine([]))


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
    assert [Relabellings(4, 1, limit, 9, (1,)).exact for limit in (23, 24)] == [False, True]
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
