"""P-values together: Holm's correction of several tests, and the combination of witnesses that say the same."""

import math
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eep.stats.holm import holm
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
