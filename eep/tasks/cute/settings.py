"""Settings of the cute-animals task, as an experiment file gives them."""

from typing import Literal

from pydantic import Field

from eep.tasks.base import TaskSettings


class CuteSettings(TaskSettings):
    """Which pictures are judged, and through which encoder the student sees them."""

    students: tuple[str, ...] = Field(
        default=("logistic", "xgboost"),
        min_length=1,
        description="Student kinds. The first is the confirmatory one; the others are reported as exploratory.",
    )
    stimuli: str = Field(
        default="drawn-animals-1",
        min_length=1,
        description=(
            "Which pictures: drawn-animals-1 (a fixed set of 1,000 drawn animals), first-matrix (the 360 drawn "
            "animals of that recording), or the path of photographs with captions: an image folder, COCO data, or a "
            "table of captions."
        ),
    )
    number: int | None = Field(
        default=None, ge=2, description="Judge only so many, the first ones; all if not given."
    )
    captions: Literal["one", "all"] = Field(
        default="one",
        description=(
            "Where a photograph has several captions, let the teacher read one of them, chosen by caption_seed, or "
            "each of them."
        ),
    )
    caption_seed: int = Field(
        default=0, ge=0, le=2**31 - 1, description="Chooses the caption where a photograph has several."
    )
    encoder: str = Field(
        default="mini-clip",
        min_length=1,
        description=(
            "What the student sees through: mini-clip (comes with eep), clip-vit-b32 (downloaded beforehand), or the "
            "path of a folder with an ONNX image encoder."
        ),
    )
    test_share: float = Field(
        default=1 / 3, gt=0, lt=1, description="Share of the pictures that is held out, drawn by the seed."
    )
