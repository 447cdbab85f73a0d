"""The store of answers, and the file behind it."""

import asyncio
import contextlib
import math
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from storing import failed, key, ok, put

from eep.data.store import Store, StoreError
from eep.data.store_schema import APPLICATION_ID, answer_of, row_of
from eep.data.types import Answer, Status


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a store may be made; its folder does not exist yet."""
    return tmp_path / "runs" / "some" / "answers.sqlite"


def test_answers_come_back_as_they_went_in(path: Path) -> None:
    """Every field of answers of every status survives closing and opening."""
    answers = [ok(0, usage={"input": 12}), ok(1, text="Pfüße\n\0"), failed(2)]
    answers += [Answer(key(3), Status.REFUSED, None, "no", "m"), Answer(key(4), Status.UNPARSABLE, None, "", "m")]
    with Store.open(path) as store:
        put(store, *answers)
        assert store.get_many([a.key for a in answers]) == {a.key: a for a in answers}
    with Store.open(path) as store:
        assert store.get_many([a.key for a in answers]) == {a.key: a for a in answers}


def test_half_characters_of_a_reply_are_kept_readable(path: Path) -> None:
    """A reply cut inside a character, which no file can hold, is stored with that half written out."""
    with Store.open(path) as store:
        put(store, ok(0, text="cute \ud83d"), ok(1))
        assert store.get_many([key(0)])[key(0)].text == "cute \\ud83d"
        assert store.get_many([key(1)]) == {key(1): ok(1)}


def test_only_what_is_asked_for_and_there_comes_back(path: Path) -> None:
    """Keys without an answer are absent, repeated keys come once, and there is no limit on their number."""
    with Store.open(path) as store:
        put(store, *(ok(index) for index in range(50)))
        assert set(store.get_many(key(index) for index in range(40_000))) == {key(i) for i in range(50)}
        assert set(store.get_many([key(7), key(7), key(99)])) == {key(7)}
        assert store.get_many([]) == {}


def test_the_first_acknowledged_answer_stays(path: Path) -> None:
    """A second answer to a question changes nothing; one after a failure replaces the failure."""
    refused = Answer(key(1), Status.REFUSED, None, "no", "m")
    with Store.open(path) as store:
        put(store, ok(0, 0.25), refused, failed(2))
        put(store, ok(0, 0.75), ok(1), ok(2))
        put(store, failed(0), failed(2))
        assert store.get_many(map(key, range(3))) == {key(0): ok(0, 0.25), key(1): refused, key(2): ok(2)}


def test_records_tell_what_was_asked(path: Path) -> None:
    """Transcripts get every answer with what was asked about it and when, in the order of storing."""
    about = {"persona": "newton", "request": {"text": "Pôle: \u2028left", "options": ["left", "right"]}}
    with Store.open(path) as store:
        for index in (5, 3, 4):
            put(store, ok(index), about=about)
        records = list(store.records())
    assert [record.answer for record in records] == [ok(5), ok(3), ok(4)]
    assert all(record.about == about for record in records)
    assert all(record.stored_at.endswith("+00:00") for record in records)
    assert b'"persona":"newton"' in path.read_bytes()


@pytest.mark.parametrize("about", [{"x": math.nan}, {"x": b"bytes"}, {"x": {1, 2}}])
def test_what_is_no_json_is_refused_at_once(path: Path, about: dict[str, Any]) -> None:
    """An `about` that no transcript could show raises, and its answer is not stored."""
    with Store.open(path) as store:
        with pytest.raises((ValueError, TypeError)):
            put(store, ok(0), about=about)
        assert store.get_many([key(0)]) == {}


def test_commits_are_grouped(path: Path) -> None:
    """Many answers at once take few commits: whatever piles up during one commit shares the next."""
    commits: list[str] = []

    async def while_it_waits(store: Store, other: sqlite3.Connection) -> None:
        other.execute("BEGIN IMMEDIATE")  # the first commit waits until all have been handed over
        waiting = [asyncio.create_task(store.put(ok(index), {})) for index in range(500)]
        await asyncio.sleep(0)
        other.execute("ROLLBACK")
        await asyncio.gather(*waiting)

    with Store.open(path) as store, contextlib.closing(sqlite3.connect(path)) as other:
        assert store._writer is not None
        store._writer._connection.set_trace_callback(
            lambda statement: commits.append(statement) if statement.startswith("COMMIT") else None
        )
        asyncio.run(while_it_waits(store, other))
        assert len(store.get_many(map(key, range(500)))) == 500
    assert 1 <= len(commits) <= 2


def test_a_cancelled_wait_does_not_take_the_answer_back(path: Path) -> None:
    """An answer that was handed over is stored although its putter stopped waiting, and the loop ended."""

    async def stop_waiting(store: Store) -> None:
        waiting = [asyncio.create_task(store.put(ok(index), {})) for index in range(20)]
        await asyncio.sleep(0)
        for task in waiting:
            task.cancel()

    store = Store.open(path)
    asyncio.run(stop_waiting(store))
    store.close()
    with Store.open(path) as store:
        assert len(store.get_many(map(key, range(20)))) == 20


def test_a_write_that_fails_reaches_its_putters_and_no_others(path: Path) -> None:
    """Every putter of a commit that fails raises StoreError; the store goes on with the next."""
    with Store.open(path) as store, sqlite3.connect(path) as other:
        other.execute("CREATE TRIGGER full BEFORE INSERT ON answers BEGIN SELECT RAISE(ABORT, 'disk full'); END")
        other.commit()

        async def both() -> list[BaseException | None]:
            return [*await asyncio.gather(store.put(ok(0), {}), store.put(ok(1), {}), return_exceptions=True)]

        errors = asyncio.run(both())
        assert all(isinstance(error, StoreError) and "disk full" in str(error) for error in errors)
        other.execute("DROP TRIGGER full")
        other.commit()
        put(store, ok(0))
        assert set(store.get_many([key(0), key(1)])) == {key(0)}
    other.close()


def test_one_run_at_a_time(path: Path) -> None:
    """A second run on the same store is refused until the first is over; reading is allowed all the time."""
    with Store.open(path) as store:
        with pytest.raises(StoreError, match=r"answers\.sqlite: expected to be the only run .* wait for it"):
            Store.open(path)
        put(store, ok(0))
        with Store.open(path, read_only=True) as reading:
            assert reading.get_many([key(0)]) == {key(0): ok(0)}
    Store.open(path).close()


def test_reading_writes_nothing(path: Path) -> None:
    """A store opened for reading takes no answers and needs a file; a closed one takes none, and may be closed twice."""
    with pytest.raises(StoreError, match="found no file; run the experiment first"):
        Store.open(path, read_only=True)
    store = Store.open(path)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="found a closed one"):
        put(store, ok(0))
    with Store.open(path, read_only=True) as store, pytest.raises(StoreError, match="opened for reading"):
        put(store, ok(0))


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


def spoiled(path: Path, at: int, *, cut: bool) -> None:
    """Make a store with many answers, and cut off its end or overwrite a part of it."""
    with Store.open(path) as store:
        put(store, *(ok(index) for index in range(500)))
    whole = path.read_bytes()
    path.write_bytes(whole[:at] if cut else whole[:at] + b"\xff" * 6000 + whole[at + 6000 :])


def changed(path: Path, statement: str) -> None:
    """Say something to a SQLite file."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)


def newer(path: Path) -> None:
    """Make a store of a later layout."""
    Store.open(path).close()
    changed(path, "PRAGMA user_version = 99")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: spoiled(path, 40_000, cut=False), "damaged or foreign file"),
        (lambda path: spoiled(path, 20_000, cut=True), "damaged or foreign file"),
        (lambda path: changed(path, "CREATE TABLE notes (text)"), "another program's SQLite file; move it away"),
        (newer, "expected an answer store of layout 1, found layout 99"),
        (lambda path: path.write_text("these are my notes\n" * 100), "damaged or foreign file"),
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
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_commits_wait_for_the_disk(path: Path) -> None:
    """The writing connection is in the mode in which an acknowledged answer survives a power cut."""
    with Store.open(path) as store:
        assert store._writer is not None
        assert store._writer._connection.execute("PRAGMA synchronous").fetchone() == (2,)
