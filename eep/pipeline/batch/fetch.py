"""Looking how far batches are, and bringing home the replies of those that have ended."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from eep.core.errors import UnfinishedError, UserError
from eep.core.files import atomic_write
from eep.core.redact import Redactor
from eep.pipeline.batch.export import live
from eep.pipeline.batch.imports import ImportResult, import_replies
from eep.pipeline.batch.job_store import BatchJob, folder, jobs, keep
from eep.pipeline.prepare import Prepared
from eep.pipeline.progress import Progress
from eep.teachers.base import RetryableError
from eep.teachers.batch_api import BatchApi, Look, within
from eep.teachers.live import Live

T = TypeVar("T")


@dataclass(frozen=True)
class Fetched:
    """What came of fetching."""

    #: Every batch that had not been fetched before, and how far it is; ``None`` where it never got an id.
    looks: tuple[tuple[BatchJob, Look | None], ...]
    #: What came of importing the replies; ``None`` where none came.
    imported: ImportResult | None

    @property
    def waiting(self) -> int:
        """How many batches have not ended."""
        return sum(look is not None and not look.ended for _, look in self.looks)

    @property
    def without_results(self) -> int:
        """How many batches ended without a single reply."""
        return sum(look is not None and look.ended and not look.files for _, look in self.looks)


def status(prepared: Prepared) -> list[tuple[BatchJob, Look | None]]:
    """Return every batch that has not been fetched, and how far it is.

    Raises `eep.core.errors.UserError` if there is no key, a batch was handed to another teacher, or the provider does
    not know it; `eep.core.errors.UnfinishedError` if the provider could not be reached.
    """
    teacher = live(prepared)
    pending = _pending(prepared, teacher)

    async def watching(api: BatchApi) -> list[tuple[BatchJob, Look | None]]:
        return [(job, await api.look(job.id) if job.id else None) for job in pending]

    return _reached(teacher, watching) if pending else []


def fetch(
    prepared: Prepared, *, models: Sequence[str] = (), partial: bool = False, progress: Progress | None = None
) -> Fetched:
    """Get the replies of every batch that has ended, and import them; see `eep.pipeline.batch.imports.import_replies`.

    What came stays beside the batch's own file, cleared of keys. A batch counts as fetched when its replies have been
    imported; its questions that failed are open again.

    Raises
    ------
    eep.core.errors.UserError
        As `status` and `eep.pipeline.batch.imports.import_replies` do.
    eep.core.errors.UnfinishedError
        As `status` does.
    """
    teacher = live(prepared)
    looks = status(prepared)
    ended = [(job, look) for job, look in looks if look is not None and look.ended]

    async def getting(api: BatchApi) -> list[Path]:
        paths = []
        for job, look in ended:
            for name, file in look.files.items():
                path = folder(prepared) / f"{job.number:03}-{name}.jsonl"
                _write(path, await api.content(file), teacher.redactor())
                paths.append(path)
        return paths

    paths = _reached(teacher, getting) if ended else []
    imported = import_replies(prepared, paths, models=models, partial=partial, progress=progress) if paths else None
    for job, _ in ended:
        keep(prepared, job.model_copy(update={"fetched": True}))
    return Fetched(tuple(looks), imported)


def _pending(prepared: Prepared, teacher: Live) -> list[BatchJob]:
    """Return the batches that have not been fetched; raises UserError where one is another teacher's."""
    pending = [job for job in jobs(prepared) if not job.fetched]
    here = (teacher.agent, teacher.settings.address)
    for job in pending:
        if (job.agent, job.address) != here:
            raise UserError(
                f"batch {job.number:03}: expected one of {' at '.join(here)}, found one of {job.agent} at {job.address}; "
                "name that teacher, with --teacher and --base-url"
            )
    return pending


def _reached(teacher: Live, do: Callable[[BatchApi], Awaitable[T]]) -> T:
    try:
        return within(teacher, do)
    except RetryableError as error:
        raise UnfinishedError(f"expected to reach the provider, found: {error}; the same command tries again") from None


def _write(path: Path, content: bytes, redact: Redactor) -> None:
    """Write replies, each line cleared of keys."""
    with atomic_write(path) as new, new.open("wb") as file:
        for line in content.splitlines(keepends=True):
            file.write(_cleared(line, redact))


def _cleared(line: bytes, redact: Redactor) -> bytes:
    """Return a line without keys; one that is no JSON stays none."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return redact(line.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
    ending = b"\n" if line.endswith(b"\n") else b""
    return json.dumps(redact.value(value)).encode() + ending
