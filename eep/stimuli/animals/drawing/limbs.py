"""What grows on a body: legs, paws and claws, and a hedgehog's spines."""

import math
from collections.abc import Sequence

import numpy as np

from eep.stimuli.animals.drawing.brush import INK, IVORY, WHITE, Brush, Oval, mix
from eep.stimuli.animals.drawing.canvas import Colour
from eep.stimuli.animals.drawing.coat import coat_outline
from eep.stimuli.animals.drawing.outlines import Path, Points, needle, ribbon, smooth


def leg(
    brush: Brush, path: Path, width: float, colour: Colour | None = None,
    *, end_width: float | None = None, outlined: bool = True,
) -> None:  # fmt: skip
    """Draw a leg along ``path``, from the body to the foot; before the body's own colour a soft line is enough."""
    paint = brush.paint
    line = paint.line if outlined else paint.shade
    brush.stroke(path, width, colour or paint.base, line, end_width=end_width)
    if brush.animal.pattern != "plain":
        _leg_marks(brush, smooth(path, closed=False), width)


def _leg_marks(brush: Brush, course: Points, width: float) -> None:
    """Draw the pattern on a leg along ``course``: two bands, or two dots."""
    for share in (0.45, 0.72):
        i = round(share * (len(course) - 1))
        if brush.animal.pattern == "striped":
            along = (course[i + 1] - course[i - 1]) / np.hypot(*(course[i + 1] - course[i - 1])) * 0.02
            band = ribbon((course[i] - along, course[i] + along), width)
            brush.fill(band, brush.paint.mark)
        else:
            x, y = course[i]
            brush.oval(x, y, width * 0.36, width * 0.36, brush.paint.mark)


def paw(brush: Brush, oval: Oval, colour: Colour | None = None) -> None:
    """Draw a paw with toes and, if they show, claws; a fluffy or scruffy animal's is tousled."""
    paint = brush.paint
    with brush.within(oval.x, oval.y, turn=oval.turn):
        outline = coat_outline(brush, oval) if oval.rx > 0.13 else None
        if outline is None:
            brush.oval(0, 0, oval.rx, oval.ry, colour or paint.light, paint.line)
        else:
            brush.fill(outline, colour or paint.light, paint.line)
        for x in (-0.3, 0.3):
            base = (x * oval.rx, oval.ry * 0.95, x * oval.rx, oval.ry * 0.1)
            brush.fill(needle(*base, oval.rx * 0.2), paint.line)
        claws(brush, [(x * oval.rx, 0.55 * oval.ry) for x in (-0.72, -0.05, 0.62)])


def claws(brush: Brush, toes: Sequence[tuple[float, float]], lean: float = -0.03, length: float = 0.095) -> None:
    """Draw a long claw at each toe, if the animal's claws show; they curve to the left by ``lean``."""
    if not brush.animal.claws:
        return
    half, reach = brush.local(0.027), brush.local(length)
    for x, y in toes:
        tip = (x + brush.local(lean), y + reach)
        brush.fill(((x - half, y), (x + half, y), (x + half * 0.5, y + reach * 0.6), tip), IVORY, INK, 0.012)


#: How far out each row stands, in units of the oval, and how many spines it has; the outermost is drawn first.
_ROWS = ((1.0, 21), (0.78, 17), (0.54, 12), (0.28, 7))


def spines(brush: Brush, oval: Oval, start: float, end: float) -> None:
    """Cover an oval from ``start`` to ``end`` degrees (clockwise from the right) with rows of spines."""
    tip = mix(brush.paint.base, WHITE, 0.62)
    for row, (reach, count) in enumerate(_ROWS):
        for i in range(count):
            angle = start + (end - start) * (i + 0.5 * (row % 2) + 0.25) / count
            x = oval.x + math.cos(math.radians(angle)) * oval.rx * reach
            y = oval.y + math.sin(math.radians(angle)) * oval.ry * reach
            spine = _quill if brush.animal.quality == "prickly" else _petal
            spine(brush, x, y, angle, _colour(brush, row, i), tip)


def _colour(brush: Brush, row: int, i: int) -> Colour:
    """Return the colour of spine ``i`` of a row: the pattern is a matter of which spines are marked."""
    paint, pattern = brush.paint, brush.animal.pattern
    if (pattern == "striped" and i % 4 < 2) or (pattern == "spotted" and (i + row) % 4 == 0):
        return paint.mark
    return mix(paint.line, paint.base, 0.12 if brush.animal.quality == "prickly" else 0.62)


def _quill(brush: Brush, x: float, y: float, angle: float, colour: Colour, tip: Colour) -> None:
    length = brush.local(0.15)
    dx, dy = length * math.cos(math.radians(angle)), length * math.sin(math.radians(angle))
    brush.fill(needle(x, y, x + dx, y + dy, length * 0.42), colour, tip, 0.008)


def _petal(brush: Brush, x: float, y: float, angle: float, colour: Colour, tip: Colour) -> None:
    length = brush.local(0.1)
    dx, dy = length * math.cos(math.radians(angle)), length * math.sin(math.radians(angle))
    size = (length * 0.72, length * 0.46)
    brush.oval(x + 0.3 * dx, y + 0.3 * dy, *size, colour, tip, turn=angle, width=0.01)
