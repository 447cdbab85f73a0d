"""Measured error rates, and coverage of the slope's interval."""

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from benchmarks.invalid_procedures import INVALID_PROCEDURES
from benchmarks.returns import TESTS, ReturnsChunk, calibrate_returns
from eep.pipeline.calibration.coverage import COVERAGE, coverage
from eep.pipeline.calibration.rates import RATES, calibrate
from eep.pipeline.calibration.trials import Settings
from eep.stats.simulation.world import Design

pytestmark = pytest.mark.slow

DESIGN = Design(personas=5, wordings=3, items=60, train=80, features=6)


@pytest.fixture(scope="module")
def rates() -> pl.DataFrame:
    """Return the rates of some worlds, 40 experiments each."""
    settings = Settings(experiments=40, seed=2, permutations=199)
    return calibrate(DESIGN, ("N2", "N4", "N6p"), settings=settings, invalid=INVALID_PROCEDURES)


def test_rates_are_one_row_per_world_test_and_component(rates: pl.DataFrame) -> None:
    """With the schema of the table, no test of level over items, and the confounded world flagged, no other."""
    assert rates.schema == RATES
    assert not rates.select("null", "test", "component").is_duplicated().any()
    assert rates.filter(test="item", component="level").is_empty()
    assert (rates["experiments"] == 40).all()
    assert rates.select((pl.col("low") <= pl.col("rate")) & (pl.col("rate") <= pl.col("high")))["low"].all()
    assert set(rates.filter("confounded")["null"]) == {"N6p"}


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


def test_returns_are_tested_on_real_play() -> None:
    """Agents differ in their wordings' whims alone; both tests give a p-value for every experiment, and rates as others do."""
    found = ReturnsChunk(wordings=2, first=0, count=3, seed=1).run()
    assert found.columns == list(TESTS)
    assert found.height == 3
    assert all(found[name].is_between(0, 1).all() for name in TESTS)
    assert found.equals(ReturnsChunk(wordings=2, first=0, count=3, seed=1).run())
    rates = calibrate_returns(2, settings=Settings(experiments=2, seed=1))
    assert rates.schema == RATES
    assert dict(rates.select("test", "kind").iter_rows()) == {name: kind for name, (_, kind) in TESTS.items()}


def test_coverage_is_measured_in_five_configurations(tmp_path: Path) -> None:
    """Most intervals hold the true slope; a second call reads the files and gives the same."""
    settings = Settings(experiments=15, seed=2)
    found = coverage(DESIGN, settings=settings, folder=tmp_path)
    assert found.schema == COVERAGE
    assert found.height == len(list(tmp_path.glob("*.parquet"))) == 5
    assert found["slope"].is_between(0.2, 1.5).all()
    assert (found["coverage"] > 0.7).all()
    unseen = pl.col("configuration").str.contains("unseen")
    assert found.filter(unseen)["slope"].item() < found.filter(~unseen)["slope"].to_numpy().min()
    assert_frame_equal(found, coverage(DESIGN, settings=settings, folder=tmp_path), check_exact=True)
