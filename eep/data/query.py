"""Which rows of which table a number comes from: a filter that finds them, and the command that prints them."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

import polars as pl

from eep.core.errors import UserError
from eep.core.registry import did_you_mean
from eep.data.means import LEVELS

#: Tables of a run to the columns that their rows are found by.
TABLES: Mapping[str, tuple[str, ...]] = {
    "estimates": ("task", "component", "agent", "test", "term", "contrast"),
    "responses": (
        *("task", "role", "agent", "persona", "arm", "wording"),
        *("item", "cluster", "split", "option", "status"),
    ),
    "returns": ("task", "measure", "role", "agent", "persona", "arm", "wording"),
    "policies": ("task", "role", "agent", "persona", "arm", "wording", "feature"),
    "attributes": ("task", "item", "attribute", "value"),
}
#: Every column that rows are found by.
COLUMNS = tuple(dict.fromkeys(column for columns in TABLES.values() for column in columns))
#: Values that an error names.
_SHOWN = 12


@dataclass(frozen=True)
class Query:
    """Rows of one table of a run."""

    #: A key of `TABLES`.
    table: str
    #: Column to the values that rows may have in it; rows must fit in every column.
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: The level of `eep.data.means` at which the rows are averaged; empty for the rows themselves.
    mean: str = ""

    def command(self, experiment: str) -> str:
        """Return the command line that prints the rows, for a shell."""
        words = ["eep", "trace", experiment]
        if self.table != "estimates":
            words.append(f"--{self.table}")
        if self.mean:
            words += ["--mean", self.mean]
        for column, values in self.where.items():
            for value in values:
                words += [f"--{column}={value}"] if value.startswith("-") else [f"--{column}", value]
        return shlex.join(words)

    def rows(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of ``frame``, the table, in their order there.

        Raises `eep.core.errors.UserError` if the table has no such column or level, or no row fits: the text says
        which values there are.
        """
        for column, values in self.where.items():
            frame = self._narrowed(frame, column, values)
        if not self.mean:
            return frame
        levels = LEVELS.get(self.table, {})
        if self.mean not in levels:
            known = f"one of {', '.join(levels)}" if levels else f"none, for {self.table} are no rows to average"
            raise UserError(f"--mean: expected {known}; found {self.mean!r}")
        return levels[self.mean](frame)

    def _narrowed(self, frame: pl.DataFrame, column: str, values: tuple[str, ...]) -> pl.DataFrame:
        if column not in TABLES[self.table]:
            others = [f"--{name}" for name, there in TABLES.items() if column in there and name != "estimates"]
            where = " and ".join(others) or "the estimates"
            raise UserError(f"--{column}: {self.table} have no such column; it is a column of {where}")
        named = pl.col(column).cast(pl.String())
        known = frame.select(named.unique(maintain_order=True))[column].to_list()
        if unknown := [value for value in values if value not in known]:
            present = [value for value in known if value]
            more = len(present) - _SHOWN
            some = ", ".join(present[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
            earlier = takewhile(lambda entry: entry[0] != column, self.where.items())
            before = " and ".join(f"{name} {' or '.join(wanted)}" for name, wanted in earlier)
            raise UserError(
                f"--{column}: expected one of {some or 'none'}; found {unknown[0]!r}"
                f"{did_you_mean(unknown[0], known)}{before and f', where {before}'}"
            )
        return frame.filter(named.is_in(list(values)))


def query(table: str = "estimates", *, mean: str = "", **where: str | Sequence[str] | None) -> Query:
    """Return a query of a table's rows; a column takes one value, or several, and None takes all."""
    kept = {
        column: (values,) if isinstance(values, str) else tuple(values)
        for column, values in where.items()
        if values is not None
    }
    return Query(table, kept, mean)
