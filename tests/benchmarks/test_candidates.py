"""Missing answers in simulated experiments, and candidates for what preference leaves out."""

import numpy as np
import pytest

from benchmarks.missing_answers import DESIGN, PATTERNS, Pattern, at_random, with_gaps
from benchmarks.projections import CANDIDATES, candidates
from eep.stats.components import preference
from eep.stats.simulation.nulls import WORDINGS
from eep.stats.simulation.simulate import simulate


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda one: one.__name__)
def test_missing_answers_cost_few_items(pattern: Pattern) -> None:
    """Preference keeps nine items of ten where level keeps less than half, and can be tested."""
    rng = np.random.default_rng(0)
    panel = with_gaps(simulate(DESIGN, WORDINGS, rng), pattern, rng)
    assert len(panel.items) >= 0.9 * DESIGN.items
    assert len(panel.listwise.items) < 0.5 * DESIGN.items
    assert preference(panel).reason == ""


def test_eight_per_cent_are_missing_at_random() -> None:
    """Of all answers alike."""
    missing = at_random(np.full((7, 3, 2_000), 0.5), np.random.default_rng(0))
    assert missing.mean() == pytest.approx(0.08, abs=0.01)


def test_what_eep_uses_is_among_the_candidates() -> None:
    """One candidate for each name, and that of one direction, t, is the component that verdicts rest on."""
    panel = simulate(DESIGN, WORDINGS, np.random.default_rng(1))
    found = dict(zip(CANDIDATES, candidates(panel), strict=True))
    assert np.allclose(found["t"].teacher, preference(panel).teacher, atol=1e-12)
    assert np.allclose(found["t"].student, preference(panel).student, atol=1e-12)
