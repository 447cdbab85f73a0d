"""Numbers and words as readers and files see them: rounded, never NaN, on one line."""

import math
from collections.abc import Mapping
from typing import Any

import polars as pl

from eep import plain_text

#: Significant digits in files: enough for any reader, few enough that the order of summation leaves no trace.
DIGITS = 12

#: What stands where there is no number.
MISSING = "\N{EN DASH}"

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
#: Students and controls as readers know them.
AGENTS = {
    "xgboost": "XGBoost",
    "logistic": "logistic regression",
    "mlp": "neural network",
    "generic": "generic student",
    "permuted": "permuted labels",
    "caption": "caption student",
    "pixels": "pixel student",
    "random": "fair coin",
    "angular-velocity-first": "rule: angular velocity first",
}


plain = plain_text.plain


def rounded(value: float | None) -> float | None:
    """Return ``value`` to `DIGITS` significant digits; None for None, NaN and infinities."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{DIGITS}g}")


def clean(value: Any) -> Any:
    """Return nested mappings, sequences and scalars as JSON values, floats `rounded`."""
    if isinstance(value, Mapping):
        return {str(key): clean(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [clean(part) for part in value]
    return rounded(value) if isinstance(value, float) else value


def rounded_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Return ``frame`` with its float columns `rounded`; NaN and infinities become null."""
    floats = [name for name, dtype in frame.schema.items() if dtype.is_float()]
    return frame.with_columns(
        pl.Series(name, [rounded(value) for value in frame[name]], dtype=pl.Float64) for name in floats
    )


def agent_label(agent: str) -> str:
    """Return a student's or control's name for readers; teachers and unknown kinds keep their own."""
    return AGENTS.get(agent, plain(agent))


def number(value: float | None, places: int = 2) -> str:
    """Return ``value`` with a fixed number of decimals and a real minus sign; `MISSING` where there is none."""
    if value is None or not math.isfinite(value):
        return MISSING
    text = f"{value:.{places}f}"
    # -0.00 is a rounding of something small, not a negative number.
    return text.lstrip("-") if float(text) == 0 else text.replace("-", MINUS)


def significant(value: float | None) -> str:
    """Return ``value`` to two or three significant digits, for quantities of unknown size."""
    if value is None or not math.isfinite(value):
        return MISSING
    if value == 0:
        return "0"
    if abs(value) < 1e-4:
        return _power(value)
    # Three digits, and no zeros for digits that are not there: .2 rather than .200.
    digits = number(value, max(0, 2 - math.floor(math.log10(abs(value)))))
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def probability(p: float | None) -> str:
    """Return a p-value to two significant digits, as a power of ten where it is below .0001."""
    if p is None or not math.isfinite(p):
        return MISSING
    if p >= 0.995:
        return "1.00"
    if p < 1e-4:
        return _power(p)
    digits = f"{p:.{1 - math.floor(math.log10(p))}f}".removeprefix("0")
    return digits.rstrip("0").ljust(3, "0")


def p_equals(p: float | None) -> str:
    """Return ``p = ...`` for running text."""
    return "no p" if p is None or not math.isfinite(p) else f"p = {probability(p)}"


def _power(value: float) -> str:
    if value == 0:
        return "0"
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    return f"{mantissa.replace('-', MINUS)} {TIMES} 10{str(int(exponent)).translate(_SUPERSCRIPTS)}"


def percent(share: float | None, places: int = 0) -> str:
    """Return a share as a percentage."""
    return MISSING if share is None or not math.isfinite(share) else f"{number(100 * share, places)} %"


def interval(low: float | None, high: float | None, places: int = 2) -> str:
    """Return ``low to high``, or that it is not estimable where a bound is missing."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return "not estimable"
    return f"{number(low, places)} to {number(high, places)}"
