"""Two runs side by side: differences over personas, agreement on who is who, and the table of both."""

from dataclasses import replace
from itertools import product

import numpy as np
import polars as pl
import pytest
from cells import random_panel

from eep.core.arrays import FloatArray
from eep.stats import components
from eep.stats.comparison import (
    NO_ITEMS,
    ROLES,
    agreement,
    aligned,
    influence,
    items_as_unit,
    shares,
    slope_difference,
    variance_difference,
)
from eep.stats.comparison_rows import SAME, SCHEMA, Comparison, Row, adjusted, compare, frame
from eep.stats.estimates import number
from eep.stats.inheritance import Inheritance
from eep.stats.panel import Panel
from eep.stats.slope import InheritanceSlope, SlopeResult

NAMES = tuple(f"p{number}" for number in range(6))


def slope_of(numerator: FloatArray, denominator: FloatArray) -> SlopeResult:
    """Return a slope with these contributions."""
    one = InheritanceSlope()(components.level(random_panel(6, 3, 30, seed=0)))
    return replace(one, numerator=numerator, denominator=denominator, slope=float(numerator.sum() / denominator.sum()))


def transmitted(panel: Panel, share: float) -> Panel:
    """Return the panel with students that show a share of each teacher's deviation from the mean over personas."""
    mean = panel.teacher.mean(axis=0, keepdims=True)
    return replace(panel, student=mean + share * (panel.teacher - mean))


def test_influence_is_the_slope_s_answer_to_a_persona() -> None:
    """A persona's influence is K times the derivative of the slope by the weight of its contributions."""
    rng = np.random.default_rng(0)
    d = rng.gamma(2.0, size=6)
    n = 0.6 * d + 0.1 * rng.normal(size=6)
    for k in range(6):
        more = np.where(np.arange(6) == k, 1 + 1e-7, 1.0)
        moved = (more * n).sum() / (more * d).sum() - n.sum() / d.sum()
        assert influence(slope_of(n, d))[k] == pytest.approx(6 * moved / 1e-7, rel=1e-4)
    assert shares(slope_of(n, d)).sum() == pytest.approx(1.0)


def test_a_planted_difference_is_found() -> None:
    """Students that show .9 and .3 of the same teachers' level differ by .6, without any error."""
    panel = random_panel(6, 3, 40, seed=3)
    two = [InheritanceSlope()(components.level(transmitted(panel, share))) for share in (0.9, 0.3)]
    found = slope_difference(two[0], two[1], NAMES)
    assert found.estimate == pytest.approx(0.6)
    assert found.conf_low == pytest.approx(0.6, abs=1e-6) == found.conf_high
    assert variance_difference(two[0], two[1]).estimate == 0.0
    assert variance_difference(two[0], two[1]).p_value == 1.0


def test_the_order_of_the_runs_changes_signs_only() -> None:
    """The other way round the difference has the other sign, the same error and the same p-value."""
    one, other = (InheritanceSlope()(components.level(random_panel(6, 3, 40, seed=seed))) for seed in (1, 2))
    for here, there in (
        (slope_difference(one, other, NAMES), slope_difference(other, one, NAMES)),
        (variance_difference(one, other), variance_difference(other, one)),
    ):
        assert (here.estimate, here.conf_low) == pytest.approx((-there.estimate, -there.conf_high))
        assert (here.std_error, here.p_value) == pytest.approx((there.std_error, there.p_value))


def test_who_carries_nearly_all_takes_degrees_of_freedom() -> None:
    """Even contributions keep nearly K - 1 degrees of freedom; one persona with most of them leaves little more than one."""
    rng = np.random.default_rng(1)
    even, most = np.ones(6), np.array([20.0, 1, 1, 1, 1, 1])
    freedom = []
    for d in (even, most):
        one, other = (slope_of(d * (0.5 + 0.1 * rng.normal(size=6)), d) for _ in range(2))
        freedom.append(slope_difference(one, other, NAMES).freedom)
    assert freedom[0] == pytest.approx(5.0)
    assert 1.0 < freedom[1] < 2.5


def test_who_carries_all_is_named() -> None:
    """Where others contribute less than nothing, one persona would decide alone, and the reason says who."""
    one = slope_of(np.array([3.0, 0, 0, 0, 0, -1]), np.array([4.0, 0, 0, 0, 0, -1]))
    found = slope_difference(one, one, NAMES)
    assert np.isnan(found.p_value)
    assert "p0 alone carries the difference between the teachers' personas" in found.reason


def test_two_personas_have_no_interval() -> None:
    """Two personas mirror each other: estimates, but no p-values, with the reason."""
    one, other = (InheritanceSlope()(components.level(random_panel(2, 3, 40, seed=seed))) for seed in (1, 2))
    for found in (slope_difference(one, other, NAMES[:2]), variance_difference(one, other)):
        assert np.isfinite(found.estimate)
        assert np.isnan(found.p_value)
        assert "two personas mirror each other" in found.reason


def test_the_same_personas_agree_and_others_do_not() -> None:
    """Cells of one persona in two runs are alike across wordings; called by other names they are not."""
    rng = np.random.default_rng(5)
    persona = rng.normal(size=(6, 1, 120))
    logits = [persona + 0.5 * rng.normal(size=(6, 3, 120)) + rng.normal(size=120) for _ in range(2)]
    one, other = (replace(random_panel(6, 3, 120, seed=0), teacher=1 / (1 + np.exp(-x))) for x in logits)
    turned = replace(other, teacher=np.roll(other.teacher, 1, axis=0))
    take = components.preference
    assert agreement(take(one), take(other), "teacher", one.personas, 999, (0,)).p_value <= 0.01
    assert agreement(take(one), take(turned), "teacher", one.personas, 999, (0,)).p_value > 0.2


def test_runs_of_other_items_agree_on_no_preference() -> None:
    """Without shared items the preference of two runs has no similarity, and neither has a test over items; level has."""
    one, other = random_panel(6, 3, 40, seed=1), random_panel(6, 3, 50, seed=2)
    take = components.preference
    found = agreement(take(one), take(other), "student", one.personas, 99, (0,), same_items=False)
    assert found.reason == items_as_unit(take(one), take(other), same_items=False).reason == NO_ITEMS
    level = [components.level(panel) for panel in (one, other)]
    assert agreement(level[0], level[1], "student", one.personas, 99, (0,), same_items=False).p_value > 0


def test_panels_are_aligned_on_what_all_have() -> None:
    """Items that only some panels have are left out of all; other personas are refused."""
    one = random_panel(4, 2, 30, seed=1)
    other = one.only(np.arange(30) >= 5)
    found = aligned({"a": one, "b": other})
    assert found["a"].items == found["b"].items == other.items
    assert (found["a"].teacher == found["b"].teacher).all()
    with pytest.raises(ValueError, match="expected the same personas and wordings in every run"):
        aligned({"a": one, "b": random_panel(5, 2, 30, seed=1)})


def test_level_is_compared_on_the_items_that_all_cells_of_all_runs_answered() -> None:
    """A cell of one run that lacks an answer takes the item from the level of both, and from no preference."""
    one, other = (random_panel(6, 2, 40, seed=seed) for seed in (1, 2))
    teacher = one.teacher.copy()
    teacher[0, 0, 3] = np.nan
    rows = list(Comparison(99, (0,))({"a": replace(one, teacher=teacher), "b": other}))
    found = {(row.component, row.run): row.n_items for row in rows}
    assert {found["level", "a"], found["level", "b"], found["gain", "b"]} == {39}
    assert {found["preference", "a"], found["preference", "b"]} == {40}


def test_the_table_has_every_answer_and_the_wrong_ways() -> None:
    """Each component has all tests and terms, of each run and of each pair; wrong ways are called wrong."""
    panels = {name: random_panel(6, 2, 60, seed=seed) for seed, name in enumerate("abc")}
    rows = frame(compare({"task": panels}, {"task": Comparison(99, (0,))}))
    assert rows.schema == SCHEMA
    pairs = rows.filter(pl.col("other") != "").select("run", "other").unique().sort("run", "other").rows()
    assert pairs == [("a", "b"), ("a", "c"), ("b", "c")]
    preference = rows.filter(component="preference")
    assert preference.filter(run="a", other="").select("test", "term").rows() == [
        ("differ", "persona_variance_teacher"),
        ("arrive", "slope"),
        ("arrive", "P_T2"),
    ]
    assert preference.filter(run="a", other="b")["term"].to_list() == [
        *("difference", "difference", *(["joint", "block", "item", "maximum"] * 2)),
        *("items as the unit", "one inherited, the other not"),
    ]
    assert set(rows.filter(test="wrong")["term"]) == {"items as the unit", "one inherited, the other not"}
    assert rows.filter(test="wrong", component="level")["term"].unique().to_list() == ["one inherited, the other not"]


def test_every_number_stands_in_its_row() -> None:
    """Of each run what T3 and T2 found; of a pair the first run's minus the second's, and how much more the matched are alike."""
    panels = {name: random_panel(6, 3, 60, seed=seed, effect=0.3) for seed, name in enumerate("ab")}
    found = list(Comparison(99, (0,))(panels))
    by_joint_alone = []
    for name, (component, take) in product(panels, components.COMPONENTS.items()):
        mine = (one for one in found if (one.component, one.run, one.other) == (component, name, ""))
        rows = {(one.test, one.term): one for one in mine}
        slope = InheritanceSlope()(take(panels[name]))
        assert rows["differ", "persona_variance_teacher"].estimate == slope.persona_variance_teacher
        assert rows["arrive", "slope"].estimate == number(slope.slope)
        assert (rows["arrive", "slope"].conf_low, rows["arrive", "slope"].conf_high) == (
            number(slope.conf_low),
            number(slope.conf_high),
        )
        t2 = Inheritance(99, (0,))(take(panels[name]), NAMES)
        assert rows["arrive", "P_T2"].p_value == t2.p_value
        by_joint_alone.append(t2.p_value == t2.joint.value)
    assert not all(by_joint_alone)
    pairs = {(one.test, one.term, one.role): one for one in found if (one.component, one.other) == ("preference", "b")}
    parts = {name: components.preference(panel) for name, panel in panels.items()}
    slopes = {name: InheritanceSlope()(part) for name, part in parts.items()}
    more = slopes["a"].persona_variance_teacher - slopes["b"].persona_variance_teacher
    assert pairs["differ", "difference", ""].estimate == pytest.approx(more, abs=1e-12)
    more = slopes["a"].slope - slopes["b"].slope
    assert pairs["arrive", "difference", ""].estimate == pytest.approx(more, abs=1e-12)
    for role in ROLES:
        left, right = (getattr(part, role) for part in parts.values())
        d = np.einsum("pwi,qvi->wvpq", left, right)[~np.eye(3, dtype=bool)].mean(axis=0)
        apart = (d.sum() - np.trace(d)) / 30
        estimate = pairs["agree", "maximum", role].estimate
        assert estimate == pytest.approx(np.trace(d) / 6 - apart, abs=1e-9)


def test_the_same_teachers_are_not_compared() -> None:
    """Runs with the same teachers' answers, missing ones included, have no question about teachers, and none counts in Holm's family."""
    panel = random_panel(6, 2, 60, seed=1)
    panel.teacher[0, 0, 3] = np.nan
    rows = list(Comparison(99, (0,))({"a": panel, "b": transmitted(panel, 0.5)}))
    about_teachers = [row for row in rows if row.test == "differ" and row.other]
    assert [row.note for row in about_teachers] == [SAME] * 3
    assert all(row.p_value is None for row in about_teachers)
    assert sum(row.note == SAME for row in rows if row.test == "agree") == 3
    compared = [row for row in adjusted(rows) if (row.test, row.term) == ("agree", "maximum") and row.note != SAME]
    least = min(compared, key=lambda row: row.p_value or 1.0)
    assert least.p_adjusted == pytest.approx(min(1.0, 3 * (least.p_value or 1.0)))


def test_comparing_verdicts_claims_a_difference_where_one_is_found() -> None:
    """One run with inherited personas beside one without: the wrong way claims a difference, of equal runs none."""
    rng = np.random.default_rng(0)
    strong = transmitted(random_panel(6, 3, 80, seed=1, effect=2.0), 0.9)
    none = replace(strong, student=rng.random(strong.student.shape))

    def claimed(*panels: Panel) -> str:
        rows = Comparison(999, (0,))(dict(zip("ab", panels, strict=True)))
        (row,) = (row for row in rows if row.term.startswith("one inherited") and row.component == "preference")
        return row.verdict

    assert claimed(strong, none) == "differ"
    assert claimed(strong, strong) == "alike"


def test_holm_is_by_question() -> None:
    """Differences of slopes are adjusted among themselves, whatever stands beside them."""
    rows = [
        Row("t", c, "a", "k", "b", test="arrive", term="difference", p_value=p) for c, p in (("x", 0.01), ("y", 0.04))
    ]
    rows.append(Row("t", "x", "a", "k", "b", test="differ", term="difference", p_value=0.03))
    assert [row.p_adjusted for row in adjusted(rows)] == pytest.approx([0.02, 0.04, 0.03])
