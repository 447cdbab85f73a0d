"""Contact sheets: many animals on one page, with their captions."""

import os
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from eep.stimuli.animals.animal import Animal
from eep.stimuli.animals.captions import caption
from eep.stimuli.animals.render import draw

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
