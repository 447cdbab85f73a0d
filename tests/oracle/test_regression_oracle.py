"""T5 and the mixed model against reference values, formulas written out by hand, and statsmodels' own clustering."""

from dataclasses import replace

import numpy as np
import pytest
from cells import random_panel
from test_reference import PANEL, REFERENCE, TOLERANCE

from eep.core.arrays import FloatArray
from eep.stats import components
from eep.stats.mixed_model import BLOCKS, mixed_model
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
    "panel", [PANEL, random_panel(6, 3, 40, seed=5), random_panel(5, 2, 25, seed=6)], ids=["ref", "6x3", "5x2"]
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


@pytest.mark.parametrize(("k", "w", "n", "clusters"), [(4, 3, 24, 24), (6, 3, 40, 9), (5, 2, 25, 6)])
def test_the_formula_by_hand(k: int, w: int, n: int, clusters: int) -> None:
    """Slope, errors and p-value equal the sums over personas, clusters and both, written out."""
    from scipy.stats import t

    drawn = random_panel(k, w, n, seed=7, effect=0.4)
    component = components.preference(replace(drawn, clusters=tuple(f"c{number % clusters}" for number in range(n))))
    found = CrossWordingRegression()(component)
    x = other_wordings(component)
    square = float((x * x).sum())
    slope = float((x * component.student).sum()) / square
    scores = np.zeros((k, clusters))
    for p, w_, i in np.ndindex(x.shape):
        residual = component.student[p, w_, i] - slope * x[p, w_, i]
        scores[p, component.clusters[i]] += x[p, w_, i] * residual
    item = clusters / (clusters - 1) * (scores.sum(axis=0) ** 2).sum() / square**2
    persona = k / (k - 1) * (scores.sum(axis=1) ** 2).sum() / square**2
    error = np.sqrt(max(item + persona - (scores**2).sum() / square**2, item, persona))
    assert (found.slope, found.error_item, found.error_persona, found.std_error) == pytest.approx(
        (slope, np.sqrt(item), np.sqrt(persona), error), abs=TOLERANCE
    )
    assert found.p_value == pytest.approx(t.sf(slope / error, k - 1), abs=TOLERANCE)


@pytest.mark.slow
def test_the_mixed_model_maximises_the_restricted_likelihood() -> None:
    """Its t value is that of generalised least squares with the variances that maximise REML, written out."""
    from scipy.optimize import minimize
    from threadpoolctl import threadpool_limits

    panel = random_panel(4, 3, 12, seed=2, effect=0.3)
    component = components.preference(panel)
    blocks = component.clusters * min(BLOCKS, len(panel.items)) // len(panel.items)
    design, answers, units = [], [], []
    x, y = other_wordings(component), component.student
    for p, w, b in np.ndindex(*x.shape[:2], int(blocks.max()) + 1):
        mine = x[p, w, blocks == b]
        length = np.sqrt((mine**2).sum())
        design.append(length)
        answers.append(mine @ y[p, w, blocks == b] / length)
        units.append((p, w, b))
    column, target = np.array(design), np.array(answers)
    column, target = column / np.sqrt((column**2).mean()), target / np.sqrt((target**2).mean())
    alike = [np.outer(column, column) * (u[:, None] == u[None]) for u in np.array(units, dtype=np.intp).T]

    def fit(ratios: FloatArray) -> tuple[float, float]:
        """Return minus twice the restricted log-likelihood, but for a constant, and the t value."""
        v = np.eye(len(column)) + sum(r**2 * a for r, a in zip(ratios, alike, strict=True))
        vx, vy = np.linalg.solve(v, np.stack([column, target], axis=1)).T
        information, slope = column @ vx, (column @ vy) / (column @ vx)
        residual = target - slope * column
        freedom = len(column) - 1
        scale = residual @ (vy - slope * vx) / freedom
        likelihood = freedom * np.log(scale) + np.linalg.slogdet(v)[1] + np.log(information)
        return float(likelihood), float(slope / np.sqrt(scale / information))

    with threadpool_limits(1):  # threads cost more than they save on matrices as small as these
        best = minimize(lambda r: fit(r)[0], np.full(3, 0.5), method="Nelder-Mead", options={"xatol": 1e-4})
    assert mixed_model(component).statistic == pytest.approx(fit(best.x)[1], rel=1e-3)


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
