"""Data in the COCO format: captions joined with instances, animals kept, everything wrong told at once."""

import json
from pathlib import Path
from typing import Any

import pytest
from image_folders import annotate, coco, name_of

from eep.core.errors import UserError
from eep.stimuli.captioned import StimulusProblemsError
from eep.stimuli.coco import CocoFiles, find_coco, read_coco
from eep.stimuli.imagefolder import read_imagefolder
from eep.stimuli.imports import import_into, read_images


def load(folder: Path, kind: str) -> Any:
    """Return the content of an annotation file."""
    return json.loads((folder / "annotations" / f"{kind}_val2017.json").read_text(encoding="utf-8"))


def problems(folder: Path) -> str:
    """Return the message about everything that is wrong with a data set."""
    with pytest.raises(StimulusProblemsError) as caught:
        read_coco(find_coco(folder))
    return str(caught.value)


def test_animals_are_joined_with_their_captions(tmp_path: Path) -> None:
    """Pictures of animals, or what else is asked for, have their captions and categories; others may be broken."""
    images = read_coco(find_coco(coco(tmp_path)))
    assert [image.id for image in images] == ["9", "lost-dog", "42"]
    assert images[1].captions == tuple(f"Caption {k} of lost-dog." for k in range(5))
    assert [image.attributes["categories"] for image in images] == [["cat", "dog"], ["dog"], ["cat"]]
    assert images[2].path == tmp_path / "val2017" / name_of(42)
    assert [image.id for image in read_coco(find_coco(tmp_path), "vehicle")] == ["25", "42"]
    (tmp_path / "val2017" / name_of(25)).unlink()
    captions = load(tmp_path, "captions")
    captions["annotations"] = [a for a in captions["annotations"] if a["image_id"] != 25]
    annotate(tmp_path, "captions", captions)
    assert read_coco(find_coco(tmp_path)) == images


def test_one_caption_is_drawn_by_seed(tmp_path: Path) -> None:
    """Directly read or imported, the same seed draws the same caption of each picture; all may be kept, too."""
    folder = coco(tmp_path / "coco")
    captions = [image.captions for image in read_images(folder, captions="one", seed=5).images]
    import_into(folder, tmp_path / "one", captions="one", seed=5)
    assert [len(several) for several in captions] == [1, 1, 1]
    assert [image.captions for image in read_imagefolder(tmp_path / "one")] == captions
    import_into(folder, tmp_path / "all", captions="all")
    everything = read_imagefolder(tmp_path / "all")
    assert [len(image.captions) for image in everything] == [5, 5, 5]
    assert [image.attributes["categories"] for image in everything] == [["cat", "dog"], ["dog"], ["cat"]]


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    """Missing and broken pictures, empty and missing captions, strangers and other names are in one message."""
    folder = coco(tmp_path)
    (folder / "val2017" / name_of(9)).unlink()
    (folder / "val2017" / name_of("lost-dog")).write_bytes(b"\xff\xd8\xff")
    captions, instances = load(folder, "captions"), load(folder, "instances")
    captions["annotations"] = [a for a in captions["annotations"] if a["image_id"] != "lost-dog"]
    captions["annotations"][2]["caption"] = "\n"
    captions["images"][3]["file_name"] = "other.jpg"
    instances["annotations"].append({"image_id": 77, "category_id": 17})
    instances["annotations"] += [{"image_id": image, "category_id": 55} for image in (25, 42)]
    instances["images"].append({"id": "9", "file_name": "../../etc/passwd"})
    annotate(folder, "captions", captions)
    annotate(folder, "instances", instances)
    message = problems(folder)
    assert "found 10 problems" in message
    for expected in (
        "expected image 77 of an annotation among the images; found none",
        "expected category 55 of an annotation among the categories; found none",
        f"image 42: expected file_name '{name_of(42)}', as in instances_val2017.json; found 'other.jpg'",
        "image 9: expected each id once; found '9' also at",
        f"image 9: {name_of(9)}: expected a picture file; found: No such file",
        f"image 9: expected file_name '../../etc/passwd', as in instances_val2017.json; found '{name_of(9)}'",
        "image 9: expected a path below",
        "image lost-dog: expected a caption of",
        f"image lost-dog: {name_of('lost-dog')}: expected a",
        "image 42: expected a caption; caption 1 of",
    ):
        assert expected in message


def test_annotations_of_another_form_are_told_with_their_places(tmp_path: Path) -> None:
    """Missing keys, wrong types and text that is no JSON are told for both files."""
    folder = coco(tmp_path)
    captions = load(folder, "captions")
    del captions["annotations"][1]["caption"]
    captions["annotations"][3]["image_id"] = 2.5
    captions["images"][0]["id"] = True
    annotate(folder, "captions", captions)
    (folder / "annotations" / "instances_val2017.json").write_text("{")
    message = problems(folder)
    assert "captions_val2017.json: annotations.1.caption: Field required" in message
    assert "captions_val2017.json: annotations.3.image_id: Input should be a valid string; found 2.5" in message
    assert "captions_val2017.json: images.0.id: Input should be a valid string; found True" in message
    assert "instances_val2017.json: Invalid JSON" in message
    (folder / "annotations" / "instances_val2017.json").unlink()
    assert "instances_val2017.json: expected an annotation file; found: No such file" in problems(folder)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("categories", "expected categories of 'animal'; found none"),
        ("annotations", "expected a picture of 'animal'; found none"),
    ],
)
def test_data_without_animals_are_told(tmp_path: Path, key: str, message: str) -> None:
    """Where nothing shows an animal, the import does not end in an empty folder."""
    folder = coco(tmp_path)
    annotate(folder, "instances", load(folder, "instances") | {key: []})
    assert message in problems(folder)


@pytest.mark.parametrize("pictures", ["val2017", "images/val2017", "images"])
def test_the_usual_places_are_found(tmp_path: Path, pictures: str) -> None:
    """Pictures may lie beside the annotations or in a folder of images."""
    captions, instances = (tmp_path / "annotations" / f"{kind}_val2017.json" for kind in ("captions", "instances"))
    assert find_coco(coco(tmp_path, pictures=pictures)) == CocoFiles(captions, instances, tmp_path / pictures)


def test_a_part_is_named_where_there_are_several(tmp_path: Path) -> None:
    """Of two parts none is guessed, and a misspelt one is answered with those there are."""
    coco(coco(tmp_path), part="train2017", pictures="train2017")
    with pytest.raises(UserError, match="a single part; found train2017, val2017"):
        read_images(tmp_path)
    with pytest.raises(UserError, match="'val2014'; found train2017, val2017"):
        find_coco(tmp_path, "val2014")
    assert len(read_images(tmp_path, part="train2017").images) == 3


def test_annotations_without_pictures_are_told(tmp_path: Path) -> None:
    """Where no folder of pictures is found, the places looked at are named."""
    (coco(tmp_path) / "val2017").rename(tmp_path / "elsewhere")
    with pytest.raises(UserError, match=r"expected the pictures in .*val2017, .*images/val2017, .*images"):
        find_coco(tmp_path)
