"""Holm's correction."""

import math
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eep.stats.holm import holm

probabilities = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=8)


def test_a_known_example() -> None:
    """The smallest p-value is multiplied by the number of tests, the next by one less; none overtakes another."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))


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
def test_it_is_that_of_statsmodels(p_values: list[float]) -> None:
    """Adjusted p-values equal those of statsmodels, which collects garbage at every call: too slow for an analysis, and not done here."""
    from statsmodels.stats.multitest import multipletests

    with patch("gc.collect"):
        theirs = multipletests(p_values, method="holm")[1]
    assert holm(p_values) == pytest.approx(theirs, abs=1e-12)
