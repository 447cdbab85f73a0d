"""Blocks of a report as parts of the HTML page: what a template macro of the same name draws.

Words are Markdown of a line: its few marks become elements, everything else becomes text. Whatever a name, a caption
or a reply says reaches this module as entities (see `eep.report.markdown.text`), so that a star or a bracket which is
a mark can only be one of the report's own.
"""

import html
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from eep.report.blocks import Block, Bullets, Chart, Heading, Quote, Table, Trace
from eep.report.html.charts import PageChart
from eep.report.markdown import text


class Part(NamedTuple):
    """Something to draw: the name of a macro of ``template/parts.html``, and what it draws."""

    macro: str
    content: Any


class PageSection(NamedTuple):
    """A section of the page."""

    name: str  #: Its place in the page's address, ``#name``.
    title: str  #: Its heading, as Markdown of a line.
    short: str  #: What the table of contents calls it.
    parts: tuple[Part, ...]  #: What stands in it.


class Grid(NamedTuple):
    """A table whose cells are HTML; ``numeric`` are the columns that are aligned right."""

    head: tuple[Any, ...]
    rows: tuple[tuple[Any, ...], ...]
    numeric: tuple[int, ...]


def section(
    name: str, short: str, blocks: Iterable[Block], charts: Mapping[str, PageChart], *more: Part
) -> Iterable[PageSection]:
    """Yield the section that blocks begin with a heading; none if there is nothing to tell."""
    every = list(blocks)
    if every:
        heading = every[0]
        title = heading.words if isinstance(heading, Heading) else ""
        rest = (_untitled(part(block, charts), title) for block in every[1 if title else 0 :])
        yield PageSection(name, title, short, (*rest, *more))


def _untitled(one: Part, title: str) -> Part:
    """Return a chart without a title where the section says the same."""
    if isinstance(one.content, PageChart) and text(one.content.title) == title:
        return Part(one.macro, one.content._replace(title=""))
    return one


def part(block: Block, charts: Mapping[str, PageChart]) -> Part:
    """Return a block as a part of the page."""
    match block:
        case Heading():
            made = Part("heading", words(block.words))
        case Quote():
            made = Part("quote", words(block.words))
        case Bullets():
            made = Part("bullets", [words(line) for line in block.lines])
        case Table():
            made = Part("table", grid(block))
        case Trace():
            made = Part("trace", block.commands)
        case Chart():
            made = Part("chart", charts[block.figure.name]._replace(commands=block.commands))
        case str():
            made = Part("prose", paragraphs(block))
    return made


def grid(table: Table) -> Grid:
    """Return a table with its words as HTML."""
    return Grid(tuple(map(words, table.head)), tuple(tuple(map(words, row)) for row in table.rows), table.numeric)


#: Marks as the report writes them; links lead to files beside the page and nowhere else.
_MARKS = re.compile(
    r"\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*]+)\*|`(?P<code>[^`]+)`|\[(?P<label>[^]]+)\]\((?P<href>[A-Za-z0-9][A-Za-z0-9._/-]*)\)"
)

#: Spaces at which no line may end: before a percent sign, and around the sign of an equation.
_TOGETHER = re.compile(r"(?<=\d) (?=%)|(?<=\bp) (?=[=<])|(?<=[=<]) (?=[.\d])")

#: An apostrophe: between two letters, and after the s of several owners.
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])|(?<=s)'(?=[\s,.;:)]|$)")


def words(line: str) -> Markup:
    """Return Markdown of a line as HTML."""
    parts, place = [], 0
    for found in _MARKS.finditer(line):
        parts += [_plain(line[place : found.start()]), _marked(found)]
        place = found.end()
    return Markup("").join([*parts, _plain(line[place:])])


def _marked(found: "re.Match[str]") -> Markup:
    if found["href"] is not None:
        return Markup('<a href="{}">{}</a>').format(found["href"], _plain(found["label"]))
    name = next(name for name in ("strong", "em", "code") if found[name] is not None)
    inside = html.unescape(found[name]) if name == "code" else _plain(found[name])
    return Markup(f"<{name}>{{}}</{name}>").format(inside)  # noqa: S704 # one of the three names


def paragraphs(lines: str) -> list[Markup]:
    """Return the paragraphs of a text, which empty lines part."""
    return [words(" ".join(part.split("\n"))) for part in lines.split("\n\n")]


def _plain(piece: str) -> Markup:
    curly = _APOSTROPHE.sub("\N{RIGHT SINGLE QUOTATION MARK}", html.unescape(piece))
    return escape(_TOGETHER.sub("\N{NO-BREAK SPACE}", curly))
