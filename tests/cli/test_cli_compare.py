"""eep compare: two finished runs, from their names to the report."""

import json
import re
from pathlib import Path

import command_line
import finished_runs
import pytest
import small_pole
from cells import random_panel

import eep
from eep.stats.comparison_rows import SCHEMA


@pytest.mark.slow
@pytest.mark.usefixtures("without_report")
def test_two_seeds_of_an_experiment(small_run: eep.Run, tmp_path: Path) -> None:
    """A real run beside the same under another seed: every task and component has its answers, and the seed is named."""
    other = eep.run(small_pole.write(tmp_path), seed=2, out=tmp_path)
    done = command_line.command("compare", small_run.folder, other.folder, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert "small and small-seed-2 differ in one thing: the seed." in said
    assert "The seeds differ, and a seed draws which items are held out." in said
    assert "(a simulated teacher is no language model)" in said
    for component in ("level", "gain", "preference"):
        assert f"{component}, small and small-seed-2:" in said
    assert said.count("WRONG, not to be used: ") == 3
    folder = tmp_path / "reports" / "compare-small-vs-small-seed-2"
    assert done.stdout.splitlines()[-1] == f"report: {Path('reports') / folder.name / 'index.html'}"
    record = json.loads((folder / "comparison.json").read_text("utf-8"))
    assert record["columns"] == {name: str(dtype) for name, dtype in SCHEMA.items()}
    assert {run["seed"] for run in record["runs"]} == {0, 2}
    assert record["rows"]


def test_the_report_says_what_the_terminal_says(tmp_path: Path) -> None:
    """Sentences stand in both; the page is one file that fetches nothing, with the command and the wrong ways labelled."""
    for name, seed in (("a", 1), ("b", 2)):
        rows = finished_runs.rows(random_panel(6, 2, 60, seed=seed), teacher=f"recorded:{name}")
        finished_runs.write(tmp_path, name, rows)
    done = command_line.command("compare", "a", "b", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "reports" / "compare-a-vs-b"
    text = (folder / "comparison.md").read_text("utf-8")
    sentences = re.findall(r"^- (Who is who: .*)$", text, re.MULTILINE)
    assert len(sentences) == 3
    assert all(sentence in " ".join(done.stdout.split()) for sentence in sentences)
    page = (folder / "index.html").read_text("utf-8")
    assert "Made by eep compare a b." in page
    assert page.count("WRONG: ") >= 3
    assert not re.search(r"(?:src|href)=\"(?:https?:|//)", page)
    assert sorted(path.name for path in folder.iterdir()) == [
        "comparison.json",
        "comparison.md",
        "index.html",
        "slopes.svg",
    ]


def test_bad_names_end_with_a_way_out(tmp_path: Path) -> None:
    """A run that is not there is bad input, code 2, and nothing is written."""
    done = command_line.command("compare", "a", "b", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("expected the name of a run, as eep run makes one: there is none yet")
    assert not (tmp_path / "reports").exists()
