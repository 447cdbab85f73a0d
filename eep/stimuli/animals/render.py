"""A scene as pixels (Pillow) or as SVG: the same animal gives the same bytes, run after run and in every process."""

import numpy as np
from PIL import Image, ImageDraw

from eep.stimuli.animals.animal import Animal
from eep.stimuli.animals.drawing.backdrops import Backdrop
from eep.stimuli.animals.drawing.canvas import Colour, Shape
from eep.stimuli.animals.drawing.scene import Scene, compose


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
    heights = np.array([height for height, _ in stops])
    colours = np.array([colour[:3] for _, colour in stops], dtype=np.float64)
    rows = (np.arange(size) + 0.5) / size
    column = np.stack([np.interp(rows, heights, colours[:, band]) for band in range(3)], axis=1)
    pixels = np.broadcast_to(np.rint(column).astype(np.uint8)[:, None, :], (size, size, 3))
    return Image.fromarray(np.ascontiguousarray(pixels))


def svg(animal: Animal, size: int = 224) -> str:
    """Return the picture of ``animal`` as an SVG document, ``size`` pixels wide and high."""
    return to_svg(compose(animal), size)


def to_svg(scene: Scene, size: int = 224) -> str:
    """Return ``scene`` as an SVG document."""
    shapes = "".join(map(_path, scene.shapes))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 100 100">'
        f'<defs><linearGradient id="backdrop" x1="0" y1="0" x2="0" y2="1">{_stops(scene.backdrop)}'
        f'</linearGradient></defs><rect width="100" height="100" fill="url(#backdrop)"/>{shapes}</svg>'
    )


def _stops(backdrop: Backdrop) -> str:
    return "".join(f'<stop offset="{at:.3f}" stop-color="{_hex(colour)}"/>' for at, colour in backdrop)


def _path(shape: Shape) -> str:
    points = "L".join(f"{x:.2f} {y:.2f}" for x, y in shape.outline.tolist())
    opacity = f' fill-opacity="{shape.fill[3] / 255:.2f}"' if len(shape.fill) == 4 else ""
    return f'<path d="M{points}Z" fill="{_hex(shape.fill)}"{opacity}/>'


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{band:02x}" for band in colour[:3])
