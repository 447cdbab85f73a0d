"""Text as an output can take it, and texts of others on a terminal."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_pole import POLE

from eep.core.text import encodable, escape_control_chars, escaped_lines, json_line, quoted, visible, wrap


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        (None, "“cute”: \N{MINUS SIGN}5 %"),
        ("utf-8", "“cute”: \N{MINUS SIGN}5 %"),
        ("cp1252", "“cute”: \\u22125 %"),
        ("ascii", "\\u201ccute\\u201d: \\u22125 %"),
    ],
)
def test_what_an_output_cannot_write_is_escaped(encoding: str | None, written: str) -> None:
    """A sentence with a true minus sign can be printed anywhere, escaped where the terminal does not know it."""
    assert encodable("“cute”: \N{MINUS SIGN}5 %", encoding) == written


@pytest.mark.parametrize("columns", range(30, 97))
def test_a_number_stays_with_its_sign(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """No line ends within "118 %" or "p = .12", or is wider than the terminal; the words stay what they are."""
    monkeypatch.setenv("COLUMNS", str(columns))
    said = "an estimated 118 % of that (95 % interval from 88 % to 148 %; p = .12; adjusted for 2 tests, p = 1.00)"
    lines = wrap(said).splitlines()
    assert " ".join(line.strip() for line in lines) == said
    assert max(map(len, lines)) <= columns
    assert not [line for line in lines if line.endswith((" p", "(p", "="))]
    assert not [line for line in lines if line.lstrip().startswith(("%", "="))]


def test_an_address_stays_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """However narrow the terminal, what is there to be copied is not broken by a line's end."""
    monkeypatch.setenv("COLUMNS", "30")
    address = "http://127.0.0.1:8791/v1"
    assert address in wrap(f"teacher    The teacher is a model, asked at {address}; once.", hanging=" " * 11)


def test_a_command_prints_what_the_terminal_has_no_letters_for(tmp_path: Path) -> None:
    """A plan of a title with a true minus sign is told, where output has the code page of Windows."""
    text = 'id = "small"\ntitle = "Five \N{MINUS SIGN} two"\nquestion = "Is it?"\npersonas = ["five-year-old", "neutral"]\n'
    text += f'wordings = ["plain"]\n\n[teacher]\nprovider = "simulated"\n\n{POLE}'
    (tmp_path / "small.toml").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "eep", "plan", "small.toml"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"small: Five \\u2212 two")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("left", "left"),
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("\u202eevil", r"\u202eevil"),
        ("half \ud800", r"half \ud800"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("trois\u00a0mots", "trois mots"),
        ("small 猫 🐈", "small 猫 🐈"),
        ("\x9b2J \U000e0041", r"\x9b2J \U000e0041"),
    ],
)
def test_what_steers_a_terminal_is_shown(text: str, shown: str) -> None:
    """Controls and marks of direction are written out; letters of any script stay."""
    assert escape_control_chars(text) == shown


@given(st.text())
def test_everything_is_printable(text: str) -> None:
    """Whatever the text, what is printed is printable and on the lines it was on."""
    assert escape_control_chars(text).isprintable()
    assert quoted(text).isprintable()
    assert len(escaped_lines(text)) == text.replace("\r\n", "\n").count("\n") + 1
    assert all(line.isprintable() for line in escaped_lines(text))


@given(st.text())
def test_json_is_ascii_and_exact(text: str) -> None:
    """A line of JSON steers nothing, and says exactly what was said."""
    line = json_line({"text": text})
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line) == {"text": text}


def test_quotes_are_cut() -> None:
    """An error quotes the beginning of a long text."""
    assert quoted("x" * 100) == repr("x" * 59 + "…")


def test_nothing_steers_the_terminal() -> None:
    """Controls and changes of the reading direction become visible codes; line ends and letters of any script stay."""
    assert visible("a\x1b[31mb\x07\u202ec\u2066\x9b") == r"a\u001b[31mb\u0007\u202ec\u2066\u009b"
    assert visible("ميّ\n\tA 🐙") == "ميّ\n\tA 🐙"
