"""Which items a panel has where answers are missing, and what repeated questions say where not all were answered."""

from dataclasses import replace
from itertools import product

import numpy as np
import polars as pl
import pytest
from cells import random_panel, row, table

from eep.data import responses
from eep.stats import components, panel
from eep.stats.panel import Panel

CELLS = random_panel(4, 3, 12, seed=3)
PLACES = list(product(CELLS.personas, CELLS.wordings))


def without(item: str, role: str, places: list[tuple[str, str]]) -> pl.Expr:
    """Return which rows are left without a role's answers to an item in some cells."""
    return ~((pl.col("item") == item) & (pl.col("role") == role) & among(places))


def among(places: list[tuple[str, str]]) -> pl.Expr:
    """Return which rows are of these cells."""
    return pl.any_horizontal(pl.lit(False), *((pl.col("persona") == p) & (pl.col("wording") == w) for p, w in places))


def build(frame: pl.DataFrame) -> Panel:
    """Return the panel of a table."""
    return panel.build(frame, task="task", agent="kind")


@pytest.mark.parametrize("absent", [(), ((1, 2), (3, 0))], ids=["complete", "holes"])
def test_half_of_the_cells_there_keep_an_item(absent: tuple[tuple[int, int], ...]) -> None:
    """A cell has answered where teacher and student have; of the cells that are there, half are enough and fewer are not."""
    gone = [(CELLS.personas[p], CELLS.wordings[w]) for p, w in absent]
    there = [place for place in PLACES if place not in gone]
    half = len(there) // 2
    rows = table(CELLS).filter(
        ~among(gone),
        # Half of them: some lack the teacher's answer, others the student's.
        without("i003", "teacher", there[:2]),
        without("i003", "student", there[2:half]),
        without("i005", "teacher", there[:2]),
        without("i005", "student", there[2 : half + 1]),
    )
    found = build(rows)
    assert found.absent == absent
    assert found.items == tuple(item for item in CELLS.items if item != "i005")
    assert found.n_excluded == 1
    assert np.isnan(found.teacher).sum() == 2
    assert found.listwise.items == tuple(item for item in CELLS.items if item not in {"i003", "i005"})
    assert found.listwise.n_excluded == 2


def test_some_items_of_a_panel_are_those_of_all_its_arrays() -> None:
    """Teachers, students and both neutral cells keep the same items, those that the neutral cells answered; the rest is counted."""
    other = random_panel(1, 3, 12, seed=4)
    neutral = other.teacher[0].copy(), other.student[0].copy()
    neutral[0][1, 4], neutral[1][0, 2] = np.nan, np.nan
    found = replace(CELLS, neutral=neutral, n_excluded=3).answered_by_neutral
    kept = [i for i in range(12) if i not in {2, 4}]
    assert found.items == tuple(CELLS.items[i] for i in kept)
    assert found.clusters == tuple(CELLS.clusters[i] for i in kept)
    assert found.n_excluded == 5
    assert np.array_equal(found.teacher, CELLS.teacher[:, :, kept])
    assert np.array_equal(found.student, CELLS.student[:, :, kept])
    assert found.neutral is not None
    assert np.array_equal(found.neutral[0], other.teacher[0][:, kept])
    assert np.array_equal(found.neutral[1], other.student[0][:, kept])


def test_level_and_gain_against_neutral_are_over_what_the_neutral_cells_answered() -> None:
    """An answer that a neutral cell lacks takes the item from everybody's level and gain, as if nobody had been asked."""
    other = random_panel(1, 3, 12, seed=4)
    student = other.student[0].copy()
    student[0, 2] = np.nan
    with_gap = replace(CELLS, neutral=(other.teacher[0], student))
    without_it = replace(CELLS, neutral=(other.teacher[0], other.student[0])).only(np.arange(12) != 2)
    for name in (components.LEVEL, components.GAIN):
        found, expected = (components.against_neutral(cells, name) for cells in (with_gap, without_it))
        assert np.array_equal(found.teacher, expected.teacher)
        assert np.array_equal(found.student, expected.student)
        assert found.student.any()


def test_a_neutral_cell_that_lacks_an_answer_is_one() -> None:
    """The neutral persona stays where it refused some question; what it lacks is missing."""
    other = random_panel(1, 3, 12, seed=4)
    rows = responses.build(
        row(
            role,
            "zero",
            w,
            i,
            None if (role, a, b) == ("teacher", 1, 4) else float(x[0, a, b]),
            arm="neutral",
            cluster=CELLS.clusters[b],
        )
        for role, x in (("teacher", other.teacher), ("student", other.student))
        for a, w in enumerate(CELLS.wordings)
        for b, i in enumerate(CELLS.items)
    )
    found = build(responses.concat([table(CELLS), rows]))
    assert found.neutral is not None
    assert np.argwhere(np.isnan(found.neutral[0])).tolist() == [[1, 4]]
    assert not np.isnan(found.neutral[1]).any()


def test_unequally_many_samples_count_by_their_harmonic_mean() -> None:
    """Sampling adds the mean variance of an answer, over questions asked twice, times the mean of 1 / n over all questions."""
    rng = np.random.default_rng(0)
    asked = {
        (p, w, i): [float(v) for v in rng.random(1 + int(rng.integers(4)))]
        for p, w, i in product(CELLS.personas, CELLS.wordings, CELLS.items)
    }
    rows = [
        row("teacher", p, w, i, value, sample=n)
        for (p, w, i), values in asked.items()
        for n, value in enumerate(values)
    ]
    rows += [row("student", p, w, i, 0.5) for p, w, i in asked]
    found = build(responses.build(rows))
    variances = []
    for values in asked.values():
        centre = sum(values) / len(values)
        if len(values) > 1:
            variances.append(sum((value - centre) ** 2 for value in values) / (len(values) - 1))
    share = sum(1 / len(values) for values in asked.values()) / len(asked)
    assert found.sampling == pytest.approx(sum(variances) / len(variances) * share, abs=1e-9)
    assert found.samples == pytest.approx(1 / share, abs=1e-9)
