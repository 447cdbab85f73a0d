"""Pictures as files: what is read, and what is refused with a reason."""

import io
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from eep.stimuli.picture import PictureError, decode, read, upright_rgb


def png(image: Image.Image) -> bytes:
    """Return a picture as the bytes of a file."""
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_a_file_is_hashed_and_decoded_once_it_is_looked_at(tmp_path: Path) -> None:
    """Hash and pixels are those of the bytes that were read, though the file changes afterwards."""
    path = tmp_path / "a.png"
    path.write_bytes(png(Image.new("RGB", (4, 3), (1, 2, 3))))
    picture = read(path)
    path.write_bytes(b"")
    assert picture.load().getpixel((0, 0)) == (1, 2, 3)
    assert len(picture.content) == 64


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A file that is not there is named with the reason."""
    with pytest.raises(PictureError, match=r"gone\.png: expected a readable file; found: No such file"):
        read(tmp_path / "gone.png")


@pytest.mark.parametrize("data", [b"", b"not a picture", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n"])
def test_other_files_are_refused(data: bytes) -> None:
    """Empty files, texts and formats that run programs are no pictures."""
    with pytest.raises(PictureError, match="expected a picture"):
        decode(data, "a.png")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_truncated_files_are_refused(kind: str) -> None:
    """A file of which the second half is missing is no picture, whatever its format."""
    rng = np.random.default_rng(0)
    file = io.BytesIO()
    Image.fromarray(rng.integers(0, 256, (64, 64, 3), dtype=np.uint8)).save(file, kind)
    assert decode(file.getvalue(), "whole").size == (64, 64)
    with pytest.raises(PictureError, match="half"):
        decode(file.getvalue()[: len(file.getvalue()) // 2], "half")


def test_a_picture_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """More pixels than Pillow's limit are refused before they are decoded."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(PictureError, match="exceeds limit"):
        decode(png(Image.new("RGB", (11, 10))), "bomb")


@pytest.mark.parametrize("mode", ["I", "F"])
def test_numbers_without_white_are_refused(mode: str) -> None:
    """Pixels of 32 bits say not which value is white, so they are not guessed."""
    with pytest.raises(PictureError, match="expected 8 or 16 bits a channel"):
        upright_rgb(Image.new(mode, (4, 4)))


def test_strips_are_refused() -> None:
    """A side of more than a hundred times the other is refused."""
    assert upright_rgb(Image.new("L", (200, 2))).mode == "RGB"
    with pytest.raises(PictureError, match="found 201 x 2"):
        upright_rgb(Image.new("L", (201, 2)))


@pytest.mark.parametrize("exif", [b"neither end first", b"MM\0*\0\0\0\x08\0\x05\x01\x12"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_pictures_with_broken_exif_data_are_taken_as_they_are_stored(kind: str, exif: bytes) -> None:
    """EXIF data that cannot be read turn nothing and warn of nothing."""
    file = io.BytesIO()
    Image.new("RGB", (8, 6)).save(file, kind, exif=b"Exif\0\0" + exif)
    assert upright_rgb(decode(file.getvalue(), "broken.jpg")).size == (8, 6)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2_000), st.binary(max_size=40))
def test_damaged_files_never_pass_for_an_error_of_another_kind(place: int, noise: bytes) -> None:
    """Whatever bytes are damaged, the picture is either read or refused by a PictureError."""
    rng = np.random.default_rng(0)
    data = png(Image.fromarray(rng.integers(0, 256, (20, 20, 3), dtype=np.uint8)))
    place %= len(data)
    mode = "refused"
    with suppress(PictureError):
        mode = upright_rgb(decode(data[:place] + noise + data[place + len(noise) :], "damaged")).mode
    assert mode in {"RGB", "refused"}
