"""The fast statistics against the naive loops of `naive`, and against scipy, on the reference and on random data."""

import math
from functools import cache

import cells
import naive
import numpy as np
import pytest
from test_reference import PANEL

from eep.core.arrays import FloatArray
from eep.stats import components
from eep.stats.components import Component
from eep.stats.inheritance import Inheritance, ManipulationCheck
from eep.stats.panel import Panel
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
    logits = naive.logits(student)
    columns = naive.curves(teacher, logits)
    return naive.preference(logits, columns), naive.preference(teacher, columns)


def _component(panel: str, name: str) -> Component:
    return components.level(PANELS[panel]) if name == components.LEVEL else components.preference(PANELS[panel])


@each_panel
@pytest.mark.parametrize("name", [components.LEVEL, components.PREFERENCE])
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
@pytest.mark.parametrize("name", [components.LEVEL, components.PREFERENCE])
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
    found = InheritanceSlope()(components.preference(PANELS[panel]))
    assert found.covariance == pytest.approx(naive.covariance(student, teacher), abs=EXACT)
    assert found.persona_variance_teacher == pytest.approx(naive.covariance(teacher, teacher), abs=EXACT)
    assert found.persona_variance_student == pytest.approx(naive.covariance(student, student), abs=EXACT)
