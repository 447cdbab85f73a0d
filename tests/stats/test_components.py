"""Level and preference."""

from dataclasses import replace

import numpy as np
from cells import panel, random_panel
from hypothesis import given
from hypothesis import strategies as st

from eep.stats import components
from eep.stats.components import centred, double_centred, generic_basis, logit, residual, unit_rows

CELLS = random_panel(4, 3, 30, seed=1)
seeds = st.integers(0, 2**31)


def test_level_is_the_mean_minus_that_of_the_wording() -> None:
    """The level of a cell is its mean probability minus the mean over personas in its wording."""
    means = CELLS.teacher.mean(axis=2)
    assert np.allclose(components.level(CELLS).teacher[:, :, 0], means - means.mean(axis=0))


def test_preference_rows_have_unit_length_and_no_generic_part() -> None:
    """Preference rows are unit vectors orthogonal to every curve of the generic scores."""
    found = components.preference(CELLS)
    basis = generic_basis(CELLS.teacher, logit(CELLS.student))
    for rows in (found.teacher, found.student):
        assert np.allclose(np.linalg.norm(rows, axis=2), 1.0)
        assert np.abs(rows @ basis).max() < 1e-12


@given(seeds)
def test_a_generic_change_leaves_preference_as_it_is(seed: int) -> None:
    """What is added to an item for all personas alike, or to a persona along a generic curve, changes no preference."""
    rng = np.random.default_rng(seed)
    basis = generic_basis(CELLS.teacher, logit(CELLS.student))
    per_item = rng.normal(size=30)
    along_curves = rng.normal(size=(4, 3, basis.shape[1])) @ basis.T
    before = centred(residual(CELLS.teacher, basis))
    assert np.allclose(centred(residual(CELLS.teacher + per_item + along_curves, basis)), before, atol=1e-9)
    assert np.allclose(double_centred(CELLS.teacher + per_item), double_centred(CELLS.teacher), atol=1e-9)


@given(seeds)
def test_answers_on_another_scale_give_the_same_preference(seed: int) -> None:
    """Shrinking all teachers' probabilities towards a constant leaves their preference rows as they are."""
    shrink, shift = np.random.default_rng(seed).uniform(0.05, 0.5, size=2)
    changed = panel(shift + shrink * CELLS.teacher, CELLS.student)
    assert np.allclose(components.preference(changed).teacher, components.preference(CELLS).teacher, atol=1e-9)


@given(st.permutations(range(4)))
def test_relabelling_personas_reorders_rows(order: list[int]) -> None:
    """Personas under other names give the same rows in another order."""
    swapped = panel(CELLS.teacher[order], CELLS.student[order])
    for take in (components.level, components.preference):
        assert np.allclose(take(swapped).student, take(CELLS).student[order], atol=1e-9)


def test_students_that_are_their_generic_score_add_no_columns() -> None:
    """Where the students' generic score is a copy of the teachers', its columns are dropped from the basis."""
    logits = np.broadcast_to(CELLS.teacher.mean(axis=(0, 1)), CELLS.teacher.shape)
    basis = generic_basis(CELLS.teacher, logits)
    assert basis.shape == (30, 4)
    assert np.allclose(basis.T @ basis, np.eye(4))


def test_a_flat_generic_score_leaves_the_constant_alone() -> None:
    """Without any difference between items in the mean, the basis is the constant."""
    flat = np.full((2, 2, 10), 0.5)
    assert generic_basis(flat, flat).shape == (10, 1)
    assert np.isnan(components.slope_on_generic(panel(flat, flat))).all()


def test_slope_on_generic_grows_with_the_generic_part() -> None:
    """A cell that follows the generic score twice as much has twice the slope on it."""
    generic = np.linspace(-0.2, 0.2, 12)
    strength = np.array([[1.0, 1.0], [2.0, 2.0]])
    cells = panel(0.5 + strength[:, :, None] * generic, np.full((2, 2, 12), 0.5))
    slopes = components.slope_on_generic(cells)
    assert np.allclose(slopes[1], 2 * slopes[0])
    # Items that lie one standard deviation apart in what all share lie so much further apart for this cell.
    assert np.allclose(slopes[0], generic.std())


def test_rounding_is_no_preference() -> None:
    """Teachers that differ by nothing but generic curves have no preference, and the reason says so."""
    curves = np.linspace(0.1, 0.6, 40) * np.array([1.0, 1.1, 1.2])[:, None, None] * np.ones((3, 2, 1))
    found = components.preference(panel(curves, np.random.default_rng(0).random((3, 2, 40))))
    said = "nothing to inherit was found: the teachers of all personas favour exactly the same items; personas that are less"
    assert found.reason.startswith(said)
    assert not found.teacher.any()


def test_what_is_untestable_has_a_reason() -> None:
    """Equal levels, one wording, few items: few by design, or for want of answers where more would have been enough."""
    equal = components.level(panel(CELLS.teacher, np.full(CELLS.student.shape, 0.3)))
    assert equal.reason.startswith("the students are all alike: the students of all personas choose the option equally")
    one = random_panel(3, 1, 20, seed=0)
    assert components.level(one).reason == components.preference(one).reason == one.reason() != ""
    few = random_panel(3, 2, 9, seed=0)
    said = "the design is too small: 9 held-out items are too few beside the 8 columns"
    assert components.preference(few).reason.startswith(said)
    assert components.preference(replace(few, n_excluded=31)).reason == (
        "answers are missing: 9 of 40 held-out items were validly answered in every cell, too few beside the 8 columns of "
        "the generic part; ask again for what is missing, or leave out those who do not answer"
    )
    assert components.preference(random_panel(3, 2, 10, seed=0)).reason == ""


def test_unit_rows_of_rounding_are_zero() -> None:
    """A row that is rounding of what it came from is no direction."""
    rows = np.array([[1e-17, -1e-17], [3.0, 4.0]])
    assert np.array_equal(unit_rows(rows, np.ones((2, 2))), [[0.0, 0.0], [0.6, 0.8]])


def test_logit_is_clipped() -> None:
    """Certain students have the logit of .999 or .001."""
    assert np.allclose(logit(np.array([0.0, 0.5, 1.0])), [-np.log(999), 0.0, np.log(999)])
