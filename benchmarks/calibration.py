"""The committed tables of error rates, coverage and power: python -m benchmarks.calibration [experiments] [workers].

So many experiments for error rates, 4,000 by default, and a quarter as many for coverage and power, which take longer.

Writes reports/calibration/ for the reference design: six personas, three wordings, 200 held-out items, yes or no.
Finished simulations are kept in runs/calibration/, so that an interrupted run goes on.
"""

import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from benchmarks.invalid_procedures import INVALID_PROCEDURES
from benchmarks.returns import calibrate_returns
from eep.cli.views.progress import on_stderr
from eep.pipeline.calibration.coverage import coverage
from eep.pipeline.calibration.power import neighbours, power
from eep.pipeline.calibration.rates import calibrate
from eep.pipeline.calibration.trials import Settings
from eep.report.calibration import MeasuredDesign, write
from eep.stats.simulation.world import Design

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = Design()
ALPHA = 0.05
#: Of a persona effect, in logits.
STRENGTHS = {"weak": 0.35, "medium": 0.7, "strong": 1.0}


def main() -> None:
    """Measure and write everything."""
    experiments = int(sys.argv[1]) if len(sys.argv) > 1 else 4_000
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    given: dict[str, Any] = {
        "settings": Settings(experiments=experiments, seed=1),
        "workers": workers,
        "folder": ROOT / "runs" / "calibration",
        "progress": on_stderr(),
    }
    fewer = {**given, "settings": Settings(experiments=max(1, experiments // 4), seed=1)}
    reports, command = ROOT / "reports" / "calibration", f"python -m benchmarks.calibration {experiments}"
    begun = time.perf_counter()
    rates = calibrate(REFERENCE, invalid=INVALID_PROCEDURES, **given)
    rates = rates.vstack(calibrate_returns(REFERENCE.wordings, **given))
    frames = {"rates": rates, "coverage": coverage(REFERENCE, **fewer)}
    measured = [MeasuredDesign("The reference design", asdict(REFERENCE), frames)]
    title = "How often the tests find what is not there"
    print(write(measured, reports, name="calibration", title=title, command=command, alpha=ALPHA))
    designs = {
        **neighbours(REFERENCE),
        "eight personas": replace(REFERENCE, personas=8),
        "eight personas, four wordings": replace(REFERENCE, personas=8, wordings=4),
        "ten personas": replace(REFERENCE, personas=10),
        "all features matter alike": replace(REFERENCE, focus=0.0),
    }
    measured = [
        MeasuredDesign(
            "The reference design", asdict(REFERENCE), {"power": power(designs, strengths=STRENGTHS, **fewer)}
        )
    ]
    title = "What experiments can find"
    print(write(measured, reports, name="power", title=title, command=command, alpha=ALPHA))
    print(f"{time.perf_counter() - begun:.0f} s with {workers} workers")


if __name__ == "__main__":
    main()
