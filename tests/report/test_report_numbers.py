"""Numbers and words as readers and files see them."""

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eep.report.numbers import clean, plain, rounded, rounded_frame


def test_rounding_forgets_the_order_of_a_sum() -> None:
    """Twelve digits are kept, so that a sum's order leaves no trace."""
    assert rounded(0.1 + 0.2) == 0.3
    assert rounded(1234.56789012349) == 1234.56789012


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, None])
def test_what_is_no_number_is_null(value: float | None) -> None:
    """NaN and infinities become None in files."""
    assert rounded(value) is None
    assert clean({"a": [value]}) == {"a": [None]}


def test_frames_lose_nan() -> None:
    """A frame's NaN and infinities become null, its other columns stay."""
    frame = pl.DataFrame({"x": [1 / 3, math.nan, math.inf], "n": [1, 2, 3]})
    assert rounded_frame(frame).to_dict(as_series=False) == {
        "x": [0.333333333333, None, None],
        "n": [1, 2, 3],
    }


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
