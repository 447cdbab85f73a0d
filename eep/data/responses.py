"""The responses table: one row per answer, the narrow waist of eep.

Everything left of it knows tasks and models; everything right of it knows only this table.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from eep.core.files import atomic_write

ROLES = ("teacher", "student", "control")
ARMS = ("persona", "neutral", "placebo")
SPLITS = ("train", "test")
STATUSES = ("ok", "refused", "unparsable", "failed")

#: Column to polars type, in the table's order. ``response`` is a probability in [0, 1], null unless status is ok.
SCHEMA = pl.Schema(
    {
        "task": pl.String(),
        "role": pl.Enum(ROLES),
        "agent": pl.String(),
        "persona": pl.String(),
        "arm": pl.Enum(ARMS),
        "wording": pl.String(),
        "sample": pl.Int32(),
        "item": pl.String(),
        "cluster": pl.String(),
        "split": pl.Enum(SPLITS),
        "option": pl.String(),
        "response": pl.Float64(),
        "status": pl.Enum(STATUSES),
    }
)
KEY = tuple(name for name in SCHEMA if name not in ("response", "status"))


class ResponsesError(ValueError):
    """A table that is no responses table; the text lists every rule it breaks."""


def build(rows: Iterable[dict[str, object]]) -> pl.DataFrame:
    """Return a checked responses table from row dictionaries; raises `ResponsesError`."""
    return check(pl.DataFrame(list(rows), schema=SCHEMA, orient="row"))


def concat(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return the checked union of responses tables in canonical row order; raises `ResponsesError`."""
    return check(pl.concat([pl.DataFrame(schema=SCHEMA), *frames]).sort(KEY))


def check(frame: pl.DataFrame) -> pl.DataFrame:
    """Return ``frame`` unchanged if it is a responses table.

    Raises ResponsesError with every broken rule: columns and types, probabilities within [0, 1], null exactly when
    not ok, unique key, and an item's one cluster and one split within its task.
    """
    if frame.schema != SCHEMA:
        raise ResponsesError(f"expected columns {dict(SCHEMA)}; found {dict(frame.schema)}")
    if problems := list(_problems(frame)):
        raise ResponsesError("; ".join(problems))
    return frame


def _problems(frame: pl.DataFrame) -> Iterator[str]:
    """Yield a sentence for every broken rule."""
    response = pl.col("response")
    outside = frame.filter(~response.is_between(0.0, 1.0) | response.is_nan())
    if outside.height:
        yield f"expected responses in [0, 1]; found {outside.height} outside, the first {outside.row(0)}"
    missing = [name for name in SCHEMA if name != "response" and frame[name].null_count()]
    wrong = frame.filter((pl.col("status") == "ok") == response.is_null())
    if missing:
        yield f"expected no nulls outside response; found some in {', '.join(missing)}"
    elif wrong.height:
        yield (f"expected a response exactly when status is ok; found {wrong.height} rows, the first {wrong.row(0)}")
    if not frame.height:
        return
    if repeated := frame.height - frame.select(KEY).n_unique():
        yield f"expected unique rows by {', '.join(KEY)}; found {repeated} repeated"
    items = frame.select("task", "item", "cluster", "split").unique()
    if torn := items.height - items.select("task", "item").n_unique():
        yield f"expected each item in one cluster and one split; found {torn} in several"


def write(frame: pl.DataFrame, path: Path) -> None:
    """Check and write the table as parquet, replacing ``path`` atomically."""
    with atomic_write(path) as new:
        check(frame).write_parquet(new)


def read(path: Path) -> pl.DataFrame:
    """Read and check a table written by `write`; raises `ResponsesError`."""
    return check(pl.read_parquet(path))


def one_option(rows: pl.DataFrame, option: str | None) -> pl.DataFrame:
    """Return the rows of ``option``, or all rows where there is only one; raises ValueError for several."""
    if option is not None:
        return rows.filter(option=option)
    if rows["option"].n_unique() > 1:
        found = ", ".join(sorted(rows["option"].unique()))
        raise ValueError(f"expected the readout to analyse, as there are several; found none out of {found}")
    return rows
