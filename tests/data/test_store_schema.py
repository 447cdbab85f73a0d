"""The file behind a store: rows, foreign and damaged files, and what its modes promise."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from storing import key, ok, put

from eep.data.store import Store, StoreError
from eep.data.store_schema import APPLICATION_ID, answer_of, row_of
from eep.data.types import Answer, Status


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a store may be made; its folder does not exist yet."""
    return tmp_path / "runs" / "some" / "answers.sqlite"


@given(
    probability=st.floats(0, 1),
    text=st.text(st.characters(exclude_categories=["Cs"])),
    usage=st.dictionaries(st.sampled_from("abc"), st.integers(0, 2**53)),
    seconds=st.floats(0, 1e6),
)
def test_rows_hold_answers_exactly(probability: float, text: str, usage: dict[str, int], seconds: float) -> None:
    """The row of an answer gives the same answer back, floats to the last bit."""
    answer = Answer(key(0), Status.OK, {"a": probability, "b": 1 - probability}, text, "m", usage, seconds)
    assert answer_of(row_of(answer, {})[:7]) == answer


def damaged(path: Path) -> None:
    """Make a store with many answers and overwrite a part of its table."""
    with Store.open(path) as store:
        put(store, *(ok(index) for index in range(500)))
    content = path.read_bytes()
    middle = len(content) // 2
    path.write_bytes(content[:middle] + b"\xff" * 6000 + content[middle + 6000 :])


def cut(path: Path) -> None:
    """Make a store with many answers and cut its end off."""
    with Store.open(path) as store:
        put(store, *(ok(index) for index in range(500)))
    path.write_bytes(path.read_bytes()[:20_000])


def foreign(path: Path) -> None:
    """Make another program's SQLite file."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE notes (text)")
    connection.close()


def newer(path: Path) -> None:
    """Make a store of a later layout."""
    Store.open(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


def text(path: Path) -> None:
    """Make a file that is no SQLite file at all."""
    path.write_text("these are my notes\n" * 100)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (damaged, "damaged or foreign file"),
        (cut, "damaged or foreign file"),
        (foreign, "another program's SQLite file; move it away"),
        (newer, "expected an answer store of layout 1, found layout 99"),
        (text, "damaged or foreign file"),
        (Path.mkdir, "expected an answer store that can be used, found"),
    ],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_other_files_are_named_and_left_alone(path: Path, make: Any, message: str, *, read_only: bool) -> None:
    """A foreign, damaged or newer file is refused with its path and a way out, and keeps its content."""
    path.parent.mkdir(parents=True)
    make(path)
    before = path.read_bytes() if path.is_file() else None
    for _ in range(2):  # the first refusal lets go of the lock
        with pytest.raises(StoreError, match=message if path.is_file() or not read_only else "found no file") as error:
            Store.open(path, read_only=read_only)
        assert str(path) in str(error.value)
    assert before is None or path.read_bytes() == before


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    """What a kill may leave of a store just begun, an empty file, is laid out anew."""
    path.parent.mkdir(parents=True)
    path.touch()
    with Store.open(path) as store:
        put(store, ok(0))
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_commits_wait_for_the_disk(path: Path) -> None:
    """The writing connection is in the mode in which an acknowledged answer survives a power cut."""
    with Store.open(path) as store:
        assert store._writer is not None
        assert store._writer._connection.execute("PRAGMA synchronous").fetchone() == (2,)
