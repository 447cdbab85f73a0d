"""Features that were computed before: never wrong, never half there, for any number of programs at once."""

import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from onnx_graphs import pooled
from PIL import Image

from eep.stimuli.encoders.cache import FeatureCache, FeatureCacheError, check_room, default_cache, features
from eep.stimuli.encoders.encoder import Encoder, open_encoder
from eep.stimuli.encoders.preprocess import Preprocessing
from eep.stimuli.picture import Picture, PictureError, read

#: Puts vectors of 128 equal numbers under keys that count up, and says after each that it is there.
WRITER = """
import sys
from pathlib import Path
import numpy as np
from eep.stimuli.encoders.cache import FeatureCache
cache, first, count = FeatureCache(Path(sys.argv[1])), int(sys.argv[2]), int(sys.argv[3])
for i in range(first, first + count):
    cache.put({i.to_bytes(16): np.full(128, i, np.float32)})
    print(i, flush=True)
"""


def encoder(folder: Path, gain: float = 1.0) -> Encoder:
    """Return a small encoder."""
    return open_encoder(pooled(folder / "model.onnx", {"image_embeds": ("n", 128)}, gain=gain), Preprocessing(96, 96))


def drawn(count: int) -> list[Picture]:
    """Return one-coloured pictures, each known by its colour."""
    return [
        Picture(f"drawing {i}", f"colour {i}", lambda i=i: Image.new("RGB", (96, 96), (i, 9, 9)))  # type: ignore[misc]
        for i in range(count)
    ]


def unseen(picture: Picture) -> Picture:
    """Return the same picture, which must not be looked at."""

    def fail() -> Image.Image:
        raise AssertionError(f"{picture.name} was decoded")

    return replace(picture, load=fail)


class Shut(FeatureCache):
    """A cache that can only be read."""

    def check_writable(self) -> None:
        """Refuse."""
        raise FeatureCacheError("shut")


def test_room_is_needed_for_what_is_not_there(tmp_path: Path) -> None:
    """Asking for room computes and keeps nothing; a cache that has everything need not be written."""
    path, model, pictures = tmp_path / "new" / "c.sqlite", encoder(tmp_path), drawn(140)
    check_room(map(unseen, pictures), model, FeatureCache(path))
    assert FeatureCache(path).get([b""]) == {}
    features(pictures[:-1], model, FeatureCache(path))
    check_room(map(unseen, pictures[:-1]), model, Shut(path))
    with pytest.raises(FeatureCacheError, match="shut"):
        check_room(map(unseen, pictures), model, Shut(path))
    path.write_bytes(b"no database")
    with pytest.raises(FeatureCacheError, match="expected a feature cache that can be read and written"):
        check_room(map(unseen, pictures[:-1]), model, FeatureCache(path))


def test_nothing_is_computed_twice(tmp_path: Path) -> None:
    """What the cache has comes back byte for byte, its picture not even decoded, mixed with new ones and repeated."""
    cache, model, pictures = FeatureCache(tmp_path / "new" / "c.sqlite"), encoder(tmp_path), drawn(140)
    plain = features(pictures, model, None)
    features(pictures[1::2], model, cache)
    mixed = [pictures[0], unseen(pictures[1]), pictures[0], unseen(pictures[5])]
    np.testing.assert_array_equal(features(mixed, model, cache), plain[[0, 1, 0, 5]])
    first = features(pictures, model, cache)
    again = features(map(unseen, pictures), model, cache)
    assert plain.shape == (140, 128)
    assert plain.tobytes() == first.tobytes() == again.tobytes()
    assert features([], model, cache).shape == (0, 128)


def test_another_encoder_finds_nothing(tmp_path: Path) -> None:
    """Neither another model nor another preprocessing is given this one's features."""
    cache, model, pictures = FeatureCache(tmp_path / "c.sqlite"), encoder(tmp_path / "a"), drawn(3)
    features(pictures, model, cache)
    for other in (encoder(tmp_path / "b", gain=2.0), replace(model, preprocessing=Preprocessing(97, 96))):
        with pytest.raises(AssertionError, match="was decoded"):
            features(map(unseen, pictures), other, cache)


def test_files_are_known_by_their_bytes(tmp_path: Path) -> None:
    """A copied file is known, a changed one is computed anew."""
    cache, model = FeatureCache(tmp_path / "c.sqlite"), encoder(tmp_path)
    for name, colour in (("a.png", "red"), ("b.png", "red"), ("c.png", "blue")):
        Image.new("RGB", (120, 100), colour).save(tmp_path / name)
    first = features([read(tmp_path / "a.png")], model, cache)
    np.testing.assert_array_equal(features([unseen(read(tmp_path / "b.png"))], model, cache), first)
    assert not np.array_equal(features([read(tmp_path / "c.png")], model, cache), first)


def test_a_picture_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """The message names the picture, whether it cannot be decoded or not be made RGB."""
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(PictureError, match=r"text\.png"):
        features([read(tmp_path / "text.png")], encoder(tmp_path), None)
    strip = Picture("the strip", "1", lambda: Image.new("RGB", (300, 2)))
    with pytest.raises(PictureError, match="the strip"):
        features([strip], encoder(tmp_path), None)


def test_threads_share_a_cache(tmp_path: Path) -> None:
    """Threads that make the file and fill it together lose nothing."""
    cache, keys = FeatureCache(tmp_path / "c.sqlite"), [i.to_bytes(16) for i in range(64)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: cache.put({key: np.full(8, key[-1], np.float32)}), keys))
    found = cache.get(keys)
    assert {key: vector.tolist() for key, vector in found.items()} == {key: [float(key[-1])] * 8 for key in keys}


def writing(path: Path, first: int, count: int, log: Path) -> subprocess.Popen[bytes]:
    """Begin a program that puts vectors into a cache and writes to a log what is there."""
    with log.open("wb") as file:
        return subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(first), str(count)], stdout=file)


@pytest.mark.slow
def test_programs_share_a_cache_and_may_be_killed(tmp_path: Path) -> None:
    """Of two programs that write at once one is killed: all that either said was there is there, and whole."""
    path = tmp_path / "c.sqlite"
    short, endless = tmp_path / "short", tmp_path / "endless"
    with writing(path, 0, 60, short) as one, writing(path, 10_000, 1_000_000, endless) as other:
        while endless.read_bytes().count(b"\n") < 40 and other.poll() is None:
            time.sleep(0.005)
        other.kill()
    assert (one.returncode, other.returncode) == (0, -9)
    keys = [int(line) for log in (short, endless) for line in log.read_text().split("\n")[:-1]]
    assert len(keys) >= 100
    for key in keys:
        vector = FeatureCache(path).get([key.to_bytes(16)])[key.to_bytes(16)]
        assert vector.tolist() == [float(key)] * 128


def test_a_file_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    """A text, and a database that holds something else, are refused and not changed; where no cache can be, that is said."""
    text, answers = tmp_path / "a.sqlite", tmp_path / "b.sqlite"
    text.write_text("not a database " * 100)
    with closing(sqlite3.connect(answers)) as connection:
        connection.execute("CREATE TABLE answers (x)")
    for path in (text, answers):
        before = path.read_bytes()
        with pytest.raises(FeatureCacheError, match="It only saves time: delete it, or set XDG_CACHE_HOME"):
            FeatureCache(path).put({b"k" * 16: np.zeros(4, np.float32)})
        assert path.read_bytes() == before
    with pytest.raises(FeatureCacheError, match=r"a\.sqlite/c\.sqlite: expected a feature cache"):
        FeatureCache(text / "c.sqlite").get([b"k" * 16])


@pytest.mark.parametrize("damage", [b"", b"123", np.zeros(7, np.float32).tobytes()])
def test_damaged_vectors_are_refused(tmp_path: Path, damage: bytes) -> None:
    """A vector of another length than the encoder's is never returned."""
    cache, model = FeatureCache(tmp_path / "c.sqlite"), encoder(tmp_path)
    features(drawn(1), model, cache)
    connection = sqlite3.connect(cache.path, isolation_level=None)
    connection.execute("UPDATE features SET vector = ?", [damage])
    connection.close()
    with pytest.raises(FeatureCacheError, match=r"c\.sqlite"):
        features(drawn(1), model, cache)


def test_the_default_cache_is_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache lies where the user's other caches lie."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache().path == tmp_path / "eep" / "features.sqlite"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_cache().path == tmp_path / ".cache" / "eep" / "features.sqlite"
