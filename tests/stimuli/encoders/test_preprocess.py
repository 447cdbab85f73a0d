"""The numbers a network is given, read back through a graph that hands some of them on; and impossible parameters."""

import io
import struct
import zlib
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from clip_reference import Pixels, noise, preprocessed
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx_graphs import probe
from PIL import Image

from eep.stimuli.encoders.encoder import Encoder, open_encoder
from eep.stimuli.encoders.preprocess import CLIP, Preprocessing
from eep.stimuli.picture import decode, upright_rgb

#: EXIF orientation -> how the stored pixels become upright (CIPA DC-008, Exif 2.32, tag 0x0112).
UPRIGHT = {
    1: lambda a: a,
    2: np.fliplr,
    3: lambda a: np.rot90(a, 2),
    4: np.flipud,
    5: lambda a: np.swapaxes(a, 0, 1),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: np.rot90(np.swapaxes(a, 0, 1), 2),
    8: lambda a: np.rot90(a, 1),
}


def stored(image: Image.Image, kind: str, **options: object) -> Image.Image:
    """Return an image after it was a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return decode(file.getvalue(), "test")


def deep_png(samples: npt.NDArray[np.uint16]) -> bytes:
    """Return a 16-bit colour PNG of (h, w, 3) samples; Pillow reads them but does not write them."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    height, width = samples.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    lines = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a graph whose embedding is pixels of what it is given."""
    return probe(tmp_path_factory.mktemp("probe") / "model.onnx")


@pytest.fixture(scope="module")
def encoder(graph: Path) -> Encoder:
    """Return the graph behind CLIP's preprocessing."""
    return open_encoder(graph, CLIP)


def assert_reads_back(encoder: Encoder, image: Image.Image, upright: Pixels) -> None:
    """Assert that the network is given what the reference says, to 1e-5, before any scaling to unit length."""
    embedding = encoder.raw([image])[0]
    expected = preprocessed(upright)[:, ::32, ::32].ravel()
    assert np.abs(embedding[: len(expected)] - expected).max() <= 1e-5
    assert not embedding[len(expected) :].any()


@pytest.mark.parametrize(
    ("height", "width"), [(224, 224), (300, 300), (361, 570), (571, 380), (96, 131), (225, 224), (60, 1003)]
)
def test_rgb_reads_back(encoder: Encoder, height: int, width: int) -> None:
    """Pictures of any proportions and size, odd margins included, arrive as the reference says."""
    pixels = noise(height, width)
    assert_reads_back(encoder, stored(Image.fromarray(pixels), "PNG"), pixels)


def test_every_pixel_equals_the_reference() -> None:
    """The picture's pixels equal the reference's, and the numbers made of them but for the last bit or two."""
    pixels = noise(361, 570)
    expected = preprocessed(pixels)
    found = CLIP.batch([Image.fromarray(pixels)])[0]
    assert np.abs(found - expected).max() <= 5e-7
    scale = np.array(CLIP.std)[:, None, None], np.array(CLIP.mean)[:, None, None]
    both = [np.rint((numbers * scale[0] + scale[1]) * 255) for numbers in (found, expected)]
    np.testing.assert_array_equal(*both)


@cache
def kinds() -> dict[str, tuple[Image.Image, str, Pixels]]:
    """Return pictures of other kinds of pixels as files hold them, the modes they are read in, and their upright colours."""
    rgb, grey, four = (noise(361, 570, channels) for channels in (3, 1, 4))
    colours = np.random.default_rng(3).integers(0, 256, (256, 3), dtype=np.uint8)
    indexed = Image.fromarray(grey[..., 0], "L").convert("P")
    indexed.putpalette(colours.tobytes())
    see_through = stored(indexed, "PNG", transparency=bytes(range(256)))
    # Ink becomes light: a channel is what its ink and the black leave of white, rounded to whole values.
    left = 255 - four[..., 3:].astype(np.int64)
    product = four[..., :3] * left + 128
    light = (left - ((product >> 8) + product >> 8)).astype(np.uint8)
    inks = Image.frombytes("CMYK", (570, 361), four.tobytes())
    # Of 16 bits the high byte counts; nothing is clipped to white.
    deep = rgb.astype(np.uint16) * np.uint16(256) + noise(361, 570, seed=1)
    return {
        "grey": (stored(Image.fromarray(grey[..., 0]), "PNG"), "L", np.repeat(grey, 3, axis=2)),
        # The colours under transparent pixels count, as in the reference implementations.
        "transparent": (stored(Image.fromarray(four), "PNG"), "RGBA", four[..., :3]),
        "palette": (stored(indexed, "PNG"), "P", colours[grey[..., 0]]),
        "transparent palette": (see_through, "P", colours[grey[..., 0]]),
        "CMYK": (stored(inks, "TIFF"), "CMYK", light),
        "deep grey": (stored(Image.fromarray(deep[..., 0]), "PNG"), "I;16", np.repeat(rgb[..., :1], 3, axis=2)),
        "deep colour": (decode(deep_png(deep), "test"), "RGB", rgb),
    }


@pytest.mark.parametrize(
    "kind", ["grey", "transparent", "palette", "transparent palette", "CMYK", "deep grey", "deep colour"]
)
def test_other_kinds_of_pixels_read_back(encoder: Encoder, kind: str) -> None:
    """Grey, transparent, indexed, inked and deep pictures arrive as the reference says of their colours."""
    image, mode, upright = kinds()[kind]
    assert image.mode.startswith(mode)
    assert_reads_back(encoder, image, upright)


@pytest.mark.parametrize("orientation", UPRIGHT)
def test_exif_orientation_comes_first(encoder: Encoder, orientation: int) -> None:
    """A picture is turned as its EXIF data say before it is scaled and cropped."""
    pixels = noise(361, 570)
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = stored(Image.fromarray(pixels), "PNG", exif=exif)
    assert_reads_back(encoder, image, np.ascontiguousarray(UPRIGHT[orientation](pixels)))


def test_turning_upright_twice_changes_nothing() -> None:
    """A picture that was turned upright is not turned again."""
    exif = Image.Exif()
    exif[0x0112] = 6
    image = stored(Image.fromarray(noise(40, 60)), "JPEG", exif=exif)
    once = upright_rgb(image)
    assert once.size == (40, 60)
    np.testing.assert_array_equal(np.asarray(upright_rgb(once)), np.asarray(once))


class SwappedChannels(Preprocessing):
    """The fault of giving blue for red."""

    def frame(self, image: Image.Image, name: str = "picture") -> Image.Image:
        """Swap the outer channels."""
        red, green, blue = super().frame(image, name).split()
        return Image.merge("RGB", (blue, green, red))


class Squashed(Preprocessing):
    """The fault of scaling both sides to the size of the crop."""

    def frame(self, image: Image.Image, name: str = "picture") -> Image.Image:
        """Scale without regard to the proportions."""
        return upright_rgb(image, name).resize((self.crop, self.crop), Image.Resampling.BICUBIC)


class CropOff(Preprocessing):
    """The fault of rounding the left margin up."""

    def frame(self, image: Image.Image, name: str = "picture") -> Image.Image:
        """Crop one pixel further to the right."""
        image = upright_rgb(image, name).resize((353, 224), Image.Resampling.BICUBIC)
        left = (image.width - 224) // 2 + 1
        return image.crop((left, 0, left + 224, 224))


FAULTS = {
    "blue for red": SwappedChannels(),
    "squashed": Squashed(),
    "crop off by one": CropOff(),
    "not divided by 255": replace(CLIP, white=1.0),
    "bilinear": replace(CLIP, resample="bilinear"),
    "another model's means": replace(CLIP, mean=(0.485, 0.456, 0.406)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_caught(graph: Path, fault: str) -> None:
    """The assertion that passes for CLIP's preprocessing fails for each of six faults that are often made."""
    pixels = noise(361, 570)
    image = Image.fromarray(pixels)
    assert_reads_back(open_encoder(graph, CLIP), image, pixels)
    with pytest.raises(AssertionError):
        assert_reads_back(open_encoder(graph, FAULTS[fault]), image, pixels)


def test_other_parameters_make_another_preprocessing() -> None:
    """At 96 pixels with its own means a picture of that size is only normalised."""
    small = Preprocessing(short_side=96, crop=96, mean=(0.6, 0.5, 0.4), std=(0.28, 0.27, 0.26))
    pixels = noise(96, 96)
    expected = (pixels / 255 - [0.6, 0.5, 0.4]) / [0.28, 0.27, 0.26]
    batch = small.batch([Image.fromarray(pixels)] * 2)
    assert batch.shape == (2, 3, 96, 96)
    assert batch.dtype == np.float32
    np.testing.assert_allclose(batch[1], expected.transpose(2, 0, 1), atol=1e-6)


@settings(max_examples=60)
@given(st.integers(1, 400), st.integers(1, 400))
def test_any_size_is_framed(height: int, width: int) -> None:
    """A picture of any sensible proportions is framed to the crop, with the short side scaled to it."""
    small = Preprocessing(short_side=40, crop=32)
    if max(height, width) <= 100 * min(height, width):
        assert small.frame(Image.new("RGB", (width, height))).size == (32, 32)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"crop": 225}, "crop from 1 to short_side = 224"),
        ({"resample": "cubic"}, "expected resample out of"),
        ({"std": (0.2, 0.0, 0.2)}, "std above 0"),
        ({"white": 0.0}, "white"),
    ],
)
def test_impossible_parameters_are_refused(wrong: dict[str, object], message: str) -> None:
    """Parameters that make no picture are refused when they are given."""
    with pytest.raises(ValueError, match=message):
        Preprocessing(**wrong)  # type: ignore[arg-type]
