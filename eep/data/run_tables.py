"""The tables that a run writes and reads back, and the stamps that say what files were made from."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from eep.core.errors import UserError
from eep.core.files import atomic_write
from eep.core.registry import did_you_mean
from eep.data import responses

NAMES = ("responses", "returns", "policies", "estimates", "verdicts", "attributes")
#: The stamp of the tables, in their folder.
MANIFEST = "manifest.json"
#: What a run leaves besides tables: texts by name.
OTHERS = ("animations", "kernels")


@dataclass(frozen=True)
class Tables:
    """Everything computed from the answers.

    ``attributes`` says what held-out items are like (`eep.stats.profile.ATTRIBUTES`); ``animations`` is name to SVG text;
    ``kernels`` names what the processor that made the tables computed with (`eep.core.versions.kernels`).
    """

    responses: pl.DataFrame
    returns: pl.DataFrame
    policies: pl.DataFrame
    estimates: pl.DataFrame
    verdicts: pl.DataFrame
    attributes: pl.DataFrame
    animations: Mapping[str, str]
    kernels: Mapping[str, str]


def folder_of(run: str, out: Path) -> Path:
    """Return the folder of a run by its name, which need not exist."""
    return out / "runs" / run


def find(run: str, out: Path, *files: str, expected: str = "the name of a run") -> Path:
    """Return the folder of a run by its name: one in ``out/runs`` that holds ``files``.

    Raises `eep.core.errors.UserError` if there is no such run: ``expected`` one, as those that there are.
    """
    runs = folder_of("", out)
    folders = (path for path in runs.glob("*") if path.is_dir())
    known = sorted(path.name for path in folders if all((path / file).is_file() for file in files))
    if run not in known:
        raise UserError(
            f"expected {expected}, as {', '.join(known) or 'eep run makes one: there is none yet'} (in {runs}); "
            f"found {run!r}{did_you_mean(run, known)}"
        )
    return runs / run


def write(tables: Tables, folder: Path) -> list[Path]:
    """Write all tables as parquet, and the rest as JSON; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    responses.check(tables.responses)
    paths = [folder / f"{name}.parquet" for name in NAMES]
    for name, path in zip(NAMES, paths, strict=True):
        with atomic_write(path) as new:
            getattr(tables, name).write_parquet(new)
    others = [folder / f"{name}.json" for name in OTHERS]
    for name, path in zip(OTHERS, others, strict=True):
        _write_json(path, dict(getattr(tables, name)))
    return [*paths, *others]


def read(folder: Path) -> Tables:
    """Read what `write` checked and wrote; raises `eep.core.errors.UserError` if something is missing or damaged."""
    try:
        found: dict[str, Any] = {name: pl.read_parquet(folder / f"{name}.parquet") for name in NAMES}
        found |= {name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in OTHERS}
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise UserError(
            f"{folder}: expected the tables of a finished run, found some missing or damaged ({error}); "
            "run the experiment again: no question is asked twice"
        ) from error
    return Tables(**found)


def stamp(path: Path, fingerprint: str, folder: Path, files: Iterable[Path]) -> None:
    """Write at ``path`` that ``files`` of ``folder``, as they are now, were made from ``fingerprint``."""
    listed = {file.relative_to(folder).as_posix(): _sha256(file) for file in files}
    _write_json(path, {"fingerprint": fingerprint, "files": listed})


def stamped(path: Path, fingerprint: str, folder: Path) -> bool:
    """Tell whether a stamp says ``fingerprint`` and all its files in ``folder`` are still as they were."""
    # Without a stamp, or with a torn one, everything is made again, which is always right.
    found, _ = _read_stamp(path)
    return found == fingerprint and not changed_files(path, folder)


def changed_files(path: Path, folder: Path) -> list[str]:
    """Return which files of ``folder`` are not as the stamp at ``path`` says; the stamp's own name if it is damaged."""
    _, files = _read_stamp(path)
    changed = [file for file, digest in files.items() if not _is_same(folder / file, digest)]
    return changed if files else [path.name]


def _read_stamp(path: Path) -> tuple[str, Mapping[str, str]]:
    """Return the fingerprint and the files of a stamp, nothing of either if there is none or it is damaged."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return str(document["fingerprint"]), {str(file): str(digest) for file, digest in document["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "", {}


def _is_same(file: Path, digest: str) -> bool:
    try:
        return _sha256(file) == digest
    except OSError:
        return False


def _write_json(path: Path, value: object) -> None:
    with atomic_write(path) as new:
        new.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
