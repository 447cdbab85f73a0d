"""``eep student play``: students at work as text, as films and on a page."""

import html
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from command_line import command
from on_a_terminal import INTERRUPT
from on_a_terminal import play as on_a_terminal
from PIL import Image

import eep
from eep.core.text import one_line

pytestmark = pytest.mark.slow

MEETING = ("--task", "encounter", "--persona", "vega", "--animal")


def told(run: eep.Run, cwd: Path, *words: str, columns: int = 80) -> str:
    """Return what is printed, of an episode that is shown well."""
    done = command("student", "play", run.folder, *words, cwd=cwd, env={"COLUMNS": str(columns)})
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def refused(run: eep.Run, cwd: Path, *words: str) -> str:
    """Return why something is not shown, of input that is bad."""
    done = command("student", "play", run.folder, *words, cwd=cwd)
    assert (done.returncode, done.stdout) == (2, "")
    return one_line(done.stderr)


def test_a_meeting_is_told_turn_by_turn(bodies_run: eep.Run, tmp_path: Path) -> None:
    """Twenty turns, who meets whom, who taught, and what it came to; the same again, without colours."""
    first, second = (told(bodies_run, tmp_path, *MEETING, "rabbit") for _ in range(2))
    assert first == second
    assert "\x1b" not in first
    assert len(re.findall(r"^turn \d+ .* \(\d+ %\)$", first, re.MULTILINE)) == 20
    assert "Whom they meet (animal-" in first
    assert "simulated" in first
    assert "Ramona Vega, herpetologist: as near as" in one_line(first)
    assert told(bodies_run, tmp_path, *MEETING, "rabbit", "--seed", "1") != first


@pytest.mark.parametrize("task", ["encounter", "cartpole"])
def test_a_narrow_terminal_gets_narrow_lines(bodies_run: eep.Run, tmp_path: Path, task: str) -> None:
    """In 40 columns no line is longer, whoever plays together."""
    lines = told(bodies_run, tmp_path, "--task", task, columns=40).splitlines()
    assert max(map(len, lines)) <= 40
    assert {"Vega", "Ayla", "Newton"} <= {line.split(" ")[0] for line in lines if line}


def test_a_terminal_has_colours_unless_they_are_not_wanted(bodies_run: eep.Run, tmp_path: Path) -> None:
    """Moves are coloured on a terminal, not with NO_COLOR; Ctrl-C ends the watching and is no fault."""
    words = ["student", "play", str(bodies_run.folder), *MEETING, "rabbit"]
    stops = [("turn 2", INTERRUPT)]
    plain = on_a_terminal(words, stops, cwd=tmp_path, env={"NO_COLOR": "1", "TERM": "xterm"})
    coloured = on_a_terminal(words, stops, cwd=tmp_path, env={"TERM": "xterm"})
    assert "\x1b[" not in plain.shown
    assert "\x1b[3" in coloured.shown
    for played in (plain, coloured):
        assert played.code == 0
        assert "stopped watching" in played.shown
        assert "turn 20" not in played.shown


@pytest.mark.parametrize("task", ["encounter", "cartpole"])
def test_films_are_sound(bodies_run: eep.Run, tmp_path: Path, task: str) -> None:
    """An SVG holds a film of each player and no address to fetch; a GIF has a picture for each decision, and its end."""
    told(bodies_run, tmp_path, "--task", task, "--to", "a.svg")
    drawn = ET.fromstring((tmp_path / "a.svg").read_bytes())  # noqa: S314 - written here
    assert len([one for one in drawn if one.tag.endswith("svg")]) == 3
    assert "href" not in (tmp_path / "a.svg").read_text(encoding="utf-8")
    told(bodies_run, tmp_path, "--task", task, "--persona", "ayla", "--format", "gif")
    with Image.open(tmp_path / f"play-{task}-rally-driver.gif") as film:
        frames = film.n_frames  # type: ignore[attr-defined]
        film.seek(frames - 1)
        assert film.info["duration"] == 1500
    assert frames > 3


def test_a_page_fetches_nothing(bodies_run: eep.Run, tmp_path: Path) -> None:
    """The page names who plays, whom they meet and that the teacher is simulated; nothing in it is loaded from anywhere."""
    assert told(bodies_run, tmp_path, "--task", "encounter", "--to", "a.html").startswith("a.html: 0.")
    page = html.unescape((tmp_path / "a.html").read_text(encoding="utf-8"))
    assert not re.findall(r"(?:src|href)=\"(?!#)", page)
    assert "default-src 'none'" in page
    for words in ("Ramona Vega, herpetologist", "Sir Isaac Newton", "simulated", "One episode is an anecdote"):
        assert words in page


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--task", "encounter", "--animal", "spidr"), "did you mean 'spider'?"),
        (("--task", "cartpole", "--animal", "spider"), "there is none to meet"),
        (("--task", "encounter", "--persona", "raven"), "--persona: expected one of"),
        (("--task", "encounter", "--persona", "e"), "expected one of"),
        (("--task", "encountr", "--persona", "herpetologist"), "did you mean 'encounter'"),
        ((), "expected --task, one of those that can be played: encounter, cartpole"),
        (("--task", "cute"), "a task with a Gymnasium environment"),
        (("--task", "cartpole", "--to", "film.webm"), "expected a name that ends in .svg, .gif or .html"),
        (("--task", "cartpole", "--to", "there.svg"), "there.svg: expected a new file"),
        (("--task", "cartpole", "--to", "none/a.svg"), "none/a.svg: expected to write here"),
        (("--task", "cartpole", "--kind", "generic", "--to", "a.svg"), "expected kind= one of"),
    ],
)
def test_bad_input_is_told_in_a_sentence(bodies_run: eep.Run, tmp_path: Path, words: tuple[str, ...], why: str) -> None:
    """What there is not, and where nothing can be written, is told with a way out; nothing is left behind."""
    (tmp_path / "there.svg").write_bytes(b"mine")
    assert why in refused(bodies_run, tmp_path, *words)
    assert [one.name for one in tmp_path.iterdir()] == ["there.svg"]
    assert (tmp_path / "there.svg").read_bytes() == b"mine"
