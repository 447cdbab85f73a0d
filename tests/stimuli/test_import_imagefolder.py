"""Folders of pictures with metadata: what is read, and what is refused."""

import json
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


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    """A folder with everything wrong with it gets one message with everything in it."""
    folder = tmp_path / "folder"
    picture(folder / "good.png")
    picture(folder / "unlisted.JPG", "green")
    picture(folder / ".hidden.png", "green")
    Image.effect_noise((64, 64), 50).save(folder / "half.png")
    whole = (folder / "half.png").read_bytes()
    (folder / "half.png").write_bytes(whole[: len(whole) // 2])
    (folder / "text.png").write_text("no picture")
    picture(tmp_path / "outside.png")
    (folder / "link.png").symlink_to(tmp_path / "outside.png")
    (folder / "circle.png").symlink_to(folder / "circle.png")
    metadata(
        folder,
        {"file_name": "good.png", "text": "Fine."},
        {"file_name": "gone.png", "text": "Missing."},
        {"file_name": "half.png", "text": "Truncated."},
        {"file_name": "text.png", "text": "No picture."},
        {"file_name": "../outside.png", "text": "Outside."},
        {"file_name": "/etc/passwd", "text": "Outside."},
        {"file_name": "link.png", "text": "A link that leads out."},
        {"file_name": "circle.png", "text": "A link to itself."},
        {"file_name": "./good.png", "text": " \t "},
        {"file_name": "good.png"},
        "{not json",
        "[]",
        {"text": "No file."},
        {"file_name": "good.png", "text": "One.", "caption": "Two."},
        {"file_name": "nul\0.png", "text": "Odd."},
        {"file_name": "deep\\good.png", "text": "Odd."},
        {"file_name": "x" * 300, "text": "Too long."},
        {"file_name": ".", "text": "The folder."},
        {"file_name": "good.png", "text": "Fine.", "size": float("nan")},
    )
    expected = {
        "metadata.jsonl:1": "expected each file once; found 'good.png' also at",
        "metadata.jsonl:2": "gone.png: expected a picture file; found: No such file",
        "metadata.jsonl:3": "half.png: expected a whole picture",
        "metadata.jsonl:4": "text.png: expected a picture (JPEG, ",
        "metadata.jsonl:5": "expected a path below",
        "metadata.jsonl:6": "expected a path below",
        "metadata.jsonl:7": "link.png: expected a file below",
        "metadata.jsonl:8": "circle.png: expected a picture file; found: ",
        "metadata.jsonl:9": "expected a caption; caption 1 of './good.png' is empty",
        "metadata.jsonl:10": "expected the caption in text or caption; found neither",
        "metadata.jsonl:11": "Invalid JSON",
        "metadata.jsonl:12": "Input should be an object",
        "metadata.jsonl:13": "file_name: Field required",
        "metadata.jsonl:14": "expected the caption in text or in caption; found both",
        "metadata.jsonl:15": "expected a path below",
        "metadata.jsonl:16": "expected a path below",
        "metadata.jsonl:17": "expected a picture file; found: File name too long",
        "metadata.jsonl:18": "expected a picture file; found: Is a directory",
        "metadata.jsonl:19": "Out of range float values are not JSON compliant",
        "unlisted.JPG": "expected a row with its caption",
    }
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
