"""Painting a scene with Pillow: the same animal gives the same bytes, run after run and in every process."""

import numpy as np
from PIL import Image, ImageDraw

from eep.stimuli.animals.animal import Animal
from eep.stimuli.animals.drawing.scene import Scene, compose
from eep.stimuli.animals.drawing.settings import Backdrop


def draw(animal: Animal, size: int = 224, oversampling: int = 3) -> Image.Image:
    """Return the picture of ``animal``, RGB, ``size`` pixels wide and high.

    Parameters
    ----------
    oversampling
        How many times larger it is painted before it is reduced by the mean: smooth edges.
    """
    return rasterise(compose(animal), size, oversampling)


def rasterise(scene: Scene, size: int, oversampling: int = 3) -> Image.Image:
    """Return ``scene`` as an RGB image, ``size`` pixels wide and high."""
    full = size * oversampling
    image = _backdrop(scene.backdrop, full)
    solid, glaze = ImageDraw.Draw(image), ImageDraw.Draw(image, "RGBA")
    for outline, fill in scene.shapes:
        pen = solid if len(fill) == 3 else glaze
        pen.polygon((outline * (full / 100)).ravel().tolist(), fill=fill)
    return image.reduce(oversampling) if oversampling > 1 else image


def _backdrop(stops: Backdrop, size: int) -> Image.Image:
    """Return the vertical gradient through ``stops``."""
    heights = np.array([height for height, _ in stops])
    colours = np.array([colour[:3] for _, colour in stops], dtype=np.float64)
    rows = (np.arange(size) + 0.5) / size
    column = np.stack([np.interp(rows, heights, colours[:, band]) for band in range(3)], axis=1)
    pixels = np.broadcast_to(np.rint(column).astype(np.uint8)[:, None, :], (size, size, 3))
    return Image.fromarray(np.ascontiguousarray(pixels))
