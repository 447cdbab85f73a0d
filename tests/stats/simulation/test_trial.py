"""A trial is the shipped analysis of one panel."""

import numpy as np
import pytest
from cells import panel, random_panel

from eep.stats.components import level, preference
from eep.stats.inheritance import Inheritance, ManipulationCheck
from eep.stats.regression import CrossWordingRegression
from eep.stats.similarity import combine
from eep.stats.simulation.simulate import simulate
from eep.stats.simulation.trial import SLOPES, TESTS, Trial
from eep.stats.simulation.world import Design, Effects
from eep.stats.slope import InheritanceSlope


def test_a_trial_gives_the_analysis_own_numbers() -> None:
    """With all relabellings listed, every p-value, slope and bound is the one that a real analysis reports."""
    cells = random_panel(4, 3, 40, seed=5)
    found = Trial(9_999)(cells, (1,))
    for take in (preference, level):
        component = take(cells)
        t2, slope = Inheritance(9_999, (1,))(component, cells.personas), InheritanceSlope()(component)
        wanted = {
            "P_T2": t2.p_value,
            "joint": t2.joint.value,
            "block": t2.block.value,
            "split": combine(t2.split),
            "T1": ManipulationCheck(9_999, (1,))(component).p_value.value,
            "slope": slope.slope,
            "low": slope.conf_low,
            "high": slope.conf_high,
            "numerator": slope.covariance,
            "denominator": slope.persona_variance_teacher,
        }
        if t2.item is not None:
            wanted["item"] = t2.item.value
            wanted["T5"] = CrossWordingRegression()(component).p_value
        for name, value in wanted.items():
            assert found[f"{name} {component.name}"] == pytest.approx(value, abs=1e-12, nan_ok=True), name


def test_few_labellings_are_drawn() -> None:
    """Where not all can be listed, so many are drawn, and the seed decides which."""
    cells = random_panel(6, 3, 40, seed=2, effect=0.0)
    joint = {seed: Trial(99)(cells, (seed,))["joint preference"] for seed in range(6)}
    assert all(round(100 * p) == pytest.approx(100 * p) for p in joint.values())
    assert len(set(joint.values())) > 1
    assert Trial(99)(cells, (0,))["joint preference"] == joint[0]


@pytest.mark.slow
def test_decided_personas_have_no_taste_of_their_own() -> None:
    """Personas that share one taste, more or less strongly, in wordings with slight whims are rarely taken to prefer anything."""
    design = Design(items=300, answers="probability")
    effects = Effects(scaling=0.5, generic_hidden=0.0, wording=0.2, wording_hidden=0.1, wording_level=0.1)
    found = [
        Trial(199)(simulate(design, effects, np.random.default_rng([3, number])), (number,))["P_T2 preference"]
        for number in range(30)
    ]
    assert np.mean(np.array(found) <= 0.05) <= 0.15


def test_nothing_to_test_gives_nan() -> None:
    """Teachers that answer everything alike leave no number, and none is made up."""
    cells = panel(np.full((3, 2, 30), 0.5), np.random.default_rng(0).random((3, 2, 30)))
    found = Trial(99)(cells, (0,))
    assert set(found) == {f"{name} {c}" for name in (*TESTS, *SLOPES) for c in ("preference", "level")}
    assert all(np.isnan(found[f"{name} preference"]) for name in TESTS)
