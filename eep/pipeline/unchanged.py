"""Whether a run would only make again what is there: by the bytes of all that it reads and leaves, without reading any of it.

An unchanged run of a hundred thousand answers would otherwise build every question and read every answer, to find that
nothing is to be done. The memo beside the tables names the bytes of everything: the package and the libraries, the
experiment and its personas, the recording, pictures and encoders, and every file of the run and of its report, the store of answers
included. Where one of them differs, the run goes its whole way, which is always right.
"""

import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eep.config.experiment import Loaded
from eep.core import versions
from eep.core.files import atomic_write
from eep.core.hashing import sha256
from eep.core.paths import PACKAGE
from eep.data import run_tables
from eep.pipeline.calibration.measured import elsewhere
from eep.tasks import task_class
from eep.teachers.recorded import folder as recording_folder

MEMO = "unchanged.json"
#: Files that say nothing of a run's content: who holds its store, and what SQLite keeps of a transaction.
_PASSING = (".lock", "-shm", "-journal")


@dataclass(frozen=True)
class Memo:
    """What an unchanged run would say: questions answered before, and who answered them."""

    stored: int
    teacher: str


def inputs(loaded: Loaded, written: Loaded, out: Path) -> str:
    """Return the digest of all that a run reads; taken before it begins, as files may change while it runs.

    ``written`` is the experiment as its file has it, of which the run's options made ``loaded``.
    """
    experiment = loaded.experiment
    recording = getattr(experiment.teacher, "recording", None)
    return sha256(
        {
            "sources": dict(loaded.sources),
            "experiment": experiment.model_dump(mode="json", serialize_as_any=True),
            "package": _tree(PACKAGE, code=True),
            "versions": {**versions.versions(), "python": sys.version},
            "tasks": {name: task_class(name)(settings).content() for name, settings in experiment.tasks.items()},
            "recording": "" if recording is None else _tree(recording_folder(recording)),
            "measured": [_file(path) for path in elsewhere(out / "reports", experiment, written.experiment)],
        }
    )


def recall(read: str, loaded: Loaded, out: Path) -> Memo | None:
    """Return what was remembered of a run, if nothing has changed since; None otherwise. ``read`` is of `inputs`."""
    try:
        found = json.loads(_path(loaded, out).read_text(encoding="utf-8"))
        if (found["read"], found["left"]) != (read, _left(loaded, out)):
            return None
        return Memo(int(found["stored"]), str(found["teacher"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remember(read: str, loaded: Loaded, out: Path, memo: Memo) -> None:
    """Remember a run that is finished, has a report, and has nothing left to ask; see `recall`."""
    content: dict[str, Any] = {"stored": memo.stored, "teacher": memo.teacher}
    content |= {"read": read, "left": _left(loaded, out)}
    with atomic_write(_path(loaded, out)) as new:
        new.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _left(loaded: Loaded, out: Path) -> list[str]:
    """Return the digests of what a run leaves: its folder, the answers among it, and its report's."""
    name = loaded.experiment.id
    return [_tree(folder) for folder in (run_tables.folder_of(name, out), out / "reports" / name)]


def _path(loaded: Loaded, out: Path) -> Path:
    return run_tables.folder_of(loaded.experiment.id, out) / MEMO


def _tree(folder: Path, *, code: bool = False) -> str:
    """Return the digest of the names and the bytes of all files below a folder; caches of compiled code are none of them."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        passing = path.name == MEMO or path.name.endswith(_PASSING) or (code and path.suffix == ".pyc")
        if path.is_file() and not passing:
            digest.update(f"{path.relative_to(folder).as_posix()}\0{_file(path)}\0".encode())
    return digest.hexdigest()


def _file(path: Path) -> str:
    """Return the digest of a file, empty where there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
