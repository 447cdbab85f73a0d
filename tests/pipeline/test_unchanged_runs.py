"""A run that would make the same again makes nothing; one of which anything has changed goes its whole way."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import eep
from eep.data.store import ANSWERS
from eep.pipeline.prepare import Prepared, prepare

pytestmark = pytest.mark.slow


@pytest.fixture
def out(small_run: eep.Run, tmp_path: Path) -> Path:
    """Return a copy of a finished run's folder, unchanged since a run in it."""
    folder = Path(shutil.copytree(small_run.folder.parent.parent, tmp_path / "copy"))
    eep.run(folder / "small.toml", out=folder)
    return folder


def prepares(out: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Run again; tell whether questions were worked out."""
    seen: list[bool] = []

    def counted(*arguments: Any, **options: Any) -> Prepared:
        seen.append(True)
        return prepare(*arguments, **options)

    monkeypatch.setattr("eep.pipeline.run.prepare", counted)
    eep.run(out / "small.toml", out=out)
    return bool(seen)


def test_an_unchanged_run_works_out_no_question(out: Path, small_run: eep.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is prepared, and the run says the same as before: tables, teacher, and how many answers there were."""
    assert not prepares(out, monkeypatch)
    again = eep.run(out / "small.toml", out=out)
    assert again.responses.equals(small_run.responses)
    assert again.verdicts.equals(small_run.verdicts)
    assert (again.asked, again.stored, again.failed) == (0, small_run.asked + small_run.stored, 0)
    assert again.teacher == small_run.teacher
    assert again.report == out / "reports" / "small"


def edited(*parts: str, by: bytes = b" ") -> Callable[[Path], None]:
    """Return what adds bytes to a file."""

    def edit(out: Path) -> None:
        path = out.joinpath(*parts)
        path.write_bytes(path.read_bytes() + by)

    return edit


def removed(*parts: str) -> Callable[[Path], None]:
    """Return what removes a file."""
    return lambda out: out.joinpath(*parts).unlink()


@pytest.mark.parametrize(
    "change",
    [
        edited("small.toml", by=b"# a word\n"),
        edited("runs", "small", "verdicts.parquet"),
        edited("reports", "small", "index.html"),
        removed("reports", "small", "report.json"),
        edited("runs", "small", "students", "students.json"),
        removed("runs", "small", "charts.json"),
    ],
    ids=["experiment", "table", "page", "record", "student", "charts"],
)
def test_whatever_changed_is_made_again(
    out: Path, change: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An edited experiment, table, page or student, and a file that is gone, send the run its whole way."""
    change(out)
    assert prepares(out, monkeypatch)


def test_another_answer_is_noticed(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store of other bytes is read, whatever its size and date."""
    import os
    import sqlite3

    path = out / "runs" / "small" / ANSWERS
    before = path.stat()
    with sqlite3.connect(path) as store:
        (table,) = store.execute("SELECT name FROM sqlite_master WHERE type = 'table' LIMIT 1").fetchone()
        store.execute(f"DELETE FROM {table} WHERE rowid = (SELECT MAX(rowid) FROM {table})")  # noqa: S608 - our own name
    store.close()
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert prepares(out, monkeypatch)


def test_other_code_and_libraries_are_noticed(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of a library sends the run its whole way."""
    from eep.core import versions

    now = versions.versions()
    monkeypatch.setattr("eep.core.versions.versions", lambda: {**now, "numpy": "0.0"})
    assert prepares(out, monkeypatch)


def test_a_damaged_memo_is_no_memo(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A memo that cannot be read is passed over."""
    (out / "runs" / "small" / "unchanged.json").write_text("{", encoding="utf-8")
    assert prepares(out, monkeypatch)
