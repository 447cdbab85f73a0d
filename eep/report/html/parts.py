"""Blocks of a report as parts of the HTML page: what a template macro of the same name draws."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from eep.report.blocks import Block, Bullets, Chart, Heading, Quote, Table, Trace
from eep.report.html.charts import Drawn
from eep.report.html.words import paragraphs, words
from eep.report.markdown import text


class Part(NamedTuple):
    """Something to draw: the name of a macro of ``template/parts.html``, and what it draws."""

    macro: str
    content: Any


class Section(NamedTuple):
    """A section of the page.

    Attributes
    ----------
    name
        Its place in the page's address, ``#name``.
    title
        Its heading, as Markdown of a line.
    short
        What the table of contents calls it.
    parts
        What stands in it.
    """

    name: str
    title: str
    short: str
    parts: tuple[Part, ...]


class Grid(NamedTuple):
    """A table whose cells are HTML; ``numeric`` are the columns that are aligned right."""

    head: tuple[Any, ...]
    rows: tuple[tuple[Any, ...], ...]
    numeric: tuple[int, ...]


def section(
    name: str,
    short: str,
    blocks: Iterable[Block],
    charts: Mapping[str, Drawn],
    *more: Part,
) -> Iterable[Section]:
    """Yield the section that blocks begin with a heading; none if there is nothing to tell."""
    told = list(blocks)
    if told:
        heading = told[0]
        title = heading.words if isinstance(heading, Heading) else ""
        rest = (_untitled(part(block, charts), title) for block in told[1 if title else 0 :])
        yield Section(name, title, short, (*rest, *more))


def _untitled(one: Part, title: str) -> Part:
    """Return a chart without a title where the section says the same."""
    if isinstance(one.content, Drawn) and text(one.content.title) == title:
        return Part(one.macro, one.content._replace(title=""))
    return one


def part(block: Block, charts: Mapping[str, Drawn]) -> Part:
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
    return Grid(
        tuple(map(words, table.head)),
        tuple(tuple(map(words, row)) for row in table.rows),
        table.numeric,
    )
