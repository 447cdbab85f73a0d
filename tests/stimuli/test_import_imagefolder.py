"""Folders of pictures with metadata: what is read, what is refused, and how one is written."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from eep.errors import UserError
from eep.stimuli.captioned import CaptionedImage, StimulusProblemsError, choose_captions
from eep.stimuli.captions_csv import read_captions_csv
from eep.stimuli.imagefolder import read_imagefolder, write_imagefolder
from eep.stimuli.imports import import_into, read_images


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


def test_a_folder_is_read_in_the_order_of_its_metadata(tmp_path: Path) -> None:
    """Captions, ids, attributes and hashes are as the metadata and files say."""
    images = read_imagefolder(three(tmp_path))
    assert [image.id for image in images] == ["a.png", "7", "c"]
    assert [image.captions for image in images] == [
        ("A red thing.",),
        ("A green thing.",),
        ("A blue thing.", "Something blue."),
    ]
    assert images[0].attributes == {"species": "cat", "size": 3}
    assert images[1].path == tmp_path / "deep" / "b.jpg"
    assert len({image.sha256 for image in images}) == 3


def test_csv_metadata_say_the_same(tmp_path: Path) -> None:
    """A metadata.csv is read like a metadata.jsonl, byte order mark and quotes included."""
    picture(tmp_path / "a.png")
    (tmp_path / "metadata.csv").write_text(
        '\ufefffile_name,text,kind\r\na.png,"A ""red"", red thing.",cat\r\n', encoding="utf-8"
    )
    (image,) = read_imagefolder(tmp_path)
    assert image.captions == ('A "red", red thing.',)
    assert image.attributes == {"kind": "cat"}


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
    picture(tmp_path / "a.png")
    picture(tmp_path / "b.png", "blue")
    metadata(
        tmp_path,
        {"file_name": "a.png", "text": "A.", "id": 1},
        {"file_name": "b.png", "text": "B.", "id": "1"},
    )
    assert problems(tmp_path) == {
        "metadata.jsonl:1": f"expected each id once; found '1' also at {tmp_path / 'metadata.jsonl'}:2"
    }


@pytest.mark.parametrize("names", [(), ("metadata.jsonl", "metadata.csv")])
def test_a_folder_has_one_file_of_metadata(tmp_path: Path, names: tuple[str, ...]) -> None:
    """Neither no metadata nor two kinds of it are taken for an image folder."""
    for name in names:
        (tmp_path / name).touch()
    metadata(tmp_path / "train")
    hint = "found both" if names else "found none, but one in train: name that folder"
    assert hint in problems(tmp_path)[str(tmp_path)]


def test_an_empty_folder_is_no_source(tmp_path: Path) -> None:
    """Metadata that name no picture are a problem, too."""
    metadata(tmp_path, "")
    assert problems(tmp_path) == {str(tmp_path): "expected at least one picture; found none"}


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
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


def test_an_import_reads_back_the_same(tmp_path: Path) -> None:
    """What was written as an image folder is read as the same pictures, and is exactly what was returned."""
    images = read_imagefolder(three(tmp_path / "source"))
    written = write_imagefolder(images, tmp_path / "new" / "out")
    again = read_imagefolder(tmp_path / "new" / "out")
    assert again == written.images
    assert written.copies == ()
    for old, new in zip(images, again, strict=True):
        assert (new.id, new.captions, new.sha256, new.attributes) == (
            old.id,
            old.captions,
            old.sha256,
            old.attributes,
        )
        assert new.path.read_bytes() == old.path.read_bytes()
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["out"]


def test_the_metadata_are_what_other_readers_expect(tmp_path: Path) -> None:
    """Each line has file_name, which exists, and text, the first caption."""
    import_into(three(tmp_path / "source"), tmp_path / "out", captions="all")
    rows = [json.loads(line) for line in (tmp_path / "out" / "metadata.jsonl").read_text().splitlines()]
    assert [row["text"] for row in rows] == ["A red thing.", "A green thing.", "A blue thing."]
    assert all((tmp_path / "out" / row["file_name"]).is_file() for row in rows)


def test_copies_are_left_out_and_reported(tmp_path: Path) -> None:
    """The same file under two names is one picture, with the captions of the first."""
    for name in ("a.png", "b.png", "c.png"):
        picture(tmp_path / "source" / name, "blue" if name == "b.png" else "red")
    metadata(
        tmp_path / "source",
        *({"file_name": f"{name}.png", "text": f"Thing {name}.", "id": name} for name in "abc"),
    )
    imported = import_into(tmp_path / "source", tmp_path / "out")
    assert imported.copies == (("c", "a"),)
    assert [image.captions for image in read_imagefolder(tmp_path / "out")] == [("Thing a.",), ("Thing b.",)]
    assert read_images(tmp_path / "source").copies == (("c", "a"),)


def test_a_picture_that_changes_after_the_import_is_noticed(tmp_path: Path) -> None:
    """An imported picture that was replaced is a problem, though it is a fine picture."""
    imported = import_into(three(tmp_path / "source"), tmp_path / "out")
    picture(imported.images[0].path, "yellow")
    (what,) = problems(tmp_path / "out").values()
    assert "expected the picture that was imported" in what


def test_nothing_is_imported_from_a_source_with_problems(tmp_path: Path) -> None:
    """One bad row, and nothing is written."""
    with (three(tmp_path / "source") / "metadata.jsonl").open("a") as file:
        file.write('\n{"file_name": "gone.png", "text": "Gone."}\n')
    with pytest.raises(StimulusProblemsError, match=r"found 1 problem:\n.*metadata\.jsonl:5: gone\.png"):
        import_into(tmp_path / "source", tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_a_picture_that_changes_during_the_import_stops_it(tmp_path: Path) -> None:
    """What is copied is what was checked, or nothing."""
    images = read_imagefolder(three(tmp_path / "source"))
    picture(images[2].path, "yellow")
    with pytest.raises(StimulusProblemsError, match="expected the picture that was imported"):
        write_imagefolder(images, tmp_path / "out")
    images[2].path.unlink()
    with pytest.raises(UserError, match="No such file"):
        write_imagefolder(images, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    """A folder, file or dangling link of the name is left as it is."""
    images = read_imagefolder(three(tmp_path / "source"))
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("source", "source/a.png", "link"):
        with pytest.raises(UserError, match="expected a folder that is not there yet"):
            write_imagefolder(images, tmp_path / name)
    with pytest.raises(UserError, match="expected to fill a new folder"):
        write_imagefolder(images, tmp_path / "source" / "a.png" / "out")
    assert read_imagefolder(tmp_path / "source") == images


KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from eep.stimuli.imports import import_into
copyfile, left = shutil.copyfile, 2
def copy_two(*paths):
    global left
    left -= 1
    copyfile(*paths) if left >= 0 else os.kill(os.getpid(), signal.SIGKILL)
shutil.copyfile = copy_two
import_into(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def test_a_killed_import_leaves_no_folder(tmp_path: Path) -> None:
    """Killed halfway, there is no folder of that name, and the same command then succeeds."""
    three(tmp_path / "source")
    command = [sys.executable, "-c", KILLED, str(tmp_path / "source"), str(tmp_path / "out")]
    assert subprocess.run(command, check=False).returncode == -9
    assert not (tmp_path / "out").exists()
    assert len(import_into(tmp_path / "source", tmp_path / "out").images) == 3


def test_captions_are_chosen_by_seed_and_picture() -> None:
    """The same seed chooses the same captions, whatever other pictures there are; another seed others."""
    images = [
        CaptionedImage(f"i{i}", Path("p"), tuple(f"caption {k}" for k in range(5)), "0") for i in range(60)
    ]
    one = choose_captions(images, "one", 3)
    assert {image.captions for image in one} == {(f"caption {k}",) for k in range(5)}
    assert choose_captions(images[40:], "one", 3) == one[40:]
    assert choose_captions(images, "one", 4) != one
    assert choose_captions(images, "all", 3) == tuple(images)


def table(folder: Path, text: str) -> Path:
    """Write a table of captions beside two pictures."""
    picture(folder / "a.png")
    picture(folder / "b.png", "blue")
    path = folder / "captions.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("column", ["file", "file_name", "image"])
def test_a_table_of_captions_is_read(tmp_path: Path, column: str) -> None:
    """A CSV file of files and captions is a source; pictures it does not name do not matter."""
    source = table(tmp_path, f"{column},caption,year\n\nb.png,A blue thing.,1999\n")
    (image,) = read_captions_csv(source)
    assert (image.id, image.captions, image.attributes) == ("b.png", ("A blue thing.",), {"year": "1999"})
    assert read_images(source).images == (image,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["captions.csv:1: expected columns of different names", "found an empty file"]),
        ("picture,caption\na.png,A.\n", ["file_name, file or image; found 'picture', 'caption'"]),
        ("file,caption,caption\na.png,A.,A.\n", ["columns of different names"]),
        ("file,file_name,text\na.png,a.png,A.\n", ["one of them file_name"]),
        (
            "file,text\na.png\na.png,A.,A.\n../a.png,Out.\nb.png,\n",
            [
                ":2: expected 2 values; found 1",
                ":3: expected 2 values; found 3",
                ":4: expected a path",
                ":5: ",
            ],
        ),
        ("file,text\na.png,A.\na.png,B.\n", [":2: expected each id once", ":2: expected each file once"]),
        ('file,text\na.png,"A.\n', ["captions.csv:2: expected comma-separated values; unexpected end"]),
        ("file,words\na.png,A.\n", [":2: expected the caption in text or caption; found neither"]),
    ],
)
def test_problems_of_a_table_are_told_with_their_lines(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    """Wrong columns, rows that do not fit, empty captions and repeated files are all told."""
    with pytest.raises(StimulusProblemsError) as caught:
        read_captions_csv(table(tmp_path, text))
    for part in expected:
        assert part in str(caught.value)


def test_tables_in_other_encodings_are_refused(tmp_path: Path) -> None:
    """A caption is never read in the wrong letters."""
    source = table(tmp_path, "")
    source.write_bytes("file,text\na.png,Käfer\n".encode("latin-1"))
    with pytest.raises(StimulusProblemsError, match="expected a CSV file in UTF-8"):
        read_captions_csv(source)


def test_other_sources_are_answered_with_what_is_possible(tmp_path: Path) -> None:
    """A folder of another kind, another file and nothing are told what would do."""
    (tmp_path / "notes.txt").touch()
    metadata(tmp_path / "train")
    found = {
        "": "a folder without, but one in train",
        "notes.txt": "another file",
        "gone": "nothing there",
    }
    for name, kind in found.items():
        with pytest.raises(UserError, match=rf"metadata\.jsonl or metadata\.csv, .*found {kind}"):
            read_images(tmp_path / name)
