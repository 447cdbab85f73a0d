"""What a report is made of, whatever page shows it: headings, paragraphs, tables, lists, charts.

A paragraph is a plain ``str``. Words of every block are Markdown of a line, as `eep.report.markdown.text` makes it: what
a name or a reply says is inert in them, so that a page may turn their few marks into its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from eep.report.figure import Figure


@dataclass(frozen=True)
class Heading:
    """A heading; sections have level 2."""

    words: str
    level: int = 2


@dataclass(frozen=True)
class Quote:
    """A paragraph that is set apart."""

    words: str


@dataclass(frozen=True)
class Bullets:
    """A list."""

    lines: tuple[str, ...]

    @classmethod
    def of(cls, lines: Iterable[str]) -> "Bullets":
        """Return the list of some lines."""
        return cls(tuple(lines))


@dataclass(frozen=True)
class Table:
    """A table; ``numeric`` are the places of the columns that are aligned right."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()

    @classmethod
    def of(
        cls, head: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: Sequence[int] = ()
    ) -> "Table":
        """Return the table of some rows."""
        return cls(tuple(head), tuple(tuple(row) for row in rows), tuple(numeric))


@dataclass(frozen=True)
class Trace:
    """The commands that print the rows behind the numbers above."""

    commands: tuple[str, ...]


@dataclass(frozen=True)
class Chart:
    """A chart, shown where it stands, with the commands that print the rows behind it."""

    figure: Figure
    commands: tuple[str, ...] = ()


Block: TypeAlias = str | Heading | Quote | Bullets | Table | Trace | Chart
