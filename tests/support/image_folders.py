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
