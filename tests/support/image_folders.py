"""Small folders of pictures with metadata, and what is wrong with one."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from eep.stimuli.captioned import StimulusProblemsError
from eep.stimuli.imagefolder import read_imagefolder


def picture(path: Path, colour: str = "red") -> Path:
    """Write a picture; its colour tells it from others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (12, 10), colour).save(path)
    return path


def metadata(folder: Path, *rows: Mapping[str, Any] | str) -> Path:
    """Write a metadata.jsonl; texts are lines as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = (row if isinstance(row, str) else json.dumps(row) for row in rows)
    path = folder / "metadata.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def three(folder: Path) -> Path:
    """Write an image folder of three pictures."""
    for name, colour in (("a.png", "red"), ("deep/b.jpg", "green"), ("c.webp", "blue")):
        picture(folder / name, colour)
    metadata(
        folder,
        {"file_name": "a.png", "text": "A red  thing.\n", "attributes": {"species": "cat"}, "size": 3},
        {"file_name": "deep/b.jpg", "caption": "A green thing.", "id": 7},
        "",
        {"file_name": "./c.webp", "captions": ["A blue thing.", "Something blue."], "id": "c"},
    )
    return folder


def problems(folder: Path) -> dict[str, str]:
    """Return what is wrong with an image folder, by the place it is found at, and that the message has it all."""
    with pytest.raises(StimulusProblemsError) as caught:
        read_imagefolder(folder)
    assert caught.value.exit_code == 2
    for where, what in caught.value.problems:
        assert f"{where}: {what}" in str(caught.value)
    return {where.removeprefix(f"{folder}{os.sep}"): what for where, what in caught.value.problems}


CATEGORIES = [
    {"id": 3, "name": "car", "supercategory": "vehicle"},
    {"id": 17, "name": "cat", "supercategory": "animal"},
    {"id": 18, "name": "dog", "supercategory": "animal"},
]
#: Image id -> the categories it shows.
SHOWN: Mapping[Any, list[int]] = {9: [17, 18, 17], 25: [3], "lost-dog": [18], 42: [3, 17]}


def name_of(image: Any) -> str:
    """Return the file name of a picture in COCO's layout."""
    return f"{image:>012}.jpg"


def coco(folder: Path, *, part: str = "val2017", pictures: str = "val2017") -> Path:
    """Write a small data set in COCO's layout: three pictures of animals and one of a car, five captions each."""
    images = [{"id": image, "file_name": name_of(image), "width": 30, "height": 20} for image in SHOWN]
    for i, image in enumerate(SHOWN):
        picture(folder / pictures / name_of(image), f"#{i * 50:02x}0000")
    captions = [{"image_id": image, "caption": f"Caption {k} of {image}.\n"} for k in range(5) for image in SHOWN]
    shown = [(image, category) for image, several in SHOWN.items() for category in several]
    instances = [{"image_id": image, "category_id": each, "segmentation": [[0, 1, 2.5]]} for image, each in shown]
    annotate(folder, "captions", {"info": {}, "images": images, "annotations": captions}, part)
    annotate(folder, "instances", {"images": images, "annotations": instances, "categories": CATEGORIES}, part)
    return folder


def annotate(folder: Path, kind: str, content: Any, part: str = "val2017") -> None:
    """Write an annotation file."""
    (folder / "annotations").mkdir(exist_ok=True)
    (folder / "annotations" / f"{kind}_{part}.json").write_text(json.dumps(content), encoding="utf-8")
