"""The comparison of runs against loops, to 1e-9."""

import math
from collections.abc import Callable

import naive
import numpy as np
import pytest
from cells import panel
from scipy import stats

from eep.stats import components
from eep.stats.comparison import ROLES, Role, agreement, items_as_unit, slope_difference, variance_difference
from eep.stats.components import Component
from eep.stats.panel import Panel
from eep.stats.slope import InheritanceSlope

K, W, N = 4, 3, 30


def run(seed: int) -> Panel:
    """Return a run whose personas differ in level, gain and preference, and its students by a part of that."""
    rng = np.random.default_rng(seed)
    level, gain, taste = rng.normal(size=(K, 1, 1)), rng.normal(size=(K, 1, 1)), rng.normal(size=(K, 1, N))
    noise = 0.2 * rng.normal(size=(2, K, W, N))
    logits = (level + (1 + 0.3 * gain) * rng.normal(size=N) + taste) * np.array([1.0, 0.7])[:, None, None, None] + noise
    teacher, student = 1 / (1 + np.exp(-logits))
    return panel(teacher, student)


PANELS = [run(seed) for seed in (3, 4)]


def contributions(a: naive.Cells, b: naive.Cells, ways: list[list[list[float]]]) -> list[float]:
    """Return each persona's contribution to the covariance: of its products over w != v and items, K / (K - 1) of the mean.

    ``ways`` are, by wording, directions; those of the other wordings are taken out of both rows of a pair.
    """
    found = []
    for one, other in zip(a, b, strict=True):
        total = 0.0
        for w in range(W):
            for v in range(W):
                if w == v:
                    continue
                (u,) = (u for u in range(W) if u not in (w, v))
                rows = [naive.least_squares_residual(row, ways[u]) if ways else row for row in (one[w], other[v])]
                total += naive.inner(*rows)
        found.append(K / (K - 1) * total / (K * W * (W - 1) * len(a[0][0])))
    return found


def parts(component: Component) -> tuple[list[float], list[float]]:
    """Return numerators and denominators of T3."""
    student, teacher = component.student_deviation.tolist(), component.teacher_deviation.tolist()
    ways = [] if component.ways is None else component.ways.tolist()
    return contributions(student, teacher, ways), contributions(teacher, teacher, ways)


@pytest.mark.parametrize("take", list(components.COMPONENTS.values()))
def test_slopes_differ_as_loops_say(take: Callable[[Panel], Component]) -> None:
    """Estimate, error, degrees of freedom, interval and p-value of the difference of slopes equal those of loops."""
    two = [take(panel) for panel in PANELS]
    slopes, changes, matrices = [], [], []
    for numerator, denominator in map(parts, two):
        total = math.fsum(denominator)
        slope = math.fsum(numerator) / total
        share = [min(1.0, max(0.0, d / total)) for d in denominator]
        changes.append(
            [(n - slope * d) / total / math.sqrt(1 - h) for n, d, h in zip(numerator, denominator, share, strict=True)]
        )
        weight = [h / math.fsum(share) for h in share]
        matrices.append(
            [
                [
                    ((weight[p] if p == q else 0.0) - weight[p] * weight[q])
                    / math.sqrt((1 - share[p]) * (1 - share[q]))
                    for q in range(K)
                ]
                for p in range(K)
            ]
        )
        slopes.append(slope)
    error = math.sqrt(math.fsum((x - y) ** 2 for x, y in zip(*changes, strict=True)))
    matrix = [[matrices[0][p][q] + matrices[1][p][q] for q in range(K)] for p in range(K)]
    squared = math.fsum(matrix[p][q] * matrix[q][p] for p in range(K) for q in range(K))
    freedom = math.fsum(matrix[p][p] for p in range(K)) ** 2 / squared
    one, other = (InheritanceSlope()(each) for each in two)
    found = slope_difference(one, other, PANELS[0].personas)
    estimate = slopes[0] - slopes[1]
    half = stats.t.ppf(0.975, freedom) * error
    assert found.estimate == pytest.approx(estimate, abs=1e-9)
    assert found.std_error == pytest.approx(error, abs=1e-9)
    assert found.freedom == pytest.approx(freedom, abs=1e-9)
    assert (found.conf_low, found.conf_high) == pytest.approx((estimate - half, estimate + half), abs=1e-9)
    assert found.p_value == pytest.approx(2 * stats.t.sf(abs(estimate) / error, freedom), abs=1e-9)


@pytest.mark.parametrize("take", list(components.COMPONENTS.values()))
def test_variances_differ_as_a_paired_t_test_says(take: Callable[[Panel], Component]) -> None:
    """The difference of the teachers' persona variances is a paired t test over K times the personas' contributions."""
    two = [take(panel) for panel in PANELS]
    denominators = [[K * d for d in parts(each)[1]] for each in two]
    test = stats.ttest_rel(*denominators)
    one, other = (InheritanceSlope()(each) for each in two)
    found = variance_difference(one, other)
    assert found.estimate == pytest.approx(math.fsum(denominators[0]) / K - math.fsum(denominators[1]) / K, abs=1e-9)
    assert (found.statistic, found.p_value) == pytest.approx((test.statistic, test.pvalue), abs=1e-9)
    assert (found.conf_low, found.conf_high) == pytest.approx(tuple(test.confidence_interval()), abs=1e-9)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", ["level", "preference"])
def test_agreement_is_t2_between_runs(role: Role, name: str) -> None:
    """Joint and block p-values of one run's cells against the other's equal an enumeration of all relabellings."""
    two = [components.COMPONENTS[name](panel) for panel in PANELS]
    left, right = (getattr(each, role).tolist() for each in two)
    found = agreement(two[0], two[1], role, PANELS[0].personas, 9_999, (0,))
    observed, p = naive.joint(left, right)
    assert found.joint.statistic == pytest.approx(observed, abs=1e-9)
    assert found.joint.value == pytest.approx(p, abs=1e-9)
    assert found.block.value == pytest.approx(naive.block(left, right, list(range(W))), abs=1e-9)
    if name == "preference":
        assert found.item is not None
        test = stats.ttest_1samp(naive.contributions(left, right), 0.0, alternative="greater")
        assert found.item.value == pytest.approx(test.pvalue, abs=1e-9)


def test_items_as_the_unit_is_a_paired_t_test_over_items() -> None:
    """The wrong way is what it says: a paired t test over the items' influence on each slope."""
    two = [components.preference(panel) for panel in PANELS]
    changes, slopes = [], []
    for each in two:
        student, teacher = each.student_deviation.tolist(), each.teacher_deviation.tolist()
        numerator, denominator = naive.contributions(student, teacher), naive.contributions(teacher, teacher)
        slopes.append(math.fsum(numerator) / math.fsum(denominator))
        total = math.fsum(denominator)
        changes.append([N * (n - slopes[-1] * d) / total for n, d in zip(numerator, denominator, strict=True)])
    error = np.std([x - y for x, y in zip(*changes, strict=True)], ddof=1) / math.sqrt(N)
    found = items_as_unit(two[0], two[1])
    assert found.estimate == pytest.approx(slopes[0] - slopes[1], abs=1e-9)
    assert found.p_value == pytest.approx(2 * stats.t.sf(abs(slopes[0] - slopes[1]) / error, N - 1), abs=1e-9)
