"""From a picture to what an image encoder takes: scaled, cropped, normalised, channels first."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
from PIL import Image

from eep.stimuli.picture import upright_rgb

FeatureArray = npt.NDArray[np.float32]
Resample = Literal["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"]
Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Preprocessing:
    """How an encoder wants its pictures; the defaults are those of CLIP ViT-B/32 (Radford et al. 2021).

    A picture is turned upright by its EXIF orientation, made RGB, scaled so that its short side has
    ``short_side`` pixels and its long side ``int(short_side * long / short)``, cropped in the middle to
    ``crop`` x ``crop`` (odd margins: the smaller half left and above), divided by ``white``, and normalised by
    ``mean`` and ``std``. The last three steps are one multiplication and one addition; the numbers are those of
    the separate steps to 5e-7.
    """

    #: In pixels.
    short_side: int = 224
    crop: int = 224
    #: Pillow's filter; all but ``"nearest"`` are antialiased when they make a picture smaller.
    resample: Resample = "bicubic"
    white: float = 255.0  #: The 8-bit value that becomes 1.
    #: Of red, green and blue, on the scale where white is 1.
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
        eep.stimuli.picture.PictureError
            See `eep.stimuli.picture.upright_rgb`.
        """
        image = upright_rgb(image, name)
        size = self._scaled(*image.size)
        if size != image.size:
            image = image.resize(size, Image.Resampling[self.resample.upper()])
        crop = self.crop
        if size == (crop, crop):
            return image
        left, top = (size[0] - crop) // 2, (size[1] - crop) // 2
        return image.crop((left, top, left + crop, top + crop))

    def _scaled(self, width: int, height: int) -> tuple[int, int]:
        """Return width and height after scaling."""
        short = self.short_side
        if width <= height:
            return short, int(short * height / width)
        return int(short * width / height), short

    @cached_property
    def _line(self) -> tuple[FeatureArray, FeatureArray]:
        """What each channel's value is multiplied by, and what is then added."""
        mean, std = np.array([self.mean, self.std])[:, :, None, None]
        return (1 / (self.white * std)).astype(np.float32), (-mean / std).astype(np.float32)

    def batch(self, images: Sequence[Image.Image], out: FeatureArray | None = None) -> FeatureArray:
        """Return pictures as an encoder takes them, (n, 3, crop, crop) float32, red first.

        They are written into ``out`` if it is given.
        """
        if out is None:
            out = np.empty((len(images), 3, self.crop, self.crop), np.float32)
        for image, numbers in zip(images, out, strict=True):
            self._write(
                self.frame(image), out[-1], numbers
            )  # the last picture's place is free until its turn
        return out

    def _write(self, framed: Image.Image, scratch: FeatureArray, out: FeatureArray) -> None:
        """Write the numbers of one framed picture into ``out``.

        Half the time is saved by having Pillow part the channels line by line ("RGB;L"), which keeps rows together
        while pixel order becomes channel order, and by doing the steps in one place that stays in the processor's
        cache.
        """
        lines = np.frombuffer(framed.tobytes("raw", "RGB;L"), np.uint8).reshape(self.crop, 3, self.crop)
        factor, shift = self._line
        scratch[...] = lines.transpose(1, 0, 2)
        np.multiply(scratch, factor, out=scratch)
        np.add(scratch, shift, out=out)


#: The preprocessing CLIP ViT-B/32 was trained with.
CLIP = Preprocessing()
