"""How often the tests find what is not there: measured on simulated experiments of this very design.

Every student is fitted to its own teacher's labels, and every panel goes through the statistics that real ones
go through.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from eep.pipeline.calibration.trials import Settings, World, outcomes
from eep.pipeline.progress import Progress
from eep.stats.components import COMPONENTS, PREFERENCE
from eep.stats.simulation import rates
from eep.stats.simulation.nulls import NULLS, Null
from eep.stats.simulation.trial import OVER_ITEMS, TESTS, InvalidProcedure
from eep.stats.simulation.world import Design

RATES = pl.Schema(
    {
        "null": pl.String(),
        "about": pl.String(),
        "test": pl.String(),
        "component": pl.String(),
        "kind": pl.Enum(("eep", "broken")),
        "holds": pl.Boolean(),
        "confounded": pl.Boolean(),
        "experiments": pl.Int32(),
        "rejections": pl.Int32(),
        "missing": pl.Int32(),
        "rate": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
    }
)


def calibrate(
    design: Design,
    nulls: Sequence[str] = tuple(NULLS),
    *,
    settings: Settings,
    invalid: Sequence[InvalidProcedure] = (),
    alpha: float = 0.05,
    workers: int = 1,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Return measured error rates: one row per null, test and component (schema `RATES`).

    ``holds`` tells whether there is nothing to find, so that the rate is one of errors; where it is false the
    rate is one of true findings. Some ``nulls``, which are names, change the experiment's ``design`` (see
    `eep.stats.simulation.nulls`). ``invalid`` are procedures that eep does not use, measured besides in the worlds that
    show what is wrong with them. The rest is as for `eep.pipeline.calibration.trials.outcomes`.
    """
    chosen = [NULLS[name] for name in nulls]
    procedures = {null.name: tuple(one for one in invalid if null.name in one.nulls) for null in chosen}
    worlds = [World(null.name, null.design(design), null.effects, procedures[null.name]) for null in chosen]
    found = outcomes(worlds, settings=settings, workers=workers, folder=folder, progress=progress)
    rows = [
        row
        for null, world, frame in zip(chosen, worlds, found, strict=True)
        for row in _rates(null, frame, world.procedures, alpha)
    ]
    return pl.DataFrame(rows, schema=RATES, orient="row")


def _rates(
    null: Null, frame: pl.DataFrame, procedures: Sequence[InvalidProcedure], alpha: float
) -> Iterator[dict[str, object]]:
    """Yield the rates of one null."""
    for component in COMPONENTS:
        for test in TESTS:
            differ = null.teachers if test == "T1" else null.inherited
            # Of T7 it is the bystanders' that are shown, where there are any.
            holds = component not in differ or (test == "T7" and null.effects.bystanders > 0)
            if component == PREFERENCE or test not in OVER_ITEMS:
                p_values = frame[f"{test} {component}"]
                yield rate_row(null, p_values, test, component, alpha, holds=holds)
    for one in procedures:
        yield rate_row(null, frame[one.name], one.name, one.component, alpha, holds=True, kind="broken")


def rate_row(
    null: Null, p_values: pl.Series, test: str, component: str, alpha: float, *, holds: bool, kind: str = "eep"
) -> dict[str, object]:
    """Return a row of the table of rates."""
    rate = rates.rejections(p_values.to_numpy(), alpha=alpha)
    return {
        "null": null.name,
        "about": null.about,
        "test": test,
        "component": component,
        "kind": kind,
        "holds": holds,
        "confounded": null.confounded,
        "experiments": rate.of,
        "rejections": rate.count,
        "missing": rate.missing,
        "rate": rate.value,
        "low": rate.low,
        "high": rate.high,
    }
