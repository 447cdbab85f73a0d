"""``eep stimuli``: drawing, looking, importing."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from eep.cli import cli
from eep.core.errors import UserError


def eep(*arguments: str | Path) -> str:
    """Run a command that succeeds; return what it prints. Errors come through as they are raised."""
    done = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    if done.exception is not None:
        raise done.exception
    return done.output


def test_draw_then_import(tmp_path: Path) -> None:
    """Drawn animals are an image folder, which can be imported; the same seed draws the same bytes."""
    assert "3 animals" in eep("stimuli", "draw", "--n", "3", "--seed", "7", "--size", "32", tmp_path / "a")
    eep("stimuli", "draw", "--n", "3", "--seed", "7", "--size", "32", "--workers", "2", tmp_path / "b")
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == ["animal-000000.png", "animal-000001.png", "animal-000002.png", "metadata.jsonl"]
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in names)
    told = eep("stimuli", "import", "imagefolder", tmp_path / "a", tmp_path / "c")
    assert told.startswith("3 pictures with 3 captions")
    assert (tmp_path / "c" / "metadata.jsonl").is_file()


def test_nothing_is_drawn_over(tmp_path: Path) -> None:
    """A folder that holds something is left as it is."""
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="expected a new or empty folder to draw into"):
        eep("stimuli", "draw", "--n", "1", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_sheet(tmp_path: Path) -> None:
    """A page of animals as a picture, in a folder that is made; a file of no picture's name is refused."""
    eep("stimuli", "sheet", "--n", "2", "--columns", "2", tmp_path / "new" / "page.png")
    with Image.open(tmp_path / "new" / "page.png") as page:
        assert page.width > page.height
    with pytest.raises(UserError, match=r"expected to write a picture .* found: the ending '.txt'$"):
        eep("stimuli", "sheet", "--n", "1", tmp_path / "page.txt")
    with pytest.raises(UserError, match=r"found: no ending$"):
        eep("stimuli", "sheet", "--n", "1", tmp_path / "page")
    with pytest.raises(UserError, match=r"found: [\w ]+$"):  # no word of the unfinished file
        eep("stimuli", "sheet", "--n", "1", tmp_path / "new" / "page.png" / "page.png")


def test_import_csv_without_copies(tmp_path: Path) -> None:
    """A table of captions; the same file twice is told and left out."""
    for name in ("a.png", "b.png"):
        Image.new("RGB", (8, 8), "red").save(tmp_path / name)
    (tmp_path / "table.csv").write_text("file,caption\na.png,A cat\nb.png,A dog\n", encoding="utf-8")
    told = eep("stimuli", "import", "csv", tmp_path / "table.csv", tmp_path / "out")
    assert "1 picture with 1 caption" in told
    assert "b.png is the same file as a.png" in told


def test_import_coco(tmp_path: Path) -> None:
    """COCO data: animals only, one caption each or all of them."""
    (tmp_path / "annotations").mkdir()
    (tmp_path / "val").mkdir()
    images = [{"id": number, "file_name": f"{number}.png"} for number in (1, 2)]
    for number, colour in ((1, "red"), (2, "blue")):
        Image.new("RGB", (8, 8), colour).save(tmp_path / "val" / f"{number}.png")
    captions = [{"image_id": 1, "caption": "A cat."}, {"image_id": 1, "caption": "A kitten."}]
    categories = [
        {"id": 1, "name": "cat", "supercategory": "animal"},
        {"id": 2, "name": "bus", "supercategory": "vehicle"},
    ]
    instances = [{"image_id": 1, "category_id": 1}, {"image_id": 2, "category_id": 2}]
    for name, content in (
        ("captions_val", {"images": images, "annotations": captions}),
        ("instances_val", {"images": images, "annotations": instances, "categories": categories}),
    ):
        (tmp_path / "annotations" / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    assert "1 picture with 1 caption" in eep("stimuli", "import", "coco", tmp_path, tmp_path / "one")
    told = eep("stimuli", "import", "coco", tmp_path, tmp_path / "all", "--captions", "all", "--part", "val")
    assert "1 picture with 2 captions" in told


def test_a_source_of_another_kind_is_refused(tmp_path: Path) -> None:
    """What the source is said to be is what it is read as."""
    with pytest.raises(UserError, match=r"expected captions_<part>\.json"):
        eep("stimuli", "import", "coco", tmp_path, tmp_path / "out")
    with pytest.raises(UserError, match=r"expected one of metadata\.jsonl"):
        eep("stimuli", "import", "imagefolder", tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_an_interruption_leaves_nothing(workers: int, tmp_path: Path) -> None:
    """Stopped halfway, no half-drawn folder is left, and the words do not promise to go on."""
    out = tmp_path / "out"
    numbers = ["--n", "5000", "--workers", str(workers)]
    command = [sys.executable, "-m", "eep", "stimuli", "draw", *numbers, str(out)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as running:
        try:
            while not any(out.glob("*.png")) and running.poll() is None:
                time.sleep(0.05)
            running.send_signal(signal.SIGTERM)
            _, told = running.communicate()
        finally:
            running.kill()
    assert running.returncode == 3
    assert "nothing was written, and the same command begins anew" in told
    assert not list(tmp_path.iterdir())


def test_a_drawing_that_was_killed_is_called_so(tmp_path: Path) -> None:
    """Pictures without metadata are left by a killed process; nobody is left to wonder what the files are."""
    (tmp_path / "animal-000000.png").write_bytes(b"")
    with pytest.raises(UserError, match=r"a drawing that was broken off, 1 pictures without metadata\.jsonl"):
        eep("stimuli", "draw", "--n", "1", tmp_path)


def test_a_place_that_cannot_be_drawn_into(tmp_path: Path) -> None:
    """A file, or a folder below one, is told in words."""
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="expected to draw into a new folder; found: Not a directory"):
        eep("stimuli", "draw", "--n", "1", tmp_path / "file")


def test_a_page_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    """WebP ends at 16,383 pixels: the page that was there stays as it was, and nothing lies beside it."""
    page = tmp_path / "page.webp"
    page.write_bytes(b"mine")
    with pytest.raises(UserError, match="expected to write a picture"):
        eep("stimuli", "sheet", "--n", "110", "--columns", "1", "--no-captions", page)
    assert page.read_bytes() == b"mine"
    assert [path.name for path in tmp_path.iterdir()] == ["page.webp"]


def test_what_would_be_passed_over_is_refused(tmp_path: Path) -> None:
    """A part of anything but COCO data, and a folder inside the source, which would hold unlisted pictures then."""
    eep("stimuli", "draw", "--n", "1", "--size", "16", tmp_path / "a")
    with pytest.raises(UserError, match="found imagefolder: leave the part out"):
        eep("stimuli", "import", "imagefolder", tmp_path / "a", tmp_path / "b", "--part", "val")
    with pytest.raises(UserError, match="found one inside: name another"):
        eep("stimuli", "import", "imagefolder", tmp_path / "a", tmp_path / "a" / "b")
    assert len(list((tmp_path / "a").iterdir())) == 2
