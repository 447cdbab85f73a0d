"""Batched logistic regressions against scikit-learn's."""

import numpy as np
import pytest

from eep.core.arrays import FloatArray
from eep.stats.simulation import fits


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
