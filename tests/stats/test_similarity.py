"""The combination of p-values."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eep.stats.similarity import combine

shares = st.floats(1e-5, 1.0)


def test_equal_p_values_combine_to_themselves() -> None:
    """Witnesses that say the same count as one of them."""
    for p in (0.0014, 0.05, 0.5, 0.9):
        assert combine([p] * 3) == pytest.approx(p, rel=1e-9)


def test_a_p_value_of_one_does_not_silence_the_others() -> None:
    """It is taken to be 1 - 1e-6, whose tangent is large but no pole."""
    tangents = [math.tan(math.pi * (0.5 - p)) for p in (1e-7, 1.0 - 1e-6)]
    expected = 0.5 - math.atan(sum(tangents) / 2) / math.pi
    assert combine([1e-7, 1.0]) == pytest.approx(expected, rel=1e-6)
    assert expected < 0.001


@given(st.lists(shares, min_size=1, max_size=5))
def test_the_combination_lies_between_its_parts(p_values: list[float]) -> None:
    """It is a mean on another scale, whatever their order."""
    found = combine(p_values)
    assert min(p_values) * (1 - 1e-6) - 2e-6 <= found <= max(p_values) * (1 + 1e-6)
    assert combine(p_values[::-1]) == pytest.approx(found, rel=1e-6)


def test_nothing_combines_to_nothing() -> None:
    """Without p-values there is none."""
    assert math.isnan(combine([]))
