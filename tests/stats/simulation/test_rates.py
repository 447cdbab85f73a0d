"""Rejection rates and their intervals."""

import numpy as np
import pytest

from eep.stats.simulation.rates import rate, rejections


@pytest.mark.parametrize(("count", "of"), [(0, 20), (3, 50), (50, 1000), (20, 20)])
def test_the_interval_is_the_exact_one(count: int, of: int) -> None:
    """It is scipy's exact binomial interval."""
    from scipy.stats import binomtest

    wanted = binomtest(count, of).proportion_ci(0.95, method="exact")
    found = rate(count, of)
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=1e-9)
    assert found.value == count / of


def test_missing_p_values_are_no_rejections_but_are_counted() -> None:
    """They stay in the denominator, and their number is told."""
    found = rejections(np.array([0.05, 0.01, 0.5, np.nan]))
    assert (found.count, found.of, found.missing) == (2, 4, 1)


def test_no_experiments_have_no_rate() -> None:
    """Nothing measured is not zero."""
    assert np.isnan(rate(0, 0).value)
