"""Markdown that says what it was given and does nothing else, judged by a Markdown parser."""

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from eep.report.markdown import image, line, table, text
from eep.report.numbers import plain

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

#: Text that means something to Markdown, more often than chance would have it.
MARKUP = st.text(alphabet="ab 1.)#*_`~|<>&[]()!\\\"'-+=\n\t$:@/{}é", max_size=40) | st.text(max_size=40)


def leaves(tokens: list[Token]) -> list[Token]:
    """Return every token of the parsed text, inline ones included."""
    return [leaf for token in tokens for leaf in (token, *(token.children or []))]


def said(tokens: list[Token]) -> str:
    """Return what a reader of the parsed text sees."""
    inline = [leaf.content for leaf in leaves(tokens) if leaf.type in {"text", "text_special", "html_inline"}]
    return "".join(inline)


@settings(deadline=None)  # the first call of a parser is slow
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
        assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert {leaf.type for leaf in leaves(tokens)} <= {
        "paragraph_open",
        "paragraph_close",
        "inline",
        "text",
        "text_special",
    }
    assert said(tokens) == plain(value)


@settings(deadline=None)  # the first call of a parser is slow
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


@settings(deadline=None)  # the first call of a parser is slow
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
