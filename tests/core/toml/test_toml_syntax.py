"""All syntax errors of a document at once."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eep.core.toml.positions import locations
from eep.core.toml.syntax import MOST_PROBLEMS, parse

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

ONE_ERROR = [
    ("a = Foo", (1, 5), "a value (a text stands in \"quotes\"), found 'Foo'"),
    ("a.api_key = sk-1", (1, 13), "found something else, not shown here"),
    ("[teacher]\ntoken = sk-1", (2, 9), "found something else, not shown here"),
    ("[teacher]\nmodel = sk-0123456789abc", (2, 9), "found '[redacted]'"),
    ("teacher = { api_key = sk-0123456789abc }", (1, 23), "found '[redacted] }'"),
    ("a = True", (1, 5), "found 'True' (did you mean 'true'?)"),
    ("a =", (1, 4), "found the end of the line"),
    ('a = "x', (1, 7), "the closing quote of the text, found the end of the line"),
    ("a = 'x", (1, 7), "the closing quote of the text, found the end of the line"),
    ("a = 'x\nb = 'y'", (1, 7), "the closing quote of the text, found the end of the line"),
    ('\na = """x\ny\n', (2, 5), 'the closing """ of the text, found the end of the file'),
    ("a = '''x\ny\n", (1, 5), "the closing ''' of the text, found the end of the file"),
    ("a = [1,\n  2\nb = 3", (2, 4), ", or ] in the list, found the next key or table"),
    ("a = [1 2]", (1, 8), ", or ] in the list, found '2]'"),
    ("a = [1,\n 2", (2, 3), ", or ] in the list, found the end of the file"),
    ("a = {b = 1", (1, 11), "on the same line, found the end of the line"),
    ("a: 1", (1, 2), "= after the key, found ': 1'"),
    ("= 1", (1, 1), "key = value, or a [table], found '= 1'"),
    ("a = 1 2", (1, 7), "the end of the line after the value, found '2'"),
    ("[a\nb = 1", (1, 3), "] after the table's name, found the end of the line"),
    ("[[a]\nb = 1", (1, 4), "]] after the name of the list of tables, found ']'"),
    ('a = "\\q"', (1, 8), "a known escape after \\"),
    ("a = 1\na = 2", (2, 1), "this key or table once, found it again"),
    ("[a]\nb = 1\n[c]\n[a]\n", (4, 1), "this key or table once, found it again"),
    ("a = {b = 1}\na.c = 2", (2, 1), "this key or table once, found it again"),
    ("a = 2020-02-31", (1, 5), "a date that exists"),
    ("b = 1\na = " + "1" * 5000, (2, 1), "a number of fewer digits, found more than can be read"),
    ("b = 1\na = " + "[" * 5000, (2, 1), "lists and tables nested less deep, found more than can be read"),
]


@pytest.mark.parametrize(("text", "position", "sentence"), ONE_ERROR, ids=range(len(ONE_ERROR)))
def test_one_error_is_told_in_plain_words_at_its_place(
    text: str, position: tuple[int, int], sentence: str
) -> None:
    """Each mistake people make has one problem, with the key, what was expected and what was found."""
    (problem,) = parse(text).problems
    assert problem.position == position
    assert problem.sentence.startswith("expected ")
    assert sentence in problem.sentence


def test_what_follows_an_error_is_read_on() -> None:
    """Six mistakes in one file are six problems, each with its key, and the sound lines keep their numbers."""
    text = (
        'id = "x\nname = "fine"\n\n[wordings]\nplain = """\nno end\nportrait = """a\nb"""\ninstruction = No\n'
        'personas = ["a",\n  "b"\n[other\nlost = 1\n[last]\nx = 1\nx = 2\n'
    )
    parsed = parse(text)
    assert [(p.position.line, p.path) for p in parsed.problems] == [
        (1, ("id",)),
        (5, ("wordings", "plain")),
        (9, ("wordings", "instruction")),
        (11, ("wordings", "personas")),
        (12, ("other",)),
        (16, ("last", "x")),
    ]
    assert parsed.data == {"name": "fine", "wordings": {"portrait": "a\nb"}, "last": {"x": 1}}
    assert locations(parsed.text)["last", "x"].key.line == 15


def test_a_file_that_is_something_else_does_not_get_endless_errors() -> None:
    """After many errors reading stops."""
    parsed = parse("\n".join(f"a{line} = ?" for line in range(100)))
    assert len(parsed.problems) == MOST_PROBLEMS
    assert parsed.data == {}


@given(
    st.lists(
        st.tuples(st.integers(0, len(VALID)), st.integers(0, 3), st.text("=[]{}\"'\\,\n a1#.", max_size=3)),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=150, deadline=None)
def test_any_damage_gives_problems_inside_the_file_and_a_valid_rest(
    damage: list[tuple[int, int, str]],
) -> None:
    """Whatever is cut or typed over, parsing ends, problems point into the file, and what is left is TOML."""
    text = VALID
    for at, cut, typed in damage:
        text = text[:at] + typed + text[at + cut :]
    text += "" if text.endswith("\n") else "\n"
    parsed = parse(text)
    lines = text.split("\n")
    for problem in parsed.problems:
        assert 1 <= problem.position.line <= len(lines)
        assert 1 <= problem.position.column <= len(lines[problem.position.line - 1]) + 1
    assert bool(parsed.problems) == (not _valid(text))
    assert tomllib.loads(parsed.text) == parsed.data
    assert parsed.text.count("\n") in {0, text.count("\n")}
    locations(parsed.text)


def _valid(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True
