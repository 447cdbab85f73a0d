"""Answers, kept durably under the content address of their question.

One SQLite file (write-ahead log, synchronous=FULL). `Store.put` returns only when the answer is on disk; one
writer thread commits in a group whatever has piled up since its last commit. The file is an experiment's raw
record: an acknowledged answer is never overwritten, except one that says "failed", which may be asked again.
"""

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any, Self

from eep.data.store_schema import (
    GET_ALL,
    GET_IMPORTED,
    GET_LAST,
    GET_MODELS,
    GET_WANTED,
    PUT,
    WANTED,
    StoreError,
    answer_of,
    connect,
    lock,
    row_of,
    store_error,
)
from eep.data.types import Answer

__all__ = ["ANSWERS", "Record", "Store", "StoreError"]

#: The store's name in a run's folder.
ANSWERS = "answers.sqlite"


@dataclass(frozen=True)
class Record:
    """One stored answer, what was asked (``about``, JSON values), and when it was stored (ISO 8601, UTC)."""

    answer: Answer
    about: Mapping[str, Any]
    stored_at: str


class Store:
    """The answers of one experiment; made by `Store.open`. A context manager, or `close` it."""

    def __init__(self, path: Path, reader: sqlite3.Connection, writer: "_Writer | None") -> None:
        self.path = path
        self._reader = reader
        self._writer = writer

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Self:
        """Open a store, making the file where there is none.

        ``read_only`` opens an existing store, also beside a run that is writing it.

        Raises StoreError if the file is no answer store, is damaged, has another layout, does not exist
        (``read_only``), or is being written by another run (unless ``read_only``).
        """
        if read_only:
            if not path.is_file():
                raise StoreError(f"{path}: expected an answer store, found no file; run the experiment first")
            return cls(path, connect(path, read_only=True), None)
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as undo:
            held = undo.enter_context(contextlib.closing(lock(path)))
            reader = undo.enter_context(contextlib.closing(connect(path)))
            store = cls(path, reader, _Writer(path, connect(path), held))
            undo.pop_all()
        return store

    @classmethod
    def look(cls, path: Path) -> "Self | contextlib.nullcontext[None]":
        """Open a store for reading; None where there is none yet. Raises as `open` does."""
        return cls.open(path, read_only=True) if path.is_file() else contextlib.nullcontext()

    def close(self) -> None:
        """Write what is still waiting, close the file and let other runs have it. May be called twice."""
        self._reader.close()
        if self._writer is not None:
            self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def get_many(self, keys: Iterable[bytes]) -> dict[bytes, Answer]:
        """Return the stored answers out of ``keys``, failed ones included; raises `StoreError` on damage."""
        with store_error(self.path):
            return {row[0]: answer_of(row) for row in self._wanted(keys, GET_WANTED)}

    def imported(self, keys: Iterable[bytes]) -> dict[str, int]:
        """Return how many of the answers to ``keys`` were imported as plain replies, by their provenance, sorted.

        Raises `StoreError` on damage.
        """
        return dict(self._wanted(keys, GET_IMPORTED))

    def models(self, keys: Iterable[bytes]) -> dict[str, int]:
        """Return how many of the answers to ``keys`` name which model, sorted; those that name none are not counted.

        Raises `StoreError` on damage.
        """
        return dict(self._wanted(keys, GET_MODELS))

    def _wanted(self, keys: Iterable[bytes], query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query of the answers to ``keys``, put into the table `WANTED`."""
        with store_error(self.path), self._reader:
            self._reader.execute(WANTED)
            self._reader.execute("DELETE FROM temp.wanted")
            self._reader.executemany("INSERT OR IGNORE INTO temp.wanted VALUES (?)", ((key,) for key in keys))
            return self._reader.execute(query).fetchall()

    def __len__(self) -> int:
        """Return the number of stored answers, failed ones included; raises `StoreError` on damage."""
        with store_error(self.path):
            count: int = self._reader.execute("SELECT count(*) FROM answers").fetchone()[0]
        return count

    def last_stored(self) -> str:
        """Return when the last answer was stored, ISO 8601 in UTC; empty without any. Raises `StoreError` on damage."""
        with store_error(self.path):
            return str(self._reader.execute(GET_LAST).fetchone()[0] or "")

    def records(self) -> Iterator[Record]:
        """Yield every record in the order of storing, for transcripts; raises `StoreError` on damage."""
        with store_error(self.path):
            for *answer, about, stored_at in self._reader.execute(GET_ALL):
                yield Record(answer_of(tuple(answer)), json.loads(about), stored_at)

    async def put(self, answer: Answer, about: Mapping[str, Any]) -> None:
        """Store an answer; returns when it is on disk. Everything else is as in `put_many`."""
        await self.put_many([(answer, about)])

    async def put_many(self, answers: Iterable[tuple[Answer, Mapping[str, Any]]]) -> None:
        """Store answers, each with what is asked ``about`` it, in one commit; returns when they are on disk.

        Where the key has an answer already, the one acknowledged first is kept, unless it says "failed".
        ``about`` is what a reader of the transcript needs, as JSON values: the question and its request.
        Cancelling the wait does not take the answers back.

        Raises StoreError if the answers could not be written (a full disk, say), or the store is closed or read-only.
        """
        if self._writer is None:
            raise StoreError(f"{self.path}: expected a store opened for writing, found one opened for reading")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._writer.send(_Put([row_of(*each) for each in answers], loop, done))
        await done


@dataclass(frozen=True)
class _Put:
    rows: list[tuple[object, ...]]
    loop: asyncio.AbstractEventLoop
    done: "asyncio.Future[None]"


class _Writer(Thread):
    """Commits whatever has piled up while the last commit was under way, and then acknowledges it."""

    def __init__(self, path: Path, connection: sqlite3.Connection, held: sqlite3.Connection) -> None:
        super().__init__(name="eep-store", daemon=True)
        self._path = path
        self._connection = connection
        self._lock = held
        self._queue: SimpleQueue[_Put | None] = SimpleQueue()
        self._closed = False
        self.start()

    def send(self, put: _Put) -> None:
        if self._closed:
            raise StoreError(f"{self._path}: expected an open store, found a closed one")
        self._queue.put(put)

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self.join()
            self._connection.close()
            self._lock.close()

    def run(self) -> None:
        while batch := self._next():
            error = self._commit(batch)
            for loop in {put.loop for put in batch}:
                # A loop that has ended meanwhile has nobody left to wait; the answers are on disk all the same.
                with contextlib.suppress(RuntimeError):
                    loop.call_soon_threadsafe(_acknowledge, [p.done for p in batch if p.loop is loop], error)

    def _next(self) -> list[_Put]:
        """Wait for puts and return all there are; an empty list says closed and drained."""
        batch: list[_Put] = []
        put = self._queue.get()
        while put is not None:
            batch.append(put)
            try:
                put = self._queue.get_nowait()
            except Empty:
                return batch
        if batch:
            self._queue.put(None)
        return batch

    def _commit(self, batch: list[_Put]) -> Exception | None:
        try:
            with store_error(self._path), self._connection:
                self._connection.executemany(PUT, [row for put in batch for row in put.rows])
        except Exception as error:  # noqa: BLE001 the waiting putters raise it, whatever it is; else they would hang
            return error
        return None


def _acknowledge(waiting: list["asyncio.Future[None]"], error: Exception | None) -> None:
    for done in waiting:
        if done.done():  # its putter was cancelled
            continue
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)
