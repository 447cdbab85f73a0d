"""The README stays true: its commands run, its help texts are the real ones, its verdict is the report's."""

import json
import re
import shlex
import shutil
import tomllib
from pathlib import Path

import command_line
import pytest
from click.testing import CliRunner

import eep
from eep.cli import cli

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
#: Commands that need what a clone does not have, or that other tests run at length.
ELSEWHERE = ("FOLDER",)
#: What makes shipped experiments small: that a command ends well does not take ten thousand items and episodes.
SMALLER = {
    "null.toml": {
        **{f'  "{persona}",\n': "" for persona in ("kitten-foster", "brother-anselm", "name-only", "tram-rider")},
        **{f'  "{persona}",\n': "" for persona in ("herpetologist", "goth-teen", "hill-farmer")},
        '["plain", "portrait", "instruction"]': '["plain", "portrait"]',
        '[tasks.cartpole]\nstudents = ["xgboost"]': (
            '[tasks.cartpole]\nstudents = ["logistic"]\ntrain_items = 200\ntest_items = 70\npool_episodes = 5'
        ),
        '[tasks.encounter]\nstudents = ["xgboost"]': '[tasks.encounter]\nnumber = 12\nstudents = ["logistic"]',
        "number = 360": "number = 30",
        "episodes = 50": "episodes = 2\n\n[analysis]\npermutations = 199",
    },
    "rehearsal.toml": {
        "train_items = 800\ntest_items = 200\npool_episodes = 20": "train_items = 200\ntest_items = 70\npool_episodes = 5",
        "number = 54 #": "number = 12 #",
        "permutations = 999": "permutations = 199",
    },
}


def fenced(kind: str) -> list[str]:
    """Return the contents of the fenced blocks of one kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def in_order() -> list[str]:
    """Return the blocks whose commands need one another."""
    return re.findall(r"<!-- in order -->\n```console\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def prompted(block: str) -> list[str]:
    """Return every command that a block shows with a prompt."""
    return [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]


def commands() -> list[str]:
    """Return every command that stands for itself."""
    found = [line for block in fenced("console") if block not in in_order() for line in prompted(block)]
    return [line for line in found if not any(word in line for word in ELSEWHERE)]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the shipped personas and experiments, as a clone has them, two of them made small."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("personas", "experiments"):
        shutil.copytree(ROOT / name, folder / name)
    for name, changes in SMALLER.items():
        path = folder / "experiments" / name
        text = path.read_text(encoding="utf-8")
        for old, new in changes.items():
            assert text.count(old) == 1
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    return folder


def run(command: str, folder: Path) -> str:
    """Run a command of the README in a folder and return what it prints."""
    words = shlex.split(command)
    assert words[0] == "eep"
    expanded = [str(path) for word in words[1:] for path in (sorted(folder.glob(word)) if "*" in word else [word])]
    done = command_line.command(*expanded, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    return done.stdout


@pytest.mark.usefixtures("without_charts")
@pytest.mark.parametrize("command", commands())
def test_commands_run(clone: Path, command: str) -> None:
    """Every command of the README ends well in a clone."""
    run(command, clone)


@pytest.mark.usefixtures("without_charts")
def test_from_a_new_persona_to_a_verdict(clone: Path) -> None:
    """The commands one after another: a file as the README shows it, no warning, and a verdict with the persona in it."""
    (walk,) = in_order()
    said = {command.removeprefix("eep ").split(" -")[0]: run(command, clone) for command in prompted(walk)}
    (example,) = fenced("toml")
    shown, new = (tomllib.loads(text) for text in (example, (clone / "personas/marie-curie.toml").read_text("utf-8")))
    for key in ("id", "name", "arm", "about", "wordings"):
        assert shown[key] == new[key], key
    assert "all good" in said["persona check personas/marie-curie.toml"]
    assert shown["wordings"]["plain"] in said["persona show marie-curie"]
    assert "7 persona, 1 neutral" in said["plan experiments/rehearsal.toml"]
    assert "cartpole, preference: INHERITED" in said["run experiments/rehearsal.toml"]
    assert "The teacher is simulated" in said["run experiments/rehearsal.toml"].split("INHERITED")[0]
    assert "CHOSEN ALIKE" in said["persona compare marie-curie sir-isaac-newton"]
    report = json.loads((clone / "reports/rehearsal-with-marie-curie/report.json").read_text("utf-8"))
    assert report["teacher"]["kind"] == "simulated"
    assert "marie-curie" in {row["contrast"] for row in report["estimates"]}


def test_two_commands_come_first() -> None:
    """The first block holds the two commands that install, run and test eep."""
    first, second = fenced("sh")[0].strip().splitlines()
    assert first.endswith(".venv/bin/eep run experiments/quickstart.toml")
    assert second == ".venv/bin/python -m pytest -q"


@pytest.mark.parametrize(
    ("verb", "shown"),
    re.findall(r"<!-- help: eep ?(.*?) ?-->\n```text\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL),
)
def test_help_is_current(verb: str, shown: str) -> None:
    """The help texts in the README are what the command line prints."""
    done = CliRunner().invoke(cli, [*verb.split(), "--help"], prog_name="eep", env={"COLUMNS": "80"})
    assert shown == done.stdout


def test_verdict_is_the_reports() -> None:
    """The verdict that the README quotes is the one in the committed report."""
    report = json.loads((ROOT / "reports" / "examples" / "quickstart" / "report.json").read_text(encoding="utf-8"))
    quotes = re.findall(r"<!-- verdict: quickstart (\S+) (\S+) -->\n> (.*)\n", README)
    assert quotes
    for task, component, quoted in quotes:
        found = [v for v in report["verdicts"] if (v["task"], v["component"]) == (task, component)]
        assert [verdict["sentence"] for verdict in found] == [quoted]


def test_python_example_compiles_and_names_real_columns() -> None:
    """The Python example is valid, and the columns it selects exist."""
    from eep.stats.verdict import SCHEMA

    (example,) = (block for block in fenced("python") if "verdicts.select" in block)
    compile(example, "README.md", "exec")
    selected = re.findall(r'"(\w+)"', example.split("verdicts.select", 1)[1].split("\n", 1)[0])
    assert selected
    assert set(selected) <= set(SCHEMA)


def test_the_meadow_can_be_entered(capsys: pytest.CaptureFixture[str]) -> None:
    """The example of the environment runs, and prints a distance and the size of a picture."""
    (example,) = (block for block in fenced("python") if 'Encounter-v0"' in block)
    exec(compile(example, "README.md", "exec"), {})  # noqa: S102 - the README's own words
    assert re.fullmatch(r"\d\.\d+ \(224, 224, 3\)\n", capsys.readouterr().out)


def test_bodies_act(
    bodies_run: eep.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The example of students that act runs after a run called quickstart, and prints an action and five probabilities."""
    shutil.copytree(bodies_run.folder, tmp_path / "runs" / "quickstart")
    monkeypatch.chdir(tmp_path)
    (example,) = (block for block in fenced("python") if "load_student" in block)
    exec(compile(example, "README.md", "exec"), {})  # noqa: S102 - the README's own words
    assert re.fullmatch(r"[01] \[[\d. ]+\]\n", capsys.readouterr().out)


def test_students_can_be_watched(bodies_run: eep.Run, tmp_path: Path) -> None:
    """What shows students of the quickstart at work does so; this run has another persona than Raven."""
    shutil.copytree(bodies_run.folder / "students", tmp_path / "runs" / "quickstart" / "students")
    commands = [line for block in fenced("sh") for line in block.splitlines() if "student play" in line]
    told, written = (run(one.removeprefix(".venv/bin/").replace("raven", "vega"), tmp_path) for one in commands)
    assert "turn 20" in told
    assert written.startswith("encounter.html: ")


def test_persona_example_passes_the_check(tmp_path: Path) -> None:
    """The persona shown in the README passes its own check."""
    (example,) = fenced("toml")
    path = tmp_path / "marie-curie.toml"
    path.write_text(example, encoding="utf-8")
    done = command_line.command("persona", "check", path, cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_light_requirements_differ_in_xgboost_only() -> None:
    """The light requirements are the package's own and its tests', with xgboost-cpu in the place of xgboost."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    lines = (ROOT / "requirements-light.txt").read_text(encoding="utf-8").splitlines()
    light = [line for line in lines if line and not line.startswith("#")]
    assert light == [name.replace("xgboost>", "xgboost-cpu>") for name in wanted]
