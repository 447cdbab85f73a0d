"""The linear mixed model of the sensitivity analysis."""

from dataclasses import replace

import numpy as np
import pytest
from cells import random_panel

from eep.stats import components, mixed_model
from eep.stats.mixed_model import mixed_model as fitted


def test_a_persona_is_found() -> None:
    """A persona that persists across wordings gives a small p-value, from t with K - 1 degrees of freedom."""
    found = fitted(components.preference(random_panel(6, 3, 80, seed=0)))
    assert found.value < 0.01
    assert found.method == "REML, t(5)"
    assert found.size == 6 * 3 * mixed_model.BLOCKS


def test_nothing_inherited_is_rarely_found() -> None:
    """Where wordings alone differ, at most one of 20 experiments reaches .05, and every fit converges."""
    found = [fitted(components.preference(random_panel(6, 3, 60, seed=s, effect=0.0))).value for s in range(20)]
    assert sum(p <= 0.05 for p in found) <= 1


def test_the_search_ends_at_the_same_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same data give the same number to the last bit, and other starts the same printed digits."""
    component = components.preference(random_panel(6, 3, 60, seed=3, effect=0.3))
    first = fitted(component)
    assert fitted(component) == first
    for start in (0.1, 1.0):
        monkeypatch.setattr(mixed_model, "START", start)
        assert fitted(component).statistic == pytest.approx(first.statistic, rel=1e-3)


def test_absent_cells_enter_nothing() -> None:
    """A cell that is not there gives no observations."""
    cells = replace(random_panel(5, 3, 40, seed=1), absent=((1, 2),))
    for array in (cells.teacher, cells.student):
        array[1, 2] = 0.0
    assert fitted(components.preference(cells)).size == (5 * 3 - 1) * mixed_model.BLOCKS


def test_what_cannot_be_fitted_has_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """One cluster of items, no component, or a matrix that has no inverse give no p-value but the reason."""
    one_cluster = replace(random_panel(4, 3, 20, seed=0), clusters=("same",) * 20)
    assert "no two clusters" in fitted(components.preference(one_cluster)).reason
    assert "only 1 persona" in fitted(components.preference(random_panel(1, 3, 20, seed=0))).reason
    monkeypatch.setattr("statsmodels.regression.mixed_linear_model.MixedLM.fit", _no_fit)
    failed = fitted(components.preference(random_panel(4, 3, 20, seed=0)))
    assert (np.isnan(failed.value), failed.reason) == (True, "the mixed model did not converge")


def _no_fit(*_: object, **__: object) -> None:
    """Fail as a fit does whose matrices are singular."""
    raise np.linalg.LinAlgError
