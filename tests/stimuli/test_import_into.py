"""Importing pictures: what is written, what is left out, and what stops it."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from image_folders import metadata, picture, problems, three

from eep.core.errors import UserError
from eep.stimuli.captioned import CaptionedImage, StimulusProblemsError, choose_captions
from eep.stimuli.imagefolder import read_imagefolder, write_imagefolder
from eep.stimuli.imports import import_into, read_images


def test_an_import_reads_back_the_same(tmp_path: Path) -> None:
    """It is read as the same pictures and is exactly what was returned; other readers find files and first captions."""
    images = read_imagefolder(three(tmp_path / "source"))
    written = write_imagefolder(images, tmp_path / "new" / "out")
    again = read_imagefolder(tmp_path / "new" / "out")
    assert again == written.images
    assert written.copies == ()
    assert [replace(image, path=Path()) for image in again] == [replace(image, path=Path()) for image in images]
    assert [image.path.read_bytes() for image in again] == [image.path.read_bytes() for image in images]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["out"]
    rows = [json.loads(line) for line in (tmp_path / "new" / "out" / "metadata.jsonl").read_text().splitlines()]
    assert [row["text"] for row in rows] == ["A red thing.", "A green thing.", "A blue thing."]
    assert all((tmp_path / "new" / "out" / row["file_name"]).is_file() for row in rows)


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
    images = [CaptionedImage(f"i{i}", Path("p"), tuple(f"caption {k}" for k in range(5)), "0") for i in range(60)]
    one = choose_captions(images, "one", 3)
    assert {image.captions for image in one} == {(f"caption {k}",) for k in range(5)}
    assert choose_captions(images[40:], "one", 3) == one[40:]
    assert choose_captions(images, "one", 4) != one
    assert choose_captions(images, "all", 3) == tuple(images)


def test_other_sources_are_answered_with_what_is_possible(tmp_path: Path) -> None:
    """A folder of another kind, another file and nothing are told what would do."""
    (tmp_path / "notes.txt").touch()
    metadata(tmp_path / "train")
    found = {"": "a folder without, but one in train", "notes.txt": "another file", "gone": "nothing there"}
    for name, kind in found.items():
        with pytest.raises(UserError, match=rf"metadata\.jsonl or metadata\.csv, .*found {kind}"):
            read_images(tmp_path / name)
