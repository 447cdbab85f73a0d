"""Folders of drawn animals."""

import json
from pathlib import Path

import pytest
from PIL import Image

from eep.stimuli.animals import Animal, caption, draw_imagefolder, read, sample, seeds

pytestmark = pytest.mark.slow


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file in ``folder``."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_number_of_workers_changes_no_byte(tmp_path: Path) -> None:
    """One worker and two write identical folders, and so does the same command again."""
    for name, workers in (("one", 1), ("two", 2), ("again", 1)):
        draw_imagefolder(70, 7, tmp_path / name, workers=workers, size=32)
    assert contents(tmp_path / "one") == contents(tmp_path / "two") == contents(tmp_path / "again")


def test_metadata_describe_the_pictures(tmp_path: Path) -> None:
    """Every line names a picture of the size asked for, its caption, and attributes that make the animal again."""
    metadata = draw_imagefolder(5, 3, tmp_path / "out", size=40)
    records = [json.loads(line) for line in metadata.read_text(encoding="utf-8").splitlines()]
    assert len(records) == 5
    for seed, record in zip(seeds(3, 5), records, strict=True):
        animal = Animal.from_attributes(record["attributes"])
        assert animal == sample(seed)
        assert record["text"] == caption(animal)
        assert read(record["text"])["species"] == animal.species
        with Image.open(metadata.parent / record["file_name"]) as image:
            assert (image.size, image.mode) == ((40, 40), "RGB")


def test_another_seed_draws_other_animals(tmp_path: Path) -> None:
    """Folders of different seeds share no caption."""
    one, other = (draw_imagefolder(5, seed, tmp_path / str(seed), size=16).read_text() for seed in (1, 2))
    assert not set(one.splitlines()) & set(other.splitlines())


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A folder that holds anything is refused and left as it is."""
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(FileExistsError, match="expected a new or empty folder"):
        draw_imagefolder(1, 1, tmp_path)
    assert contents(tmp_path) == {"mine.txt": b"keep"}
