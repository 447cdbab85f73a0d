"""Simulated pairs of runs: what they share, and what is measured of them."""

import numpy as np
import pytest

from benchmarks.comparison import HEAD, Chunk, Pair, line, pairs
from eep.stats.components import preference
from eep.stats.rows import double_centred
from eep.stats.simulation.world import Design, Effects
from eep.stats.slope import InheritanceSlope

SMALL = Design(personas=4, wordings=2, items=60, train=80, answers="probability")
STRONG = Effects(persona=1.0, wording=0.3)


def test_runs_share_personas_and_items_and_no_whims() -> None:
    """Both runs have the same names and items, and other answers: a persona shows in both, the whims of a wording in one."""
    one, other = Pair("equal", SMALL, STRONG, STRONG).simulate((1,))
    assert (one.personas, one.wordings, one.items) == (other.personas, other.wordings, other.items)
    assert one.teacher.shape == other.teacher.shape == (4, 2, 60)
    rows = [each.teacher.mean(axis=1).ravel() for each in (one, other)]
    assert 0.8 < np.corrcoef(rows)[0, 1] < 0.999


def test_strangers_have_the_names_of_others() -> None:
    """Personas of a stranger's run are others: beyond what all share, its cells resemble nobody's of the same name."""
    found = []
    for strangers in (False, True):
        one, other = Pair("either", SMALL, STRONG, STRONG, strangers=strangers).simulate((1,))
        rows = [double_centred(each.teacher).mean(axis=1).ravel() for each in (one, other)]
        found.append(float(np.corrcoef(rows)[0, 1]))
    assert found[0] > 0.7
    assert found[1] < 0.3


def test_the_second_run_may_be_of_other_strength() -> None:
    """Runs of other effects differ by what these are: weaker personas vary less."""
    one, other = Pair("unequal", SMALL, STRONG, Effects(persona=0.3, wording=0.3)).simulate((2,))
    variances = [InheritanceSlope()(preference(each)).persona_variance_teacher for each in (one, other)]
    assert variances[0] > 3 * variances[1]


@pytest.mark.slow
def test_a_chunk_measures_all_columns() -> None:
    """Each experiment gives slopes and p-values, the same whoever runs it; the table has a cell for every head."""
    chunk = Chunk(Pair("equal", SMALL, STRONG, STRONG), 3, 2)
    frame = chunk.run()
    assert frame.height == 2
    assert frame.equals(chunk.run())
    assert all(frame[name].is_between(0, 1).all() for name in ("slopes", "plain", "variances", "items", "teacher"))
    assert len(line("equal", frame).strip("| ").split(" | ")) == len(HEAD)
    assert len({pair.name for pair in pairs()}) == len(pairs())
