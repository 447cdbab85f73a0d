"""The file behind `eep.data.store`: its layout, recognising it, and keeping two runs from writing it at once."""

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from eep.core.errors import UserError
from eep.core.hashing import canonical_json
from eep.data.types import Answer, Status

#: Marks a SQLite file as an answer store of eep ("eepA"), and its layout.
APPLICATION_ID = 0x65657041
LAYOUT = 1
# A rowid table with a short binary key: a text key without rowid triples the size of the file.
_CREATE = """
    CREATE TABLE answers (
        key BLOB NOT NULL UNIQUE CHECK (length(key) = 16),
        status TEXT NOT NULL,
        probabilities TEXT,
        text TEXT NOT NULL,
        model TEXT NOT NULL,
        usage TEXT NOT NULL,
        seconds REAL NOT NULL,
        about TEXT NOT NULL,
        stored_at TEXT NOT NULL
    )"""
#: The columns of an answer, in the order of `answer_of`: those of the keys in `WANTED`, and all with what was asked.
GET_WANTED = """
    SELECT key, status, probabilities, text, model, usage, seconds FROM answers WHERE key IN temp.wanted"""
GET_ALL = """
    SELECT key, status, probabilities, text, model, usage, seconds, about, stored_at FROM answers ORDER BY rowid"""
#: Answers that came as plain replies, counted by their provenance; most are passed over without reading their JSON.
#: Most of the table is wanted: "+" makes SQLite read it in its own order instead of looking each key up.
GET_IMPORTED = """
    SELECT json_extract(about, '$.imported.provenance') AS provenance, count(*) FROM answers
    WHERE +key IN temp.wanted AND instr(about, '"imported":') AND provenance IS NOT NULL GROUP BY provenance ORDER BY provenance"""
GET_MODELS = """
    SELECT model, count(*) FROM answers
    WHERE +key IN temp.wanted AND model != '' GROUP BY model ORDER BY model"""
GET_LAST = "SELECT max(stored_at) FROM answers"
#: Keys to look up; a temporary table of the reading connection has no limit on their number.
WANTED = "CREATE TEMP TABLE IF NOT EXISTS wanted (key BLOB PRIMARY KEY) WITHOUT ROWID"
#: Stores a row; the answer acknowledged first is kept unless it says "failed".
PUT = """
    INSERT INTO answers (key, status, probabilities, text, model, usage, seconds, about, stored_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET
        status = excluded.status, probabilities = excluded.probabilities, text = excluded.text,
        model = excluded.model, usage = excluded.usage, seconds = excluded.seconds,
        about = excluded.about, stored_at = excluded.stored_at
    WHERE answers.status = 'failed'"""


class StoreError(UserError):
    """A file that is no answer store, is damaged, cannot be written, or is being written by another run."""


def row_of(answer: Answer, about: Mapping[str, Any]) -> tuple[object, ...]:
    """Return the row that `PUT` stores; raises TypeError or ValueError where ``about`` is not JSON."""
    probabilities = None if answer.probabilities is None else canonical_json(dict(answer.probabilities))
    usage = canonical_json(dict(answer.usage))
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    # A reply may end inside a character (a lone surrogate), which UTF-8 has no way to write.
    text = answer.text.encode("utf-8", "backslashreplace").decode("utf-8")
    fields = (answer.status.value, probabilities, text, answer.model, usage, answer.seconds)
    return (answer.key, *fields, canonical_json(dict(about)), now)


def answer_of(row: tuple[Any, ...]) -> Answer:
    """Return the answer of a row's first seven columns; raises ValueError for a torn one."""
    key, status, probabilities, text, model, usage, seconds = row
    parsed = None if probabilities is None else _object(probabilities)
    return Answer(key, Status(status), parsed, text, model, _object(usage), seconds)


@lru_cache(maxsize=1 << 16)
def _object(text: str) -> Mapping[str, Any]:
    """Return what a text of JSON says: many answers are alike, and share it."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(f"expected an object; found {text!r}")  # noqa: TRY004 - a torn record is a ValueError
    return MappingProxyType(found)


@contextlib.contextmanager
def store_error(path: Path) -> Iterator[None]:
    """Turn what SQLite or a torn record raises into a `StoreError` that says what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreError(f"{path}: expected an answer store that can be used, found: {error}") from error
    except (sqlite3.DatabaseError, ValueError) as error:
        raise StoreError(
            f"{path}: expected an answer store of eep, found a damaged or foreign file ({error}); "
            "move it away to start anew, or bring back a copy"
        ) from error


def lock(path: Path) -> sqlite3.Connection:
    """Hold the store for this process; the system lets go of it however the process ends, kill -9 included.

    The lock is that of an empty SQLite file beside the store, which works alike on every system. Closing the
    connection releases it; the file stays, since removing it would let two runs hold different locks.

    Raises StoreError if another process holds it.
    """
    beside = path.with_name(path.name + ".lock")
    with contextlib.ExitStack() as undo:
        held = sqlite3.connect(beside, timeout=0, isolation_level=None, check_same_thread=False)
        undo.callback(held.close)
        try:
            held.execute("PRAGMA journal_mode = MEMORY")  # a kill leaves no journal beside the lock
            held.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise StoreError(
                f"{path}: expected to be the only run of this experiment, found another one at it "
                f"({error}); wait for it to end, or stop it"
            ) from error
        undo.pop_all()
    return held


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open the file, laying it out where it is empty; raises `StoreError` for a foreign, newer or damaged one."""
    address = path.absolute().as_uri() + ("?mode=ro" if read_only else "")
    with store_error(path), contextlib.ExitStack() as undo:
        connection = sqlite3.connect(address, uri=True, timeout=30, check_same_thread=False)
        undo.callback(connection.close)
        if not _recognised(path, connection) and not read_only:
            _lay_out(connection)
        if not read_only:
            # FULL: a commit returns when the log is on disk, so that an acknowledged answer survives a power cut.
            connection.execute("PRAGMA synchronous = FULL")
        undo.pop_all()
    return connection


def _recognised(path: Path, connection: sqlite3.Connection) -> bool:
    """Tell an answer store (True) from an empty file (False); raise StoreError for anything else."""
    found, layout = (connection.execute(f"PRAGMA {p}").fetchone()[0] for p in ("application_id", "user_version"))
    if found == 0 and not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        return False
    if found != APPLICATION_ID:
        raise StoreError(
            f"{path}: expected an answer store of eep, found another program's SQLite file; "
            "move it away, or name the experiment differently"
        )
    if layout != LAYOUT:
        raise StoreError(
            f"{path}: expected an answer store of layout {LAYOUT}, found layout {layout}; "
            "use the version of eep that wrote it"
        )
    damage = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if damage != "ok":
        raise sqlite3.DatabaseError(damage)
    return True


def _lay_out(connection: sqlite3.Connection) -> None:
    """Make the table and the marks in one transaction: a kill leaves a store or an empty file, nothing between."""
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise sqlite3.OperationalError(f"the file system allows no write-ahead log (journal mode {mode})")
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_CREATE)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {LAYOUT}")
