"""The way from the responses table to arrays, and which cells of a design can be compared."""

import numpy as np
import polars as pl
import pytest
from cells import random_panel, row, table

from eep.data import responses
from eep.stats import panel
from eep.stats.cells_present import layout, present
from eep.stats.panel import Panel

CELLS = random_panel(3, 2, 5, seed=0)
LARGER = random_panel(4, 3, 12, seed=3)


def _build(frame: pl.DataFrame, option: str | None = None) -> Panel:
    return panel.build(frame, task="task", agent="kind", option=option)


def _without(role: str, item: str, *instead: dict[str, object]) -> pl.DataFrame:
    """Return the table with other rows instead of the first cell's answer to an item."""
    gone = (pl.col("role") == role) & (pl.col("item") == item) & _cell("p000", "w000")
    return pl.concat([table(CELLS).filter(~gone), responses.build(instead)])


def _cell(persona: str, wording: str) -> pl.Expr:
    return (pl.col("persona") == persona) & (pl.col("wording") == wording)


def test_arrays_and_names_come_back() -> None:
    """A complete table gives the arrays and names that it was made from."""
    found = _build(table(CELLS))
    assert np.array_equal(found.teacher, CELLS.teacher)
    assert np.array_equal(found.student, CELLS.student)
    assert (found.personas, found.wordings, found.items) == (CELLS.personas, CELLS.wordings, CELLS.items)
    assert (found.clusters, found.option, found.n_excluded, found.reason()) == (CELLS.clusters, "yes", 0, "")


def test_the_order_of_rows_does_not_matter() -> None:
    """Shuffled rows give the same arrays to the last bit."""
    found = _build(table(CELLS).sample(fraction=1.0, shuffle=True, seed=1))
    assert np.array_equal(found.teacher, CELLS.teacher)


@pytest.mark.parametrize("role", ["teacher", "student"])
@pytest.mark.parametrize("asked", [True, False])
def test_an_item_that_one_cell_lacks_is_excluded_everywhere(role: str, asked: bool) -> None:  # noqa: FBT001
    """An item that one cell refused, or was never asked, is left out of all cells of the listwise panel, and counted."""
    refused = [row(role, "p000", "w000", "i003", None)] if asked else []
    whole = _build(_without(role, "i003", *refused))
    found = whole.listwise
    assert whole.items == CELLS.items
    assert found.items == ("i000", "i001", "i002", "i004")
    assert found.n_excluded == 1
    assert np.array_equal(found.teacher, np.delete(CELLS.teacher, 3, axis=2))


def test_samples_are_averaged_first() -> None:
    """Repeated questions enter as the mean of their valid answers."""
    again = [
        row("teacher", "p000", "w000", "i000", 0.25, sample=1),
        row("teacher", "p000", "w000", "i000", None, sample=2),
    ]
    found = _build(pl.concat([table(CELLS), responses.build(again)]))
    assert found.teacher[0, 0, 0] == pytest.approx((CELLS.teacher[0, 0, 0] + 0.25) / 2)
    assert found.n_excluded == 0


def test_sampling_variance() -> None:
    """With every question asked twice, the sampling variance is the mean squared standard error of the means."""
    rng = np.random.default_rng(5)
    again = rng.random(CELLS.teacher.shape)
    rows = [
        row("teacher", p, w, i, float(again[a, b, c]), sample=1)
        for a, p in enumerate(CELLS.personas)
        for b, w in enumerate(CELLS.wordings)
        for c, i in enumerate(CELLS.items)
    ]
    found = _build(pl.concat([table(CELLS), responses.build(rows)]))
    expected = np.stack([CELLS.teacher, again]).var(axis=0, ddof=1).mean() / 2
    assert found.sampling == pytest.approx(expected)
    assert _build(table(CELLS)).sampling == 0.0


@pytest.mark.parametrize(
    "other",
    [
        {"role": "control", "agent": "permuted"},
        {"role": "student", "agent": "other-kind"},
        {"arm": "neutral", "persona": "neutral"},
        {"split": "train", "item": "seen", "cluster": "seen"},
        {"task": "other"},
    ],
)
def test_other_rows_are_left_aside(other: dict[str, str]) -> None:
    """Controls, other students, other arms, training items and other tasks leave the panel as it is."""
    extra = {**row("teacher", "p000", "w009", "i000", 0.5), **other}
    found = _build(pl.concat([table(CELLS), responses.build([extra])]))
    assert np.array_equal(found.teacher, CELLS.teacher)
    assert np.array_equal(found.student, CELLS.student)


def test_two_teachers_are_refused() -> None:
    """Answers of two teachers in one task cannot be mixed."""
    with pytest.raises(ValueError, match="expected one teacher in task 'task'; found another, simulated:planted"):
        _build(_without("teacher", "i000", row("teacher", "p000", "w000", "i000", 0.5, agent="another")))


def test_an_option_must_be_named_among_several() -> None:
    """With two readouts the one to analyse must be named; then only its rows count."""
    both = pl.concat([table(CELLS), responses.build([row("teacher", "p000", "w000", "i000", 0.0, option="maybe")])])
    with pytest.raises(ValueError, match="there are several; found none out of maybe, yes"):
        _build(both)
    assert np.array_equal(_build(both, "yes").teacher, CELLS.teacher)


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (
            table(CELLS).filter(persona="p000"),
            "the design is too small: there is only 1 persona, and a persona shows only beside another; six",
        ),
        (table(CELLS).filter(wording="w000"), "the design is too small: there is only 1 wording, so"),
        (table(CELLS).filter(task="none"), "the design is too small: there is no persona"),
        (table(CELLS).filter(role="teacher"), "answers are missing: no valid held-out answers from any kind student"),
        (
            table(CELLS).filter(
                ~(_cell("p001", "w001") & (pl.col("role") == "student")) & (pl.col("persona") != "p002")
            ),
            "answers are missing: no valid held-out answers from the kind student of p001 (w001); ask again",
        ),
    ],
)
def test_what_cannot_be_compared_has_a_reason(frame: pl.DataFrame, reason: str) -> None:
    """One persona, one wording, missing students or cells are named as the reason, and nothing fails."""
    assert _build(frame).reason().startswith(reason)


def test_no_common_item() -> None:
    """Items that each miss in some cell leave no level to compare, which is the reason given; half of the cells keep an item."""
    cells = [(p, w) for p in CELLS.personas for w in CELLS.wordings]
    holes = [_cell(*cell) & (pl.col("item") == item) for cell, item in zip(cells, CELLS.items, strict=False)]
    frame = table(CELLS).filter(~pl.any_horizontal(holes))
    said = "answers are missing: none of the 5 held-out items was validly answered in enough cells; ask again"
    assert _build(frame).listwise.reason().startswith(said)
    few = frame.filter(~((pl.col("item") == "i000") & pl.col("persona").is_in(["p000", "p001"])))
    assert _build(few).items == CELLS.items[1:]


def test_shapes_must_agree() -> None:
    """Arrays that do not fit the names are refused with both shapes."""
    with pytest.raises(ValueError, match=r"expected teacher and student of shape \(1, 1, 1\)"):
        Panel("t", "a", "o", ("p",), ("w",), ("i",), ("c",), np.zeros((1, 1, 2)), np.zeros((1, 1, 1)))


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
    found = _build(table(LARGER).filter(~gone))
    assert (found.absent, found.n_excluded, found.reason()) == (((1, 2),), 0, "")
    assert found.missing == (f"the {'teacher' if role == 'teacher' else 'kind student'} of p001 (w002)",)
    assert not found.teacher[1, 2].any()
    assert not found.student[1, 2].any()
    rest = found.present
    assert np.array_equal(found.teacher[rest], LARGER.teacher[rest])


def test_a_persona_with_one_wording_is_left_out_and_named() -> None:
    """A persona that answered in a single wording cannot be compared across wordings and is told of."""
    gone = (pl.col("persona") == "p003") & (pl.col("wording") != "w000")
    found = _build(table(LARGER).filter(~gone))
    assert found.personas == ("p000", "p001", "p002")
    assert found.missing[-1] == "p003 altogether (fewer than two wordings)"
    assert found.absent == ()


def test_without_a_persona() -> None:
    """Leaving a persona out keeps all other cells, absent ones included."""
    gone = (pl.col("persona") == "p001") & (pl.col("wording") == "w002")
    found = _build(table(LARGER).filter(~gone))
    rest = panel.without_persona(found, "p000")
    assert (rest.personas, rest.absent) == (("p001", "p002", "p003"), ((0, 2),))
    assert np.array_equal(rest.teacher, found.teacher[1:])
    assert panel.without_persona(found, "p001").absent == ()
