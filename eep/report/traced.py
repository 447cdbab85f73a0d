"""The commands that a report names for its numbers."""

import re

from eep.data.query import Query
from eep.report.blocks import Trace
from eep.report.findings import Findings

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
