"""Opening a finished run: its frames, and one clear message where it is none."""

import shutil
from pathlib import Path

import polars as pl
import pytest

import eep

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(small_run: eep.Run, tmp_path: Path) -> Path:
    """Return a copy of the run's folder, to be spoiled."""
    return Path(shutil.copytree(small_run.folder, tmp_path / "runs" / "small"))


def test_an_opened_run_has_the_frames_of_the_run(small_run: eep.Run, folder: Path) -> None:
    """Its name, teachers and all six frames are those that the run gave, and opening leaves the folder as it was."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    opened = eep.open_run(str(folder))
    assert opened.experiment == "small"
    assert [teacher.split(":")[0] for teacher in opened.teachers] == ["simulated"]
    for name in ("responses", "returns", "policies", "estimates", "verdicts", "attributes"):
        frame: pl.DataFrame = getattr(opened, name)
        assert frame.equals(getattr(small_run, name)), name
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_run_that_is_not_there(folder: Path) -> None:
    """A folder that is missing is told, with the run that was probably meant."""
    with pytest.raises(eep.UserError, match=r"found no such folder \(did you mean 'small'\?\)"):
        eep.open_run(folder.with_name("smal"))


@pytest.mark.parametrize("name", ["responses.parquet", "attributes.parquet", "animations.json", "manifest.json"])
def test_a_damaged_run(folder: Path, name: str) -> None:
    """A file that was cut short or is missing is named; without its stamp a run has not finished."""
    (folder / name).write_bytes((folder / name).read_bytes()[:20])
    with pytest.raises(eep.UserError, match=f"missing or changed: {name}; run the experiment again"):
        eep.open_run(folder)
    (folder / name).unlink()
    told = "the run has not finished" if name == "manifest.json" else f"missing or changed: {name}"
    with pytest.raises(eep.UserError, match=told):
        eep.open_run(folder)
