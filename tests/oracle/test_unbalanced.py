"""Designs with missing cells against plain loops over the cells that are there."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import permutations, product
from math import fsum

import naive
import numpy as np
import pytest
from cells import random_panel

from eep.core.arrays import FloatArray
from eep.stats import components, unbalanced
from eep.stats.cells_present import present
from eep.stats.components import Component
from eep.stats.inheritance import Inheritance, ManipulationCheck
from eep.stats.panel import Panel
from eep.stats.rows import centred, double_centred
from eep.stats.similarity import across_wordings, by_student_wording, similarity
from eep.stats.slope import InheritanceSlope, cross_covariance, total_variance

Cell = tuple[int, int]


PANELS = {
    "one hole": random_panel(4, 3, 16, seed=1, absent=((1, 2),)),
    "first wording": random_panel(4, 3, 16, seed=2, absent=((0, 0), (2, 1))),
    "three holes": random_panel(4, 3, 16, seed=3, absent=((0, 0), (1, 1), (2, 2))),
}
each_panel = pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS.keys())


def _pairs(panel: Panel) -> list[tuple[int, int, int]]:
    """Return every (persona, wording, other wording) of which both cells are there."""
    gone = set(panel.absent)
    cells = product(range(4), range(3), range(3))
    return [(p, w, v) for p, w, v in cells if w != v and not {(p, w), (p, v)} & gone]


def _labellings(panel: Panel) -> Iterator[dict[Cell, int]]:
    """Yield every relabelling within wordings of the cells there, the fullest wording left as it is."""
    inside = {w: [p for p in range(4) if (p, w) not in panel.absent] for w in range(3)}
    fixed = max(inside, key=lambda w: len(inside[w]))
    free = [w for w in inside if w != fixed]
    for moved in product(*(permutations(inside[w]) for w in free)):
        labels = {(p, fixed): p for p in inside[fixed]}
        for w, order in zip(free, moved, strict=True):
            labels |= {(p, w): q for p, q in zip(inside[w], order, strict=True)}
        yield labels


def _p_joint(panel: Panel, a: FloatArray, b: FloatArray) -> tuple[float, float]:
    """Return the matched similarity over the pairs there, and its exact p-value."""
    pairs, values = _pairs(panel), []
    for labels in _labellings(panel):
        terms = [float(a[labels[p, w], w] @ b[labels[p, v], v]) for p, w, v in pairs]
        values.append(fsum(terms) / len(pairs))
    return values[0], sum(value >= values[0] - 1e-12 for value in values) / len(values)


def _block(panel: Panel, a: FloatArray, b: FloatArray) -> FloatArray:
    """Return D by loops: the mean over a student's wordings of the mean over the teacher's other wordings."""
    d = np.zeros((4, 4))
    for p, q in product(range(4), range(4)):
        means = []
        for w in range(3):
            others = [v for v in range(3) if v != w and (q, v) not in panel.absent]
            if (p, w) not in panel.absent:
                means.append(fsum(float(a[p, w] @ b[q, v]) for v in others) / len(others))
        d[p, q] = fsum(means) / len(means)
    return d


@each_panel
@pytest.mark.parametrize("take", [components.level, components.preference])
def test_p_values_equal_enumeration(panel: Panel, take: Callable[[Panel], Component]) -> None:
    """Joint and block p-values of T1 and T2 equal plain enumerations over the cells there."""
    component = take(panel)
    a, b = component.student, component.teacher
    found = Inheritance(9_999, (0,))(component, panel.personas)
    statistic, p = _p_joint(panel, a, b)
    assert found.joint.statistic == pytest.approx(statistic, abs=1e-12)
    assert found.joint.value == p
    statistic, p = _p_joint(panel, b, b)
    manipulation = ManipulationCheck(9_999, (0,))(component).p_value
    assert manipulation.statistic == pytest.approx(statistic, abs=1e-12)
    assert manipulation.value == p
    d = _block(panel, a, b)
    assert found.similarity == pytest.approx(d, abs=1e-12)
    traces = [sum(d[p, q] for p, q in enumerate(order)) for order in permutations(range(4))]
    assert found.block.value == sum(t >= traces[0] - 1e-12 for t in traces) / 24


@each_panel
def test_centring_is_over_the_cells_there(panel: Panel) -> None:
    """Levels are centred over the personas that a wording has."""
    component = components.level(panel)
    for w in range(3):
        inside = [p for p in range(4) if (p, w) not in panel.absent]
        mean = fsum(float(panel.teacher[p, w].mean()) for p in inside) / len(inside)
        assert component.teacher[inside, w, 0] == pytest.approx(panel.teacher[inside, w].mean(axis=1) - mean)


def test_the_slope_is_not_biased_by_holes() -> None:
    """Students that show half of their persona have slope one half, whatever cells are missing."""
    rng = np.random.default_rng(0)
    persona = 0.05 * rng.normal(size=(6, 1, 400)) + np.zeros((6, 3, 1))
    for absent in ((), ((0, 1), (3, 0), (5, 2))):
        there = present(6, 3, absent)
        x, y = (double_centred(0.5 + share * persona, there) for share in (1.0, 0.5))
        component = replace(
            components.preference(random_panel(6, 3, 400, seed=1)),
            teacher_deviation=x,
            student_deviation=y,
            absent=absent,
        )
        found = InheritanceSlope()(component)
        assert found.slope == pytest.approx(0.5)
        assert found.persona_variance_teacher == pytest.approx(0.0025, rel=0.1)


@each_panel
def test_variances_of_unequal_wordings_are_unbiased(panel: Panel) -> None:
    """Personas, or cells, of variance 1 have that variance in expectation: exactly, as a sum over unit effects of each one."""
    there = panel.present
    persistent = [
        centred(np.eye(4)[p][:, None, None] * there[:, :, None], there) for p in range(4)
    ]  # one persona is 1 in all its wordings, everything else 0
    expected = sum(float(cross_covariance(x, x, there).sum()) for x in persistent)
    assert expected == pytest.approx(1.0, rel=1e-12)
    accidents = []
    for cell in np.argwhere(there):
        one = np.zeros((4, 3, 1))
        one[tuple(cell)] = 1.0
        accidents.append(centred(one, there))
    assert sum(total_variance(x, there) for x in accidents) == pytest.approx(1.0, rel=1e-12)
    nothing = sum(float(cross_covariance(x, x, there).sum()) for x in accidents)
    assert nothing == pytest.approx(0.0, abs=1e-12)


@each_panel
def test_ways_of_other_wordings_are_taken_out_of_the_cells_there(panel: Panel) -> None:
    """T3's covariances of preference are sums over the pairs there, without the third wording's ways, unbiased pair by pair."""
    component = components.preference(panel)
    assert component.ways is not None
    ways, inside = component.ways.tolist(), panel.present.tolist()
    rows = component.student_deviation.tolist(), component.teacher_deviation.tolist()
    expected = {}
    for name, (a, b) in {"st": rows, "tt": (rows[1], rows[1])}.items():
        terms = []
        for p, w, v in _pairs(panel):
            left, right = (naive.least_squares_residual(row, ways[3 - w - v]) for row in (a[p][w], b[p][v]))
            here, other = (sum(persona[wording] for persona in inside) for wording in (w, v))
            both = sum(persona[w] and persona[v] for persona in inside)
            kept = 1 - 1 / here - 1 / other + both / (here * other)
            terms.append(naive.inner(left, right) / (16 * kept))
        expected[name] = fsum(terms) / len(terms)
    found = InheritanceSlope()(component)
    assert found.covariance == pytest.approx(expected["st"], abs=1e-9)
    assert found.persona_variance_teacher == pytest.approx(expected["tt"], abs=1e-9)


def test_complete_designs_are_the_special_case() -> None:
    """With every cell there, the sums over cells equal those of complete designs."""
    component = components.preference(random_panel(5, 3, 30, seed=2))
    a, b, there = component.student_deviation, component.teacher_deviation, np.ones((5, 3), np.bool_)
    m = similarity(component.student, component.teacher)
    plain = np.stack([np.mean([m[:, w, :, v] for v in range(3) if v != w], axis=0) for w in range(3)])
    assert by_student_wording(m, there) == pytest.approx(plain, abs=1e-14)
    assert across_wordings(m, there) == pytest.approx(plain.mean(axis=0), abs=1e-14)
    plain = np.einsum("pwi,pvi->pwv", a, b)[:, ~np.eye(3, dtype=bool)].mean(axis=1) / (4 * 30)
    assert cross_covariance(a, b, there) == pytest.approx(plain, abs=1e-14)
    assert unbalanced.pairs(there) == 30
    relabellings = unbalanced.joint_relabellings(there, 10_000, 99, (0,))
    assert (relabellings.ties, relabellings.movable) == (1, (tuple(range(5)),) * 2)


def test_the_least_p_counts_names_that_may_be_traded() -> None:
    """Two personas missing from the fullest wording, alike elsewhere, can trade names; the least p-value says so."""
    there = np.array([[1, 1, 1, 1], [1, 1, 1, 1], [0, 1, 1, 0], [0, 1, 1, 0], [1, 0, 0, 1], [1, 0, 0, 1]], np.bool_)
    relabellings = unbalanced.joint_relabellings(there, 10_000_000, 99, (0,))
    assert relabellings.ties == 2
    assert relabellings.minimum == 2 / relabellings.size
    drawn = unbalanced.joint_relabellings(there, 10, 5_000, (0,))
    labels = np.concatenate(list(drawn.chunks()), axis=2)
    assert labels.shape == (3, 6, 5_001)
    assert (np.sort(labels, axis=1) == np.arange(6)[:, None]).all()
    gone = ~there[:, unbalanced.order(there)].T[1:]
    assert (labels[gone] == np.nonzero(gone)[1][:, None]).all()
