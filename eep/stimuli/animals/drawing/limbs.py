"""Legs, feet and claws."""

from collections.abc import Sequence

import numpy as np

from eep.stimuli.animals.drawing.brush import Brush, Oval
from eep.stimuli.animals.drawing.canvas import Colour
from eep.stimuli.animals.drawing.coat import coat_outline
from eep.stimuli.animals.drawing.outlines import Path, Points, needle, ribbon, smooth
from eep.stimuli.animals.drawing.paint import INK, IVORY


def leg(
    brush: Brush, path: Path, width: float, colour: Colour | None = None,
    *, end_width: float | None = None, outlined: bool = True,
) -> None:  # fmt: skip
    """Draw a leg along ``path``, from the body to the foot; before the body's own colour a soft line is enough."""
    paint = brush.paint
    line = paint.line if outlined else paint.shade
    brush.canvas.stroke(path, width, colour or paint.base, line, end_width=end_width)
    if brush.animal.pattern != "plain":
        _marks(brush, smooth(path, closed=False), width)


def _marks(brush: Brush, course: Points, width: float) -> None:
    """Draw the pattern on a leg along ``course``: two bands, or two dots."""
    for share in (0.45, 0.72):
        i = round(share * (len(course) - 1))
        if brush.animal.pattern == "striped":
            along = (course[i + 1] - course[i - 1]) / np.hypot(*(course[i + 1] - course[i - 1])) * 0.02
            band = ribbon((course[i] - along, course[i] + along), width)
            brush.canvas.fill(band, brush.paint.mark)
        else:
            x, y = course[i]
            brush.canvas.oval(x, y, width * 0.36, width * 0.36, brush.paint.mark)


def paw(brush: Brush, oval: Oval, colour: Colour | None = None) -> None:
    """Draw a paw with toes and, if they show, claws; a fluffy or scruffy animal's is tousled."""
    paint, canvas = brush.paint, brush.canvas
    with canvas.within(oval.x, oval.y, turn=oval.turn):
        outline = coat_outline(brush, oval) if oval.rx > 0.13 else None
        if outline is None:
            canvas.oval(0, 0, oval.rx, oval.ry, colour or paint.light, paint.line)
        else:
            canvas.fill(outline, colour or paint.light, paint.line)
        for x in (-0.3, 0.3):
            base = (x * oval.rx, oval.ry * 0.95, x * oval.rx, oval.ry * 0.1)
            canvas.fill(needle(*base, oval.rx * 0.2), paint.line)
        claws(brush, [(x * oval.rx, 0.55 * oval.ry) for x in (-0.72, -0.05, 0.62)])


def claws(
    brush: Brush, toes: Sequence[tuple[float, float]], lean: float = -0.03, length: float = 0.095
) -> None:
    """Draw a long claw at each toe, if the animal's claws show; they curve to the left by ``lean``."""
    if not brush.animal.claws:
        return
    half, reach = brush.local(0.027), brush.local(length)
    for x, y in toes:
        tip = (x + brush.local(lean), y + reach)
        brush.canvas.fill(
            ((x - half, y), (x + half, y), (x + half * 0.5, y + reach * 0.6), tip), IVORY, INK, 0.012
        )
