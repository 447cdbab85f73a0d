"""Many simulated experiments, each through the tests that a real one goes through."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from zlib import crc32

import numpy as np
import polars as pl

from eep.core.arrays import FloatArray
from eep.core.threads import single_thread
from eep.pipeline.calibration.work import chunks, done, file_name
from eep.pipeline.progress import Progress
from eep.stats.simulation.simulate import Learner, simulate
from eep.stats.simulation.trial import InvalidProcedure, Trial
from eep.stats.simulation.world import LOGISTIC, Design, Effects
from eep.students import student_class


@dataclass(frozen=True)
class Settings:
    """How many experiments of each world, the seed of them all, and random relabellings of each."""

    experiments: int = 200
    seed: int = 0
    permutations: int = 999


@dataclass(frozen=True)
class World:
    """What is simulated."""

    #: Goes into the seeds: worlds of one name have the same random numbers as far as their designs allow.
    name: str
    #: What is simulated.
    design: Design
    effects: Effects
    #: Measured beside the tests.
    procedures: tuple[InvalidProcedure, ...] = ()


def learner(design: Design) -> Learner | None:
    """Return what fits the design's students; ``None`` for logistic ones, which simulations fit all at once.

    Raises UnknownNameError if there is no such kind of student.
    """
    if design.student == LOGISTIC:
        return None
    kind = student_class(design.student)

    def learn(x: FloatArray, labels: FloatArray, held_out: FloatArray, weights: FloatArray | None) -> FloatArray:
        sensed, asked = x.astype(np.float32), held_out.astype(np.float32)
        shown = np.ones_like(labels) if weights is None else weights
        return np.stack(
            [
                kind().fit(sensed[rows > 0], answers[rows > 0], seed=0).predict(asked)[:, 1]
                for answers, rows in zip(np.stack([1.0 - labels, labels], axis=-1), shown, strict=True)
            ]
        )

    return learn


@dataclass(frozen=True)
class Chunk:
    """Experiments ``first`` to ``first + count - 1`` of a world; each has a seed of its own, whoever runs it."""

    world: World
    first: int
    count: int
    seed: int
    permutations: int

    @property
    def file(self) -> str:
        """The name of its file, which depends on everything that its numbers do."""
        fields = asdict(replace(self, world=replace(self.world, procedures=())))
        fields["procedures"] = [one.name for one in self.world.procedures]
        return file_name(self.world.name.replace(" ", "-"), self.first, fields, __name__)

    def run(self) -> pl.DataFrame:
        """Simulate and test; one row per experiment, columns as in `eep.stats.simulation.trial.Trial`, and of procedures."""
        trial = Trial(self.permutations)
        rows, fit = [], learner(self.world.design)
        with single_thread():
            for number in range(self.first, self.first + self.count):
                seed = (self.seed, crc32(self.world.name.encode()), number)
                panel = simulate(self.world.design, self.world.effects, np.random.default_rng(seed), fit)
                wrong = {one.name: one.p_value(panel, trial, seed) for one in self.world.procedures}
                rows.append({"experiment": number, **trial(panel, seed, self.world.effects.bystanders), **wrong})
        return pl.DataFrame(rows)


def outcomes(
    worlds: Sequence[World],
    *,
    settings: Settings,
    workers: int = 1,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> list[pl.DataFrame]:
    """Return one frame per world, in order, with one row per simulated experiment.

    Each experiment's own seed comes from ``settings.seed``, the world's name and the experiment's number: neither
    ``workers``, which are processes, nor other worlds change a number. Finished chunks are kept in ``folder``, and
    found again; nowhere by default.
    """
    parts = list(chunks(settings.experiments))
    works = [Chunk(world, *part, settings.seed, settings.permutations) for world in worlds for part in parts]
    frames = iter(done(works, "simulated experiments", workers=workers, folder=folder, progress=progress))
    return [pl.concat(islice(frames, len(parts))) for _ in worlds]
