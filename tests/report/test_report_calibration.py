"""Tables and charts of measured rates."""

import json
from pathlib import Path

import polars as pl
import pytest

from eep.pipeline.calibration.coverage import COVERAGE
from eep.pipeline.calibration.power import POWER
from eep.pipeline.calibration.rates import RATES
from eep.report.calibration import MeasuredDesign, write


def rates() -> pl.DataFrame:
    """Return a small table of rates: a good one, one that is too high, a true finding, a broken procedure."""
    rows = [
        ("N2", "whims", "P_T2", "preference", "eep", True, False, 0.04, 0.03, 0.055),
        ("N2", "whims", "item", "preference", "eep", True, False, 0.2, 0.17, 0.23),
        ("N2", "whims", "own teacher", "preference", "broken", True, False, 1.0, 0.99, 1.0),
        ("N4", "level | only", "P_T2", "preference", "eep", True, False, 0.05, 0.04, 0.06),
        ("N4", "level | only", "P_T2", "level", "eep", False, False, 0.98, 0.97, 0.99),
        ("N6p", "confounded", "P_T2", "preference", "eep", True, True, 0.3, 0.27, 0.33),
        ("returns", "play", "t over agents", "return", "eep", True, False, 0.05, 0.03, 0.06),
    ]
    return pl.DataFrame(
        [(*row[:7], 1000, round(1000 * row[7]), 0, *row[7:]) for row in rows], schema=RATES, orient="row"
    )


def coverage() -> pl.DataFrame:
    """Return one configuration: 950 of 1,000 intervals hold the slope, of which 400 have no bounds."""
    row = ("medium effect", 0.9, 1000, 600, 950, 0.95, 0.93, 0.96, 930, 1.1)
    return pl.DataFrame([row], schema=COVERAGE, orient="row")


def power() -> pl.DataFrame:
    """Return one design and two strengths."""
    rows = [
        ("this design", 6, 3, 200, 300, 1, "yes/no", name, size, 0.05, 100, chance, chance / 2, 1.0)
        for name, size, chance in (("weak", 0.35, 0.6), ("strong", 1.2, 1.0))
    ]
    return pl.DataFrame(rows, schema=POWER, orient="row")


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Return a folder with the tables of one design."""
    measured = MeasuredDesign(
        "A <task>",
        {"personas": 6, "inverse_penalty": 1.0},
        {"rates": rates(), "coverage": coverage(), "power": power()},
    )
    path = write([measured], tmp_path, name="calibration", title="Rates", command="eep calibrate x", alpha=0.05)
    assert path == tmp_path / "calibration.md"
    return tmp_path


def test_the_page_says_rates_and_marks_them(written: Path) -> None:
    """Errors with intervals, too many of them in bold, true findings in italics, the confounded world named."""
    page = (written / "calibration.md").read_text(encoding="utf-8")
    assert "Made by `eep calibrate x`. All teachers are simulated." in page
    assert "personas 6, inverse penalty 1.0" in page
    assert "| N2: whims | 1,000 | .040 (.030 to .055) | \N{EN DASH} |" in page
    assert "| **.200** |" in page
    assert "| *.980* |" in page
    assert "**N6p is confounded by design**" in page
    assert "| own teacher | N2: whims | 1,000 | 1.000 | .990 to 1.000 |" in page
    assert "| t over agents | returns: play |" in page


def test_coverage_tells_bounded_intervals_apart(written: Path) -> None:
    """Of 600 bounded intervals 550 hold the slope."""
    page = (written / "calibration.md").read_text(encoding="utf-8")
    assert "| medium effect | 1,000 | 0.90 | .950 | .930 to .960 | .600 | .917 | 1.10 | .930 |" in page


def test_power_has_a_column_for_each_strength(written: Path) -> None:
    """With its interval."""
    page = (written / "calibration.md").read_text(encoding="utf-8")
    assert "| weak (0.35) | strong (1.2) |" in page
    assert "| 60 % (30 % to 100 %) | 100 % (50 % to 100 %) |" in page


def test_names_are_inert(written: Path) -> None:
    """Nothing in a task's or a world's name becomes markup."""
    page = (written / "calibration.md").read_text(encoding="utf-8")
    assert "## A &#60;task&#62;" in page
    assert "level &#124; only" in page


def test_programs_get_the_same_numbers(written: Path) -> None:
    """The JSON holds the command, the design and every row."""
    record = json.loads((written / "calibration.json").read_text(encoding="utf-8"))
    assert record["command"] == "eep calibrate x"
    (measured,) = record["measured"]
    assert measured["rates"] == rates().to_dicts()
    assert measured["design"]["personas"] == 6


def test_charts_are_drawn_and_shown(written: Path) -> None:
    """Every chart is an SVG with a description, and the page shows it."""
    page = (written / "calibration.md").read_text(encoding="utf-8")
    drawn = sorted(path.name for path in written.glob("*.svg"))
    assert len(drawn) == 3
    for name in drawn:
        assert f"]({name})" in page
        assert 'role="img" aria-label="' in (written / name).read_text(encoding="utf-8")
