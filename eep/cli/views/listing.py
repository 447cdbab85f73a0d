"""A frame as lines of text: a table for people, csv and JSON lines for programs."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
from rich.cells import cell_len

from eep.report.numbers import plain, rounded, rounded_frame

FORMATS = ("table", "csv", "jsonl")
#: Significant digits of a table; csv and JSON lines have as many as the tables of a report.
_DIGITS = 6
_GAP = "  "
#: Rows that are written at once.
_SLICE = 10_000


def lines(frame: pl.DataFrame, form: str, width: int | None = None) -> Iterator[str]:
    """Yield the lines of a frame in one of `FORMATS`, one or many of them at a time.

    Parameters
    ----------
    width
        Characters that a table may be wide; where it would be wider, each row is told in a block of its own. None: any.
    """
    made = {"table": _table(frame, width), "csv": _csv(frame), "jsonl": _jsonl(frame)}
    return made[form]


def _csv(frame: pl.DataFrame) -> Iterator[str]:
    yield frame.clear().write_csv().rstrip()
    for start in range(0, frame.height, _SLICE):
        yield rounded_frame(frame.slice(start, _SLICE)).write_csv(include_header=False).rstrip("\n")


def _jsonl(frame: pl.DataFrame) -> Iterator[str]:
    for row in frame.iter_rows(named=True):
        yield json.dumps({name: _exact(value) for name, value in row.items()}, allow_nan=False)


def _exact(value: Any) -> Any:
    return rounded(value) if isinstance(value, float) else value


def _table(frame: pl.DataFrame, width: int | None) -> Iterator[str]:
    """Yield what all rows share first, then a table of the columns that say something, or a block for each row."""
    columns = {name: _column(frame[name]) for name in frame.columns}
    filled = {name: values for name, values in columns.items() if any(values)}
    shared = {name: values[0] for name, values in filled.items() if frame.height > 1 and len(set(values)) == 1}
    yield from _block(shared)
    own = {name: values for name, values in filled.items() if name not in shared}
    if shared and own:
        yield ""
    wide = {name: max(map(cell_len, {name, *values})) for name, values in own.items()}
    if width is None or sum(wide.values()) + len(_GAP) * (len(wide) - 1) <= width:
        right = {name for name in own if frame.schema[name].is_numeric()}
        yield from (_line(row, wide, right) for row in _rows(own))
        return
    for number in range(frame.height):
        yield from [""] * (number > 0)
        yield from _block({name: values[number] for name, values in own.items() if values[number]})


def _rows(columns: Mapping[str, list[str]]) -> Iterator[dict[str, str]]:
    if columns:
        yield {name: name for name in columns}
        yield from (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))


def _line(row: Mapping[str, str], wide: Mapping[str, int], right: set[str]) -> str:
    cells = []
    for name, value in row.items():
        pad = " " * (wide[name] - cell_len(value))
        cells.append(pad + value if name in right else value + pad)
    return _GAP.join(cells).rstrip()


def _block(row: Mapping[str, str]) -> Iterator[str]:
    wide = max(map(len, row), default=0)
    return (f"{name.ljust(wide)}  {value}" for name, value in row.items())


def _column(values: pl.Series) -> list[str]:
    """Return a column as it is shown; most columns say a few things many times."""
    shown = {value: _format_value(value) for value in values.unique()}
    return [shown[value] for value in values]


def _format_value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.{_DIGITS}g}"
    # A reply, a caption or a file name may hold what a terminal would obey.
    return plain(str(value))
