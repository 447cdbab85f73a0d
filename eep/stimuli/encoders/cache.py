"""Features that were computed before: an SQLite file that several runs may use at once.

Nothing here is worth keeping: the file may be deleted at any time, and is then filled again.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image

from eep.core.arrays import FeatureArray
from eep.core.errors import UserError
from eep.stimuli.picture import Picture, upright_rgb

#: Written into the file's header, so that no other database is taken for a cache.
_APPLICATION = 0x65657046
#: Pictures looked up, encoded and kept together: what a kill can cost.
_CHUNK = 128


class FeatureCacheError(UserError):
    """A cache file that cannot be used."""


@dataclass(frozen=True)
class FeatureCache:
    """Feature vectors by 16-byte key, in one SQLite file.

    A connection is opened for each call, so that threads, forked workers and other programs may share the file;
    a vector is there wholly or not at all, whenever the program is killed.
    """

    path: Path

    def get(self, keys: Sequence[bytes]) -> dict[bytes, FeatureArray]:
        """Return the vectors that are there, each (width,) float32."""
        marks = ",".join("?" * len(keys))
        with self._connection() as connection:
            rows = connection.execute(f"SELECT key, vector FROM features WHERE key IN ({marks})", keys)  # noqa: S608  only question marks are put in
            return {key: np.frombuffer(vector, "<f4").astype(np.float32) for key, vector in rows}

    def put(self, vectors: Mapping[bytes, FeatureArray]) -> None:
        """Keep vectors, each (width,) float32; what is there already stays."""
        rows = [(key, vector.astype("<f4").tobytes()) for key, vector in vectors.items()]
        with self._connection() as connection, _writing(connection):
            connection.executemany("INSERT OR IGNORE INTO features VALUES (?, ?)", rows)

    def check_writable(self) -> None:
        """Raise `FeatureCacheError` unless vectors can be put; keeps nothing."""
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            # Only a row needs the journal beside the file, which a folder that cannot be written refuses.
            connection.execute("INSERT OR REPLACE INTO features VALUES (x'', x'')")
            connection.execute("ROLLBACK")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection to the file, which is made if it is not there."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=60, isolation_level=None)) as connection:
                _prepare(connection)
                yield connection
        except (sqlite3.Error, OSError, ValueError) as error:
            raise FeatureCacheError(
                f"{self.path}: expected a feature cache that can be read and written; found: {error}. "
                "It only saves time: delete it, or set XDG_CACHE_HOME to a folder that can be written"
            ) from error


@contextmanager
def _writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the write lock from the start: a lock taken halfway cannot be waited for."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the table in an empty file; refuse a file of another kind."""
    if _application(connection) == _APPLICATION:
        return
    with _writing(connection):
        if _application(connection) == _APPLICATION:  # another program was faster
            return
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,):
            raise sqlite3.DatabaseError("a database of another kind")
        connection.execute("CREATE TABLE features (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")


def _application(connection: sqlite3.Connection) -> object:
    return connection.execute("PRAGMA application_id").fetchone()[0]


def default_cache() -> FeatureCache:
    """Return the user's own cache: ``eep/features.sqlite`` in ``$XDG_CACHE_HOME``, or in ``~/.cache``."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return FeatureCache(Path(home) / "eep" / "features.sqlite")


class PictureEncoder(Protocol):
    """What makes vectors of pictures; see `eep.stimuli.encoders.encoder.Encoder`."""

    @property
    def width(self) -> int:
        """Numbers in a feature vector."""

    @property
    def identity(self) -> str:
        """Everything but the picture that a feature vector depends on."""

    def encode(self, images: Iterable[Image.Image]) -> FeatureArray:
        """Return the features of upright RGB pictures, (n, width) float32."""


def features(pictures: Iterable[Picture], encoder: PictureEncoder, cache: FeatureCache | None) -> FeatureArray:
    """Return the features of pictures, (n, width) float32, computing only those the cache does not have.

    A picture is known by its content, the encoder by its model file, preprocessing and library versions: a vector
    from the cache is byte for byte the one that would be computed. Pictures are taken from a generator as they
    are needed, and those of equal content are decoded once in each chunk of 128.

    Raises
    ------
    eep.stimuli.picture.PictureError
        If a picture cannot be read; the vectors of the chunks before it are in the cache by then.
    FeatureCacheError
        If the cache file cannot be used.
    """
    identity, rest = encoder.identity, iter(pictures)
    parts = [np.empty((0, encoder.width), np.float32)]
    while chunk := list(islice(rest, _CHUNK)):
        parts.append(_chunk_features(chunk, encoder, identity, cache))
    return np.concatenate(parts)


def check_room(pictures: Iterable[Picture], encoder: PictureEncoder, cache: FeatureCache) -> None:
    """Raise `FeatureCacheError` if `features` could not keep what it computes of the pictures; computes nothing.

    A cache that has everything need not be written.
    """
    try:
        cache.check_writable()
    except FeatureCacheError:
        identity, rest = encoder.identity, iter(pictures)
        while chunk := list(islice(rest, _CHUNK)):
            keys = {_key(identity, picture.content) for picture in chunk}
            if len(cache.get(list(keys))) < len(keys):
                raise


def _chunk_features(
    chunk: Sequence[Picture], encoder: PictureEncoder, identity: str, cache: FeatureCache | None
) -> FeatureArray:
    keys = [_key(identity, picture.content) for picture in chunk]
    found = {} if cache is None else cache.get(keys)
    if any(vector.shape != (encoder.width,) for vector in found.values()):
        raise FeatureCacheError(f"{cache}: expected vectors of {encoder.width} numbers; delete the file")
    missing = {key: picture for key, picture in zip(keys, chunk, strict=True) if key not in found}
    images = (upright_rgb(picture.load(), picture.name) for picture in missing.values())
    new = dict(zip(missing, encoder.encode(images), strict=True))
    if cache is not None and new:
        cache.put(new)
    return np.stack([(found | new)[key] for key in keys])


def _key(identity: str, content: str) -> bytes:
    return hashlib.blake2b(f"{identity} {content}".encode(), digest_size=16).digest()
