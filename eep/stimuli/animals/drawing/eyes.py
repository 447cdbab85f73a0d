"""Eyes. The three levels differ in kind as well as in size: a bead, a white with an iris, a large glossy globe."""

from collections.abc import Mapping
from dataclasses import dataclass

from eep.stimuli.animals.drawing.brush import BLUSH, INK, IVORY, WHITE, Brush, mix
from eep.stimuli.animals.drawing.canvas import Colour
from eep.stimuli.animals.drawing.outlines import crescent

#: Radius in units of the head's radius.
RADIUS: Mapping[str, float] = {"small": 0.115, "medium": 0.22, "big": 0.36}
#: Height in a face seen from the front, by the size of the head: a high forehead moves the eyes down.
HEIGHT: Mapping[str, float] = {"small": -0.24, "normal": -0.1, "big": 0.12}


@dataclass(frozen=True)
class Gaze:
    """How a species looks: its iris, slit pupils or round, and how large its eyes are beside others'."""

    iris: Colour
    slit: bool = False
    scale: float = 1.0


def pair_of_eyes(brush: Brush, gaze: Gaze, gap: float, y: float, x: float = 0.0) -> float:
    """Draw two eyes at ``gap`` to either side of (x, y) in the head's frame; returns their radius."""
    radius = RADIUS[brush.animal.eyes] * gaze.scale
    for side in (-1, 1):
        eye(brush, gaze, x + side * gap, y, radius, side)
    return radius


def eye(brush: Brush, gaze: Gaze, x: float, y: float, radius: float, side: int) -> None:
    """Draw one eye; ``side`` is -1 left of the nose and 1 right of it."""
    if brush.animal.asleep:
        _closed(brush, x, y)
        return
    {"small": _bead, "medium": _bright, "big": _globe}[brush.animal.eyes](brush, gaze, x, y, radius)
    if brush.animal.mouth == "teeth":
        _frown(brush, x, y - radius, max(radius, 0.2), side)


def _closed(brush: Brush, x: float, y: float) -> None:
    """Draw a shut lid with lashes, the same whatever the size of the eye."""
    width = max(0.3, brush.local(0.055))
    lid = WHITE if brush.paint.dark else INK
    brush.stamp(crescent(0.45), x, y, width, width * 0.62, lid)


def _bead(brush: Brush, gaze: Gaze, x: float, y: float, radius: float) -> None:
    radius = max(radius, brush.local(0.024))
    white = gaze.iris if gaze.slit else IVORY
    brush.oval(x, y, radius * 1.45, radius * 0.95, white, INK, width=0.012)
    brush.oval(x, y, radius * (0.45 if gaze.slit else 0.8), radius * 0.85, INK)


def _bright(brush: Brush, gaze: Gaze, x: float, y: float, radius: float) -> None:
    """Draw an eye with a white, or for slit pupils an iris all over."""
    brush.oval(x, y, radius, radius * 1.08, gaze.iris if gaze.slit else WHITE, INK, width=0.015)
    if not gaze.slit:
        brush.oval(x - 0.08 * radius, y + 0.08 * radius, radius * 0.66, radius * 0.72, gaze.iris)
    wide, high = (0.26, 0.85) if gaze.slit else (0.42, 0.46)
    brush.oval(x - 0.08 * radius, y + 0.08 * radius, radius * wide, radius * high, INK)
    brush.oval(x - 0.3 * radius, y - 0.3 * radius, radius * 0.22, radius * 0.22, WHITE)


def _globe(brush: Brush, gaze: Gaze, x: float, y: float, radius: float) -> None:
    brush.oval(x, y, radius, radius * 1.06, WHITE, INK, width=0.02)
    brush.oval(x, y + 0.04 * radius, radius * 0.9, radius * 0.95, gaze.iris)
    brush.oval(x, y + 0.0 * radius, radius * 0.68, radius * 0.7, INK)
    shine = mix(gaze.iris, WHITE, 0.35)
    brush.stamp(crescent(0.45), x, y + 0.25 * radius, radius * 0.62, radius * 0.6, shine)
    brush.oval(x - 0.28 * radius, y - 0.34 * radius, radius * 0.34, radius * 0.34, WHITE)
    brush.oval(x + 0.32 * radius, y + 0.16 * radius, radius * 0.15, radius * 0.15, WHITE)


def _frown(brush: Brush, x: float, top: float, width: float, side: int) -> None:
    """Draw an angry brow over an eye, low towards the nose."""
    brow = ((x - side * width * 1.15, top + width * 0.35), (x + side * width * 1.1, top - width * 0.5))
    light = brush.paint.dark
    brush.stroke(brow, brush.local(0.048), brush.paint.mark if light else INK, bend=False)


def blush(brush: Brush, x: float, y: float, radius: float = 0.17) -> None:
    """Give a baby a rosy cheek at (x, y)."""
    if brush.animal.baby:
        brush.oval(x, y, radius, radius * 0.64, BLUSH)
