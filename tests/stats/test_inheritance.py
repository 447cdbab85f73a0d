"""T1 and T2: invariance, what each p-value guards against, and what is reported."""

import numpy as np
import pytest
from cells import panel, random_panel
from hypothesis import given, settings
from hypothesis import strategies as st

from eep.core.arrays import FloatArray
from eep.stats import components
from eep.stats.estimates import Estimate
from eep.stats.inheritance import Inheritance, InheritanceResult, ManipulationCheck, minimum_p
from eep.stats.panel import Panel
from eep.stats.permutation import Relabellings
from eep.stats.similarity import p_joint, similarity

ABOUT = Estimate(task="task", component="preference", test="", term="", agent="kind")


def _test(cells: Panel, permutations: int = 999, seed: int = 0) -> InheritanceResult:
    return Inheritance(permutations, (seed,))(components.preference(cells), cells.personas)


def _sigmoid(x: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-x)))


@given(st.permutations(range(4)))
@settings(max_examples=20, deadline=None)
def test_names_of_personas_do_not_matter(order: list[int]) -> None:
    """Personas in another order give the same exact p-values."""
    cells = random_panel(4, 3, 24, seed=2, effect=0.4)
    swapped = panel(cells.teacher[order], cells.student[order])
    for take in (components.level, components.preference):
        one, other = (Inheritance(99, (0,))(take(c), c.personas) for c in (cells, swapped))
        assert one.joint.value == other.joint.value
        assert one.block.value == other.block.value
        checks = (ManipulationCheck(99, (0,))(take(c)).p_value.value for c in (cells, swapped))
        assert len(set(checks)) == 1


@given(st.permutations(range(3)))
@settings(max_examples=6, deadline=None)
def test_names_of_wordings_do_not_matter(order: list[int]) -> None:
    """Wordings in another order give the same exact p-values, though the first is never relabelled."""
    cells = random_panel(4, 3, 24, seed=3, effect=0.4)
    one, other = _test(cells), _test(panel(cells.teacher[:, order], cells.student[:, order]))
    assert (one.joint.value, one.block.value) == (other.joint.value, other.block.value)


def test_random_labellings_come_close_to_all() -> None:
    """With too many relabellings to list, the p-value is that of a sample, near the exact one."""
    cells = random_panel(4, 3, 40, seed=0, effect=0.2)
    component = components.preference(cells)
    exact = ManipulationCheck(99, (0,))(component).p_value
    m = similarity(component.teacher, component.teacher)
    sampled = p_joint(m, Relabellings(4, 2, 0, 20_000, (0,)))
    assert exact.method == "exact (576)"
    assert 0.02 < exact.value < 0.98
    assert sampled.value == pytest.approx(exact.value, abs=0.015)


def test_eight_personas_enumerate_all_blocks() -> None:
    """With eight personas all 40,320 block permutations are listed; the least p-value is that of joint draws."""
    found = _test(random_panel(8, 2, 30, seed=0, effect=3.0), permutations=9_999)
    assert (found.block.method, found.joint.method) == ("exact (40320)", "random (10000)")
    assert found.block.value == pytest.approx(1 / 40320)
    assert found.minimum == found.p_value == 1e-4


def test_a_planted_effect_reaches_the_minimum() -> None:
    """A strong persona effect that students carry over gives the least p-value of the design."""
    found = _test(random_panel(7, 3, 60, seed=0, effect=2.0))
    assert found.p_value == found.minimum
    assert found.matched > 0.5
    assert found.mismatched < 0.0
    assert (np.argmax(found.similarity, axis=1) == np.arange(7)).all()


def test_agreement_with_the_own_teacher_alone_is_nothing() -> None:
    """Students that copy their own teacher perfectly, personas differing by wording only, are not significant."""
    hits = 0
    for seed in range(20):
        rng = np.random.default_rng([11, seed])
        cell = rng.normal(size=(5, 2, 60)) + rng.normal(size=60)
        hits += _test(panel(_sigmoid(cell), _sigmoid(cell + 0.1 * rng.normal(size=cell.shape)))).p_value <= 0.05
    assert hits <= 3


def test_teachers_that_differ_are_not_enough() -> None:
    """Where only teachers differ by persona and students do not take it over, nothing is significant."""
    rng = np.random.default_rng(7)
    hits = 0
    for _ in range(20):
        generic = rng.normal(size=60)
        teacher, student = (
            generic + 2 * rng.normal(size=(5, 1, 60)) + 0.3 * rng.normal(size=(5, 3, 60)) for _ in range(2)
        )
        hits += _test(panel(_sigmoid(teacher), _sigmoid(student))).p_value <= 0.05
    assert hits <= 3


def test_the_decision_is_the_largest_p_value() -> None:
    """The p-value of the decision is the largest of joint, block and, for preference, item."""
    cells = random_panel(4, 2, 30, seed=5, effect=0.3)
    found = _test(cells)
    assert found.item is not None
    assert found.p_value == max(found.joint.value, found.block.value, found.item.value)
    level = Inheritance(99, (0,))(components.level(cells), cells.personas)
    assert level.item is None
    assert level.p_value == max(level.joint.value, level.block.value)


def test_items_of_one_cluster_cannot_be_judged() -> None:
    """Items that all form one cluster leave no p-value over items, hence none at all, and the reason says so."""
    found = _test(random_panel(4, 2, 30, seed=0, clusters=1))
    assert np.isnan(found.p_value)
    assert found.reason.startswith("the design is too small: all held-out items form one cluster")


@pytest.mark.parametrize(
    ("personas", "wordings", "least"),
    [(1, 3, 1.0), (6, 1, 1.0), (4, 3, 1 / 24), (6, 2, 1 / 720), (6, 3, 1 / 720), (8, 2, 1e-4), (8, 3, 1e-4)],
)
def test_least_p_value_of_a_design(personas: int, wordings: int, least: float) -> None:
    """The least p-value is that of the smaller set of relabellings, none (1.0) without a second persona and wording."""
    assert minimum_p(personas, wordings, 9_999) == pytest.approx(least)


def test_rows_name_every_term() -> None:
    """The estimates hold every term once, and the similarity of every pair of personas."""
    rows = _test(random_panel(4, 2, 30, seed=0)).rows(ABOUT, p_adjusted=0.5)
    t2 = [row for row in rows if row.test == "T2"]
    assert " ".join(row.term for row in t2) == "joint block item maximum minimum matched mismatched split"
    maximum = next(row for row in t2 if row.term == "maximum")
    parts = {row.term: row.estimate for row in t2}
    assert maximum.p_adjusted == 0.5
    assert maximum.estimate == pytest.approx((parts["matched"] or 0) - (parts["mismatched"] or 0))
    pairs = [(row.term, row.contrast) for row in rows if row.test == "similarity"]
    assert len(set(pairs)) == len(pairs) == 16


def test_untestable_rows_hold_no_numbers() -> None:
    """What could not be tested is null, and the note says why."""
    one = random_panel(4, 1, 30, seed=0)
    rows = _test(one).rows(ABOUT)
    assert {row.term for row in rows} >= {"joint", "block", "item", "maximum"}
    assert all(row.p_value is None and row.statistic is None and row.estimate is None for row in rows)
    assert all("only 1 wording" in row.note for row in rows if row.term in ("joint", "maximum"))
    (check,) = ManipulationCheck(99, (0,))(components.level(one)).rows(ABOUT)
    assert check.p_value is None
    assert "only 1 wording" in check.note
