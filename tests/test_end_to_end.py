"""From an experiment's file to a report: what only whole runs show; one small run serves many tests."""

import json
import shutil
from pathlib import Path

import pytest
import small_pole
from command_line import command

import eep

pytestmark = pytest.mark.slow


@pytest.fixture
def copied(small_run: eep.Run, tmp_path: Path) -> Path:
    """Return the experiment's file of the small run, in a copy of its folder."""
    shutil.copytree(small_run.folder.parents[1], tmp_path, dirs_exist_ok=True)
    return tmp_path / "small.toml"


def test_the_report_names_the_registered_plan(small_run: eep.Run) -> None:
    """Its record has the hash of the plan that was registered before anything was asked."""
    files = (small_run.report / "report.json", small_run.folder / "plan.json")
    report, plan = (json.loads(path.read_text(encoding="utf-8")) for path in files)
    assert report["plan_sha256"] == plan["plan_sha256"]


def test_an_unchanged_rerun_does_nothing(small_run: eep.Run, copied: Path) -> None:
    """A second run of the same file asks nothing and leaves every file as it is; a lost report is made again, the same."""
    files = [*(copied.parent / "reports").rglob("*.*"), *(copied.parent / "runs").rglob("*.parquet")]
    before = {file: file.stat().st_mtime_ns for file in files}
    again = eep.run(copied, out=copied.parent)
    assert (again.asked, again.stored) == (0, small_run.asked)
    assert before == {file: file.stat().st_mtime_ns for file in files}
    (again.report / "report.json").unlink()
    done = command("report", copied, "--out", copied.parent, cwd=copied.parent)
    assert done.returncode == 0, done.stderr
    assert (again.report / "report.json").read_bytes() == (small_run.report / "report.json").read_bytes()


def test_the_number_of_workers_changes_nothing(small_run: eep.Run, tmp_path: Path) -> None:
    """The same file and seed give byte-identical tables and reports, with one worker or two."""
    second = eep.run(small_pole.write(tmp_path), out=tmp_path, workers=2)
    for table in ("responses", "returns", "policies", "estimates", "verdicts"):
        one, two = (run.folder / f"{table}.parquet" for run in (small_run, second))
        assert one.read_bytes() == two.read_bytes(), table
    files = [path for path in small_run.report.rglob("*") if path.is_file()]
    assert len(files) > 20
    for file in files:
        assert file.read_bytes() == (second.report / file.relative_to(small_run.report)).read_bytes(), file.name


@pytest.mark.usefixtures("without_report")
def test_another_seed_gives_another_run(small_run: eep.Run, tmp_path: Path) -> None:
    """Another seed runs beside the first, under its own id, and gives other students."""
    other = eep.run(small_pole.write(tmp_path), out=tmp_path, seed=4)
    assert other.folder.name == "small-seed-4"
    assert not other.estimates.drop("seed", "experiment").equals(small_run.estimates.drop("seed", "experiment"))


@pytest.mark.usefixtures("without_charts")
def test_changed_settings_are_told(copied: Path) -> None:
    """A run under other analysis settings than the registered ones says so in its report."""
    text = copied.read_text(encoding="utf-8").replace("permutations = 99", "permutations = 199")
    copied.write_text(text, encoding="utf-8")
    run = eep.run(copied, out=copied.parent)
    assert "analysis.permutations" in (run.report / "report.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("without_report")
def test_no_effect_is_not_inherited(tmp_path: Path) -> None:
    """Where wordings differ wildly but no persona was played, at most one run in three says inherited."""
    path = small_pole.write(tmp_path, teacher="wording_effect = 1.0\ngeneric_effect = 1.0\nnoise = 0.2")
    more = '"neutral", "kitten-foster", "brother-anselm", "goth-teen"'
    text = (
        path.read_text(encoding="utf-8")
        .replace('"neutral"', more)
        .replace("persona_effect = 1.0", "persona_effect = 0.0")
    )
    path.write_text(text, encoding="utf-8")
    runs = [eep.run(path, out=tmp_path, seed=seed) for seed in range(1, 4)]
    assert sum("inherited" in run.verdicts["verdict"].to_list() for run in runs) <= 1


def test_a_plan_asks_and_writes_nothing(tmp_path: Path) -> None:
    """The plan command prints cells, questions and the least p-value, and leaves no file behind."""
    path = small_pole.write(tmp_path)
    done = command("plan", path, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "8 in each task" in done.stdout
    assert "648: 0 answered already, 648 to ask" in done.stdout
    assert "least p-value this design can give is " in done.stdout
    assert sorted(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "words",
    [["run", "nowhere.toml"], ["rum"], ["run", "x.toml", "--sed", "3"], ["recording", "check", "."]],
    ids=" ".join,
)
def test_bad_usage_ends_with_two(words: list[str], tmp_path: Path) -> None:
    """A missing file, an unknown verb, an unknown option and a folder of another kind end with exit code 2."""
    done = command(*words, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
