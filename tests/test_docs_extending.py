"""docs/extending.md is true: its three examples, as they stand there, pass the contract tests and run."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
#: Modules and experiments: "`path`", a blank line, a fenced block.
FILES = re.findall(r"^`(\S+)`\n\n```\w+\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
#: Lines of registries: "In `path`, in `NAME`:", a blank line, a fenced block.
LINES = re.findall(r"^In `(\S+)`, in `(\w+)`:\n\n```python\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of eep to which everything on the page was added."""
    folder = tmp_path_factory.mktemp("extended")
    shutil.copytree(ROOT / "eep", folder / "eep")
    shutil.copytree(ROOT / "personas", folder / "personas")
    (folder / "experiments").mkdir()
    for path, content in FILES:
        (folder / path).write_text(content, encoding="utf-8")
    for path, registry, line in LINES:
        module = folder / path
        start = f"{registry} = {{\n"
        text = module.read_text(encoding="utf-8")
        assert text.count(start) == 1
        module.write_text(text.replace(start, start + line), encoding="utf-8")
    return folder


def run(folder: Path, *arguments: str | Path) -> str:
    """Run a Python command on the copy and return what it said; it must end well."""
    words, environment = [sys.executable, *map(str, arguments)], {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_page_has_all_parts() -> None:
    """There are three modules and an experiment, and a line for each of three registries."""
    assert len(FILES) == 4
    assert [registry for _, registry, _ in LINES] == ["STUDENTS", "TEACHERS", "TASKS"]


def test_examples_pass_the_contract_tests(extended: Path) -> None:
    """The contract tests, as they are, run on the examples and pass."""
    names = ("ridge", "dice", "umbrella")
    options = ("-n0", "-v", "-p", "no:cacheprovider", "--rootdir", ROOT, "-c", ROOT / "pyproject.toml")
    contracts = [ROOT / "tests" / "contracts" / f"test_{kind}.py" for kind in ("students", "teachers", "tasks")]
    said = run(extended, "-m", "pytest", *options, "-k", " or ".join(names), *contracts)
    for name in names:
        assert len(re.findall(rf"\[.*{name}.*\] PASSED", said)) >= 5, said


def test_the_experiment_runs(extended: Path) -> None:
    """The experiment with all three, in fewer permutations, ends in verdicts, and nothing is inherited from dice."""
    with (extended / "experiments" / "umbrella.toml").open("a", encoding="utf-8") as file:
        file.write("\n[analysis]\npermutations = 199\n")
    run(extended, "-m", "eep", "run", "experiments/umbrella.toml")
    verdicts = pl.read_parquet(extended / "runs" / "umbrella" / "verdicts.parquet")
    assert set(verdicts["student"]) == {"ridge"}
    assert "inherited" not in verdicts["verdict"].to_list()


def test_examples_are_tidy(extended: Path) -> None:
    """The examples keep to the project's own lint rules, annotations included."""
    files = [str(extended / path) for path, _ in FILES if path.endswith(".py")]
    run(extended, "-m", "ruff", "check", "--config", ROOT / "pyproject.toml", *files)
