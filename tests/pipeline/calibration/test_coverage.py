"""Coverage of the slope's interval."""

from pathlib import Path

import polars as pl
import pytest
from cells import random_panel
from polars.testing import assert_frame_equal

from eep.pipeline.calibration.coverage import COVERAGE, coverage, some
from eep.pipeline.calibration.trials import Settings
from eep.stats.simulation.world import Design

DESIGN = Design(personas=5, wordings=3, items=60, train=80, features=6)


@pytest.mark.slow
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


def test_some_personas_keep_their_answers() -> None:
    """A part of a panel holds the chosen personas and nothing else."""
    panel = random_panel(5, 2, 20, seed=1)
    part = some(panel, slice(1, 3))
    assert part.personas == panel.personas[1:3]
    assert (part.teacher == panel.teacher[1:3]).all()
    assert (part.student == panel.student[1:3]).all()
