"""What eep calibrate and eep power measured, as the report shows it."""

from dataclasses import replace

import polars as pl
from report_builder import build, verdict, verdict_frame

from eep.core.numbers import MISSING
from eep.pipeline.calibration.power import power
from eep.pipeline.calibration.rates import calibrate
from eep.pipeline.calibration.trials import Settings
from eep.report.sections import page
from eep.stats.simulation.world import Design

DESIGN = Design(personas=4, wordings=2, items=30, train=30)
FEW = Settings(experiments=20, permutations=99)


def _page(measured: dict[str, pl.DataFrame], commands: dict[str, str]) -> str:
    found = replace(
        build(),
        measured={"balance": measured},
        measured_by=commands,
        advice={"balance": "Two more wordings would tell."},
    )
    return page(found, (), (), ())


def test_nothing_measured_is_no_section() -> None:
    """A report of an experiment that was never calibrated does not speak of it."""
    assert "How far these tests can be trusted" not in _page({}, {})


def test_measured_rates_and_power_are_shown() -> None:
    """Each world has its rates, a dash where something is inherited; each design its chances; both their command."""
    rates = calibrate(DESIGN, ["N1", "N4"], settings=FEW)
    chances = power({"this design": DESIGN}, settings=FEW)
    commands = {"calibration": "eep calibrate x.toml", "power": "eep power x.toml"}
    told = _page({"rates": rates, "power": chances}, commands)
    assert "By `eep calibrate x.toml`" in told
    assert "By `eep power x.toml`" in told
    (level,) = [line for line in told.splitlines() if line.startswith("| N4: ")]
    assert level.rstrip(" |").endswith(MISSING)
    (generic,) = [line for line in told.splitlines() if line.startswith("| N1: ")]
    assert generic.count(" to ") == 2
    assert "| this design | " in told


def test_inconclusive_verdicts_say_what_would_tell() -> None:
    """The advice stands at inconclusive verdicts alone."""
    open_question = [verdict("balance", "level", verdict="inconclusive"), verdict("balance", "preference")]
    advice = {"balance": "Two more wordings would tell."}
    found = build(verdicts=verdict_frame(open_question), advice=advice)
    before, after = page(found, (), (), ()).split("What would tell: Two more wordings would tell.")
    assert before.rpartition("### ")[2].startswith("Balancing a pole, level: inconclusive")
    assert "What would tell" not in after
