"""A trial is the shipped analysis of one panel; batched logistic regressions against scikit-learn's; rejection rates."""

import numpy as np
import pytest
from cells import panel, random_panel

from eep.core.arrays import FloatArray
from eep.stats.components import COMPONENTS, level, preference
from eep.stats.inheritance import Inheritance, ManipulationCheck
from eep.stats.regression import CrossWordingRegression
from eep.stats.similarity import combine
from eep.stats.simulation import fits
from eep.stats.simulation.rates import rate, rejections
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
    assert set(found) == {f"{name} {c}" for name in (*TESTS, *SLOPES) for c in COMPONENTS}
    assert all(np.isnan(found[f"{name} preference"]) for name in TESTS)


def sklearn(x: FloatArray, p: FloatArray, c: float, weight: FloatArray) -> FloatArray:
    """Return the coefficients of one fit by scikit-learn, soft labels as two weighted rows, intercept last."""
    from sklearn.linear_model import LogisticRegression

    labels = np.repeat([1, 0], len(x))
    weights = np.concatenate([weight * p, weight * (1 - p)])
    model = LogisticRegression(C=c, tol=1e-12, max_iter=10_000, solver="newton-cholesky")
    model.fit(np.concatenate([x, x]), labels, sample_weight=weights)
    return np.append(model.coef_[0], model.intercept_)


@pytest.mark.parametrize("c", [0.01, 1.0, 100.0])
@pytest.mark.parametrize("soft", [True, False])
def test_fits_are_those_of_scikit_learn(c: float, *, soft: bool) -> None:
    """Hard and soft labels, weak and strong penalties, with and without weights: equal to 1e-6."""
    rng = np.random.default_rng([int(100 * c), soft])
    x = rng.normal(size=(120, 7))
    p = 1 / (1 + np.exp(-x @ rng.normal(size=(7, 4)) - 0.5)).T
    labels = p if soft else (rng.random(p.shape) < p).astype(float)
    weights = (rng.random(p.shape) < 0.6).astype(float)
    for given in (None, weights):
        found = fits.fit(x, labels, c=c, weights=given)
        used = np.ones_like(labels) if given is None else given
        wanted = np.stack([sklearn(x, *cell, w) for cell, w in zip([(y, c) for y in labels], used, strict=True)])
        np.testing.assert_allclose(found, wanted, atol=1e-6)


@pytest.mark.parametrize("value", [0.0, 1.0, 0.3])
def test_constant_labels_make_a_constant_student(value: float) -> None:
    """A teacher that always answers alike teaches that answer, whatever the item."""
    x = np.random.default_rng(1).normal(size=(30, 3))
    learned = fits.predict(fits.fit(x, np.full((2, 30), value), c=1.0), x)
    np.testing.assert_allclose(learned, value, atol=2e-6)


def test_separable_labels_converge() -> None:
    """Labels that a line separates have a finite fit, as weights are penalised."""
    x = np.random.default_rng(2).normal(size=(50, 2))
    found = fits.fit(x, (x[:, :1] > 0).T.astype(float), c=1e4)
    assert np.isfinite(found).all()
    assert ((fits.predict(found, x) > 0.5) == (x[:, 0] > 0)).all()


def test_what_does_not_converge_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A half-fitted student is never returned."""
    monkeypatch.setattr(fits, "STEPS", 1)
    x = np.random.default_rng(2).normal(size=(50, 2))
    with pytest.raises(fits.NotConvergedError, match=r"expected 1 logistic regressions to converge in 1 steps"):
        fits.fit(x, (x[:, :1] > 0).T.astype(float), c=1.0)


@pytest.mark.parametrize(("count", "of"), [(0, 20), (3, 50), (50, 1000), (20, 20)])
def test_the_interval_is_the_exact_one(count: int, of: int) -> None:
    """It is scipy's exact binomial interval."""
    from scipy.stats import binomtest

    wanted = binomtest(count, of).proportion_ci(0.95, method="exact")
    found = rate(count, of)
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=1e-9)
    assert found.value == count / of


def test_missing_p_values_are_no_rejections_but_are_counted() -> None:
    """They stay in the denominator, and their number is told."""
    found = rejections(np.array([0.05, 0.01, 0.5, np.nan]))
    assert (found.count, found.of, found.missing) == (2, 4, 1)


def test_no_experiments_have_no_rate() -> None:
    """Nothing measured is not zero."""
    assert np.isnan(rate(0, 0).value)
