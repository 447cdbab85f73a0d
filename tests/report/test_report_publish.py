"""Writing a report: the same bytes for the same findings, all of it or nothing."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from html_pages import pictured
from invented_play import PERSONAS
from report_builder import FILMS, Origin, bare, build

from eep.report import Findings, publish, write
from eep.report.figure import svg
from eep.report.sections import figures

pytestmark = pytest.mark.slow

HASH = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
from report_builder import build
from eep.report.publish import render
from eep.report.sections import figures
found = build()
for name, content in render(found, figures(found)).items():
    print(name, hashlib.sha256(content).hexdigest())
"""


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def rendered(findings: Findings) -> dict[str, bytes]:
    """Return the files of a report."""
    return publish.render(findings, figures(findings))


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Return the files of complete findings."""
    return rendered(build())


def test_the_report_has_its_files(files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report is a text, a record, charts and the numbers behind them; nothing else is left behind."""
    monkeypatch.setattr(publish, "render", lambda *_: files)
    write(build(), tmp_path / "invented")
    assert contents(tmp_path / "invented") == files
    assert [path.name for path in tmp_path.iterdir()] == ["invented"]
    charts = {"agreement-balance", "profile-balance", "returns-balance", "shares", "slopes"}
    charts |= {"matrix-balance-level", "matrix-balance-preference"}
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


@pytest.mark.usefixtures("without_charts")
def test_an_earlier_report_is_replaced(tmp_path: Path) -> None:
    """A report of nothing is its text and record: no picture of the old one stays, and what is not its own does."""
    write(pictured(), tmp_path)
    assert (tmp_path / "gallery").is_dir()
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    write(bare(), tmp_path)
    assert sorted(contents(tmp_path)) == ["index.html", "notes.txt", "report.json", "report.md"]
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_a_report_that_cannot_be_made_leaves_the_earlier_one(tmp_path: Path) -> None:
    """An error while a report is made changes nothing on disk."""
    folder = tmp_path / "invented"
    write(bare(), folder)
    before = contents(folder)
    with pytest.raises(ValueError, match="animation"):
        write(build(animations={"slopes": "<svg/>"}), folder)
    assert contents(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["invented"]


@pytest.mark.parametrize("names", [("a b", "a-b"), ("Episode", "episode"), ("...",)])
def test_animations_have_file_names_of_their_own(names: tuple[str, ...]) -> None:
    """Animations that would share a file, on any file system, or have none, are refused."""
    with pytest.raises(ValueError, match="file name of its own"):
        rendered(bare(animations=dict.fromkeys(names, "<svg/>")))


def test_an_animation_cannot_leave_the_folder() -> None:
    """A name with slashes becomes a plain file name."""
    files = rendered(bare(animations={"../../etc/x": "<svg/>"}))
    assert files["charts/etc-x.svg"] == b"<svg/>"


def test_everything_the_text_points_to_is_there(files: dict[str, bytes]) -> None:
    """Every image and link of the text is a file of the report, and every chart is shown."""
    targets = set(re.findall(r"\]\(([^)]*)\)", files["report.md"].decode()))
    films_of_others = {"charts/balance-control-random-none.svg"}
    assert targets == set(files) - {"index.html", "report.md"} - films_of_others


def test_every_chart_says_who_the_teacher_was(files: dict[str, bytes]) -> None:
    """It is seen and read aloud; markup in a name is text in a chart that stays well-formed, and nothing runs."""
    names = {persona: f'</text><script>alert("{persona}")</script>\x07\ufffe' for persona in PERSONAS}
    hostile = [svg(figure) for figure in figures(build(names=names, provenance=Origin("live", "live:somebody")))]
    simulated = [files[f"charts/{name}.svg"].decode() for name in ("shares", "slopes", "matrix-balance-level")]
    for said, drawn in (("Live answers of somebody", hostile), ("SIMULATED teacher", simulated)):
        for root in map(ET.fromstring, drawn):
            assert root.get("role") == "img"
            assert said in (root.get("aria-label") or "")
            assert said in list(root.itertext())
            assert not [node.tag for node in root.iter() if "script" in node.tag]
    assert sum("&lt;script" in text for text in hostile) > 2
