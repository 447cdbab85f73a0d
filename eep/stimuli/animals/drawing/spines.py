"""A hedgehog's spines: soft rounded petals, or long sharp quills."""

import math

from eep.stimuli.animals.drawing.brush import Brush, Oval
from eep.stimuli.animals.drawing.canvas import Colour
from eep.stimuli.animals.drawing.outlines import needle
from eep.stimuli.animals.drawing.paint import WHITE, mix

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
    """Draw a quill that points along ``angle``, with a pale edge."""
    length = brush.local(0.15)
    dx, dy = length * math.cos(math.radians(angle)), length * math.sin(math.radians(angle))
    brush.canvas.fill(needle(x, y, x + dx, y + dy, length * 0.42), colour, tip, 0.008)


def _petal(brush: Brush, x: float, y: float, angle: float, colour: Colour, tip: Colour) -> None:
    """Draw a soft spine that lies along ``angle``, with a pale edge."""
    length = brush.local(0.1)
    dx, dy = length * math.cos(math.radians(angle)), length * math.sin(math.radians(angle))
    size = (length * 0.72, length * 0.46)
    brush.canvas.oval(x + 0.3 * dx, y + 0.3 * dy, *size, colour, tip, turn=angle, width=0.01)
