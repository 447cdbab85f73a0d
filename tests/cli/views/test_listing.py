"""Frames as text: tables that fit, csv and JSON lines that can be read back."""

import io
import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eep.cli.views.listing import FORMATS, lines

FRAME = pl.DataFrame(
    {
        "task": ["cute", "cute"],
        "term": ["joint", "block"],
        "estimate": [0.123456789012345, None],
        "n": [8, 12],
        "note": [None, None],
    },
    schema_overrides={"note": pl.String()},
)


def text(frame: pl.DataFrame, form: str, width: int | None = None) -> str:
    """Return all lines."""
    return "\n".join(lines(frame, form, width))


def test_a_table_says_shared_values_once() -> None:
    """What all rows have in common stands above; empty columns are left out; numbers are aligned right."""
    assert text(FRAME, "table").splitlines() == [
        "task  cute",
        "",
        "term   estimate   n",
        "joint  0.123457   8",
        "block            12",
    ]


def test_a_narrow_terminal_gets_blocks() -> None:
    """Where a table would be wider than the terminal, every row has lines of its own, and nothing is cut off."""
    assert text(FRAME, "table", 18).splitlines() == [
        "task  cute",
        "",
        "term      joint",
        "estimate  0.123457",
        "n         8",
        "",
        "term  block",
        "n     12",
    ]


def test_one_row_is_a_table() -> None:
    """A single row has nothing in common with others."""
    assert text(FRAME.head(1), "table").splitlines() == [
        "task  term   estimate  n",
        "cute  joint  0.123457  8",
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_no_rows(form: str) -> None:
    """A frame without rows gives at most a head."""
    assert len(text(FRAME.clear(), form).splitlines()) <= 1


def test_terminals_are_not_obeyed() -> None:
    """Control characters in a value, which a terminal would obey, are not in a table."""
    hostile = pl.DataFrame({"note": ["a\x1b[31mred\x07\n\u202eb", "x"], "n": [1, 2]})
    assert "\x1b" not in text(hostile, "table")
    assert len(text(hostile, "table").splitlines()) == 3
    assert "\x1b" not in text(hostile, "jsonl")


def test_wide_characters_stay_in_their_columns() -> None:
    """Characters that take two columns of a terminal count as two."""
    first, second, third = text(pl.DataFrame({"a": ["猫", "cat"], "n": [1, 2]}), "table").splitlines()
    assert (first, second, third) == ("a    n", "猫   1", "cat  2")


def test_csv_and_json_have_all_digits_that_files_have() -> None:
    """Programs get twelve significant digits, as in the tables of a report, and nulls as nulls."""
    back = pl.read_csv(io.StringIO(text(FRAME, "csv")))
    assert back["estimate"].to_list() == [0.123456789012, None]
    rows = [json.loads(line) for line in text(FRAME, "jsonl").splitlines()]
    assert rows[0] == {"task": "cute", "term": "joint", "estimate": 0.123456789012, "n": 8, "note": None}


def test_many_rows_are_all_written() -> None:
    """Rows are written in slices; none is lost between them."""
    many = pl.DataFrame({"n": range(25_001)})
    for form in ("csv", "jsonl", "table"):
        assert text(many, form).count("\n") == (25_000 if form == "jsonl" else 25_001)


@given(st.lists(st.tuples(st.text(), st.floats(allow_nan=True)), min_size=1, max_size=5))
def test_json_lines_are_json(rows: list[tuple[str, float]]) -> None:
    """Whatever a table holds, each line is one JSON object; NaN and infinities are null."""
    frame = pl.DataFrame(rows, schema={"said": pl.String(), "x": pl.Float64()}, orient="row")
    read = [json.loads(line) for line in lines(frame, "jsonl")]
    assert [row["said"] for row in read] == [said for said, _ in rows]
    assert all(row["x"] is None or abs(row["x"]) < float("inf") for row in read)
