"""From a picture to what an image encoder takes: scaled, cropped, normalised, channels first.

The same as ``preprocessor_config.json``, the file that published CLIP models have beside them.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

import numpy as np
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from eep.core.arrays import FeatureArray
from eep.stimuli.encoders.network import EncoderError
from eep.stimuli.picture import upright_rgb

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
            raise ValueError(f"expected a crop from 1 to short_side = {self.short_side} pixels; found {self.crop}")
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
            self._write(self.frame(image), out[-1], numbers)  # the last picture's place is free until its turn
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


#: Pillow's numbers for its filters are the places in this list.
_FILTERS: tuple[Resample, ...] = ("nearest", "lanczos", "bilinear", "bicubic", "box", "hamming")
_Pixels = Annotated[int, Field(ge=1, strict=True)]
_Done = Literal[True]


class _ShortSide(BaseModel):
    """Scaling that keeps the proportions; a fixed height and width would squash the picture."""

    model_config = ConfigDict(extra="forbid")
    shortest_edge: _Pixels


class _Square(BaseModel):
    """The size of the crop."""

    height: _Pixels
    width: _Pixels

    @model_validator(mode="after")
    def _is_square(self) -> Self:
        if self.height != self.width:
            raise ValueError(f"expected a square crop; found {self.width} x {self.height}")
        return self


class _Config(BaseModel):
    """What is read of the file. The steps named ``do_...`` are always done, so each must be asked for."""

    do_convert_rgb: _Done = True
    do_resize: _Done = True
    do_center_crop: _Done = True
    do_rescale: _Done = True
    do_normalize: _Done = True
    size: _Pixels | _ShortSide
    crop_size: _Pixels | _Square
    resample: Annotated[int, Field(ge=0, lt=len(_FILTERS))] = 3
    rescale_factor: Annotated[float, Field(gt=0)] = 1 / 255
    image_mean: Triple
    image_std: Triple

    def preprocessing(self) -> Preprocessing:
        """Return the same as `Preprocessing`."""
        white = 1 / self.rescale_factor
        whole = round(white)
        return Preprocessing(
            short_side=self.size if isinstance(self.size, int) else self.size.shortest_edge,
            crop=self.crop_size if isinstance(self.crop_size, int) else self.crop_size.height,
            resample=_FILTERS[self.resample],
            white=whole if abs(white - whole) < 1e-9 * white else white,  # 1 / 255 is not a float
            mean=self.image_mean,
            std=self.image_std,
        )


def read_config(path: Path) -> Preprocessing:
    """Read a ``preprocessor_config.json``.

    Raises `EncoderError` if the file cannot be read, or asks for what `Preprocessing` does not do; all of it is
    listed.
    """
    try:
        return _Config.model_validate_json(path.read_bytes()).preprocessing()
    except ValidationError as error:
        lines = [
            f"{path}: {'.'.join(map(str, e['loc']))}: {e['msg']}; found {e['input']!r:.80}" for e in error.errors()
        ]
        raise EncoderError("\n".join(lines)) from error
    except (OSError, ValueError) as error:
        raise EncoderError(f"{path}: expected the preprocessing of a model; found: {error}") from error


def config(preprocessing: Preprocessing) -> dict[str, Any]:
    """Return the content of a ``preprocessor_config.json``, which `read_config` reads back as it was."""
    content = _Config(
        size=_ShortSide(shortest_edge=preprocessing.short_side),
        crop_size=_Square(height=preprocessing.crop, width=preprocessing.crop),
        resample=_FILTERS.index(preprocessing.resample),
        rescale_factor=1 / preprocessing.white,
        image_mean=preprocessing.mean,
        image_std=preprocessing.std,
    )
    return content.model_dump(mode="json")
