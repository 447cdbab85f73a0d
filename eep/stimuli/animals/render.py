"""A scene as pixels (Pillow) or as SVG, the same bytes run after run and in every process; and many animals on one page."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from eep.stimuli.animals.animal import Animal
from eep.stimuli.animals.captions import caption
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


Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_GAP = 4
_TEXT_SIZE, _LINE = 11, 13


def contact_sheet(
    animals: Sequence[Animal], columns: int = 6, size: int = 160, *, captions: bool = True
) -> Image.Image:
    """Return a page of ``animals`` in rows of ``columns``, each ``size`` pixels wide, captions below."""
    font = ImageFont.load_default(_TEXT_SIZE)
    wrapped = [_wrapped(caption(animal), font, size) if captions else [] for animal in animals]
    lines = max(map(len, wrapped), default=0)
    cell = size + _GAP, size + _GAP + lines * _LINE
    rows = -(-len(animals) // columns)
    page = Image.new("RGB", (columns * cell[0] + _GAP, rows * cell[1] + _GAP), "white")
    pen = ImageDraw.Draw(page)
    for i, (animal, text) in enumerate(zip(animals, wrapped, strict=True)):
        x, y = _GAP + i % columns * cell[0], _GAP + i // columns * cell[1]
        page.paste(draw(animal, size), (x, y))
        for number, line in enumerate(text):
            pen.text((x, y + size + 1 + number * _LINE), line, fill="black", font=font)
    return page


def save_page(page: Image.Image, out: Path) -> None:
    """Write a page into a picture file, wholly or not at all; one that was there before stays until then.

    Folders on the way to it are made.

    Raises
    ------
    OSError, ValueError
        If the file cannot be written, or its ending is that of no picture.
    """
    if out.suffix.lower() not in Image.registered_extensions():
        raise ValueError(f"the ending {out.suffix!r}" if out.suffix else "no ending")
    partial = out.with_name(f".{out.stem}.{os.getpid()}.partial{out.suffix}")
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        page.save(partial)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


def _wrapped(text: str, font: Font, width: int) -> list[str]:
    """Return the lines of a text none of which is wider than ``width`` pixels, unless a single word is."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
