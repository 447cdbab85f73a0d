"""Pictures: the bytes they came as, the hash of those bytes, and the upright RGB image they show."""

import hashlib
import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from eep.core.errors import UserError

#: What is read. Left out on purpose are formats that run another program (EPS) or hold no raster image.
FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF")
#: File name endings of those formats.
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"})
#: A longer strip would, with its short side scaled to a few hundred pixels, fill the memory.
LONGEST = 100

_ORIENTATION = 0x0112
_UPRIGHT_BY = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip


class PictureError(UserError):
    """A picture that cannot be read as it should be; the text says why, and is complete with the picture's name."""


@dataclass(frozen=True)
class Picture:
    """A picture that is decoded only when somebody looks at it."""

    name: str  #: For messages.
    #: A hash in hexadecimal digits of everything that determines the pixels: of the file's bytes, or of the recipe of
    #: a drawing. Pictures of equal content are the same picture.
    content: str
    load: Callable[[], Image.Image]  #: Returns the image, in any mode that `upright_rgb` takes.


def read(path: Path) -> Picture:
    """Return the picture in a file. The bytes are read once, now, so that hash and pixels belong together.

    Raises `PictureError` if the file cannot be read; a file that is no picture is found out by ``load``.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PictureError(f"{path}: expected a readable file; found: {error.strerror or error}") from error
    return Picture(str(path), hashlib.sha256(data).hexdigest(), lambda: decode(data, str(path)))


def decode(data: bytes, name: str) -> Image.Image:
    """Return the decoded image of a file's bytes, the first frame of an animation.

    Raises `PictureError` if the bytes are no picture of `FORMATS`, end too early, or promise more pixels than
    Pillow's limit.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            image.load()
            _orientation(image)  # once here, where the parser's warnings disturb nobody
    except UnidentifiedImageError as error:
        raise PictureError(f"{name}: expected a picture ({', '.join(FORMATS)}); found something else") from error
    except Exception as error:  # Pillow's decoders raise whatever their format's parser does
        raise PictureError(f"{name}: expected a whole picture; reading it failed: {error}") from error
    return image


def upright_rgb(image: Image.Image, name: str = "picture") -> Image.Image:
    """Return the image turned by its EXIF orientation, as RGB with 8 bits a channel; doing it twice changes nothing.

    Transparency is dropped, as CLIP's reference preprocessing does. Of 16-bit greys the high byte is kept, as
    Pillow itself does with 16-bit colours (its own conversion would turn all but the darkest grey white).

    Raises `PictureError` if the pixels are 32-bit numbers, which have no white point, or if one side is more
    than `LONGEST` times the other.
    """
    width, height = image.size
    if not 0 < max(width, height) <= LONGEST * min(width, height):
        raise PictureError(f"{name}: expected a long side of at most {LONGEST} short sides; found {width} x {height}")
    turn = _UPRIGHT_BY.get(_orientation(image))
    if turn is None:
        return _rgb(image, name)
    turned = _rgb(image, name).transpose(turn)
    turned.info = {}  # the orientation it spoke of is no longer true
    return turned


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation; 1, as stored, where there is none or, as viewers do, where it is unreadable."""
    try:
        orientation = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001  the parser raises SyntaxError, struct.error and whatever else it meets
        return 1
    return orientation if isinstance(orientation, int) else 1


def _rgb(image: Image.Image, name: str) -> Image.Image:
    if image.mode == "RGB":
        return image
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert("RGB")
    if image.mode in {"I", "F"}:
        raise PictureError(
            f"{name}: expected 8 or 16 bits a channel; found mode {image.mode!r} (32 bits), which says not "
            "which value is white. Save it with 8 bits"
        )
    # A palette may hold transparency that Pillow warns about unless it passes through RGBA; colours are the same.
    return (image.convert("RGBA") if image.mode in {"P", "PA"} else image).convert("RGB")
