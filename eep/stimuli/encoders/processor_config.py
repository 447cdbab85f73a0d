"""Preprocessing as ``preprocessor_config.json``, the file that published CLIP models have beside them."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from eep.stimuli.encoders.network import EncoderError
from eep.stimuli.encoders.preprocess import Preprocessing, Resample, Triple

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

    Raises
    ------
    EncoderError
        If the file cannot be read, or asks for what `Preprocessing` does not do; all of it is listed.
    """
    try:
        return _Config.model_validate_json(path.read_bytes()).preprocessing()
    except ValidationError as error:
        lines = [
            f"{path}: {'.'.join(map(str, e['loc']))}: {e['msg']}; found {e['input']!r:.80}"
            for e in error.errors()
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
