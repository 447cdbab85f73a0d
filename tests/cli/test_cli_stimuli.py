"""``eep stimuli``: drawing, looking, importing."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from image_folders import coco, picture
from PIL import Image

from eep.cli import cli
from eep.core.errors import UserError
from eep.stimuli.imagefolder import read_imagefolder


def eep(*arguments: str | Path) -> str:
    """Run a command that succeeds; return what it prints. Errors come through as they are raised."""
    done = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    if done.exception is not None:
        raise done.exception
    return done.output


def test_draw_then_import(tmp_path: Path) -> None:
    """Drawn animals are an image folder, which can be imported without a loss."""
    assert "3 animals" in eep("stimuli", "draw", "--n", "3", "--seed", "7", "--size", "32", tmp_path / "a")
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert names == ["animal-000000.png", "animal-000001.png", "animal-000002.png", "metadata.jsonl"]
    told = eep("stimuli", "import", "imagefolder", tmp_path / "a", tmp_path / "c")
    assert told.startswith("3 pictures with 3 captions")
    drawn, imported = (read_imagefolder(tmp_path / name) for name in "ac")
    assert [(i.id, i.captions, i.attributes) for i in imported] == [(i.id, i.captions, i.attributes) for i in drawn]
    assert all("species" in image.attributes for image in imported)


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


def test_import_coco(tmp_path: Path) -> None:
    """COCO data: animals only, one caption each or all of them."""
    coco(tmp_path)
    assert "3 pictures with 3 captions" in eep("stimuli", "import", "coco", tmp_path, tmp_path / "one")
    told = eep("stimuli", "import", "coco", tmp_path, tmp_path / "all", "--captions", "all", "--part", "val2017")
    assert "3 pictures with 15 captions" in told


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("out/mine.txt", "expected a new or empty folder to draw into"),
        ("out/animal-000000.png", r"a drawing that was broken off, 1 pictures without metadata\.jsonl"),
        ("out", "expected to draw into a new folder; found: Not a directory"),
    ],
    ids=["another's", "left by a killed process", "a file"],
)
def test_nothing_is_drawn_over(tmp_path: Path, name: str, found: str) -> None:
    """A folder that holds something is left as it is, and nobody is left to wonder what it holds."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match=found):
        eep("stimuli", "draw", "--n", "1", tmp_path / "out")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / name]


def test_import_csv_without_copies(tmp_path: Path) -> None:
    """A table of captions; the same file twice is told and left out."""
    for name in ("a.png", "b.png"):
        picture(tmp_path / name)
    (tmp_path / "table.csv").write_text("file,caption\na.png,A cat\nb.png,A dog\n", encoding="utf-8")
    told = eep("stimuli", "import", "csv", tmp_path / "table.csv", tmp_path / "out")
    assert "1 picture with 1 caption" in told
    assert "b.png is the same file as a.png" in told


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
