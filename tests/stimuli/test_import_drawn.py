"""Drawn animals as a source like any other."""

from pathlib import Path

from eep.stimuli.animals.imagefolder import draw_imagefolder
from eep.stimuli.imports import import_into, read_images


def test_drawn_animals_are_a_source(tmp_path: Path) -> None:
    """A folder of drawn animals is read with captions and attributes, and imported without a loss."""
    draw_imagefolder(5, 7, tmp_path / "drawn", size=48)
    read = read_images(tmp_path / "drawn")
    assert [image.id for image in read.images] == [f"animal-{i:06d}.png" for i in range(5)]
    assert all("species" in image.attributes for image in read.images)
    imported = import_into(tmp_path / "drawn", tmp_path / "out")
    assert [(i.id, i.captions, i.attributes) for i in imported.images] == [
        (i.id, i.captions, i.attributes) for i in read.images
    ]
