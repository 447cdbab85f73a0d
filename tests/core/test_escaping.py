"""Texts of others on a terminal."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eep.core.text import escape_control_chars, escaped_lines, json_line, quoted, visible


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
