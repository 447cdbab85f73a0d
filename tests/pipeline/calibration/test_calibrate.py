"""Measured error rates."""

import polars as pl
import pytest

from benchmarks.invalid_procedures import INVALID_PROCEDURES
from benchmarks.returns import TESTS, ReturnsChunk, calibrate_returns, tables
from eep.pipeline.calibration.rates import RATES, calibrate
from eep.pipeline.calibration.trials import Settings
from eep.stats.simulation.world import Design
from eep.tasks import task_class

pytestmark = pytest.mark.slow

DESIGN = Design(personas=5, wordings=3, items=60, train=80, features=6)


@pytest.fixture(scope="module")
def rates() -> pl.DataFrame:
    """Return the rates of some worlds, 40 experiments each."""
    settings = Settings(experiments=40, seed=2, permutations=199)
    return calibrate(DESIGN, ("N2", "N4", "N6p"), settings=settings, invalid=INVALID_PROCEDURES)


def test_rates_are_one_row_per_world_test_and_component(rates: pl.DataFrame) -> None:
    """With the schema of the table, and no test of level over items."""
    assert rates.schema == RATES
    assert not rates.select("null", "test", "component").is_duplicated().any()
    assert rates.filter(test="item", component="level").is_empty()
    assert (rates["experiments"] == 40).all()
    assert rates.select((pl.col("low") <= pl.col("rate")) & (pl.col("rate") <= pl.col("high")))["low"].all()


def test_the_test_keeps_quiet_and_broken_ones_do_not(rates: pl.DataFrame) -> None:
    """Under N2 the verdict's test rejects rarely, and resemblance of a student to its own teacher is nearly always found."""
    n2 = rates.filter(null="N2", component="preference")
    assert n2.filter(test="P_T2")["rate"].item() <= 0.15
    assert n2.filter(test="own teacher", kind="broken")["rate"].item() >= 0.8


def test_level_is_found_where_it_is_inherited(rates: pl.DataFrame) -> None:
    """Where personas differ in level alone, level is inherited, and preference is not."""
    n4 = rates.filter(null="N4", test="P_T2")
    assert n4.filter(component="level").select("holds").item() is False
    assert n4.filter(component="level")["rate"].item() >= 0.8
    assert n4.filter(component="preference").select("holds").item() is True
    assert n4.filter(component="preference")["rate"].item() <= 0.15


def test_the_confounded_world_is_flagged(rates: pl.DataFrame) -> None:
    """It, and no other."""
    assert set(rates.filter("confounded")["null"]) == {"N6p"}


def test_returns_are_tested_on_real_play() -> None:
    """Agents differ in their wordings' whims alone; both tests give a p-value for every experiment."""
    found = ReturnsChunk(wordings=2, first=0, count=3, seed=1).run()
    assert found.columns == list(TESTS)
    assert found.height == 3
    assert all(found[name].is_between(0, 1).all() for name in TESTS)
    assert found.equals(ReturnsChunk(wordings=2, first=0, count=3, seed=1).run())


def test_agents_without_a_persona_answer_every_text() -> None:
    """Each table has a probability for every text, and no two agents are alike."""
    task = task_class("cartpole")(task_class("cartpole").Settings())
    one, other = tables(task, 2, (1,))
    assert set(one) == {item.text for item in task.stimuli()}
    assert all(0 < p < 1 for answers in one.values() for p in answers.values())
    assert one != other


def test_rates_of_returns_have_the_same_schema() -> None:
    """They go into one table with the others."""
    found = calibrate_returns(2, settings=Settings(experiments=2, seed=1))
    assert found.schema == RATES
    assert dict(found.select("test", "kind").iter_rows()) == {name: kind for name, (_, kind) in TESTS.items()}
