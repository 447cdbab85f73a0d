"""Numbers as people read them."""

import math

import pytest

from eep.core.numbers import MISSING, grouped, interval, number, p_equals, percent, probability, significant


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, None])
def test_what_is_no_number_is_a_dash(value: float | None) -> None:
    """NaN and infinities are told as missing, and never as a number."""
    assert {number(value), significant(value), probability(value), percent(value)} == {MISSING}
    assert p_equals(value) == "no p"


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
    ("value", "digits", "text"),
    [
        (0.2, 3, "0.2"),
        (1.72e-3, 3, "0.00172"),
        (-31.25, 3, "\N{MINUS SIGN}31.2"),
        (120.0, 3, "120"),
        (0.0, 3, "0"),
        (4.68, 2, "4.7"),
        (0.271, 2, "0.27"),
        (126.0, 2, "126"),
    ],
)
def test_quantities_of_unknown_size_keep_their_digits(value: float, digits: int, text: str) -> None:
    """So many significant digits are shown, all of those before the point, without zeros that say nothing."""
    assert significant(value, digits) == text


def test_an_interval_without_a_bound_is_not_estimable() -> None:
    """A missing or infinite bound is said in words."""
    assert interval(0.21, 0.66) == "0.21 to 0.66"
    assert interval(None, 0.66) == interval(0.2, math.inf) == "not estimable"


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.5, "p = .50"), (0.0179, "p = .018"), (0.0001, "p = .0001"), (1e-7, "p < .0001"), (0.0, "p < .0001")],
)
def test_running_text_says_p_briefly(p: float, text: str) -> None:
    """A p-value in a sentence has two digits, and is never told as zero."""
    assert p_equals(p) == text


def test_no_words_have_a_hyphen_for_a_minus() -> None:
    """Every way to write a number puts a true minus sign before a negative one, and rounding none before zero."""
    written = [number(-1.5), significant(-0.031), significant(-2e-6), percent(-0.3), interval(-0.4, -0.1)]
    assert "-" not in "".join(written)
    assert all(text.startswith("\N{MINUS SIGN}") for text in written)
    assert number(-0.001) == "0.00"


def test_whole_numbers_in_words_are_grouped() -> None:
    """A method's number of relabellings is read in groups of three; smaller ones and decimals stay as they are."""
    assert grouped("random (10000)") == "random (10,000)"
    assert grouped("exact (720), 0.00022, 12345678") == "exact (720), 0.00022, 12,345,678"
