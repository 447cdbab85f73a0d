"""Contact sheets: many animals on one page, with their captions."""

import textwrap
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from eep.stimuli.animals.animal import Animal
from eep.stimuli.animals.captions import caption
from eep.stimuli.animals.render import draw

_GAP = 4
_TEXT_SIZE, _LINE = 11, 13


def contact_sheet(
    animals: Sequence[Animal], columns: int = 6, size: int = 160, *, captions: bool = True
) -> Image.Image:
    """Return a page of ``animals`` in rows of ``columns``, each ``size`` pixels wide, captions below."""
    said = [textwrap.wrap(caption(animal), int(size / 5.9)) if captions else [] for animal in animals]
    lines = max(map(len, said), default=0)
    cell = size + _GAP, size + _GAP + lines * _LINE
    rows = -(-len(animals) // columns)
    page = Image.new("RGB", (columns * cell[0] + _GAP, rows * cell[1] + _GAP), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(_TEXT_SIZE)
    for i, (animal, text) in enumerate(zip(animals, said, strict=True)):
        x, y = _GAP + i % columns * cell[0], _GAP + i // columns * cell[1]
        page.paste(draw(animal, size), (x, y))
        for number, line in enumerate(text):
            pen.text((x, y + size + 1 + number * _LINE), line, fill="black", font=font)
    return page
