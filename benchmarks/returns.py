"""How often tests of returns find what is not there: CartPole really played by agents that have no persona.

Every agent's policy is generic but for the whims of its wording, so two personas differ in nothing but luck of
the wordings. Which unit a test counts, episodes or trained agents, decides whether it takes luck for a persona.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
import polars as pl

from benchmarks.invalid_procedures import cells_as_unit, episodes_as_unit
from eep.core.arrays import logistic
from eep.pipeline.calibration.rates import RATES, rate_row
from eep.pipeline.calibration.trials import Settings
from eep.pipeline.calibration.work import chunks, done, file_name
from eep.pipeline.progress import Progress
from eep.stats.simulation.nulls import Null
from eep.stats.simulation.world import Effects
from eep.tasks import task_class
from eep.tasks.base import Task

#: What the agents play.
TASK = "cartpole"
#: Standard deviations in logits: of a wording's weight of each trait, of its level, and of its answer to one text.
WORDING_NOISE, WORDING_LEVEL_SD, ITEM_NOISE = 0.3, 0.1, 0.2
EPISODES = 100
ABOUT = "CartPole played by agents without a persona, whose wordings have whims"
#: Tests, and whether eep may use them.
TESTS = {"Mann-Whitney over episodes": (episodes_as_unit, "broken"), "t over trained agents": (cells_as_unit, "eep")}


@dataclass(frozen=True)
class ReturnsChunk:
    """Experiments ``first`` to ``first + count - 1``: two personas, each in ``wordings`` wordings."""

    wordings: int
    first: int
    count: int
    seed: int

    @property
    def file(self) -> str:
        """The name of its file, which depends on everything that its numbers do."""
        return file_name("returns", self.first, asdict(self), "eep.tasks.cartpole.task")

    def run(self) -> pl.DataFrame:
        """Play; one row per experiment and one column per test."""
        task = task_class(TASK)(task_class(TASK).Settings())
        policies = [
            task.table_policy(table)
            for number in range(self.first, self.first + self.count)
            for table in tables(task, 2 * self.wordings, (self.seed, crc32(b"returns"), number))
        ]
        played = task.rollout(policies, episodes=EPISODES, greedy=False, seed=self.seed + self.first)
        groups = played.measures["return"].reshape(self.count, 2, self.wordings, EPISODES)
        return pl.DataFrame({name: [test(*pair) for pair in groups] for name, (test, _) in TESTS.items()})


def calibrate_returns(
    wordings: int,
    *,
    settings: Settings,
    alpha: float = 0.05,
    workers: int = 1,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Return how often each test finds a difference between two personas that do not differ (schema `RATES`).

    ``wordings`` is the number of agents of each persona; the rest is as for `eep.pipeline.calibration.trials.outcomes`.
    """
    works = [ReturnsChunk(wordings, *part, settings.seed) for part in chunks(settings.experiments)]
    found = pl.concat(done(works, "played experiments", workers=workers, folder=folder, progress=progress))
    null = Null("returns", ABOUT, Effects())
    rows = [
        rate_row(null, found[name], name, "return", alpha, holds=True, kind=kind) for name, (_, kind) in TESTS.items()
    ]
    return pl.DataFrame(rows, schema=RATES, orient="row")


def tables(task: Task, agents: int, seed: tuple[int, ...]) -> Iterator[Mapping[str, Mapping[str, float]]]:
    """Yield each agent's answers: text to option to probability."""
    rng = np.random.default_rng(seed)
    items = task.stimuli()
    traits = np.array([[item.traits[name] for name in task.traits] for item in items])
    generic = np.array([item.generic for item in items])
    for _ in range(agents):
        weights = WORDING_NOISE * rng.normal(size=len(task.traits))
        noise = WORDING_LEVEL_SD * rng.normal() + ITEM_NOISE * rng.normal(size=len(items))
        chance = logistic(generic + traits @ weights + noise)
        low, high = task.options
        yield {item.text: {low: 1.0 - float(p), high: float(p)} for item, p in zip(items, chance, strict=True)}
