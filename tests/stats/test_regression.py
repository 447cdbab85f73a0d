"""T5, the regression cross-check, and the linear mixed model of the sensitivity analysis."""

from unittest.mock import Mock

import numpy as np
import pytest
from cells import panel, random_panel

from eep.stats import components, mixed_model
from eep.stats.components import Component
from eep.stats.estimates import Estimate
from eep.stats.mixed_model import mixed_model as fitted
from eep.stats.regression import CrossWordingRegression, other_wordings

ABOUT = Estimate(task="task", component="preference", test="", term="")


def test_the_column_is_the_other_wordings_mean() -> None:
    """The regressor of a cell is the mean of its persona's teacher rows in all other wordings."""
    component = components.preference(random_panel(3, 4, 20, seed=1))
    x = other_wordings(component)
    assert x[1, 2] == pytest.approx(component.teacher[1, [0, 1, 3]].mean(axis=0))


def test_absent_cells_enter_nothing() -> None:
    """A cell that is not there gives no observation, and no part of another's column."""
    component = components.preference(random_panel(4, 3, 20, seed=1, absent=((1, 2),)))
    x = other_wordings(component)
    assert not x[1, 2].any()
    assert x[1, 0] == pytest.approx(component.teacher[1, 1])
    assert fitted(component).size == (4 * 3 - 1) * mixed_model.BLOCKS


def test_nothing_inherited_is_rarely_found() -> None:
    """With idiosyncratic wordings and no persona, at most a tenth of 200 experiments reach .05."""
    rng = np.random.default_rng(7)
    p_values = []
    for _ in range(200):
        shared = rng.normal(size=60) + rng.normal(size=(6, 3, 60))
        teacher, student = (1 / (1 + np.exp(-shared - 0.3 * rng.normal(size=shared.shape))) for _ in range(2))
        p_values.append(CrossWordingRegression()(components.preference(panel(teacher, student))).p_value)
    assert np.mean(np.array(p_values) <= 0.05) <= 0.1


def test_a_persona_is_found() -> None:
    """A persona that persists across wordings gives a positive slope clear of zero."""
    found = CrossWordingRegression()(components.preference(random_panel(6, 3, 80, seed=0)))
    assert found.slope > 0.2
    assert found.p_value < 0.01
    assert found.std_error >= max(found.error_item, found.error_persona)


@pytest.mark.parametrize(("personas", "labels"), [(3, 1), (4, 1), (5, 0)])
def test_it_is_labelled(personas: int, labels: int) -> None:
    """Every row says that the test is parametric, and with three or four personas that no other could be planned."""
    found = CrossWordingRegression()(components.preference(random_panel(personas, 3, 30, seed=0)))
    (row,) = found.rows(ABOUT)
    assert row.note.startswith("parametric")
    assert row.note.count("only test that a plan can name as confirmatory") == labels
    assert row.method == f"regression clustered by item and persona, t({personas - 1})"


@pytest.mark.parametrize(
    ("component", "regression", "mixed"),
    [
        (components.level(random_panel(4, 3, 20, seed=0)), "the regression is over items", None),
        (components.preference(random_panel(1, 3, 20, seed=0)), "there is only 1 persona", "only 1 persona"),
        (
            *(components.preference(random_panel(4, 3, 20, seed=0, clusters=1)), "all held-out items form one cluster"),
            "no two clusters",
        ),
    ],
    ids=["no items", "one persona", "one cluster"],
)
def test_degenerate_data_have_a_reason(component: Component, regression: str, mixed: str | None) -> None:
    """No items, one persona or one cluster of items end in null with the reason."""
    (row,) = CrossWordingRegression()(component).rows(ABOUT)
    assert (row.estimate, row.std_error, row.p_value) == (None, None, None)
    assert regression in row.note
    assert mixed is None or mixed in fitted(component).reason


def test_a_fit_that_does_not_converge_has_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """A matrix that has no inverse gives no p-value."""
    fit = Mock(side_effect=np.linalg.LinAlgError)
    monkeypatch.setattr("statsmodels.regression.mixed_linear_model.MixedLM.fit", fit)
    failed = fitted(components.preference(random_panel(4, 3, 20, seed=0)))
    assert (np.isnan(failed.value), failed.reason) == (True, "the mixed model did not converge")


def test_the_mixed_model_finds_a_persona() -> None:
    """A persona that persists across wordings gives a small p-value, from t with K - 1 degrees of freedom."""
    found = fitted(components.preference(random_panel(6, 3, 80, seed=0)))
    assert found.value < 0.01
    assert found.method == "REML, t(5)"
    assert found.size == 6 * 3 * mixed_model.BLOCKS


def test_the_mixed_model_rarely_finds_nothing_inherited() -> None:
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
