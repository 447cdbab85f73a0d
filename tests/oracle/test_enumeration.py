"""The fast statistics against naive loops, formulas written out by hand, scipy and statsmodels."""

import math
from functools import cache

import cells
import naive
import numpy as np
import pytest
from cells import random_panel
from test_reference import PANEL, REFERENCE, TOLERANCE

from eep.core.arrays import FloatArray
from eep.stats import components
from eep.stats.components import Component
from eep.stats.inheritance import Inheritance, ManipulationCheck
from eep.stats.mixed_model import BLOCKS, mixed_model
from eep.stats.panel import Panel
from eep.stats.regression import CrossWordingRegression, other_wordings
from eep.stats.slope import InheritanceSlope

EXACT = 1e-12


def _random_panel(personas: int, wordings: int, items: int, seed: int, *, clusters: int) -> Panel:
    """Return teachers' yes/no answers and students' probabilities that share a weak persona effect."""
    rng = np.random.default_rng([seed, personas, wordings, items])
    effect = rng.normal(size=(personas, 1, items))
    generic = rng.normal(size=items)
    teacher = (generic + effect + rng.normal(size=(personas, wordings, items)) > 0).astype(float)
    noise = rng.normal(size=(personas, wordings, items))
    student = 1 / (1 + np.exp(-(generic + 0.5 * effect + noise)))
    return cells.panel(teacher, student, clusters=clusters)


PANELS = {
    "reference": PANEL,
    "3 x 3": _random_panel(3, 3, 15, 1, clusters=15),
    "5 x 2": _random_panel(5, 2, 20, 2, clusters=7),
    "2 x 4": _random_panel(2, 4, 18, 3, clusters=18),
    "4 x 3": _random_panel(4, 3, 14, 4, clusters=5),
}
each_panel = pytest.mark.parametrize("panel", PANELS)


@cache
def _naive_rows(panel: str, name: str) -> tuple[naive.Cells, naive.Cells]:
    """Return the naive rows of students and teachers."""
    teacher, student = PANELS[panel].teacher.tolist(), PANELS[panel].student.tolist()
    if name == components.LEVEL:
        return naive.level(student), naive.level(teacher)
    if name == components.GAIN:
        return naive.gain(student, teacher), naive.gain(teacher, teacher)
    logits = naive.logits(student)
    columns = naive.curves(teacher, logits)
    ways = naive.ways_of_following(teacher, columns)
    return naive.preference(logits, columns, ways), naive.preference(teacher, columns, ways)


def _component(panel: str, name: str) -> Component:
    return components.COMPONENTS[name](PANELS[panel])


@each_panel
@pytest.mark.parametrize("name", components.COMPONENTS)
def test_t1_and_t2_equal_enumeration(panel: str, name: str) -> None:
    """T1's and T2's statistics and exact p-values equal a plain enumeration of all permutations."""
    student, teacher = _naive_rows(panel, name)
    component = _component(panel, name)
    found = Inheritance(9_999, (0,))(component, PANELS[panel].personas)
    statistic, p_joint = naive.joint(student, teacher)
    assert found.joint.statistic == pytest.approx(statistic, abs=EXACT)
    assert found.joint.value == p_joint
    wordings = list(range(len(PANELS[panel].wordings)))
    assert found.block.value == naive.block(student, teacher, wordings)
    assert list(found.split) == [naive.block(student, teacher, [w]) for w in wordings]
    manipulation = ManipulationCheck(9_999, (0,))(component).p_value
    statistic, p_teachers = naive.joint(teacher, teacher)
    assert manipulation.statistic == pytest.approx(statistic, abs=EXACT)
    assert manipulation.value == p_teachers


@each_panel
def test_p_item_equals_scipy(panel: str) -> None:
    """The test over items equals scipy's one-sample t test of naive contributions, summed within clusters."""
    from scipy.stats import ttest_1samp

    student, teacher = _naive_rows(panel, components.PREFERENCE)
    sums: dict[str, list[float]] = {}
    for cluster, value in zip(PANELS[panel].clusters, naive.contributions(student, teacher), strict=True):
        sums.setdefault(cluster, []).append(value)
    expected = ttest_1samp([math.fsum(values) for values in sums.values()], 0.0, alternative="greater")
    found = Inheritance(9_999, (0,))(components.preference(PANELS[panel]), PANELS[panel].personas).item
    assert found is not None
    assert found.statistic == pytest.approx(expected.statistic, abs=1e-9)
    assert found.value == pytest.approx(expected.pvalue, abs=1e-9)
    assert found.size == len(sums)


@each_panel
@pytest.mark.parametrize("name", components.COMPONENTS)
def test_p_block_equals_scipy(panel: str, name: str) -> None:
    """The block p-value equals scipy's exact permutation test of the pairing of students with teachers."""
    from scipy.stats import permutation_test

    found = Inheritance(9_999, (0,))(_component(panel, name), PANELS[panel].personas)
    k = len(PANELS[panel].personas)

    def matched(students: FloatArray) -> float:
        return float(np.mean([found.similarity[int(p), q] for q, p in enumerate(students)]))

    expected = permutation_test(
        (np.arange(k),), matched, permutation_type="pairings", alternative="greater", n_resamples=math.inf
    )
    assert found.block.value == pytest.approx(expected.pvalue, abs=EXACT)


@each_panel
def test_covariances_equal_loops(panel: str) -> None:
    """T3's covariances and slope equal plain sums over pairs of wordings."""
    teacher = naive.double_centred(PANELS[panel].teacher.tolist())
    student = naive.double_centred(PANELS[panel].student.tolist())
    component = components.preference(PANELS[panel])
    found = InheritanceSlope()(components.double_centred_deviations(PANELS[panel], component))
    assert found.covariance == pytest.approx(naive.covariance(student, teacher), abs=EXACT)
    assert found.persona_variance_teacher == pytest.approx(naive.covariance(teacher, teacher), abs=EXACT)
    assert found.persona_variance_student == pytest.approx(naive.covariance(student, student), abs=EXACT)


@each_panel
def test_the_slope_of_preference_equals_loops(panel: str) -> None:
    """T3's covariances of preference equal plain sums over pairs of wordings, without the ways of the other wordings."""
    teacher, student = PANELS[panel].teacher.tolist(), PANELS[panel].student.tolist()
    columns = naive.curves(teacher, naive.logits(student))
    ways = [naive.ways_of_following(teacher, columns, [w]) for w in range(len(teacher[0]))]
    a, b = (naive.beyond_curves(x, columns) for x in (student, teacher))
    found = InheritanceSlope()(components.preference(PANELS[panel]))
    assert found.covariance == pytest.approx(naive.preference_covariance(a, b, ways), abs=EXACT)
    assert found.persona_variance_teacher == pytest.approx(naive.preference_covariance(b, b, ways), abs=EXACT)
    assert found.persona_variance_student == pytest.approx(naive.preference_covariance(a, a, ways), abs=EXACT)


def test_reference_values() -> None:
    """Slope, the three standard errors and the p-value equal the reference."""
    found = CrossWordingRegression()(components.preference_with_gain(PANEL))
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


@pytest.mark.parametrize(
    ("k", "w", "n", "clusters", "seed", "floored"),
    [(4, 3, 24, 24, 7, True), (6, 3, 40, 9, 7, True), (5, 2, 25, 6, 7, True), (3, 2, 25, 25, 4, False)],
)
def test_the_formula_by_hand(k: int, w: int, n: int, clusters: int, seed: int, *, floored: bool) -> None:
    """Slope, errors and p-value equal the sums over personas, clusters and both, the larger one-way error at least."""
    from scipy.stats import t

    component = components.preference_with_gain(
        random_panel(k, w, n, seed=seed, effect=0.4 * floored, clusters=clusters)
    )
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
    both_ways = item + persona - (scores**2).sum() / square**2
    assert (both_ways < max(item, persona)) == floored
    error = np.sqrt(max(both_ways, item, persona))
    assert (found.slope, found.error_item, found.error_persona, found.std_error) == pytest.approx(
        (slope, np.sqrt(item), np.sqrt(persona), error), abs=TOLERANCE
    )
    assert found.p_value == pytest.approx(t.sf(slope / error, k - 1), abs=TOLERANCE)


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
