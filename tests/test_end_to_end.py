"""The commands of the README, from a file to a verdict; one small copy of the quickstart serves many tests."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from command_line import command

import eep
from eep.core.errors import UnfinishedError

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
PERSONAS = ["five-year-old", "rally-driver", "sir-isaac-newton", "brother-anselm", "kitten-foster", "neutral"]
EIGHT = [*PERSONAS, "goth-teen", "herpetologist", "hill-farmer"]
REPORT_KEYS = {"experiment", "teacher", "plan_sha256", "verdicts", "estimates", "returns", "controls"}


def experiment(folder: Path, name: str, personas: Sequence[str] = PERSONAS, **changes: str) -> Path:
    """Write a small experiment file: few personas, students and episodes; ``changes`` replace whole sections."""
    sections = {
        "teacher": 'provider = "recorded"\nrecording = "first-matrix"',
        "tasks.cartpole": 'students = ["logistic"]\ntrain_items = 800\ntest_items = 200\npool_episodes = 20',
        "play": "episodes = 5",
        "analysis": "permutations = 999",
        **changes,
    }
    body = "\n".join(f"[{section}]\n{text}\n" for section, text in sections.items())
    listed = json.dumps(list(personas))
    head = f'id = "{name}"\ntitle = "Small"\nquestion = "Does it work?"\nseed = 3\npersonas = {listed}\n'
    path = folder / f"{name}.toml"
    path.write_text(f'{head}wordings = ["plain", "portrait", "instruction"]\n\n{body}', encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, eep.Run]:
    """Run a small experiment on the recorded answers once: its folder, its file, and the run."""
    folder = tmp_path_factory.mktemp("small")
    path = experiment(folder, "small")
    return folder, path, eep.run(path, out=folder)


def test_a_run_gives_polars_frames(small: tuple[Path, Path, eep.Run]) -> None:
    """From Python a run gives its responses, returns, estimates and verdicts as polars frames."""
    _, _, run = small
    assert run.responses.filter(role="student")["persona"].n_unique() == len(PERSONAS)
    assert (
        run.responses.filter(role="control", agent="permuted").select("persona", "wording", "sample").n_unique() >= 20
    )
    assert set(run.returns["role"]) == {"teacher", "student", "control"}
    assert set(run.estimates["test"]) >= {"T1", "T2", "T3", "shares", "similarity", "agreement", "returns"}
    assert run.verdicts["component"].to_list() == ["level", "preference"]


def test_students_never_see_test_items(small: tuple[Path, Path, eep.Run]) -> None:
    """Students and controls answer test items only, and no test item is among the train items."""
    _, _, run = small
    assert set(run.responses.filter(pl.col("role") != "teacher")["split"]) == {"test"}
    items = run.responses.select("item", "split").unique()
    assert items["item"].n_unique() == items.height


def test_the_report_says_what_it_stands_on(small: tuple[Path, Path, eep.Run]) -> None:
    """The machine-readable report has its keys, and names the teacher and the registered plan."""
    folder, _, run = small
    report = json.loads((run.report / "report.json").read_text(encoding="utf-8"))
    assert set(report) >= REPORT_KEYS
    assert report["teacher"]["kind"] == "recorded"
    plan = json.loads((folder / "runs" / "small" / "plan.json").read_text(encoding="utf-8"))
    assert report["plan_sha256"] == plan["plan_sha256"]
    for verdict in report["verdicts"]:
        assert {"task", "component", "verdict", "p_value", "p_adjusted", "slope", "sentence"} <= set(verdict)
        assert set(verdict["slope"]) == {"estimate", "conf_low", "conf_high"}


def test_an_unchanged_rerun_does_nothing(small: tuple[Path, Path, eep.Run]) -> None:
    """A second run of the same file asks nothing and leaves every file as it is."""
    folder, path, first = small
    before = {file: file.stat().st_mtime_ns for file in (folder / "reports").rglob("*") if file.is_file()}
    tables = (first.folder / "responses.parquet").stat().st_mtime_ns
    again = eep.run(path, out=folder)
    assert (again.asked, again.stored) == (0, first.asked)
    assert (first.folder / "responses.parquet").stat().st_mtime_ns == tables
    assert before == {file: file.stat().st_mtime_ns for file in before}


def test_the_number_of_workers_changes_nothing(small: tuple[Path, Path, eep.Run], tmp_path: Path) -> None:
    """The same file and seed give byte-identical tables and reports, with one worker or two."""
    folder, path, first = small
    second = eep.run(path, out=tmp_path, workers=2)
    for name in ("responses", "returns", "policies", "estimates", "verdicts"):
        table = f"{name}.parquet"
        assert (first.folder / table).read_bytes() == (second.folder / table).read_bytes(), name
    for file in sorted(path for path in first.report.rglob("*") if path.is_file()):
        assert file.read_bytes() == (second.report / file.relative_to(first.report)).read_bytes(), file.name
    assert folder != tmp_path


@pytest.mark.usefixtures("without_report")
def test_another_seed_gives_another_run(small: tuple[Path, Path, eep.Run], tmp_path: Path) -> None:
    """Another seed runs beside the first, under its own id, and gives other students."""
    _, path, first = small
    other = eep.run(path, out=tmp_path, seed=4)
    assert other.folder.name == "small-seed-4"
    assert not other.estimates.drop("seed", "experiment").equals(first.estimates.drop("seed", "experiment"))


@pytest.mark.usefixtures("without_charts")
def test_changed_settings_are_told(small: tuple[Path, Path, eep.Run], tmp_path: Path) -> None:
    """A run under other analysis settings than the registered ones says so in its report."""
    _, path, _ = small
    shutil.copytree(path.parent, tmp_path, dirs_exist_ok=True)
    copy = tmp_path / "small.toml"
    changed = copy.read_text(encoding="utf-8").replace("permutations = 999", "permutations = 1999")
    copy.write_text(changed, encoding="utf-8")
    run = eep.run(copy, out=tmp_path)
    assert "analysis.permutations" in (run.report / "report.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("without_charts")
def test_a_planted_effect_is_inherited(tmp_path: Path) -> None:
    """Students of simulated teachers inherit a strong planted persona effect in their preferences."""
    strong = 'provider = "simulated"\npersona_effect = 2.0\nwording_effect = 0.3\ngeneric_effect = 1.0\nnoise = 0.2'
    run = eep.run(experiment(tmp_path, "planted", teacher=strong), out=tmp_path)
    verdict = run.verdicts.filter(component="preference").row(0, named=True)
    assert verdict["verdict"] == "inherited", verdict["sentence"]
    assert "SIMULATED" in (run.report / "report.md").read_text(encoding="utf-8").split("\n\n")[1]


@pytest.mark.usefixtures("without_report")
def test_no_effect_is_not_inherited(tmp_path: Path) -> None:
    """Where wordings differ wildly but no persona was played, at most one run in four says inherited."""
    none = 'provider = "simulated"\npersona_effect = 0.0\nwording_effect = 1.0\ngeneric_effect = 1.0\nnoise = 0.2'
    few = 'students = ["logistic"]\ntrain_items = 300\ntest_items = 100\npool_episodes = 10'
    path = experiment(tmp_path, "null", EIGHT, teacher=none, **{"tasks.cartpole": few})
    runs = [eep.run(path, out=tmp_path, seed=seed) for seed in range(1, 5)]
    assert sum("inherited" in run.verdicts["verdict"].to_list() for run in runs) <= 1


def test_missing_answers_stop_the_run(tmp_path: Path) -> None:
    """A wording that was never recorded is told as unanswered; no verdict is made from what is there."""
    own = (ROOT / "personas" / "rally-driver.toml").read_text(encoding="utf-8")
    (tmp_path / "personas").mkdir()
    changed = own.replace("You are Ayla, a rally driver", "You are Ayla, the rally driver")
    (tmp_path / "personas" / "rally-driver.toml").write_text(changed, encoding="utf-8")
    path = experiment(tmp_path, "gap")
    with pytest.raises(UnfinishedError, match=r"rally-driver \(plain\): 81 unanswered"):
        eep.run(path, out=tmp_path)
    done = command("run", path, cwd=tmp_path)
    assert done.returncode == 3
    assert not (tmp_path / "reports").exists()


def test_the_report_can_be_made_again(small: tuple[Path, Path, eep.Run]) -> None:
    """The report command makes the very same report from the tables of the run."""
    folder, path, run = small
    before = (run.report / "report.json").read_bytes()
    (run.report / "report.json").unlink()
    done = command("report", path, "--out", folder, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert (run.report / "report.json").read_bytes() == before


def test_a_plan_asks_and_writes_nothing(tmp_path: Path) -> None:
    """The plan command prints cells, questions and the least p-value, and leaves no file behind."""
    path = experiment(tmp_path, "only-plan")
    done = command("plan", path, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "18 in each task" in done.stdout
    assert "1,458: 0 answered already, 1,458 to ask" in done.stdout
    assert "least p-value this design can give is 0.0083" in done.stdout
    assert sorted(tmp_path.iterdir()) == [path]


def test_five_planted_errors_are_told_by_line(tmp_path: Path) -> None:
    """A persona file with five errors gives five lines with the right line numbers, and exit code 2."""
    text = """\
id = "other-name"
nane = "Ada"
name = "Ada"
arm = "persone"
about = ""

[wordings]
plain = "You are Ada."
again = "You are Ada."
"""
    (tmp_path / "ada.toml").write_text(text, encoding="utf-8")
    done = command("persona", "check", "ada.toml", cwd=tmp_path)
    assert done.returncode == 2
    lines = done.stderr.strip().splitlines()
    assert [line.split(":")[1] for line in lines] == ["1", "2", "4", "5", "9"], done.stderr


def test_bad_usage_ends_with_two(tmp_path: Path) -> None:
    """A missing file, an unknown verb and an unknown option end with exit code 2 and no traceback."""
    for arguments in (
        ["run", "nowhere.toml"],
        ["rum"],
        ["run", "x.toml", "--sed", "3"],
        ["recording", "check", "."],
    ):
        done = command(*arguments, cwd=tmp_path)
        assert done.returncode == 2, (arguments, done.stderr)
