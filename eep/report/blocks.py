"""What a report is made of, whatever page shows it: headings, paragraphs, tables, lists, charts.

A paragraph is a plain ``str``. Words of every block are Markdown of a line, as `eep.report.markdown.text` makes it: what
a name or a reply says is inert in them, so that a page may turn their few marks into its own.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from eep.data.query import Query
from eep.report.figure import Figure
from eep.report.findings import Findings

_Row = TypeVar("_Row")


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
    def of(cls, head: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: Sequence[int] = ()) -> "Table":
        """Return the table of some rows."""
        return cls(tuple(head), tuple(tuple(row) for row in rows), tuple(numeric))

    @classmethod
    def of_rows(
        cls, rows: Iterable[_Row], columns: Mapping[str, Callable[[_Row], str]], *, numeric: Sequence[int] = ()
    ) -> "Table":
        """Return the table of some rows, given head -> what stands in this column of a row."""
        return cls.of(tuple(columns), ([cell(row) for cell in columns.values()] for row in rows), numeric=numeric)


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

#: What a value may hold so that it is the same in Markdown, in a page and in a shell.
_PLAIN = re.compile(r"[A-Za-z0-9 ._:/=,+%@#;()-]*")


def commands(findings: Findings, *queries: Query) -> tuple[str, ...]:
    """Return the commands that print the rows of some queries.

    A condition on something that cannot be written the same way everywhere is left out: the rows are among those
    that the command prints.
    """
    return tuple(_plain(query).command(findings.experiment) for query in queries)


def traced(findings: Findings, *queries: Query) -> Trace:
    """Return what stands below some numbers and says what prints the rows behind them."""
    return Trace(commands(findings, *queries))


def _plain(query: Query) -> Query:
    kept = {column: values for column, values in query.where.items() if all(map(_PLAIN.fullmatch, values))}
    return Query(query.table, kept, query.mean)
