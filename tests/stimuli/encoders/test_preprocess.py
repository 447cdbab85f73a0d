"""The numbers a network is given, read back through a graph that hands some of them on."""

import io
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from clip_reference import Pixels, noise, preprocessed
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


def test_grey_reads_back(encoder: Encoder) -> None:
    """A grey picture has three equal channels."""
    grey = noise(361, 570, 1)
    assert_reads_back(encoder, stored(Image.fromarray(grey[..., 0]), "PNG"), np.repeat(grey, 3, axis=2))


def test_transparency_is_dropped(encoder: Encoder) -> None:
    """The colours under transparent pixels count, as in the reference implementations."""
    pixels = noise(361, 570, 4)
    assert_reads_back(encoder, stored(Image.fromarray(pixels), "PNG"), pixels[..., :3])


@pytest.mark.parametrize("transparency", [None, bytes(range(256))])
def test_palette_reads_back(encoder: Encoder, transparency: bytes | None) -> None:
    """A palette picture arrives in its palette's colours, transparent or not."""
    rng = np.random.default_rng(3)
    palette = rng.integers(0, 256, (256, 3), dtype=np.uint8)
    places = noise(361, 570, 1)[..., 0]
    image = Image.fromarray(places, "L").convert("P")
    image.putpalette(palette.tobytes())
    options = {} if transparency is None else {"transparency": transparency}
    read = stored(image, "PNG", **options)
    assert read.mode == "P"
    assert_reads_back(encoder, read, palette[places])


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


def test_cmyk_reads_back(encoder: Encoder) -> None:
    """Ink becomes light: a channel is what its ink and the black leave of white, rounded to whole values."""
    inks = noise(361, 570, 4)
    left = 255 - inks[..., 3:].astype(np.int64)
    product = inks[..., :3] * left + 128
    light = left - ((product >> 8) + product >> 8)
    image = stored(Image.frombytes("CMYK", (570, 361), inks.tobytes()), "TIFF")
    assert image.mode == "CMYK"
    assert_reads_back(encoder, image, light.astype(np.uint8))


def test_deep_grey_reads_back(encoder: Encoder) -> None:
    """Of a 16-bit grey the high byte counts; nothing is clipped to white."""
    high, low = noise(361, 570, 1)[..., 0], noise(361, 570, 1, seed=1)[..., 0]
    samples = (high.astype(np.uint16) << 8) | low
    image = stored(Image.fromarray(samples), "PNG")
    assert image.mode.startswith("I;16")
    assert_reads_back(encoder, image, np.repeat(high[..., None], 3, axis=2))


def test_deep_colour_reads_back(encoder: Encoder) -> None:
    """Of a 16-bit colour the high bytes count, too."""
    high, low = noise(100, 140), noise(100, 140, seed=1)
    samples = high.astype(np.uint16) * np.uint16(256) + low
    image = decode(deep_png(samples), "test")
    assert_reads_back(encoder, image, high)


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
