"""T5 against the reference values and against statsmodels' clustered regression."""

import numpy as np
import pytest
from cells import random_panel
from test_reference import PANEL, REFERENCE, TOLERANCE

from eep.stats import components
from eep.stats.panel import Panel
from eep.stats.regression import CrossWordingRegression, other_wordings


def test_reference_values() -> None:
    """Slope, the three standard errors and the p-value equal the reference."""
    found = CrossWordingRegression()(components.preference(PANEL))
    assert [found.slope, found.error_item, found.error_persona, found.std_error, found.p_value] == [
        pytest.approx(REFERENCE[f"T5_pref_{name}"], abs=TOLERANCE)
        for name in ("b", "se_item", "se_persona", "se_2way", "p_one_sided")
    ]


@pytest.mark.parametrize(
    "panel",
    [PANEL, random_panel(6, 3, 40, seed=5), random_panel(5, 2, 25, seed=6)],
    ids=["ref", "6x3", "5x2"],
)
def test_clustered_errors_equal_statsmodels(panel: Panel) -> None:
    """Slope and one-way clustered errors equal those of statsmodels' OLS with cov_type="cluster"."""
    from statsmodels.regression.linear_model import OLS

    component = components.preference(panel)
    found = CrossWordingRegression()(component)
    persona, _, item = np.indices(component.student.shape)
    model = OLS(component.student.ravel(), other_wordings(component).ravel())
    for groups, error in ((item, found.error_item), (persona, found.error_persona)):
        fit = model.fit(cov_type="cluster", cov_kwds={"groups": groups.ravel()})
        assert found.slope == pytest.approx(float(fit.params[0]), abs=TOLERANCE)
        assert error == pytest.approx(float(fit.bse[0]), abs=TOLERANCE)


def test_two_way_errors_are_floored() -> None:
    """The error is that of V_item + V_persona - V_both, or the larger one-way error where that is more; both cases occur."""
    floored = []
    for seed in range(12):
        component = components.preference(random_panel(3 + seed % 4, 2, 25, seed=seed, effect=0.0))
        found = CrossWordingRegression()(component)
        x = other_wordings(component)
        residuals = component.student - found.slope * x
        both = sum(
            sum(x[p, w, i] * residuals[p, w, i] for w in range(x.shape[1])) ** 2
            for p in range(x.shape[0])
            for i in range(x.shape[2])
        ) / float((x**2).sum() ** 2)
        least = max(found.error_item, found.error_persona) ** 2
        variance = found.error_item**2 + found.error_persona**2 - both
        floored.append(variance < least)
        assert found.std_error**2 == pytest.approx(max(variance, least), rel=1e-9)
    assert set(floored) == {False, True}
