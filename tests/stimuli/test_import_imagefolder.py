"""Folders of pictures with metadata: what is read, and what is refused."""

import json
import math
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from image_folders import metadata, picture, problems, three
from PIL import Image

from eep.stimuli.captioned import StimulusProblemsError
from eep.stimuli.imagefolder import read_imagefolder


def test_a_folder_is_read_in_the_order_of_its_metadata(tmp_path: Path) -> None:
    """Captions, ids, attributes and hashes are as the metadata and files say."""
    images = read_imagefolder(three(tmp_path))
    assert [image.id for image in images] == ["a.png", "7", "c"]
    captions = [("A red thing.",), ("A green thing.",), ("A blue thing.", "Something blue.")]
    assert [image.captions for image in images] == captions
    assert images[0].attributes == {"species": "cat", "size": 3}
    assert images[1].path == tmp_path / "deep" / "b.jpg"
    assert len({image.sha256 for image in images}) == 3


#: Rows of metadata, and what is wrong with each.
WRONG: list[tuple[dict[str, Any] | str, str]] = [
    ({"file_name": "good.png", "text": "Fine."}, "expected each file once; found 'good.png' also at"),
    ({"file_name": "gone.png", "text": "Missing."}, "gone.png: expected a picture file; found: No such file"),
    ({"file_name": "half.png", "text": "Truncated."}, "half.png: expected a whole picture"),
    ({"file_name": "text.png", "text": "No picture."}, "text.png: expected a picture (JPEG, "),
    ({"file_name": "../outside.png", "text": "Outside."}, "expected a path below"),
    ({"file_name": "/etc/passwd", "text": "Outside."}, "expected a path below"),
    ({"file_name": "link.png", "text": "A link that leads out."}, "link.png: expected a file below"),
    ({"file_name": "circle.png", "text": "A link to itself."}, "circle.png: expected a picture file; found: "),
    ({"file_name": "./good.png", "text": " \t "}, "expected a caption; caption 1 of './good.png' is empty"),
    ({"file_name": "good.png"}, "expected the caption in text or caption; found neither"),
    ("{not json", "Invalid JSON"),
    ("[]", "Input should be an object"),
    ({"text": "No file."}, "file_name: Field required"),
    ({"file_name": "good.png", "text": "1", "caption": "2"}, "expected the caption in text or in caption; found both"),
    ({"file_name": "nul\0.png", "text": "Odd."}, "expected a path below"),
    ({"file_name": "deep\\good.png", "text": "Odd."}, "expected a path below"),
    ({"file_name": "x" * 300, "text": "Too long."}, "expected a picture file; found: File name too long"),
    ({"file_name": ".", "text": "The folder."}, "expected a picture file; found: Is a directory"),
    ({"file_name": "good.png", "text": "Fine.", "size": math.nan}, "Out of range float values are not JSON compliant"),
]


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    """A folder with everything wrong with it gets one message with everything in it."""
    folder = tmp_path / "folder"
    for name in ("good.png", "unlisted.JPG", ".hidden.png", "../outside.png"):
        picture(folder / name)
    Image.effect_noise((64, 64), 50).save(folder / "half.png")
    whole = (folder / "half.png").read_bytes()
    (folder / "half.png").write_bytes(whole[: len(whole) // 2])
    (folder / "text.png").write_text("no picture")
    (folder / "link.png").symlink_to(tmp_path / "outside.png")
    (folder / "circle.png").symlink_to(folder / "circle.png")
    metadata(folder, *(row for row, _ in WRONG))
    expected = {f"metadata.jsonl:{line}": what for line, (_, what) in enumerate(WRONG, 1)}
    expected["unlisted.JPG"] = "expected a row with its caption"
    found = problems(folder)
    assert found.keys() == expected.keys()
    for where, what in expected.items():
        assert what in found[where], where


def test_names_that_occur_twice_are_told_with_their_places(tmp_path: Path) -> None:
    """An id that two pictures have is told once, with both places."""
    for name, colour in (("a.png", "red"), ("b.png", "blue")):
        picture(tmp_path / name, colour)
    metadata(tmp_path, *({"file_name": name, "text": "A.", "id": one} for name, one in (("a.png", 1), ("b.png", "1"))))
    told = f"expected each id once; found '1' also at {tmp_path / 'metadata.jsonl'}:2"
    assert problems(tmp_path) == {"metadata.jsonl:1": told}


@pytest.mark.parametrize("names", [(), ("metadata.jsonl", "metadata.csv")])
def test_a_folder_has_one_file_of_metadata(tmp_path: Path, names: tuple[str, ...]) -> None:
    """Neither no metadata nor two kinds of it are taken for an image folder, nor metadata that name no picture."""
    for name in names:
        (tmp_path / name).touch()
    metadata(tmp_path / "train", "")
    hint = "found both" if names else "found none, but one in train: name that folder"
    assert hint in problems(tmp_path)[str(tmp_path)]
    assert problems(tmp_path / "train") == {str(tmp_path / "train"): "expected at least one picture; found none"}


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.binary() | st.dictionaries(st.text(), st.text() | st.integers() | st.floats() | st.none()))
def test_any_line_is_read_or_told(tmp_path: Path, line: bytes | dict[str, Any]) -> None:
    """Whatever a line of metadata is, the picture is read or the line is a problem; nothing else happens."""
    picture(tmp_path / "a.png")
    row = line if isinstance(line, bytes) else json.dumps({**line, "file_name": "a.png"}).encode()
    (tmp_path / "metadata.jsonl").write_bytes(row)
    captions: list[tuple[str, ...]] = [("told",)]
    with suppress(StimulusProblemsError):
        captions = [image.captions for image in read_imagefolder(tmp_path)]
    assert captions
    assert all(all(texts) for texts in captions)
