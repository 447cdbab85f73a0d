"""Numbers as people read them, in a sentence, a table or a chart: short, with a true minus sign, never NaN.

Files for programs (csv, json, parquet) and what a command prints for another hold numbers themselves, and no words of
this module.
"""

import math
import re

#: What stands where there is no number.
MISSING = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"
#: Below this p-values and quantities are written as powers of ten, and p-values in running text as smaller than it.
TINY = 1e-4
_MANY = re.compile(r"(?<![.\d])\d{4,}(?![.\d])")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float | None, places: int = 2) -> str:
    """Return ``value`` with a fixed number of decimals and a real minus sign; `MISSING` where there is none."""
    if value is None or not math.isfinite(value):
        return MISSING
    text = f"{value:.{places}f}"
    # -0.00 is a rounding of something small, not a negative number.
    return text.lstrip("-") if float(text) == 0 else text.replace("-", MINUS)


def significant(value: float | None, digits: int = 3) -> str:
    """Return ``value`` to a few significant digits, for quantities of unknown size."""
    if value is None or not math.isfinite(value):
        return MISSING
    if value == 0:
        return "0"
    if abs(value) < TINY:
        return _power(value)
    # No zeros for digits that are not there: .2 rather than .200.
    text = number(value, max(0, digits - 1 - math.floor(math.log10(abs(value)))))
    return text.rstrip("0").rstrip(".") if "." in text else text


def probability(p: float | None) -> str:
    """Return a p-value to two significant digits, as a power of ten where it is below `TINY`."""
    if p is None or not math.isfinite(p):
        return MISSING
    if p >= 0.995:
        return "1.00"
    if p < TINY:
        return _power(p)
    digits = f"{p:.{1 - math.floor(math.log10(p))}f}".removeprefix("0")
    return digits.rstrip("0").ljust(3, "0")


def p_equals(p: float | None) -> str:
    """Return ``p = ...`` for running text, where p below `TINY` is given as a bound."""
    if p is None or not math.isfinite(p):
        return "no p"
    return f"p < {probability(TINY)}" if p < TINY else f"p = {probability(p)}"


def _power(value: float) -> str:
    if value == 0:
        return "0"
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    return f"{mantissa.replace('-', MINUS)} {TIMES} 10{str(int(exponent)).translate(_SUPERSCRIPTS)}"


def percent(share: float | None, places: int = 0) -> str:
    """Return a share as a percentage."""
    return MISSING if share is None or not math.isfinite(share) else f"{number(100 * share, places)} %"


def grouped(text: str) -> str:
    """Return a text with its whole numbers of four digits and more in groups of three: ``"random (10,000)"``."""
    return _MANY.sub(lambda found: f"{int(found[0]):,}", text)


def interval(low: float | None, high: float | None, places: int = 2) -> str:
    """Return ``low to high``, or that it is not estimable where a bound is missing."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return "not estimable"
    return f"{number(low, places)} to {number(high, places)}"
