"""How reliable profiles are, as eep power tells it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from cells import panel, random_panel, table

from eep.core.arrays import FloatArray
from eep.pipeline.calibration.reliable import UNKNOWN, reliability_sentences
from eep.pipeline.prepare import Prepared, prepare
from eep.stats.panel import Panel
from eep.stats.reliability import PROFILE, Noise, of_answers

EXPERIMENT = """\
id = "small"
title = "Small"
question = "Is it?"
personas = ["sir-isaac-newton", "herpetologist", "goth-teen", "hill-farmer"]
wordings = ["plain", "portrait"]

[teacher]
provider = "simulated"

[tasks.cartpole]
students = ["logistic"]
"""


@pytest.fixture
def prepared(tmp_path: Path) -> Prepared:
    """Return a small experiment without a run."""
    path = tmp_path / "small.toml"
    path.write_text(EXPERIMENT, encoding="utf-8")
    return prepare(path, out=tmp_path)


def answered(prepared: Prepared, cells: Panel) -> None:
    """Write the responses of a panel as the experiment's run."""
    rows = table(cells).with_columns(task=pl.lit("cartpole"), option=pl.lit("right"))
    agent = pl.when(pl.col("role") == "student").then(pl.lit("logistic")).otherwise(pl.col("agent")).alias("agent")
    prepared.runs.mkdir(parents=True)
    rows.with_columns(agent).write_parquet(prepared.runs / "responses.parquet")


def test_before_a_run_nothing_is_known(prepared: Prepared) -> None:
    """Reliability depends on the teacher's wordings, so a run is asked for."""
    assert reliability_sentences(prepared) == [UNKNOWN]


def test_a_run_tells_what_reliability_needs(prepared: Prepared) -> None:
    """The coefficient, the ceiling of two wordings, and how many wordings reach .8 and .9."""
    cells = random_panel(5, 2, 40, seed=1)
    answered(prepared, cells)
    found = of_answers(cells.teacher, PROFILE, Noise(0.0))
    (sentence,) = reliability_sentences(prepared)
    assert sentence == (
        f"CartPole: profiles of teachers over 2 wordings have a reliability of {found.coefficient():.2f}, and two wordings "
        f"correlate by {found.two_wordings:.2f}, which a student that copies its teacher is expected to reach. A "
        f"reliability of 0.8 needs {found.needed('wordings', 0.8):.0f} wordings, of 0.9 needs "
        f"{found.needed('wordings', 0.9):.0f} wordings."
    )


def contrary(x: FloatArray) -> FloatArray:
    """Return answers whose second wording is the opposite of the first."""
    return np.stack([x[:, 0], 1 - x[:, 0]], axis=1)


def test_what_cannot_be_reached_is_said(prepared: Prepared) -> None:
    """Where wordings contradict each other no number of them would do."""
    x = contrary(np.random.default_rng(0).random((4, 1, 20)))
    answered(prepared, panel(x, x))
    (sentence,) = reliability_sentences(prepared)
    assert sentence.endswith("No number of wordings makes it .8.")


def test_a_run_that_tells_nothing_says_why(prepared: Prepared) -> None:
    """One persona alone has no reliability."""
    cells = random_panel(2, 2, 20, seed=0)
    alone = replace(cells, personas=cells.personas[:1], teacher=cells.teacher[:1], student=cells.student[:1])
    answered(prepared, alone)
    (sentence,) = reliability_sentences(prepared)
    assert sentence.startswith("CartPole: the reliability of profiles is not known (descriptive; ")
