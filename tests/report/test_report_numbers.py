"""Numbers and words as readers and files see them."""

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eep.report.numbers import (
    clean,
    interval,
    number,
    percent,
    plain,
    probability,
    rounded,
    rounded_frame,
    significant,
)


def test_rounding_forgets_the_order_of_a_sum() -> None:
    """Twelve digits are kept, so that a sum's order leaves no trace."""
    assert rounded(0.1 + 0.2) == 0.3
    assert rounded(1234.56789012349) == 1234.56789012


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, None])
def test_what_is_no_number_is_null(value: float | None) -> None:
    """NaN and infinities become None in files and a dash in text."""
    assert rounded(value) is None
    assert clean({"a": [value]}) == {"a": [None]}
    assert {number(value), significant(value), probability(value), percent(value)} == {"\N{EN DASH}"}


def test_frames_lose_nan() -> None:
    """A frame's NaN and infinities become null, its other columns stay."""
    frame = pl.DataFrame({"x": [1 / 3, math.nan, math.inf], "n": [1, 2, 3]})
    assert rounded_frame(frame).to_dict(as_series=False) == {
        "x": [0.333333333333, None, None],
        "n": [1, 2, 3],
    }


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (1.0, "1.00"),
        (0.3, ".30"),
        (0.05, ".05"),
        (0.0125, ".013"),
        (0.006, ".006"),
        (0.0001, ".0001"),
        (2.5e-5, "2.5 \N{MULTIPLICATION SIGN} 10⁻⁵"),
        (0.0, "0"),
    ],
)
def test_p_values_are_short(p: float, text: str) -> None:
    """A p-value has two significant digits and no leading zero, and is a power of ten when it is tiny."""
    assert probability(p) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.2, "0.2"), (1.72e-3, "0.00172"), (-31.25, "\N{MINUS SIGN}31.2"), (120.0, "120"), (0.0, "0")],
)
def test_quantities_of_unknown_size_keep_three_digits(value: float, text: str) -> None:
    """Three significant digits are shown, without zeros that say nothing."""
    assert significant(value) == text


def test_a_small_negative_number_is_not_minus_zero() -> None:
    """Rounding never leaves a minus sign before zero; other negative numbers have a real one."""
    assert number(-0.001) == "0.00"
    assert number(-0.5) == "\N{MINUS SIGN}0.50"


def test_an_interval_without_a_bound_is_not_estimable() -> None:
    """A missing or infinite bound is said in words."""
    assert interval(0.21, 0.66) == "0.21 to 0.66"
    assert interval(None, 0.66) == interval(0.2, math.inf) == "not estimable"


@settings(deadline=None)
@given(st.text() | st.text(alphabet="a \n\r\t\x00\x7f\x85\u2028\u202e\ufffe\ud800"))
def test_plain_text_is_one_harmless_line(text: str) -> None:
    """Whatever goes in, what comes out is one line that XML and UTF-8 can hold, and stays the same."""
    line = plain(text)
    assert line.encode().decode() == line
    assert line == " ".join(line.split())
    assert not set(line) & set("\x00\x7f\x85\u2028\u202e\ufffe")
    assert plain(line) == line


def test_nothing_turns_the_line_around() -> None:
    """Characters that change the direction of writing are taken out; joined emoji stay joined."""
    assert plain("a\u202eb\u2066c") == "a b c"
    assert plain("\U0001f469\u200d\U0001f33e") == "\U0001f469\u200d\U0001f33e"
