"""The estimates table: one row per estimate, the same columns for every statistic. Names for people live in the report."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from math import isfinite

import polars as pl

SCHEMA = pl.Schema(
    {
        "experiment": pl.String(),
        "task": pl.String(),
        "component": pl.String(),
        "agent": pl.String(),
        "test": pl.String(),
        "term": pl.String(),
        "contrast": pl.String(),
        "estimate": pl.Float64(),
        "std_error": pl.Float64(),
        "conf_low": pl.Float64(),
        "conf_high": pl.Float64(),
        "statistic": pl.Float64(),
        "p_value": pl.Float64(),
        "p_adjusted": pl.Float64(),
        "n_personas": pl.Int32(),
        "n_wordings": pl.Int32(),
        "n_items": pl.Int32(),
        "n_excluded": pl.Int32(),
        "method": pl.String(),
        "seed": pl.Int64(),
        "note": pl.String(),
    }
)


@dataclass(frozen=True)
class Estimate:
    """One row; ``agent`` is the student kind or teacher it is about. ``None`` is "does not apply"; a number that could not be estimated is ``None`` with a ``note``."""

    task: str
    component: str
    test: str
    term: str
    agent: str = ""
    estimate: float | None = None
    contrast: str = ""
    std_error: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    statistic: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    n_personas: int | None = None
    n_wordings: int | None = None
    n_items: int | None = None
    n_excluded: int | None = None
    method: str = ""
    seed: int | None = None
    note: str = ""


def number(value: float) -> float | None:
    """Return a finite number as it is, and NaN or infinity as None: what could not be estimated is no number."""
    return float(value) if isfinite(value) else None


def notes(*parts: str) -> str:
    """Return the parts that say something, joined by semicolons."""
    return "; ".join(part for part in parts if part)


def frame(rows: Iterable[Estimate], *, experiment: str) -> pl.DataFrame:
    """Return the estimates table of an experiment, rows in the order given."""
    records = [{"experiment": experiment, **asdict(row)} for row in rows]
    return pl.DataFrame(records, schema=SCHEMA, orient="row")
