"""Tables of answers that somebody brings: a row for each item, with the probabilities of its options or a readout's value."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from eep.core.arrays import FloatArray
from eep.core.errors import UserError

SUFFIXES: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".csv": pl.read_csv,
    ".parquet": pl.read_parquet,
    ".jsonl": pl.read_ndjson,
}
#: The column of the analysed readout's value, where options have none.
RESPONSE = "response"
#: Rows of probabilities sum to 1 within this much: tables are written with few digits.
ROUNDED = 0.01


def read(path: Path, options: Sequence[str], weights: FloatArray) -> tuple[tuple[str, ...], FloatArray]:
    """Return the items and (n, k) probabilities of the options.

    Where the table has the readout alone, probabilities are such that it comes out: of the options of the least and the
    greatest of its ``weights`` (k,).

    Raises `eep.core.errors.UserError` if the file cannot be read or is no such table.
    """
    try:
        found = SUFFIXES[path.suffix](path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise UserError(f"{path}: expected a table of answers; found: {str(error).splitlines()[0]}") from error
    columns = [name for name in (*options, RESPONSE) if name in found.columns]
    if "item" not in found.columns or columns not in (list(options), [RESPONSE]):
        raise UserError(
            f"{path}: expected the columns item and {', '.join(options)}, or item and {RESPONSE}; found {', '.join(found.columns)}"
        )
    items = found["item"].cast(pl.String)
    if items.null_count() or items.n_unique() < found.height:
        raise UserError(f"{path}: expected each item once; found some twice, or none")
    try:
        values = found.select(pl.col(columns).cast(pl.Float64)).to_numpy()
    except pl.exceptions.PolarsError as error:
        raise UserError(f"{path}: expected numbers; found: {str(error).splitlines()[0]}") from error
    if not (np.isfinite(values) & (values >= 0) & (values <= 1)).all():
        raise UserError(f"{path}: expected probabilities from 0 to 1 in every row; found other values, or none")
    if columns == [RESPONSE]:
        return tuple(items), _spread(values[:, 0], weights)
    total = values.sum(axis=1, keepdims=True)
    if (np.abs(total - 1) > ROUNDED).any():
        raise UserError(f"{path}: expected rows that sum to 1; found sums from {total.min():.3g} to {total.max():.3g}")
    return tuple(items), values / total


def _spread(response: FloatArray, weights: FloatArray) -> FloatArray:
    """Return probabilities (n, k) of the extreme options whose readout is ``response`` (n,)."""
    low, high = int(np.argmin(weights)), int(np.argmax(weights))
    share = (response - weights[low]) / (weights[high] - weights[low])
    found = np.zeros((len(response), len(weights)))
    found[:, low], found[:, high] = 1 - share, share
    return found
