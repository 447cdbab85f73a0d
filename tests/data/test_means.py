"""Means over the rows of a table."""

import numpy as np
import polars as pl
import pytest
from cells import row

from eep.data import responses
from eep.data.means import cell_means

CELL = ("persona", "wording", "item")


def _table(seed: int) -> pl.DataFrame:
    """Return two items, one asked seven times, one twice of which once without a valid answer; rows in a random order."""
    rng = np.random.default_rng(5)
    rows = [row("teacher", "p", "w", "i", float(rng.random()), sample=n) for n in range(7)]
    rows += [row("teacher", "p", "w", "j", response, sample=n) for n, response in enumerate((None, 0.25))]
    return responses.build(rows).sample(fraction=1.0, shuffle=True, seed=seed)


def test_samples_of_a_cell_and_item_are_averaged() -> None:
    """Valid answers alone count; of one answer there is no variance."""
    found = cell_means(_table(0), CELL)
    valid = _table(0).filter(item="i")["response"].to_numpy()
    assert found.columns == [*CELL, "response", "answers", "variance"]
    assert found["item"].to_list() == ["i", "j"]
    assert found["answers"].to_list() == [7, 1]
    assert found["response"].to_list() == pytest.approx([valid.mean(), 0.25])
    assert found["variance"][0] == pytest.approx(valid.var(ddof=1))
    assert found["variance"][1] is None


def test_the_order_of_rows_changes_no_bit() -> None:
    """Sums run in the order of the samples."""
    assert all(cell_means(_table(seed), CELL).equals(cell_means(_table(0), CELL)) for seed in range(8))
