"""What an animal wears, plays with, eats from, and the Zs of its sleep."""

from eep.stimuli.animals.drawing.brush import Brush, Pose
from eep.stimuli.animals.drawing.canvas import Colour
from eep.stimuli.animals.drawing.outlines import Path, smooth
from eep.stimuli.animals.drawing.paint import INK, WHITE

_RED: Colour = (228, 46, 68)
_DARK_RED: Colour = (124, 14, 36)
_SCARF: Colour = (214, 54, 62)
_CREAM: Colour = (255, 242, 222)
_HAT: Colour = (76, 116, 232)
_HAT_LINE: Colour = (34, 44, 112)
_YELLOW: Colour = (255, 220, 76)
_PINK: Colour = (255, 98, 134)
_LOOP = ((0.0, 0.0), (0.26, -0.34), (0.54, -0.3), (0.56, 0.28), (0.26, 0.3))
_COLLAR = ((-1.0, -0.2), (0.0, 0.02), (1.0, -0.2), (1.02, 0.2), (0.0, 0.42), (-1.02, 0.2))
_Z = (
    (-1.0, -1.0), (1.0, -1.0), (1.0, -0.45), (-0.1, 0.5), (1.0, 0.5),
    (1.0, 1.0), (-1.0, 1.0), (-1.0, 0.45), (0.1, -0.5), (-1.0, -0.5),
)  # fmt: skip


def dress(brush: Brush, pose: Pose) -> None:
    """Put the animal's bow, hat or scarf on it."""
    wear = {"bow": _bow, "hat": _hat, "scarf": _scarf}.get(brush.animal.accessory)
    if wear is not None:
        with brush.canvas.within_frame(pose.head):
            wear(brush, pose)


def _bow(brush: Brush, pose: Pose) -> None:
    """Draw a red bow at the side of the crown."""
    canvas = brush.canvas
    with canvas.within(pose.crown[0] + pose.aside, pose.crown[1] - 0.1, max(0.95, brush.local(0.2)), turn=14):
        for side in (-1, 1):
            canvas.fill(smooth(_LOOP) * (side, 1), _RED, _DARK_RED, 0.016)
            canvas.fill(((side * 0.1, 0.0), (side * 0.44, -0.12), (side * 0.4, 0.08)), _DARK_RED)
        canvas.oval(0, 0, 0.16, 0.18, (252, 92, 108), _DARK_RED, width=0.014)


def _hat(brush: Brush, pose: Pose) -> None:
    """Draw a pointed party hat with a bobble."""
    canvas = brush.canvas
    with canvas.within(pose.crown[0], pose.crown[1] + 0.08, max(1.0, brush.local(0.19)), turn=-5):
        canvas.fill(((-0.44, 0.0), (0.0, 0.1), (0.44, 0.0), (0.0, -1.1)), _HAT, _HAT_LINE, 0.016)
        for low, high in ((0.12, 0.32), (0.56, 0.74)):
            wide, narrow = 0.44 * (1 - low), 0.44 * (1 - high)
            band = ((-wide, -low), (wide, -low), (narrow, -high), (-narrow, -high))
            canvas.fill([(x, y * 1.1) for x, y in band], _YELLOW)
        canvas.oval(0, -1.1, 0.17, 0.17, _PINK, (150, 30, 70), width=0.012)


def _scarf(brush: Brush, pose: Pose) -> None:
    """Draw a red scarf with cream stripes, one end hanging."""
    canvas, (x, y), width = brush.canvas, pose.neck, pose.neck_width
    left, hang = x + width * 0.3, max(0.62, brush.local(0.15))
    end = ((left, y), (left + 0.42, y), (left + 0.46, y + hang), (left + 0.02, y + hang))
    canvas.fill(end, _SCARF, _DARK_RED, 0.016)
    for low, high in ((0.4, 0.58), (0.76, 0.9)):
        canvas.fill(_box(left + 0.01, y + hang * low, left + 0.44, y + hang * high), _CREAM)
    canvas.fill(smooth(_COLLAR) * (width, 0.8) + (x, y), _SCARF, _DARK_RED, 0.016)
    for u in (-0.72, -0.24, 0.24, 0.72):
        middle, sag = x + u * width, y + 0.05 - 0.16 * u * u
        canvas.fill(_box(middle - 0.06, sag - 0.06, middle + 0.1, sag + 0.3), _CREAM)


def _box(left: float, top: float, right: float, bottom: float) -> Path:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def ball(brush: Brush, x: float, y: float, radius: float = 0.15) -> None:
    """Draw a beach ball that lies on (x, y)."""
    canvas = brush.canvas
    with canvas.within(x, y - radius, radius, turn=18):
        canvas.oval(0, 0, 1, 1, (236, 62, 74), INK)
        canvas.fill(smooth(((0.0, -1.0), (0.42, 0.0), (0.0, 1.0), (-0.42, 0.0))), _YELLOW)
        canvas.fill(smooth(((0.62, -0.76), (0.98, 0.0), (0.62, 0.76), (0.72, 0.0))), (78, 150, 232))
        canvas.oval(-0.4, -0.45, 0.2, 0.16, WHITE)


def bowl(brush: Brush, x: float, y: float, half_width: float = 0.2) -> None:
    """Draw a full bowl that stands on (x, y)."""
    canvas = brush.canvas
    with canvas.within(x, y, half_width):
        canvas.oval(0, -0.62, 0.88, 0.3, (150, 96, 60), INK)
        for u, v in ((-0.42, -0.78), (0.02, -0.9), (0.42, -0.76), (-0.2, -0.66), (0.22, -0.64)):
            canvas.oval(u, v, 0.24, 0.2, (206, 136, 78), (120, 70, 40), width=0.012)
        canvas.fill(((-1.0, -0.6), (1.0, -0.6), (0.7, 0.0), (-0.7, 0.0)), (72, 146, 226), INK)
        canvas.fill(((-0.9, -0.42), (0.9, -0.42), (0.84, -0.26), (-0.84, -0.26)), WHITE)


def zs(brush: Brush, pose: Pose) -> None:
    """Draw three rising Zs over a sleeper's head; they read the right way round in a mirrored picture too."""
    canvas = brush.canvas
    x0, y0 = pose.head.place(0.8, -1.3)
    toward = -1.0 if brush.animal.flip else 1.0
    for i in range(3):
        size = 0.05 + 0.022 * i
        with canvas.within(x0 + 0.12 * i, y0 - 0.125 * i, size):
            canvas.fill([(toward * x, y) for x, y in _Z], (66, 78, 168), WHITE, 0.012)
