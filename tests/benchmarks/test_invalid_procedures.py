"""Procedures that fool, each against a plain recomputation or in the world that shows its error."""

from collections.abc import Callable
from itertools import permutations, product

import numpy as np
import pytest
from cells import random_panel

from benchmarks import invalid_procedures
from benchmarks.invalid_procedures import INVALID_PROCEDURES
from eep.core.threads import single_thread
from eep.stats.components import preference
from eep.stats.panel import Panel
from eep.stats.simulation.nulls import NULLS
from eep.stats.simulation.simulate import simulate
from eep.stats.simulation.trial import InvalidProcedure, Trial
from eep.stats.simulation.world import Design

TRIAL = Trial(9_999)


def rejected(procedure: Callable[[Panel, Trial, tuple[int, ...]], float], null: str, experiments: int) -> int:
    """Return in how many simulated experiments of a null a procedure has p of at most .05."""
    world, trial = NULLS[null], Trial(199)
    design = world.design(Design())
    panels = (simulate(design, world.effects, np.random.default_rng([9, number])) for number in range(experiments))
    with single_thread():
        return sum(procedure(panel, trial, (9, number)) <= 0.05 for number, panel in enumerate(panels))


@pytest.mark.parametrize("procedure", INVALID_PROCEDURES, ids=[one.name for one in INVALID_PROCEDURES])
def test_every_procedure_gives_a_p_value_and_has_a_world(procedure: InvalidProcedure) -> None:
    """Named worlds exist, and the number is a probability that a seed repeats."""
    assert set(procedure.nulls) <= set(NULLS)
    panel = random_panel(4, 3, 40, seed=1)
    p = procedure.p_value(panel, TRIAL, (3,))
    assert 0 <= p <= 1
    assert p == procedure.p_value(panel, TRIAL, (3,))


def test_names_are_unique() -> None:
    """They are columns of the measured table."""
    assert len({one.name for one in INVALID_PROCEDURES}) == len(INVALID_PROCEDURES)


def test_own_teachers_are_found_where_there_is_no_persona() -> None:
    """Whims of wordings alone make every student resemble the very teacher that taught it."""
    assert rejected(invalid_procedures.own_teacher, "N2", 12) >= 11


def test_items_as_the_unit_find_whims() -> None:
    """Strong whims of wordings are taken for personas several times too often."""
    assert rejected(invalid_procedures.items_as_unit, "N2s", 40) >= 6


def test_double_centred_probabilities_find_level() -> None:
    """Personas that differ in level alone seem to differ in taste."""
    assert rejected(invalid_procedures.double_centred, "N4", 20) >= 6


def test_relabelled_teachers_are_all_relabellings() -> None:
    """Its p-value is the share of all relabellings of teachers, in a plain loop."""
    panel = random_panel(3, 2, 30, seed=4, effect=0.3)
    component = preference(panel)
    m = np.einsum("pwi,qvi->pwqv", component.student, component.teacher)

    def statistic(labels: tuple[tuple[int, ...], ...]) -> float:
        cells = product(range(3), range(2), range(2))
        return float(sum(m[p, w, labels[v][p], v] for p, w, v in cells if w != v))

    every = list(product(permutations(range(3)), repeat=2))
    observed = statistic((tuple(range(3)),) * 2)
    wanted = np.mean([statistic(labels) >= observed - 1e-12 for labels in every])
    assert invalid_procedures.teachers_relabelled(panel, TRIAL, (0,)) == pytest.approx(wanted)


def test_personas_as_the_unit_is_a_t_test() -> None:
    """Matched less mismatched similarity of each persona, by scipy's one-sample t test."""
    from scipy.stats import ttest_1samp

    panel = random_panel(5, 3, 40, seed=4, effect=0.3)
    component = preference(panel)
    m = np.einsum("pwi,qvi->pwqv", component.student, component.teacher)
    d = np.mean([m[:, w, :, v] for w in range(3) for v in range(3) if w != v], axis=0)
    gains = [d[p, p] - np.mean(np.delete(d[p], p)) for p in range(5)]
    wanted = ttest_1samp(gains, 0.0, alternative="greater").pvalue
    assert invalid_procedures.personas_as_unit(panel, TRIAL, (0,)) == pytest.approx(wanted)


def test_items_against_one_are_paired_t_tests() -> None:
    """The least of the paired t tests' p-values, times their number."""
    from scipy.stats import ttest_rel

    panel = random_panel(4, 3, 40, seed=4)
    answers = panel.teacher.mean(axis=1)
    least = min(ttest_rel(answers[p], answers[0]).pvalue for p in range(1, 4))
    assert invalid_procedures.items_against_one(panel, TRIAL, (0,)) == pytest.approx(min(1.0, 3 * least))


def test_episodes_outvote_agents() -> None:
    """Two personas whose agents differ as much within as between: episodes see a difference, agents do not."""
    rng = np.random.default_rng(0)
    one, other = (np.array([[a], [b]]) + rng.normal(size=(2, 100)) for a, b in ((0.0, 4.0), (1.5, 5.0)))
    assert invalid_procedures.episodes_as_unit(one, other) < 0.01
    assert invalid_procedures.cells_as_unit(one, other) > 0.3
