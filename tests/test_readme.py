"""The README stays true: its commands run, its help texts are the real ones, its verdict is the report's."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
#: Commands that need what a clone does not have, or that other tests run at length.
ELSEWHERE = ("FOLDER",)


def fenced(kind: str) -> list[str]:
    """Return the contents of the fenced blocks of one kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    """Return every command that the README shows with a prompt."""
    lines = [line for block in fenced("console") for line in block.splitlines() if line.startswith("$ ")]
    return [line.removeprefix("$ ") for line in lines if not any(word in line for word in ELSEWHERE)]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the shipped personas and experiments, as a clone has them."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("personas", "experiments"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.mark.parametrize("command", commands())
def test_commands_run(clone: Path, command: str) -> None:
    """Every command of the README ends well in a clone."""
    words = shlex.split(command)
    assert words[0] == "eep"
    expanded = [
        str(path) for word in words[1:] for path in (sorted(clone.glob(word)) if "*" in word else [word])
    ]
    done = subprocess.run(
        [sys.executable, "-m", "eep", *expanded], cwd=clone, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


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
    done = subprocess.run(
        [sys.executable, "-m", "eep", *verb.split(), "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={"COLUMNS": "80", "PATH": ""},
    )
    assert shown == done.stdout.replace("python -m eep", "eep")


def test_verdict_is_the_reports() -> None:
    """The verdict that the README quotes is the one in the committed report."""
    report = json.loads((ROOT / "reports" / "quickstart" / "report.json").read_text(encoding="utf-8"))
    quotes = re.findall(r"<!-- verdict: quickstart (\S+) (\S+) -->\n> (.*)\n", README)
    assert quotes
    for task, component, quoted in quotes:
        found = [v for v in report["verdicts"] if (v["task"], v["component"]) == (task, component)]
        assert [verdict["sentence"] for verdict in found] == [quoted]


def test_links_lead_somewhere() -> None:
    """Every relative link and picture of the README exists."""
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    assert targets
    for target in targets:
        if "://" not in target:
            assert (ROOT / target).exists(), target


def test_python_example_compiles_and_names_real_columns() -> None:
    """The Python example is valid, and the columns it selects exist."""
    from eep.stats.verdict import SCHEMA

    (example,) = fenced("python")
    compile(example, "README.md", "exec")
    selected = re.findall(r'"(\w+)"', example.split("verdicts.select", 1)[1].split("\n", 1)[0])
    assert selected
    assert set(selected) <= set(SCHEMA)


def test_persona_example_passes_the_check(tmp_path: Path) -> None:
    """The persona shown in the README passes its own check."""
    (example,) = fenced("toml")
    path = tmp_path / "marie-curie.toml"
    path.write_text(example, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "eep", "persona", "check", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_light_requirements_differ_in_xgboost_only() -> None:
    """The light requirements are the package's own and its tests', with xgboost-cpu in the place of xgboost."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    lines = (ROOT / "requirements-light.txt").read_text(encoding="utf-8").splitlines()
    light = [line for line in lines if line and not line.startswith("#")]
    assert light == [name.replace("xgboost>", "xgboost-cpu>") for name in wanted]
