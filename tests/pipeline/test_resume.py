"""Runs whose things changed, broke or were stopped between two commands; and opening a finished run."""

import json
import shutil
import sys
from io import StringIO
from pathlib import Path

import polars as pl
import pytest
from command_line import command
from small_pole import write

import eep
from eep.cli.views.progress import Lines
from eep.core.errors import UserError
from eep.core.paths import shipped
from eep.pipeline import run as pipeline
from eep.pipeline.prepare import prepare
from eep.pipeline.progress import Progress

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("without_charts")]


@pytest.fixture
def done(small_run: eep.Run, tmp_path: Path) -> tuple[Path, eep.Run]:
    """Return the file and the run of a finished small experiment, copied: a run may be moved."""
    shutil.copytree(small_run.folder.parents[1], tmp_path, dirs_exist_ok=True)
    path = tmp_path / "small.toml"
    before = (tmp_path / "runs" / "small" / "responses.parquet").stat().st_mtime_ns
    run = eep.run(path, out=tmp_path)
    assert (run.folder / "responses.parquet").stat().st_mtime_ns == before
    return path, run


def text(run: eep.Run) -> str:
    """Return a run's report."""
    return (run.report / "report.md").read_text(encoding="utf-8")


def test_a_further_run_says_what_it_reads(done: tuple[Path, eep.Run], tmp_path: Path) -> None:
    """Before the work, and in one line: thousands of answers take a while. Where nothing has changed it reads none."""
    path, run = done
    for change, says in (
        ("", "nothing has changed since the last run"),
        ("# a word\n", f"reading {run.stored:,} answers that are there"),
    ):
        path.write_text(path.read_text(encoding="utf-8") + change, encoding="utf-8")
        said = StringIO()
        eep.run(path, out=tmp_path, progress=Lines(said))
        assert said.getvalue() == f"{says}\n"


def test_a_report_is_not_made_of_other_settings(done: tuple[Path, eep.Run], tmp_path: Path) -> None:
    """A changed experiment cannot put its settings above tables that were made under others."""
    path, _ = done
    path.write_text(path.read_text(encoding="utf-8").replace("persona_effect = 1.0", "persona_effect = 0.0"))
    with pytest.raises(UserError, match="tables made from other settings, answers or code; eep run small makes them"):
        pipeline.report(prepare(path, out=tmp_path), again="eep run small")


def test_a_new_name_reaches_the_report(done: tuple[Path, eep.Run], tmp_path: Path) -> None:
    """A persona's name that was edited after a run stands in the report of the next, though no answer changed."""
    path, _ = done
    original = (shipped("personas") / "rally-driver.toml").read_text(encoding="utf-8")
    (tmp_path / "personas").mkdir()
    changed = original.replace("Ayla, rally driver", "Ayla of the gravel")
    (tmp_path / "personas" / "rally-driver.toml").write_text(changed, encoding="utf-8")
    run = eep.run(path, out=tmp_path)
    assert run.asked == 0
    assert "Ayla of the gravel" in text(run)


@pytest.mark.parametrize("name", ["verdicts.parquet", "animations.json", "manifest.json"])
def test_damaged_tables_make_no_report(done: tuple[Path, eep.Run], tmp_path: Path, name: str) -> None:
    """A truncated file in the run's folder stops the report with one message, and the next run mends it."""
    path, run = done
    whole = (run.folder / name).read_bytes()
    (run.folder / name).write_bytes(whole[: len(whole) // 2])
    ended = command("report", str(path), "--out", str(tmp_path), cwd=tmp_path)
    assert ended.returncode == 2
    again = eep.run(path, out=tmp_path)
    assert again.asked == 0
    assert (run.folder / name).read_bytes() == whole


def test_a_late_plan_is_called_late(done: tuple[Path, eep.Run], tmp_path: Path) -> None:
    """A plan that is registered when answers are there already is not said to have come first."""
    path, run = done
    assert "registered before the first question was asked" in text(run)
    (run.folder / "plan.json").unlink()
    late = eep.run(path, out=tmp_path)
    assert "registered only when" in text(late)
    assert json.loads((run.report / "report.json").read_text(encoding="utf-8"))["plan_answers"] == run.stored


def test_an_edited_plan_is_refused(done: tuple[Path, eep.Run], tmp_path: Path) -> None:
    """A plan changed by hand no longer fits its hash, and the run says so."""
    path, run = done
    plan = run.folder / "plan.json"
    plan.write_text(plan.read_text(encoding="utf-8").replace('"alpha": 0.05', '"alpha": 0.3'), encoding="utf-8")
    with pytest.raises(UserError, match="changed by hand"):
        eep.run(path, out=tmp_path)


@pytest.mark.parametrize("out", ["/dev/null/x", "small.toml"])
def test_unusable_folders_are_told(tmp_path: Path, out: str) -> None:
    """An output folder that cannot be made ends with code 2 and names the path, without a traceback."""
    write(tmp_path)
    ended = command("run", "small.toml", "--out", out, cwd=tmp_path)
    assert ended.returncode == 2
    assert out.rsplit("/", maxsplit=1)[-1] in ended.stderr


@pytest.mark.parametrize("arguments", [{"workers": 0}, {"workers": "2"}, {"seed": 1.5}])
def test_wrong_arguments_are_told_before_anything(tmp_path: Path, arguments: dict[str, object]) -> None:
    """From Python, a wrong argument is told before a file is written."""
    path = write(tmp_path)
    with pytest.raises(UserError, match="expected a whole number"):
        eep.run(path, out=tmp_path, **arguments)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == [path]


def test_junk_among_personas_hides_nobody(tmp_path: Path) -> None:
    """A broken persona file is named, a hidden one passed over, and all the others are listed."""
    (tmp_path / "personas").mkdir()
    (tmp_path / "personas" / "._junk.toml").write_bytes(b"\x00\x05\x16\x07")
    (tmp_path / "personas" / "broken.toml").write_text("id = ", encoding="utf-8")
    ended = command("persona", "list", cwd=tmp_path)
    assert ended.returncode == 2
    assert "rally-driver" in ended.stdout
    assert "broken.toml" in ended.stderr
    assert "._junk" not in ended.stderr


def test_a_run_that_has_not_finished_has_no_report(tmp_path: Path) -> None:
    """It is told as that, with the command that goes on, and not as damage."""
    path = write(tmp_path)
    prepared = prepare(path, out=tmp_path)
    pipeline.ask(prepared, 3, again="", progress=Progress())
    with pytest.raises(UserError, match="found a run that has not finished; eep run small goes on with it"):
        pipeline.report(prepared, again="eep run small")


def test_a_changed_plan_is_told_where_it_is_asked_under(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line names the first change and counts the others; while nothing has changed there is none."""
    path = write(tmp_path)
    for edit in ("", "persona_effect = 0.5\nnoise = 0.1\n"):
        path.write_text(
            path.read_text(encoding="utf-8").replace("persona_effect = 1.0\n", edit or "persona_effect = 1.0\n")
        )
        pipeline.ask(prepare(path, out=tmp_path), 3, again="", progress=Lines(sys.stderr))
        told = [line for line in capsys.readouterr().err.splitlines() if line.startswith("changed since")]
        first = "experiment.teacher.noise was 0.3 when the plan was registered and is now 0.1"
        assert told == (
            [f"changed since the plan was registered: {first}, and 1 more: the report lists all"] if edit else []
        )


@pytest.fixture
def folder(small_run: eep.Run, tmp_path: Path) -> Path:
    """Return a copy of the run's folder, to be spoiled."""
    return Path(shutil.copytree(small_run.folder, tmp_path / "runs" / "small"))


def test_an_opened_run_has_the_frames_of_the_run(small_run: eep.Run, folder: Path) -> None:
    """Its name, teachers and all six frames are those that the run gave, and opening leaves the folder as it was."""
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    opened = eep.open_run(str(folder))
    assert opened.experiment == "small"
    assert [teacher.split(":")[0] for teacher in opened.teachers] == ["simulated"]
    for name in ("responses", "returns", "policies", "estimates", "verdicts", "attributes"):
        frame: pl.DataFrame = getattr(opened, name)
        assert frame.equals(getattr(small_run, name)), name
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_a_run_is_opened_by_its_experiment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By name in the folder that runs/ lies in, the current one by default, or by the experiment's file, as on the command line."""
    out = folder.parents[1]
    assert eep.open_run("small", out=out).folder == eep.open_run(write(out), out=out).folder == folder
    monkeypatch.chdir(out)
    assert eep.open_run("small").experiment == "small"
    with pytest.raises(eep.UserError, match=r"as small \(in runs\); found 'smal' \(did you mean 'small'\?\)"):
        eep.open_run("smal")


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
