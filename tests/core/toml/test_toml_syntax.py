"""Files that break the grammar of TOML: the first error, at its line and column, in one sentence."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eep.core.errors import TomlError
from eep.core.toml.document import from_bytes
from eep.core.toml.positions import locations

VALID = '''\
id = "x"
list = [
  "a", # one
  'b',
]
[wordings]
plain = """
a text
"""
inline = { a = 1, b = [1, 2] }
[[e]]
f.g = 1979-05-27 07:32:00
[[e]]
h = 'c:\\d'
'''


def error(text: str) -> str:
    """Return the line of a document's error, without the file's name."""
    with pytest.raises(TomlError) as raised:
        from_bytes(Path("x.toml"), text.encode())
    (line,) = raised.value.lines
    return line.removeprefix("x.toml:")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = Foo", "1:5: file: expected valid TOML, found an error: Invalid value"),
        ("a =", "1:4: file: expected valid TOML, found an error: Invalid value"),
        ("a: 1", "1:2: file: expected valid TOML, found an error: Expected '=' after a key in a key/value pair"),
        ("= 1", "1:1: file: expected valid TOML, found an error: Invalid statement"),
        ('\na = """x\ny\n', "3:2: file: expected valid TOML, found an error: Unterminated string"),
        ("a = 1\nb = 2 x\n", "2:7: file: expected valid TOML, found an error: Expected newline or end of document after a statement"),
        ("a = 1\na = 2", "2:6: file: expected valid TOML, found an error: Cannot overwrite a value"),
        ("b = 1\na = " + "1" * 5000, "1:1: file: expected valid TOML, found more than can be read"),
        ("b = 1\na = " + "[" * 5000, "1:1: file: expected valid TOML, found more than can be read"),
    ],
    ids=range(9),
)  # fmt: skip
def test_the_first_error_is_named_at_its_place(text: str, line: str) -> None:
    """It says where, what was expected, and what the parser found."""
    assert error(text) == line


def test_of_several_errors_the_first_is_named() -> None:
    """One line for a file that cannot be read, as every TOML tool has it."""
    assert error('id = "x\nname = No\n').startswith("1:8: file: ")


@pytest.mark.parametrize(
    "text",
    [
        "a.api_key = sk-0123456789abc",
        "[teacher]\nmodel = sk-0123456789abc",
        "teacher = { sk-0123456789abc = 1, sk-0123456789abc = 2 }",
    ],
)
def test_no_key_is_shown(text: str) -> None:
    """What stands at the error may be a secret."""
    assert "0123456789abc" not in error(text)


@given(
    st.lists(
        st.tuples(st.integers(0, len(VALID)), st.integers(0, 3), st.text("=[]{}\"'\\,\n a1#.", max_size=3)),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=150, deadline=None)
def test_any_damage_gives_an_error_inside_the_file_or_a_document(damage: list[tuple[int, int, str]]) -> None:
    """Whatever is cut or typed over, a file that is no TOML has one error within it, and any other is walked."""
    text = VALID
    for at, cut, typed in damage:
        text = text[:at] + typed + text[at + cut :]
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        line, column = map(int, error(text).split(":")[:2])
        lines = text.split("\n")
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
    else:
        assert not data or from_bytes(Path("x.toml"), text.encode()).data == data
        locations(text)
