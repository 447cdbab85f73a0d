"""Level, gain and preference."""

from dataclasses import replace

import numpy as np
from cells import panel, random_panel
from hypothesis import given
from hypothesis import strategies as st

from eep.core.arrays import logistic
from eep.stats import components
from eep.stats.generic import generic_basis
from eep.stats.rows import centred, double_centred, logit, residual, unit_rows

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
    for take in components.COMPONENTS.values():
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
    assert components.gain(panel(flat, flat)).reason.startswith("nothing to inherit was found: the teachers of all")


def test_gain_is_the_slope_beyond_level() -> None:
    """A cell that only says yes more often has the gain of the others; one that follows the common curve twice as much has more."""
    generic = np.linspace(-1.0, 1.0, 40)
    logits = np.stack([generic, generic + 1.0, 2 * generic, generic])[:, None, :] * np.ones((4, 2, 1))
    found = components.gain(panel(logistic(logits), np.full((4, 2, 40), 0.5))).teacher[:, 0, 0]
    assert found[2] - found[0] > 0.08
    assert np.abs(found[1] - found[[0, 3]]).max() < 0.01


def test_answers_that_are_missing_leave_preference_nearly_as_it_is() -> None:
    """A cell is judged by the items that it answered; level and gain by the items that all answered."""
    gaps = CELLS.teacher.copy()
    gaps[0, 0, 3] = gaps[2, 1, 7] = np.nan
    whole, found = (components.preference(panel(x, CELLS.student)) for x in (CELLS.teacher, gaps))
    assert found.teacher[0, 0, 3] == found.teacher[2, 1, 7] == 0.0
    assert np.einsum("pwi,pwi->pw", whole.teacher, found.teacher).min() > 0.8
    rest = np.delete(np.arange(30), [3, 7])
    for take in (components.level, components.gain):
        listwise = take(panel(CELLS.teacher[:, :, rest], CELLS.student[:, :, rest]))
        assert np.allclose(take(panel(gaps, CELLS.student)).teacher, listwise.teacher)


def test_the_neutral_voice_is_the_origin_of_deviations_from_it() -> None:
    """Against the neutral cells a persona that answers as they do deviates in nothing, whatever the others have in common."""
    cells = replace(CELLS, neutral=(CELLS.teacher[1], CELLS.student[1]))
    for name in components.COMPONENTS:
        found = components.against_neutral(cells, name)
        assert not found.teacher[1].any()
        assert found.teacher[0].any()
    assert components.against_neutral(CELLS, components.LEVEL).reason.startswith(
        "the design is too small: there is not"
    )


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
    few = random_panel(4, 2, 10, seed=0)
    said = "the design is too small: 10 held-out items are too few beside the 9 columns"
    assert components.preference(few).reason.startswith(said)
    assert components.preference(replace(few, n_excluded=31)).reason == (
        "answers are missing: 10 of 41 held-out items were validly answered, which are too few beside the 9 columns "
        "that are taken out; ask again for what is missing, or leave out those who do not answer"
    )
    assert components.preference(random_panel(4, 2, 11, seed=0)).reason == ""


def test_a_handful_of_items_has_no_component() -> None:
    """Seven held-out items are too few for a verdict on anything, by design or for want of answers."""
    for take in components.COMPONENTS.values():
        assert take(random_panel(4, 2, 7, seed=0)).reason.startswith(
            "the design is too small: 7 held-out items are too few"
        )
        missing = take(replace(random_panel(4, 2, 7, seed=0), n_excluded=30)).reason
        assert missing.startswith("answers are missing: 7 of 37 held-out items were validly answered")


def test_unit_rows_of_rounding_are_zero() -> None:
    """A row that is rounding of what it came from is no direction, and no deviation from a mean of equals."""
    assert 0.1 - np.full(3, 0.1).mean() != 0.0
    assert not centred(np.full((3, 2, 1), 0.1)).any()
    rows = np.array([[1e-17, -1e-17], [3.0, 4.0]])
    assert np.array_equal(unit_rows(rows, np.ones((2, 2))), [[0.0, 0.0], [0.6, 0.8]])


def test_logit_is_clipped() -> None:
    """Certain students have the logit of .999 or .001."""
    assert np.allclose(logit(np.array([0.0, 0.5, 1.0])), [-np.log(999), 0.0, np.log(999)])
