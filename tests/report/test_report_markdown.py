"""Markdown that says what it was given and does nothing else, judged by a parser; numbers and words as files hold them."""

import math

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from eep.report.html.parts import words
from eep.report.markdown import image, line, table, text
from eep.report.numbers import clean, plain, rounded, rounded_frame

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PARAGRAPH = ["paragraph_open", "inline", "paragraph_close"]

#: Text that means something to Markdown, more often than chance would have it.
MARKUP = st.text(alphabet="ab 1.)#*_`~|<>&[]()!\\\"'-+=\n\t$:@/{}é", max_size=40) | st.text(max_size=40)


def leaves(tokens: list[Token]) -> list[Token]:
    """Return every token of the parsed text, inline ones included."""
    return [leaf for token in tokens for leaf in (token, *(token.children or []))]


def said(tokens: list[Token]) -> str:
    """Return what a reader of the parsed text sees."""
    inline = [leaf.content for leaf in leaves(tokens) if leaf.type in {"text", "text_special", "html_inline"}]
    return "".join(inline)


@given(MARKUP)
@example("# not a heading")
@example("1. not a list")
@example("- nor this")
@example("<script>alert(1)</script> [x](javascript:alert(1)) ![y](z) `c` **b** __i__ ~~s~~ &lt;")
@example("=====")
def test_a_line_is_read_as_it_was_meant(value: str) -> None:
    """Any text at the start of a line becomes one paragraph that reads exactly as the text, on one line."""
    tokens = PARSER.parse(line(value))
    if plain(value):
        assert [token.type for token in tokens] == PARAGRAPH
    assert {leaf.type for leaf in leaves(tokens)} <= {*PARAGRAPH, "text", "text_special"}
    assert said(tokens) == plain(value)


@given(MARKUP)
@example("a | b")
@example("a \\| b")
@example("a\nb")
def test_a_cell_stays_in_its_cell(value: str) -> None:
    """Any text in a table leaves the table with its rows and columns."""
    tokens = PARSER.parse(table(["x", "y"], [["1", text(value)], [text(value), "2"]]))
    assert tokens[0].type == "table_open"
    assert sum(token.type == "td_open" for token in tokens) == 4
    assert sum(token.type == "table_open" for token in tokens) == 1
    assert not {leaf.type for leaf in leaves(tokens)} & {"html_inline", "link_open", "image", "code_inline"}


@given(MARKUP)
@example("](http://elsewhere.example)")
def test_a_description_leaves_its_image_alone(value: str) -> None:
    """Any description gives one image with the path it was given."""
    tokens = [leaf for leaf in leaves(PARSER.parse(image(value, "charts/x.svg"))) if leaf.type == "image"]
    assert [token.attrs["src"] for token in tokens] == ["charts/x.svg"]


def test_addresses_are_no_links() -> None:
    """An address in a name is shown, not linked, also where a code host links bare addresses."""
    shown = text("see https://elsewhere.example or www.elsewhere.example, @somebody")
    assert "://" not in shown
    assert "www." not in shown
    assert "@" not in shown


def test_plain_words_stay_plain() -> None:
    """Ordinary text, with underscores inside words, is written as it is."""
    assert text("Leo, five years old: first_matrix (1643-1727)!") == "Leo, five years old: first_matrix (1643-1727)!"


def test_rounding_forgets_the_order_of_a_sum() -> None:
    """Twelve digits are kept, so that a sum's order leaves no trace."""
    assert rounded(0.1 + 0.2) == 0.3
    assert rounded(1234.56789012349) == 1234.56789012


def test_what_is_no_number_is_null() -> None:
    """NaN and infinities become None in files, and null in frames, whose other columns stay."""
    assert clean({"a": [math.nan, math.inf, -math.inf, None]}) == {"a": [None] * 4}
    frame = pl.DataFrame({"x": [1 / 3, math.nan, math.inf], "n": [1, 2, 3]})
    assert rounded_frame(frame).rows() == [(0.333333333333, 1), (None, 2), (None, 3)]


@given(st.text() | st.text(alphabet="a \n\r\t\x00\x7f\x85\u2028\u202e\ufffe\ud800"))
def test_plain_text_is_one_harmless_line(text: str) -> None:
    """Whatever goes in, what comes out is one line that XML and UTF-8 can hold, and stays the same."""
    line = plain(text)
    assert line.encode().decode() == line
    assert line == " ".join(line.split())
    assert not set(line) & set("\x00\x7f\x85\u2028\u202e\ufffe")
    assert plain(line) == line


def test_nothing_turns_the_line_around() -> None:
    """Characters that change the direction of writing are taken out; joined emoji stay joined."""
    assert plain("a\u202eb\u2066c") == "a b c"
    assert plain("\U0001f469\u200d\U0001f33e") == "\U0001f469\u200d\U0001f33e"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a *b* **c** `d`", "a <em>b</em> <strong>c</strong> <code>d</code>"),
        ("[x.csv](tables/x.csv)", '<a href="tables/x.csv">x.csv</a>'),
        ("[x](javascript:alert)", "[x](javascript:alert)"),
        ("[x](//elsewhere)", "[x](//elsewhere)"),
        ("&#42;b&#42; &#60;i&#62; <i>", "*b* &lt;i&gt; &lt;i&gt;"),
        ("p < .0001", "p\N{NO-BREAK SPACE}&lt;\N{NO-BREAK SPACE}.0001"),
        ("a persona's, all students' and 'so'", "a persona’s, all students’ and &#39;so&#39;"),  # noqa: RUF001
        ("`it's code`", "<code>it&#39;s code</code>"),
        ("5 % and p = .04", "5\N{NO-BREAK SPACE}% and p\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}.04"),
    ],
)
def test_marks_become_elements(line: str, expected: str) -> None:
    """Emphasis, code and links to files beside the page become HTML; everything else becomes text."""
    assert str(words(line)) == expected
