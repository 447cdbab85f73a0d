"""Which cells of a design can be compared."""

import numpy as np
import polars as pl
import pytest
from cells import random_panel, table

from eep.stats import panel
from eep.stats.cells_present import layout, present

CELLS = random_panel(4, 3, 12, seed=3)


def _grid(*rows: str) -> np.ndarray:
    return np.array([[letter == "x" for letter in row] for row in rows])


@pytest.mark.parametrize(
    ("answered", "kept", "absent"),
    [
        (_grid("xxx", "xxx"), ((0, 1), (0, 1, 2)), ()),
        (_grid("xxx", "x.x", "xx."), ((0, 1, 2), (0, 1, 2)), ((1, 1), (2, 2))),
        (_grid("xxx", "xxx", "..x"), ((0, 1), (0, 1, 2)), ()),
        (_grid("xx.", "xx.", "xxx"), ((0, 1, 2), (0, 1)), ()),
        (_grid("xxx.", "xx..", "x..x", "..xx"), ((0, 1, 2, 3), (0, 1, 2, 3)), ((0, 3), (1, 2), (1, 3), (2, 1), (2, 2), (3, 0), (3, 1))),
    ],
)  # fmt: skip
def test_what_can_be_compared(
    answered: np.ndarray, kept: tuple[tuple[int, ...], ...], absent: tuple[tuple[int, int], ...]
) -> None:
    """Personas with one wording and wordings with one persona are left out; other gaps stay as absent cells."""
    found = layout(answered)
    assert (found.kept, found.absent, found.enough) == (kept, absent, True)
    assert np.array_equal(present(len(kept[0]), len(kept[1]), absent), answered[np.ix_(*kept)])


@pytest.mark.parametrize("answered", [_grid("x.", ".x"), _grid("xx"), _grid("x", "x"), np.ones((0, 0), bool)])
def test_nothing_to_compare(answered: np.ndarray) -> None:
    """Where no two personas share two wordings everything is kept, for a reason to be given."""
    found = layout(answered)
    assert not found.enough
    assert tuple(map(len, found.kept)) == answered.shape


@pytest.mark.parametrize("role", ["teacher", "student"])
def test_a_cell_without_answers_is_left_out_and_named(role: str) -> None:
    """A persona that lacks one wording stays with the others; the cell is absent from both roles and named."""
    gone = (pl.col("role") == role) & (pl.col("persona") == "p001") & (pl.col("wording") == "w002")
    found = panel.build(table(CELLS).filter(~gone), task="task", agent="kind")
    assert (found.absent, found.n_excluded, found.reason()) == (((1, 2),), 0, "")
    assert found.missing == (f"the {'teacher' if role == 'teacher' else 'kind student'} of p001 (w002)",)
    assert not found.teacher[1, 2].any()
    assert not found.student[1, 2].any()
    rest = found.present
    assert np.array_equal(found.teacher[rest], CELLS.teacher[rest])


def test_a_persona_with_one_wording_is_left_out_and_named() -> None:
    """A persona that answered in a single wording cannot be compared across wordings and is told of."""
    gone = (pl.col("persona") == "p003") & (pl.col("wording") != "w000")
    found = panel.build(table(CELLS).filter(~gone), task="task", agent="kind")
    assert found.personas == ("p000", "p001", "p002")
    assert found.missing[-1] == "p003 altogether (fewer than two wordings)"
    assert found.absent == ()


def test_without_a_persona() -> None:
    """Leaving a persona out keeps all other cells, absent ones included."""
    gone = (pl.col("persona") == "p001") & (pl.col("wording") == "w002")
    found = panel.build(table(CELLS).filter(~gone), task="task", agent="kind")
    rest = panel.without_persona(found, "p000")
    assert (rest.personas, rest.absent) == (("p001", "p002", "p003"), ((0, 2),))
    assert np.array_equal(rest.teacher, found.teacher[1:])
    assert panel.without_persona(found, "p001").absent == ()
