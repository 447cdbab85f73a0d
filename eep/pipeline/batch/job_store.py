"""Pending batches, kept in the run's folder.

One file ``runs/<experiment>/batches/<number>.json`` for each batch. It is written before the questions leave, so that
a batch is never forgotten, whatever happens; and what came back lies beside it.
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from eep.core.errors import UserError
from eep.core.files import atomic_write
from eep.core.toml.document import display_path
from eep.data.store import Store
from eep.data.types import Status
from eep.pipeline.prepare import Prepared


class BatchJob(BaseModel):
    """One batch."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Its number in the run's folder, from 1.
    number: int
    #: Its id at the provider; empty where the submission was not confirmed.
    id: str = ""
    #: Name and hash (hex) of the submitted file.
    file: str
    sha256: str
    #: Who is asked, and where.
    agent: str
    address: str
    #: The custom_ids of its lines.
    questions: tuple[str, ...]
    #: When it was submitted (ISO 8601, UTC).
    submitted_at: str
    #: Whether its replies have been imported.
    fetched: bool = False


def folder(prepared: Prepared) -> Path:
    """Return where an experiment's batches are remembered."""
    return prepared.runs / "batches"


def jobs(prepared: Prepared) -> list[BatchJob]:
    """Return the batches of an experiment, by number; raises UserError where one cannot be read."""
    paths = sorted(folder(prepared).glob("[0-9]*.json"))
    return [_read(path) for path in paths]


def _read(path: Path) -> BatchJob:
    try:
        return BatchJob.model_validate_json(path.read_bytes())
    except (ValidationError, OSError) as error:
        raise UserError(
            f"{display_path(path)}: expected what eep noted of a batch, found something else ({error})"
        ) from error


def keep(prepared: Prepared, job: BatchJob) -> None:
    """Remember a batch, as it is now."""
    path = folder(prepared) / f"{job.number:03}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as new:
        new.write_text(job.model_dump_json(indent=1) + "\n", encoding="utf-8")


def under_way(prepared: Prepared, store: Store) -> str:
    """Return, in a sentence, which open questions batches will answer; an empty string if none."""
    pending = [job for job in jobs(prepared) if not job.fetched]
    names = {bytes.fromhex(name) for job in pending for name in job.questions}
    done = sum(answer.status is not Status.FAILED for answer in store.get_many(names).values())
    if done == len(names):
        return ""
    numbers = ", ".join(f"{job.number:03}" for job in pending)
    return (
        f"{len(names) - done:,} open questions are in pending batches already ({numbers}): asked now, they are paid for "
        "twice; to wait for the batches, stop this, and use eep batch fetch"
    )
