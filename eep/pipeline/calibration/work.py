"""Simulations in units of work: in parallel, resumable, and the same whatever the number of workers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from eep.core import versions
from eep.core.files import atomic_write
from eep.core.hashing import sha256
from eep.pipeline.progress import Progress

#: Experiments of one unit of work.
CHUNK = 25


class Work(Protocol):
    """So many experiments, with a file of their own; each has a seed of its own, whoever runs it."""

    @property
    def count(self) -> int:
        """How many experiments."""

    @property
    def file(self) -> str:
        """The name of its file, which depends on everything that its numbers do."""

    def run(self) -> pl.DataFrame:
        """Do it; one row per experiment."""


def file_name(kind: str, first: int, fields: Mapping[str, Any], module: str) -> str:
    """Return the name of a unit's file; it depends on the unit's ``fields``, on the code of its ``module`` and on versions."""
    made_from = {**fields, "code": versions.code_sha256(module), "versions": versions.versions()}
    return f"{kind}-{first:05}-{sha256(made_from)[:16]}.parquet"


def chunks(experiments: int) -> Iterator[tuple[int, int]]:
    """Yield the first experiment of each unit of work, and how many it has."""
    for first in range(0, experiments, CHUNK):
        yield first, min(CHUNK, experiments - first)


def done(
    works: Sequence[Work], what: str, *, workers: int, folder: Path | None, progress: Progress | None
) -> list[pl.DataFrame]:
    """Do all works in so many processes and return their frames, in their order.

    ``what`` is counted, for the progress; finished works are kept in ``folder``, and found again, nowhere if None.
    """
    from joblib import Parallel, delayed

    frames = []
    parallel = Parallel(n_jobs=workers, return_as="generator")
    with (progress or Progress()).stage(what, sum(work.count for work in works)) as advance:
        for work, frame in zip(works, parallel(delayed(keep)(each, folder) for each in works), strict=True):
            frames.append(frame)
            advance(work.count)
    return frames


def keep(work: Work, folder: Path | None) -> pl.DataFrame:
    """Return the frame of a unit of work, from its file in ``folder`` if it was finished before.

    A damaged file is passed over: the work can be done again, to the same numbers.
    """
    if folder is None:
        return work.run()
    path = folder / work.file
    with suppress(pl.exceptions.PolarsError, OSError):
        return pl.read_parquet(path)
    frame = work.run()
    folder.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as new:
        frame.write_parquet(new)
    return frame
