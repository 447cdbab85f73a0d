"""Pictures: deterministic, complete, and showing what the attributes say."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image
from recorded import RECORDED

from eep.stimuli.animals import Animal, caption, contact_sheet, draw, draw_imagefolder, sample, seeds, svg, variants
from eep.stimuli.animals.drawing.canvas import Canvas
from eep.stimuli.animals.drawing.scene import compose
from eep.stimuli.animals.vocabulary import SPECIES, VALUES

ANIMALS = [Animal.from_attributes(record["attributes"]) for record in RECORDED]


def pixels(animal: Animal, size: int = 96) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    """Return the picture as (size, size, 3) int16."""
    return np.asarray(draw(animal, size, 2), dtype=np.int16)


def test_the_same_animal_gives_the_same_bytes() -> None:
    """Drawing twice gives identical pixels; another animal gives others."""
    digests = [hashlib.sha256(draw(sample(seed), 64).tobytes()).hexdigest() for seed in (1, 1, 2)]
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize("animal", ANIMALS, ids=lambda animal: str(animal.seed))
def test_recorded_animals_are_drawn_inside_the_picture(animal: Animal) -> None:
    """Every recorded animal is drawn, in the size asked for, with all of its body inside the frame."""
    assert draw(animal, 48, 1).size == (48, 48)
    low, high = Canvas(list(compose(animal).animal)).bounds()
    assert (low > 0).all()
    assert (high < 100).all()


@pytest.mark.parametrize("species", SPECIES)
def test_every_attribute_changes_the_picture(species: str) -> None:
    """In every species any two values of any attribute give pictures that differ where it can be seen."""
    animal = next(a for a in map(sample, range(5000)) if a.species == species and not a.asleep and a.size == "medium")
    for attribute in (*VALUES, "baby", "claws"):
        if attribute == "species":
            continue
        several = [pixels(variant) for variant in variants(animal, attribute)]
        for i, one in enumerate(several):
            for other in several[:i]:
                changed = (np.abs(one - other).max(axis=2) > 24).sum()
                assert changed >= 12, (attribute, changed)


def test_seeing_is_enough_to_tell_all_species_and_ages_apart() -> None:
    """No two of the 36 kinds of animal share a picture, all else being as equal as it can be."""
    kinds = {}
    for species, kind in SPECIES.items():
        for baby in (True, False):
            animal = replace(
                sample(0), species=species, baby=baby, colour=kind.colours[0], quality=kind.qualities[0],
                activity=kind.activities[0], setting=kind.settings[0], claws=False, head="normal", nose="medium",
            )  # fmt: skip
            kinds[species, baby] = draw(animal, 48, 1).tobytes()
    assert len(set(kinds.values())) == 36


def test_the_animal_fills_its_room() -> None:
    """Even a tiny animal covers a good part of the picture, and a larger one more."""
    widths = []
    for size in VALUES["size"]:
        animal = replace(sample(3), size=size, accessory="none")
        low, high = Canvas(list(compose(animal).animal)).bounds()
        widths.append(float((high - low).max()))
    assert widths == sorted(widths)
    assert widths[0] > 50


def test_svg_is_valid_and_has_the_same_shapes() -> None:
    """The SVG parses and holds one path for each shape of the scene, each closed."""
    for animal in ANIMALS[:8]:
        root = ET.fromstring(svg(animal, 300))  # noqa: S314 - our own output, not untrusted XML
        paths = [element for element in root if element.tag.endswith("path")]
        assert root.attrib["width"] == "300"
        assert len(paths) == len(compose(animal).shapes)
        assert all(path.attrib["d"].startswith("M") and path.attrib["d"].endswith("Z") for path in paths)
        assert "nan" not in svg(animal)


def test_a_flipped_animal_looks_the_other_way() -> None:
    """Flipping mirrors the animal's own shapes about the picture's middle."""
    animal = replace(next(animal for animal in map(sample, range(50)) if not animal.asleep), x=0.0)
    facing = [compose(replace(animal, flip=flip)).animal for flip in (False, True)]
    for left, right in zip(*facing, strict=True):
        np.testing.assert_allclose(right.outline, left.outline * (-1, 1) + (100, 0), atol=1e-9)


def test_contact_sheets_hold_every_animal() -> None:
    """A sheet has as many rows as the animals need, taller with captions than without."""
    animals = [sample(seed) for seed in range(5)]
    bare = contact_sheet(animals, columns=2, size=40, captions=False)
    said = contact_sheet(animals, columns=2, size=40)
    assert bare.width == said.width > 80
    assert said.height > bare.height > 120


def test_captions_of_a_page_stay_in_their_columns() -> None:
    """Between two columns nothing is printed, however wide the words are."""
    animals = [sample(one) for one in seeds(7, 12)]
    page = np.asarray(contact_sheet(animals, 6).convert("L"))
    gutters = [page[:, column * 164 + 1 : column * 164 + 4] for column in range(1, 6)]
    assert all((gutter == 255).all() for gutter in gutters)


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file in ``folder``."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.slow
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
        with Image.open(metadata.parent / record["file_name"]) as image:
            assert (image.size, image.mode) == ((40, 40), "RGB")
