"""Numbers as files hold them, rounded and never NaN, and the names that readers know agents by; see also `eep.core.numbers`."""

import math
from collections.abc import Mapping
from typing import Any

import polars as pl

from eep.core import text

#: Significant digits in files: enough for any reader, few enough that the order of summation leaves no trace.
DIGITS = 12

#: Students and controls as readers know them.
AGENTS = {
    "xgboost": "XGBoost", "logistic": "logistic regression", "mlp": "neural network",
    "generic": "generic student", "permuted": "permuted labels", "caption": "caption student",
    "pixels": "pixel student", "random": "fair coin",
    "angular-velocity-first": "rule: angular velocity first",
    "step-back-when-threatened": "rule: step back when threatened",
}  # fmt: skip


plain = text.one_line


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


def finite_rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Return a frame's rows as JSON values, with floats as they are; NaN and infinities become null."""
    return [
        {name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in row.items()}
        for row in frame.iter_rows(named=True)
    ]


def rounded_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Return ``frame`` with its float columns `rounded`; NaN and infinities become null."""
    floats = [name for name, dtype in frame.schema.items() if dtype.is_float()]
    return frame.with_columns(
        pl.Series(name, [rounded(value) for value in frame[name]], dtype=pl.Float64) for name in floats
    )


def agent_label(agent: str) -> str:
    """Return a student's or control's name for readers; teachers and unknown kinds keep their own."""
    return AGENTS.get(agent, plain(agent))
