"""From a picture to what an image encoder takes: scaled, cropped, normalised, channels first."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
from PIL import Image

from eep.picture import upright_rgb

FeatureArray = npt.NDArray[np.float32]
Resample = Literal["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"]
Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Preprocessing:
    """How an encoder wants its pictures; the defaults are those of CLIP ViT-B/32 (Radford et al. 2021).

    A picture is turned upright by its EXIF orientation, made RGB, scaled so that its short side has
    ``short_side`` pixels and its long side ``int(short_side * long / short)``, cropped in the middle to
    ``crop`` x ``crop`` (odd margins: the smaller half left and above), divided by ``white``, and normalised by
    ``mean`` and ``std``.

    Attributes
    ----------
    short_side, crop
        In pixels.
    resample
        Pillow's filter; all but ``"nearest"`` are antialiased when they make a picture smaller.
    white
        The 8-bit value that becomes 1.
    mean, std
        Of red, green and blue, on the scale where white is 1.
    """

    short_side: int = 224
    crop: int = 224
    resample: Resample = "bicubic"
    white: float = 255.0
    mean: Triple = (0.48145466, 0.4578275, 0.40821073)
    std: Triple = (0.26862954, 0.26130258, 0.27577711)

    def __post_init__(self) -> None:
        if not 1 <= self.crop <= self.short_side:
            raise ValueError(
                f"expected a crop from 1 to short_side = {self.short_side} pixels; found {self.crop}"
            )
        if self.resample not in get_args(Resample):
            raise ValueError(f"expected resample out of {get_args(Resample)}; found {self.resample!r}")
        if not (self.white > 0 and all(std > 0 for std in self.std)):
            raise ValueError(f"expected white and std above 0; found {self.white} and {self.std}")

    def settings(self) -> dict[str, Any]:
        """Return every parameter as a JSON value."""
        return asdict(self)

    def frame(self, image: Image.Image, name: str = "picture") -> Image.Image:
        """Return the picture as the encoder frames it: upright RGB, ``crop`` x ``crop`` pixels.

        Raises
        ------
        eep.picture.PictureError
            See `eep.picture.upright_rgb`.
        """
        image = upright_rgb(image, name)
        size = self._scaled(*image.size)
        if size != image.size:
            image = image.resize(size, Image.Resampling[self.resample.upper()])
        left, top = ((side - self.crop) // 2 for side in image.size)
        if (left, top) == (0, 0) and image.size == (self.crop, self.crop):
            return image
        return image.crop((left, top, left + self.crop, top + self.crop))

    def _scaled(self, width: int, height: int) -> tuple[int, int]:
        """Return width and height after scaling."""
        short = self.short_side
        if width <= height:
            return short, int(short * height / width)
        return int(short * width / height), short

    def write(self, image: Image.Image, out: FeatureArray) -> None:
        """Write one picture's numbers into ``out``, (3, crop, crop) float32."""
        framed = self.frame(image)
        # "RGB;L" interleaves the channels by line: rows stay together, which makes the change from pixel to
        # channel order, and with it the whole conversion, about half as long.
        lines = np.frombuffer(framed.tobytes("raw", "RGB;L"), np.uint8).reshape(self.crop, 3, self.crop)
        out[...] = lines.transpose(1, 0, 2)
        out /= np.float32(self.white)
        out -= np.asarray(self.mean, np.float32)[:, None, None]
        out /= np.asarray(self.std, np.float32)[:, None, None]

    def batch(self, images: Sequence[Image.Image]) -> FeatureArray:
        """Return pictures as an encoder takes them, (n, 3, crop, crop) float32, red first."""
        out = np.empty((len(images), 3, self.crop, self.crop), np.float32)
        for image, numbers in zip(images, out, strict=True):
            self.write(image, numbers)
        return out


#: The preprocessing CLIP ViT-B/32 was trained with.
CLIP = Preprocessing()
