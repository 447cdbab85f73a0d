"""A second run of what has not changed reads no answer; a run of anything that has changed reads them all."""

import asyncio
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

import eep
from eep.cli.views.progress import Lines
from eep.core.paths import shipped
from eep.data.store import Store
from eep.data.types import Answer, Status
from eep.pipeline import unchanged
from eep.pipeline.prepare import outline

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("without_charts")]

Change = Callable[[Path, eep.Run], None]


@pytest.fixture
def finished(small_run: eep.Run, tmp_path: Path) -> tuple[Path, eep.Run]:
    """Return the file and the run of a finished small experiment, copied."""
    shutil.copytree(small_run.folder.parents[1], tmp_path, dirs_exist_ok=True)
    path = tmp_path / "small.toml"
    return path, eep.run(path, out=tmp_path)


def run(path: Path) -> tuple[eep.Run, str]:
    """Run an experiment in the folder of its file; return what it says, too."""
    said = StringIO()
    return eep.run(path, out=path.parent, progress=Lines(said)), said.getvalue()


def test_a_run_of_what_has_not_changed_reads_no_answer(
    finished: tuple[Path, eep.Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not open the store, and returns what the last run returned, save that nothing was asked."""
    path, before = finished
    monkeypatch.setattr(Store, "open", None)
    again, said = run(path)
    assert (
        said
        == f"nothing has changed since the last run: its {before.stored:,} answers and its tables are as it left them\n"
    )
    assert (again.asked, again.stored, again.failed) == (0, before.asked + before.stored, 0)
    assert (again.teacher, again.report, again.price) == (before.teacher, before.report, before.price)
    assert again.responses.equals(before.responses)
    assert again.verdicts.equals(before.verdicts)


def _add_an_answer(_: Path, done: eep.Run) -> None:
    with Store.open(done.folder / "answers.sqlite") as store:
        asyncio.run(store.put(Answer(b"k" * 16, Status.OK, {"left": 0.5, "right": 0.5}, "left", "model"), {}))


def _edit_the_answers(_: Path, done: eep.Run) -> None:
    """Change bytes that SQLite does not read, so that only the file's content tells; size and time stay."""
    path = done.folder / "answers.sqlite"
    content = bytearray(path.read_bytes())
    content[72] ^= 1  # reserved for expansion
    path.write_bytes(content)


def _edit_a_persona(path: Path, _: eep.Run) -> None:
    text = (shipped("personas") / "rally-driver.toml").read_text(encoding="utf-8")
    (path.parent / "personas").mkdir()
    (path.parent / "personas" / "rally-driver.toml").write_text(text + "\n", encoding="utf-8")


def _edit_the_experiment(path: Path, _: eep.Run) -> None:
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def _edit_the_report(_: Path, done: eep.Run) -> None:
    (done.report / "report.md").write_text("nothing", encoding="utf-8")


def _damage_a_table(_: Path, done: eep.Run) -> None:
    (done.folder / "returns.parquet").write_bytes(b"nothing")


def _damage_the_note(_: Path, done: eep.Run) -> None:
    (done.folder / unchanged.DONE).write_text("[", encoding="utf-8")


@pytest.mark.parametrize(
    "change",
    [
        _add_an_answer,
        _edit_the_answers,
        _edit_a_persona,
        _edit_the_experiment,
        _edit_the_report,
        _damage_a_table,
        _damage_the_note,
    ],
)
def test_a_run_of_what_has_changed_reads_the_answers(finished: tuple[Path, eep.Run], change: Change) -> None:
    """Whatever is different, the run finds out for itself what is to be done, and mends what was damaged."""
    path, before = finished
    change(path, before)
    again, said = run(path)
    assert said.startswith("reading ")
    assert again.stored == before.stored
    assert (again.report / "report.md").stat().st_size > 1000
    assert again.returns.equals(before.returns)
    assert run(path)[1].startswith("nothing has changed")


def test_other_code_is_a_change(finished: tuple[Path, eep.Run], monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of eep's that was edited, added or renamed makes the next run read its answers."""
    path, _ = finished
    package = path.parent / "package"
    package.mkdir()
    monkeypatch.setattr(unchanged, "PACKAGE", package)
    hashes = set()
    prepared = outline(path, out=path.parent)
    for step in (
        lambda: (package / "one.py").write_text("x = 1\n"),
        lambda: (package / "one.py").write_text("x = 2\n"),
        lambda: (package / "one.py").rename(package / "two.py"),
        lambda: (package / "three.toml").write_text(""),
    ):
        step()
        hashes.add(unchanged.inputs(prepared))
    assert len(hashes) == 4
    assert run(path)[1].startswith("reading ")
