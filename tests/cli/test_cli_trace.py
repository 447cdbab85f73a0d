"""Every number of a report is found again by the commands that the report names for it."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import small_pole
from click.testing import CliRunner
from command_line import command

import eep
from eep.cli import cli
from eep.core.numbers import MINUS, TIMES, number, percent, probability, significant

pytestmark = pytest.mark.slow

#: Sections that tell of the design and the plan; their numbers are settings, not results.
SETTINGS = ("How to read this", "The design", "Plan, seeds, versions")
#: A number as a report writes it, not part of a word, a path or a term of the field such as T2.
NUMBER = re.compile(rf"(?<![\w./-])[{MINUS}-]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?: {TIMES} 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?(?![\w/])")
COMMAND = re.compile(r"`(eep trace [^`]*)`")


@dataclass(frozen=True)
class Ran:
    """A small run of both tasks: where it lies, and its report's text."""

    folder: Path
    report: Path
    text: str

    def sections(self) -> dict[str, str]:
        """Return heading -> text of every section that tells of results."""
        parts = re.split(r"^## (.*)$", self.text, flags=re.MULTILINE)
        return {name: body for name, body in zip(parts[1::2], parts[2::2], strict=True) if name not in SETTINGS}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Run both tasks once, small."""
    folder = tmp_path_factory.mktemp("traced")
    path = small_pole.write(folder)
    more = '"goth-teen", "brother-anselm", "neutral", "name-only"'
    text = path.read_text(encoding="utf-8").replace('"sir-isaac-newton", "neutral"', more)
    path.write_text(f'{text}\n[tasks.cute]\nstudents = ["xgboost"]\nnumber = 30\n', encoding="utf-8")
    report = eep.run(path, out=folder).report
    return Ran(folder, report, (report / "report.md").read_text(encoding="utf-8"))


def trace(ran: Ran, command: str) -> list[dict[str, Any]]:
    """Return the rows that a printed command prints, run where the run lies."""
    words = [*shlex.split(command)[1:], "--format", "jsonl", "--out", str(ran.folder)]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, (command, done.output)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert rows, command
    return rows


def forms(value: float) -> Iterator[str]:
    """Yield every way in which a report may write a number, or the share or probability that it is."""
    for size in {value, abs(value)}:
        for places in (0, 1, 2):
            yield number(size, places)
            yield number(100 * size, places)
        yield from (probability(size) if size > 0 else "0", significant(size), f"{size:,.0f}")
        yield percent(size, 1).removesuffix(" %")


def written(rows: list[dict[str, Any]]) -> set[str]:
    """Return every number that can be read off some rows: values, sums of counts, and numbers in words."""
    values = [value for row in rows for value in row.values()]
    found = {form for value in values if isinstance(value, int | float) for form in forms(value)}
    found |= {token for value in values if isinstance(value, str) for token in NUMBER.findall(value)}
    counts = {name for row in rows for name, value in row.items() if isinstance(value, int)}
    return found | {f"{sum(row.get(name) or 0 for row in rows):,}" for name in counts}


def shown(body: str) -> Iterator[str]:
    """Yield the numbers in a section's tables, lists, verdicts and shares, without those in links."""
    for line in body.splitlines():
        if line.startswith(("| ", "- ", "*Slope", "CartPole: ", "Cute animals: ")):
            yield from NUMBER.findall(re.sub(r"!?\[[^\]]*\]\([^)]*\)|95 % interval|Needed for \.\d", "", line))


def test_every_section_with_numbers_names_commands(ran: Ran) -> None:
    """A section of results that shows numbers names at least one command, and every command's run is this one."""
    for name, body in ran.sections().items():
        assert not list(shown(body)) or COMMAND.search(body), name
    assert {command.split()[2] for command in COMMAND.findall(ran.text)} == {"small"}


def test_every_number_is_found_again(ran: Ran) -> None:
    """Each number of a section's tables, lists and verdicts is one that its commands print."""
    told = 0
    for name, body in ran.sections().items():
        commands = list(dict.fromkeys(COMMAND.findall(body)))
        known = {form for command in commands for form in written(trace(ran, command))}
        strangers = [token for token in shown(body) if token not in known]
        assert not strangers, (name, strangers, commands)
        told += len(list(shown(body)))
    assert told > 500


def test_other_numbers_are_not_found(ran: Ran) -> None:
    """The commands of one section do not happen to print the numbers of another."""
    sections = ran.sections()
    (checked,) = (body for name, body in sections.items() if name.startswith("Manipulation check"))
    known = {form for command in COMMAND.findall(checked) for form in written(trace(ran, command))}
    others = [token for body in sections.values() if body is not checked for token in shown(body)]
    assert sum(token not in known for token in others) > 0.75 * len(others)


def test_every_chart_is_found_again(ran: Ran) -> None:
    """Each chart has svg, png and csv, and the commands below it print every number of the csv, to all its digits."""
    charts = re.findall(r"^!\[.*\]\(charts/(.*)\.svg\)\n\n(\*This chart.*)$", ran.text, re.MULTILINE)
    kinds = {"shares", "matrix", "slopes", "profile", "agreement", "returns", "policies"}
    assert {name.partition("-")[0] for name, _ in charts} == kinds
    for name, line in charts:
        assert (ran.report / "charts" / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        rows = [row for command in COMMAND.findall(line) for row in trace(ran, command)]
        known = {value for row in rows for value in row.values() if isinstance(value, int | float)}
        numbers = pl.read_csv(ran.report / "tables" / f"{name}.csv").select(pl.selectors.numeric())
        values = {value for column in numbers for value in column.drop_nulls()}
        assert values, name
        assert values <= known, (name, sorted(values - known)[:3])


def test_answers_are_found_by_persona_and_item(ran: Ran) -> None:
    """The answers of one persona to one picture: a row for each wording, of the teacher and of the student."""
    asked = "eep trace small --responses --persona goth-teen --role student"
    item = trace(ran, f"{asked} --role teacher --task cute --split test")[0]["item"]
    mine = trace(ran, f"{asked} --task cute --item {item}")
    assert sorted(row["wording"] for row in mine) == ["plain", "portrait"]
    (mean,) = trace(ran, f"{asked} --mean persona --item {item}")
    assert mean["mean"] == pytest.approx(sum(row["response"] for row in mine) / 2)


def test_attributes_say_which_items_a_profile_is_about(ran: Ran) -> None:
    """As many items have a value as the profile's row counts."""
    (row,) = trace(ran, "eep trace small --test profile --agent teacher --contrast goth-teen --term baby=yes")
    assert len(trace(ran, "eep trace small --attributes --attribute baby --value yes")) == row["n_items"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["smal"], "did you mean 'small'"),
        (["small", "--test", "T22"], "did you mean"),
        (["small", "--tset", "T2"], "--test"),
        (["small", "--persona", "goth-teen"], "--responses"),
        (["small", "--returns", "--mean", "task"], "cell, persona, agent"),
        (["nowhere.toml"], "nowhere.toml"),
        (["small", "--out", "elsewhere"], "there is none"),
        (["small", "--returns", "--responses"], "expected the rows of one table; found --responses and --returns"),
        (["runs/torn"], "torn: expected the tables of a finished run; found no manifest.json"),
        (["runs/unplanned"], "plan.json: expected a registered plan, found none"),
    ],
    ids=lambda each: " ".join(each)[-20:],
)
def test_bad_input_ends_with_two(ran: Ran, words: list[str], said: str) -> None:
    """Unknown runs, filters, values and levels end with 2 and name the nearest that there is."""
    for name, lacking in (("torn", "manifest.json"), ("unplanned", "plan.json")):
        if words == [f"runs/{name}"]:
            shutil.copytree(ran.folder / "runs" / "small", ran.folder / words[0]).joinpath(lacking).unlink()
    done = command("trace", *words, cwd=ran.folder)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr


def test_an_experiments_file_names_its_run(ran: Ran) -> None:
    """The path of the experiment's file, or of the run's folder, finds the same rows as the run's name."""
    names = ("small.toml", "small", "runs/small")
    by_file, *others = (command("trace", name, "--test", "T1", cwd=ran.folder) for name in names)
    assert [other.stdout for other in others] == [by_file.stdout] * 2
    assert by_file.returncode == 0


def test_a_reader_may_stop_reading(ran: Ran) -> None:
    """A pipe whose reader has had enough ends the command well, without a word."""
    words = [sys.executable, "-m", "eep", "trace", "small", "--responses", "--format", "csv"]
    with subprocess.Popen(words, cwd=ran.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline().startswith(b"task,")
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait() == 0
