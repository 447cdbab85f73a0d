"""Personas beside placebos, as the report tells it."""

from dataclasses import replace

import polars as pl
from invented_play import STUDENTS
from report_builder import build

from eep.report.markdown import block
from eep.report.placebos import section
from eep.stats.estimates import Estimate, frame

KIND = STUDENTS[0]
ROW = Estimate("balance", "preference", "placebo", "own", "teacher", 0.7, "tea-drinker", statistic=3.0, n_personas=4)


def told(*rows: Estimate) -> str:
    """Return the section on these estimates, which replace those of T4 in preference."""
    found = build()
    kept = found.estimates.filter(~((pl.col("test") == "T4") & (pl.col("component") == "preference")))
    return "\n".join(map(block, section(replace(found, estimates=pl.concat([kept, frame(rows, experiment="x")])))))


def test_placebos_stand_below_the_personas() -> None:
    """In one table, from both zero points; the sentence counts the personas above from the neutral voice."""
    words = told(
        replace(ROW, test="T4", contrast="juggler", estimate=0.9),
        replace(ROW, test="T4", term="own from neutral", contrast="juggler", estimate=0.8),
        ROW,
        replace(ROW, term="own from neutral", estimate=0.1, statistic=1.0),
        replace(ROW, agent=KIND, estimate=0.5),
    )
    assert words.index("| A juggler | 0.90 | 0.80 |") < words.index(
        "| Somebody who drinks tea (placebo) | 0.70 | 0.10 | 0.50 |"
    )
    assert (
        "teachers: from neutral, 3 of 4 personas resemble themselves more than Somebody who drinks tea does (0.10)"
    ) in words
    assert "students (XGBoost): from the mean, 1 of 4 personas" in words


def test_unknown_is_said() -> None:
    """A placebo that could not be placed is told with the reason; without placebos there is no section."""
    words = told(replace(ROW, estimate=None, statistic=None, note="descriptive; it lacks too many cells"))
    assert "teachers: not known (descriptive; it lacks too many cells)." in words
    assert told() == ""
