"""How often T3's interval holds the true slope, measured on simulated experiments.

The interval is one over personas: these could have been others, the items are what they are. So the true slope of
a simulated experiment is that of many other personas who answer the same items.
"""

from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from zlib import crc32

import numpy as np
import polars as pl

from eep.core.threads import single_thread
from eep.pipeline.calibration.trials import Settings, World, learner
from eep.pipeline.calibration.work import chunks, done, file_name
from eep.pipeline.progress import Progress
from eep.stats.components import preference
from eep.stats.panel import Panel
from eep.stats.simulation import rates
from eep.stats.simulation.nulls import COVERED
from eep.stats.simulation.simulate import simulate
from eep.stats.simulation.world import Design
from eep.stats.slope import InheritanceSlope

#: Other personas who answer the same items.
OTHERS = 60
COVERAGE = pl.Schema(
    {
        "configuration": pl.String(),
        "slope": pl.Float64(),
        "experiments": pl.Int32(),
        "bounded": pl.Int32(),
        "covered": pl.Int32(),
        "coverage": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "covered_mean": pl.Int32(),
        "median_width": pl.Float64(),
    }
)


@dataclass(frozen=True)
class CoverageChunk:
    """Experiments ``first`` to ``first + count - 1`` of a world; each has a seed of its own, whoever runs it."""

    world: World
    first: int
    count: int
    seed: int

    @property
    def file(self) -> str:
        """The name of its file, which depends on everything that its numbers do."""
        return file_name("coverage", self.first, asdict(self), __name__)

    def run(self) -> pl.DataFrame:
        """Simulate; one row per experiment: the slope and its bounds, its parts, and the slope of the others."""
        design = self.world.design
        wide = replace(design, personas=design.personas + OTHERS)
        rows, fit = [], learner(design)
        with single_thread():
            for number in range(self.first, self.first + self.count):
                rng = np.random.default_rng((self.seed, crc32(self.world.name.encode()), number))
                panel = simulate(wide, self.world.effects, rng, fit)
                parts = slice(design.personas), slice(design.personas, None)
                found, true = (InheritanceSlope()(preference(some(panel, part))) for part in parts)
                rows.append(
                    {
                        "slope": found.slope,
                        "low": found.conf_low,
                        "high": found.conf_high,
                        "numerator": found.covariance,
                        "denominator": found.persona_variance_teacher,
                        "true": true.slope,
                    }
                )
        return pl.DataFrame(rows)


def some(panel: Panel, personas: slice) -> Panel:
    """Return the panel of some of its personas."""
    chosen = {name: getattr(panel, name)[personas] for name in ("personas", "teacher", "student")}
    return replace(panel, **chosen)


def coverage(
    design: Design,
    *,
    settings: Settings,
    workers: int = 1,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Return how often the interval holds the true slope; one row per configuration (schema `COVERAGE`).

    An interval without bounds holds every slope; it is counted so, and ``bounded`` says how many have bounds.
    ``covered_mean`` counts those that hold the mean slope of all experiments instead, whose items differ.
    """
    works = [
        CoverageChunk(World(name, replace(design, **changes), effects), first, count, settings.seed)
        for name, changes, effects in COVERED
        for first, count in chunks(settings.experiments)
    ]
    frames = iter(done(works, "experiments for coverage", workers=workers, folder=folder, progress=progress))
    number = len(works) // len(COVERED)
    rows = [_row(name, pl.concat(islice(frames, number))) for name, _, _ in COVERED]
    return pl.DataFrame(rows, schema=COVERAGE, orient="row")


def _row(name: str, frame: pl.DataFrame) -> dict[str, object]:
    low, high, true = (frame[part].to_numpy() for part in ("low", "high", "true"))
    mean = float(frame["numerator"].to_numpy().mean() / frame["denominator"].to_numpy().mean())
    bounded = np.isfinite(low)
    held, held_mean = (~bounded | ((low <= value) & (value <= high)) for value in (true, mean))
    rate = rates.rate(int(held.sum()), len(held))
    widths = (high - low)[bounded]
    return {
        "configuration": name,
        "slope": mean,
        "experiments": rate.of,
        "bounded": int(bounded.sum()),
        "covered": rate.count,
        "coverage": rate.value,
        "low": rate.low,
        "high": rate.high,
        "covered_mean": int(held_mean.sum()),
        "median_width": float(np.median(widths)) if len(widths) else None,
    }
