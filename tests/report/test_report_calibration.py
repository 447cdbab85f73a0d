"""What eep calibrate and eep power measured: their own page, and what a report says of it."""

import json
from pathlib import Path

import polars as pl
import pytest
from report_builder import build, verdict, verdict_frame

from eep.core.numbers import MISSING
from eep.pipeline.calibration.coverage import COVERAGE
from eep.pipeline.calibration.power import POWER
from eep.pipeline.calibration.power import power as measure
from eep.pipeline.calibration.rates import RATES, calibrate
from eep.pipeline.calibration.trials import Settings
from eep.report.calibration import MeasuredDesign, write
from eep.report.sections import page
from eep.stats.simulation.world import Design

DESIGN = Design(personas=4, wordings=2, items=30, train=30)
FEW = Settings(experiments=20, permutations=99)


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


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the tables of one design."""
    folder, tables = tmp_path_factory.mktemp("measured"), {"rates": rates(), "coverage": coverage(), "power": power()}
    measured = MeasuredDesign("A <task>", {"personas": 6, "inverse_penalty": 1.0}, tables)
    path = write([measured], folder, name="calibration", title="Rates", command="eep calibrate x", alpha=0.05)
    assert path == folder / "calibration.md"
    return folder


@pytest.mark.parametrize(
    "said",
    [
        "Made by `eep calibrate x`. All teachers are simulated.",
        "personas 6, inverse penalty 1.0",
        "| N2: whims | 1,000 | .040 (.030 to .055) | \N{EN DASH} |",
        "| **.200** |",
        "| *.980* |",
        "**N6p is confounded by design**",
        "| own teacher | N2: whims | 1,000 | 1.000 | .990 to 1.000 |",
        "| t over agents | returns: play |",
        "| medium effect | 1,000 | 0.90 | .950 | .930 to .960 | .600 | .917 | 1.10 | .930 |",
        "| weak (0.35) | strong (1.2) |",
        "| 60 % (30 % to 100 %) | 100 % (50 % to 100 %) |",
        "## A &#60;task&#62;",
        "level &#124; only",
    ],
)
def test_the_page_says_what_was_measured(written: Path, said: str) -> None:
    """Rates with intervals, too many errors in bold, true findings in italics, coverage, power; names as inert text."""
    assert said in (written / "calibration.md").read_text(encoding="utf-8")


def test_programs_get_the_same_numbers(written: Path) -> None:
    """The JSON holds the command, the design and every row."""
    record = json.loads((written / "calibration.json").read_text(encoding="utf-8"))
    assert record["command"] == "eep calibrate x"
    (measured,) = record["measured"]
    assert measured["rates"] == rates().to_dicts()
    assert measured["design"]["personas"] == 6


def test_charts_are_drawn_and_shown(written: Path) -> None:
    """Every chart is an SVG with a description, and the page shows it."""
    text = (written / "calibration.md").read_text(encoding="utf-8")
    drawn = sorted(path.name for path in written.glob("*.svg"))
    assert len(drawn) == 3
    for name in drawn:
        assert f"]({name})" in text
        assert 'role="img" aria-label="' in (written / name).read_text(encoding="utf-8")


def _page(measured: dict[str, pl.DataFrame], commands: dict[str, str]) -> str:
    """Return the report of an experiment of which this was measured."""
    return page(build(measured={"balance": measured}, measured_by=commands), (), (), ())


def test_nothing_measured_is_no_section() -> None:
    """A report of an experiment that was never calibrated does not speak of it."""
    assert "How far these tests can be trusted" not in _page({}, {})


def test_measured_rates_and_power_are_shown() -> None:
    """Each world has its rates, a dash where something is inherited; each design its chances; both their command."""
    found = calibrate(DESIGN, ["N1", "N4"], settings=FEW)
    chances = measure({"this design": DESIGN}, settings=FEW)
    commands = {"calibration": "eep calibrate x.toml", "power": "eep power x.toml"}
    told = _page({"rates": found, "power": chances}, commands)
    assert "By `eep calibrate x.toml`" in told
    assert "By `eep power x.toml`" in told
    (level,) = [line for line in told.splitlines() if line.startswith("| N4: ")]
    assert level.rstrip(" |").endswith(MISSING)
    (generic,) = [line for line in told.splitlines() if line.startswith("| N1: ")]
    assert generic.count(" to ") == 3
    assert "| this design | " in told


def test_inconclusive_verdicts_say_what_would_tell() -> None:
    """The advice stands at inconclusive verdicts alone."""
    open_question = [verdict("balance", "level", verdict="inconclusive"), verdict("balance", "preference")]
    advice = {"balance": "Two more wordings would tell."}
    found = build(verdicts=verdict_frame(open_question), advice=advice)
    before, after = page(found, (), (), ()).split("What would tell: Two more wordings would tell.")
    assert before.rpartition("### ")[2].startswith("Balancing a pole, level: inconclusive")
    assert "What would tell" not in after


def test_what_nothing_can_be_said_of_is_a_dash(tmp_path: Path) -> None:
    """Of designs that are too small for a slope: a dash in the table, null in the file, which is read again."""
    nothing = coverage().with_columns(slope=float("nan"), median_width=None)
    lost = rates().with_columns(rate=float("nan"))
    measured = MeasuredDesign("Small", {"personas": 6}, {"rates": lost, "coverage": nothing, "power": power()})
    path = write([measured], tmp_path, name="calibration", title="Rates", command="eep calibrate x", alpha=0.05)
    assert f"| medium effect | 1,000 | {MISSING} |" in path.read_text(encoding="utf-8")
    (found,) = json.loads(path.with_suffix(".json").read_bytes())["measured"]
    assert {row["rate"] for row in found["rates"]} == {None}
    again = pl.DataFrame(found["coverage"], schema=COVERAGE, orient="row")
    assert again["slope"].to_list() == again["median_width"].to_list() == [None]
