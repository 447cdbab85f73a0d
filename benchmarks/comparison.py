"""How far a comparison of two runs can be trusted: python -m benchmarks.comparison [experiments] [workers].

Two runs of the same personas on the same items, with wordings' whims and answers of their own, students really fitted:
one simulated experiment of twice as many wordings, of which each run has half. Where runs differ in strength, the second
half is that of an experiment with the same random numbers and other effects. Finished simulations are kept in
runs/comparison/, so that an interrupted measurement goes on. The table stands in docs/statistics.md.
"""

import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from zlib import crc32

import numpy as np
import polars as pl

from eep.cli.views.progress import on_stderr
from eep.core import versions
from eep.core.threads import single_thread
from eep.pipeline.calibration.power import WORDING_NOISE
from eep.pipeline.calibration.work import chunks, done, file_name
from eep.stats.comparison import (
    ROLES,
    agreement,
    influence,
    items_as_unit,
    paired_t,
    slope_difference,
    variance_difference,
)
from eep.stats.components import COMPONENTS, PREFERENCE
from eep.stats.inheritance import Inheritance
from eep.stats.panel import Panel
from eep.stats.simulation import rates
from eep.stats.simulation.nulls import STRONG
from eep.stats.simulation.simulate import simulate
from eep.stats.simulation.world import Design, Effects
from eep.stats.slope import InheritanceSlope, SlopeResult

FOLDER = Path(__file__).resolve().parent.parent / "runs" / "comparison"
PERMUTATIONS, ALPHA = 999, 0.05
HEAD = (
    *("runs", "slope", "other slope", "both bounded", "slopes differ", "the same, plain t over personas"),
    *(
        "variances differ",
        "slopes differ, items as the unit",
        "one of two inherited",
        "teachers agree",
        "students agree",
    ),
)
#: Six personas, 200 items, yes or no; and as the first matrix: eight personas, 120 items, stated probabilities.
DESIGNS = {"six": Design(), "eight": Design(personas=8, items=120, answers="probability")}
#: Of what a persona favours, students of the second run see so much of the variance; less than that arrives.
SEEN = 0.53


@dataclass(frozen=True)
class Pair:
    """Two runs: the design of both, what is at work in each, and the component that is compared."""

    name: str
    design: Design
    one: Effects
    other: Effects
    component: str = PREFERENCE
    #: Whether a name stands for another persona in the second run.
    strangers: bool = False

    def simulate(self, seed: tuple[int, ...]) -> tuple[Panel, Panel]:
        """Return the panels of both runs."""
        k, w = self.design.personas, self.design.wordings
        double = replace(self.design, wordings=2 * w, personas=k * (1 + self.strangers))
        first = simulate(double, self.one, np.random.default_rng(seed))
        second = first if self.one == self.other else simulate(double, self.other, np.random.default_rng(seed))
        return part(first, k, w), part(second, k, w, persona=k * self.strangers, wording=w)


def part(panel: Panel, personas: int, wordings: int, *, persona: int = 0, wording: int = 0) -> Panel:
    """Return so many personas and wordings of a panel, from a place on, called by the names of the first ones."""
    place = np.s_[persona : persona + personas, wording : wording + wordings]
    return replace(
        panel,
        personas=panel.personas[:personas],
        wordings=panel.wordings[:wordings],
        teacher=np.ascontiguousarray(panel.teacher[place]),
        student=np.ascontiguousarray(panel.student[place]),
        neutral=None,
    )


def pairs() -> tuple[Pair, ...]:
    """Return everything that is measured."""
    found = []
    for size, design in DESIGNS.items():
        for strength in (0.35, 0.7, 1.2):
            effects = replace(WORDING_NOISE, persona=strength)
            found.append(Pair(f"{size}: equal, {strength:g}", design, effects, effects))
        strong, weak = (replace(WORDING_NOISE, persona=strength) for strength in (1.2, 0.5))
        half = replace(strong, persona=1.2 * SEEN**0.5, persona_hidden=1.2 * (1 - SEEN) ** 0.5)
        found += [
            Pair(f"{size}: 1.2 against 0.5", design, strong, weak),
            Pair(f"{size}: power", design, strong, half),
            Pair(f"{size}: strangers", design, strong, strong, strangers=True),
        ]
        for component, effects in (
            ("level", replace(WORDING_NOISE, level=0.7)),
            ("gain", replace(WORDING_NOISE, scaling=0.5)),
        ):
            found.append(Pair(f"{size}: equal {component}", design, effects, effects, component))
    # Many items and strong whims: what every item says of the same few cells is wrong alike.
    whims = replace(STRONG, persona=0.7)
    found.append(Pair("eight: strong whims, 500 items", replace(DESIGNS["eight"], items=500), whims, whims))
    return tuple(found)


@dataclass(frozen=True)
class Chunk:
    """Experiments ``first`` to ``first + count - 1`` of a pair of runs."""

    pair: Pair
    first: int
    count: int

    @property
    def file(self) -> str:
        """The name of its file."""
        fields = {**asdict(self), "simulation": versions.code_sha256("eep.stats.simulation.simulate")}
        return file_name(f"pair-{crc32(self.pair.name.encode())}", self.first, fields, "eep.stats.comparison")

    def run(self) -> pl.DataFrame:
        """Simulate and compare; one row per experiment."""
        with single_thread():
            return pl.DataFrame([self.measure(number) for number in range(self.first, self.first + self.count)])

    def measure(self, number: int) -> dict[str, float]:
        """Return slopes and p-values of one experiment."""
        seed = (crc32(self.pair.name.encode()), number)
        panels = self.pair.simulate(seed)
        one, other = parts = tuple(COMPONENTS[self.pair.component](panel) for panel in panels)
        slopes = [InheritanceSlope()(each) for each in parts]
        t2 = [Inheritance(PERMUTATIONS, seed)(each, panels[0].personas).p_value for each in parts]
        names = panels[0].personas
        agree: dict[str, float] = {
            role: agreement(one, other, role, names, PERMUTATIONS, seed).p_value for role in ROLES
        }
        return {
            "slope": slopes[0].slope,
            "other slope": slopes[1].slope,
            "bounded": float(all(np.isfinite(each.conf_low) for each in slopes)),
            "slopes": slope_difference(slopes[0], slopes[1], panels[0].personas).p_value,
            "plain": plain(slopes[0], slopes[1]),
            "variances": variance_difference(slopes[0], slopes[1]).p_value,
            "items": items_as_unit(one, other).p_value if one.over_items else float("nan"),
            "one of two": float((t2[0] <= ALPHA) != (t2[1] <= ALPHA)),
            **agree,
        }


def plain(one: SlopeResult, other: SlopeResult) -> float:
    """Return the p-value of a paired t test over plain influence values, which is right only where nobody carries much."""
    if np.isnan([one.slope, other.slope]).any():
        return float("nan")
    return paired_t(influence(one) - influence(other), one.slope - other.slope).p_value


def measured(experiments: int, workers: int) -> Mapping[str, pl.DataFrame]:
    """Return pair to its experiments."""
    every, parts = pairs(), list(chunks(experiments))
    works = [Chunk(pair, *each) for pair in every for each in parts]
    frames = done(works, "pairs of runs", workers=workers, folder=FOLDER, progress=on_stderr())
    size = len(parts)
    return {pair.name: pl.concat(frames[n * size : (n + 1) * size]) for n, pair in enumerate(every)}


def line(name: str, frame: pl.DataFrame) -> str:
    """Return a row of the table."""
    tests = ("slopes", "plain", "variances", "items", "teacher", "student")
    rate = {test: rates.rejections(frame[test].to_numpy(), alpha=ALPHA) for test in tests}
    medians = [np.nanmedian(frame[column].to_numpy()) for column in ("slope", "other slope")]
    cells = [
        name,
        *(f"{value:.2f}" for value in medians),
        f"{frame['bounded'].to_numpy().mean():.2f}",
        f"{rate['slopes'].value:.3f} ({rate['slopes'].low:.3f} to {rate['slopes'].high:.3f})",
        *(f"{rate[test].value:.3f}" for test in ("plain", "variances", "items")),
        f"{frame['one of two'].to_numpy().mean():.3f}",
        *(f"{rate[test].value:.3f}" for test in ("teacher", "student")),
    ]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Measure everything and print the table."""
    experiments = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    begun = time.perf_counter()
    found = measured(experiments, workers)
    print(f"| {' | '.join(HEAD)} |\n{'|---' * len(HEAD)}|")
    for name, frame in found.items():
        print(line(name, frame))
    print(f"{experiments:,} experiments each, {time.perf_counter() - begun:.0f} s with {workers} workers")


if __name__ == "__main__":
    main()
