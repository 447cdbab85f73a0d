"""Markdown that says what it was given: nothing in a name, a sentence or a reply becomes markup."""

import re
from collections.abc import Iterable, Sequence

from eep.report.blocks import Block, Bullets, Chart, Heading, Quote, Table, Trace
from eep.report.numbers import plain

#: Characters that start markup anywhere, as entities: they mean themselves in text, in tables and in attributes.
_ENTITIES = {character: f"&#{ord(character)};" for character in "&<>|`*[]~$\\"}
#: An underscore within a word is no emphasis in the Markdown of code hosts; elsewhere it may be.
_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
#: What makes a heading, list, rule or quotation at the start of a line.
_LEADING = re.compile(r"^(?:[#+=-]|\d+(?=[.)]))")


def text(value: str) -> str:
    """Return ``value`` as inert Markdown text on one line."""
    inert = "".join(_ENTITIES.get(character, character) for character in plain(value))
    inert = _UNDERSCORE.sub("&#95;", inert)
    # Addresses stay readable without becoming links that a hostile name could place in a report.
    return inert.replace("://", ":&#47;&#47;").replace("www.", "www&#46;").replace("@", "&#64;")


def line(value: str) -> str:
    """Return ``value`` as inert Markdown text that may stand at the start of a line."""
    return _LEADING.sub(lambda found: "".join(f"&#{ord(c)};" for c in found.group()), text(value))


def block(part: Block, *, charts: str = "charts/") -> str:
    """Return a block of a report as Markdown; ``charts`` is where its charts lie."""
    match part:
        case Heading():
            markdown = f"{'#' * part.level} {part.words}"
        case Quote():
            markdown = f"> {part.words}"
        case Bullets():
            markdown = "\n".join(f"- {line}" for line in part.lines)
        case Table():
            markdown = table(part.head, part.rows, numeric=part.numeric)
        case Trace():
            markdown = f"*Behind these numbers:* {', '.join(f'`{command}`' for command in part.commands)}"
        case Chart():
            markdown = _chart(part, charts)
        case str():
            markdown = part
    return markdown


def _chart(part: Chart, charts: str) -> str:
    """Return the image of a chart and, where its numbers come from a run, the files and commands that have them."""
    name = part.figure.name
    shown = image(part.figure.words, f"{charts}{name}.svg")
    if not part.commands:
        return shown
    printed = (f"`{command}`" for command in part.commands)
    files = (f"[png]({charts}{name}.png)", f"[csv](tables/{name}.csv)")
    return f"{shown}\n\n*This chart and its numbers:* {', '.join((*files, *printed))}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: Sequence[int] = ()) -> str:
    """Return a table; cells are Markdown already, columns ``numeric`` are aligned right."""
    rules = ["---:" if place in numeric else "---" for place in range(len(head))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rules, *rows))


def image(description: str, path: str) -> str:
    """Return an image; ``description`` is what a screen reader says, ``path`` is safe already."""
    return f"![{text(description)}]({path})"
