"""Writing a report: the same bytes for the same findings, all of it or nothing."""

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from report_builder import FILMS, PERSONAS, Origin, build, verdict_frame

from eep.report import Findings, publish, write

pytestmark = pytest.mark.slow

HASH = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
from report_builder import build
from eep.report.publish import render
for name, content in render(build()).items():
    print(name, hashlib.sha256(content).hexdigest())
"""


def bare(**changes: Any) -> Findings:
    """Return findings without anything to draw."""
    findings = build()
    return replace(
        findings,
        estimates=findings.estimates.clear(),
        returns=findings.returns.clear(),
        policies=findings.policies.clear(),
        verdicts=verdict_frame([]),
        **changes,
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Return the files of complete findings."""
    return publish.render(build())


def test_the_report_has_its_files(files: dict[str, bytes], tmp_path: Path) -> None:
    """A report is a text, a record, charts and the numbers behind them; nothing else is left behind."""
    write(build(), tmp_path / "invented")
    assert contents(tmp_path / "invented") == files
    assert [path.name for path in tmp_path.iterdir()] == ["invented"]
    charts = {
        "agreement-balance",
        "matrix-balance-level",
        "matrix-balance-preference",
        "profile-balance",
        "returns-balance",
        "shares",
        "slopes",
    }
    assert {Path(name).stem for name in files if name.endswith(".svg")} == charts | set(FILMS)
    for folder, suffix in (("charts", "png"), ("tables", "csv")):
        assert {f"{folder}/{name}.{suffix}" for name in charts} <= set(files)


def test_the_same_findings_give_the_same_bytes(files: dict[str, bytes]) -> None:
    """Another process, with another hash seed and fewer threads, writes every file byte for byte the same."""
    environment = {**os.environ, "PYTHONHASHSEED": "7", "POLARS_MAX_THREADS": "1"}
    run = subprocess.run(
        [sys.executable, "-c", HASH, str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    here = [f"{name} {hashlib.sha256(content).hexdigest()}" for name, content in files.items()]
    assert run.stdout.splitlines() == here


def test_other_findings_give_other_bytes(files: dict[str, bytes]) -> None:
    """The charts and tables show the numbers they were given."""
    other = publish.render(build(seed=1))
    assert all(other[name] != files[name] for name in files if name.startswith(("charts/matrix", "tables/returns")))


def test_an_earlier_report_is_replaced(tmp_path: Path) -> None:
    """A new report leaves no chart of the old one, and leaves alone what is not its own."""
    write(build(), tmp_path)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    findings = bare(animations={})
    write(findings, tmp_path)
    assert contents(tmp_path) == publish.render(findings) | {"notes.txt": b"mine"}


def test_a_report_that_cannot_be_made_leaves_the_earlier_one(tmp_path: Path) -> None:
    """An error while a report is made changes nothing on disk."""
    folder = tmp_path / "invented"
    write(build(), folder)
    before = contents(folder)
    with pytest.raises(ValueError, match="animation"):
        write(build(animations={"slopes": "<svg/>"}), folder)
    assert contents(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["invented"]


@pytest.mark.parametrize("names", [("a b", "a-b"), ("Episode", "episode"), ("...",)])
def test_animations_have_file_names_of_their_own(names: tuple[str, ...]) -> None:
    """Animations that would share a file, on any file system, or have none, are refused."""
    with pytest.raises(ValueError, match="file name of its own"):
        publish.render(bare(animations=dict.fromkeys(names, "<svg/>")))


def test_an_animation_cannot_leave_the_folder() -> None:
    """A name with slashes becomes a plain file name."""
    files = publish.render(bare(animations={"../../etc/x": "<svg/>"}))
    assert files["charts/etc-x.svg"] == b"<svg/>"


def test_everything_the_text_points_to_is_there(files: dict[str, bytes]) -> None:
    """Every image and link of the text is a file of the report, and every chart is shown."""
    targets = set(re.findall(r"\]\(([^)]*)\)", files["report.md"].decode()))
    films_of_others = {"charts/balance-control-random-none.svg"}
    assert targets == set(files) - {"index.html", "report.md"} - films_of_others


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("simulated", "SIMULATED teacher"),
        ("recorded", "Recorded answers of somebody"),
        ("live", "Live answers of somebody"),
    ],
)
def test_every_chart_says_who_the_teacher_was(kind: str, said: str) -> None:
    """Each chart carries the teacher's kind where it is seen and where it is read aloud."""
    files = publish.render(build(provenance=Origin(kind, f"{kind}:somebody"), animations={}))
    for name, content in files.items():
        if name.endswith(".svg"):
            root = ET.fromstring(content.decode())  # noqa: S314 -- written by this test's own process
            assert root.get("role") == "img"
            assert said in (root.get("aria-label") or "")
            assert said in list(root.itertext())


def test_hostile_names_stay_text_in_charts() -> None:
    """A name with markup is shown in the charts as text; every chart stays well-formed and has nothing that runs."""
    names = {persona: f'</text><script>alert("{persona}")</script>\x07\ufffe' for persona in PERSONAS}
    files = publish.render(build(names=names, animations={}))
    for name, content in files.items():
        if name.endswith(".svg"):
            root = ET.fromstring(content.decode())  # noqa: S314 -- written by this test's own process
            assert not [node.tag for node in root.iter() if "script" in node.tag]
    assert "&lt;script" in files["charts/matrix-balance-level.svg"].decode()


def test_tables_hold_the_numbers_behind_the_charts(files: dict[str, bytes]) -> None:
    """A chart's csv has its numbers, with ids that other tables share."""
    frame = pl.read_csv(files["tables/matrix-balance-preference.csv"])
    similar = build().estimates.filter(
        pl.col("test") == "similarity", pl.col("component") == "preference", pl.col("agent") == "xgboost"
    )
    assert frame.height == similar.height == 16
    assert frame["similarity"].to_list() == pytest.approx(similar["estimate"].to_list())


def test_a_report_without_estimates_has_no_charts(tmp_path: Path) -> None:
    """Where nothing could be estimated or played, the text and the record are still written."""
    write(bare(animations={}), tmp_path / "bare")
    assert sorted(contents(tmp_path / "bare")) == ["index.html", "report.json", "report.md"]
