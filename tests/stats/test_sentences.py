"""Numbers in words."""

import numpy as np
import pytest

from eep.stats import sentences
from eep.stats.reasons import NONE
from eep.stats.slope import SlopeResult

NAN = float("nan")


def _slope(slope: float, low: float, high: float) -> SlopeResult:
    none = np.empty(0)
    return SlopeResult(slope, low, high, NAN, NAN, NAN, 0.0025, NAN, NAN, NAN, none, none, NONE)


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (1.0, "practically every time"),
        (0.23, "about 23 times in 100"),
        (0.012, "about once in 100"),
        (0.0042, "about 4 times in 1,000"),
        (0.0001, "about once in 10,000"),
        (0.00002, "less than once in 10,000"),
    ],
)
def test_odds(p: float, words: str) -> None:
    """A p-value reads as a frequency."""
    assert sentences.odds(p) == words


def test_share() -> None:
    """The size sentence holds the teachers' difference, the share and its interval."""
    assert sentences.share(_slope(0.631, 0.41, 0.84), confidence=0.95) == (
        "The teachers' personas differ in this by 5 percentage points (standard deviation); the students show an "
        "estimated 63 % of that difference (95 % interval from 41 % to 84 %)."
    )


def test_share_without_bounds() -> None:
    """A slope without interval says so, and no slope gives no sentence."""
    assert sentences.share(_slope(0.631, NAN, NAN), confidence=0.95).endswith(
        "but the data put no bounds on that share."
    )
    assert sentences.share(_slope(NAN, NAN, NAN), confidence=0.95) == ""


def test_shares_below_zero_have_a_true_minus_sign() -> None:
    """Where students lean the other way, the share and its bounds are told with a minus sign, not with a hyphen."""
    said = sentences.share(_slope(-0.3, -0.45, -0.12), confidence=0.95)
    assert said.endswith(
        "the students show an estimated \N{MINUS SIGN}30 % of that difference "
        "(95 % interval from \N{MINUS SIGN}45 % to \N{MINUS SIGN}12 %)."
    )


def test_manipulation() -> None:
    """The manipulation check says whether teachers differ, and nothing where it could not be done."""
    assert "the teachers themselves differ by persona" in sentences.manipulation(0.01, alpha=0.05)
    assert "there may be little to inherit" in sentences.manipulation(0.3, alpha=0.05)
    assert sentences.manipulation(NAN, alpha=0.05) == ""


def test_what() -> None:
    """Components are named by the option, if it is known."""
    assert sentences.what("level", "cute") == "how often they choose “cute”"
    assert sentences.what("preference", "") == "which items they choose the option for"
