"""What an animal wears, plays with and eats from, the Zs of its sleep, and things that show its size: a daisy, a mug, a house."""

import math
from collections.abc import Callable, Mapping

from eep.stimuli.animals.animal import Animal
from eep.stimuli.animals.drawing.brush import INK, IVORY, WHITE, Brush, Pose
from eep.stimuli.animals.drawing.canvas import Canvas, Colour
from eep.stimuli.animals.drawing.outlines import smooth

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
        with brush.within_frame(pose.head):
            wear(brush, pose)


def _bow(brush: Brush, pose: Pose) -> None:
    with brush.within(pose.crown[0] + pose.aside, pose.crown[1] - 0.1, max(0.95, brush.local(0.2)), turn=14):
        for side in (-1, 1):
            brush.fill(smooth(_LOOP) * (side, 1), _RED, _DARK_RED, 0.016)
            brush.fill(((side * 0.1, 0.0), (side * 0.44, -0.12), (side * 0.4, 0.08)), _DARK_RED)
        brush.oval(0, 0, 0.16, 0.18, (252, 92, 108), _DARK_RED, width=0.014)


def _hat(brush: Brush, pose: Pose) -> None:
    with brush.within(pose.crown[0], pose.crown[1] + 0.08, max(1.0, brush.local(0.19)), turn=-5):
        brush.fill(((-0.44, 0.0), (0.0, 0.1), (0.44, 0.0), (0.0, -1.1)), _HAT, _HAT_LINE, 0.016)
        for low, high in ((0.12, 0.32), (0.56, 0.74)):
            wide, narrow = 0.44 * (1 - low), 0.44 * (1 - high)
            band = ((-wide, -low), (wide, -low), (narrow, -high), (-narrow, -high))
            brush.fill([(x, y * 1.1) for x, y in band], _YELLOW)
        brush.oval(0, -1.1, 0.17, 0.17, _PINK, (150, 30, 70), width=0.012)


def _scarf(brush: Brush, pose: Pose) -> None:
    (x, y), width = pose.neck, pose.neck_width
    left, hang = x + width * 0.3, max(0.62, brush.local(0.15))
    end = ((left, y), (left + 0.42, y), (left + 0.46, y + hang), (left + 0.02, y + hang))
    brush.fill(end, _SCARF, _DARK_RED, 0.016)
    for low, high in ((0.4, 0.58), (0.76, 0.9)):
        brush.box(left + 0.01, y + hang * low, left + 0.44, y + hang * high, _CREAM)
    brush.fill(smooth(_COLLAR) * (width, 0.8) + (x, y), _SCARF, _DARK_RED, 0.016)
    for u in (-0.72, -0.24, 0.24, 0.72):
        middle, sag = x + u * width, y + 0.05 - 0.16 * u * u
        brush.box(middle - 0.06, sag - 0.06, middle + 0.1, sag + 0.3, _CREAM)


def ball(brush: Brush, x: float, y: float, radius: float = 0.15) -> None:
    """Draw a beach ball that lies on (x, y)."""
    with brush.within(x, y - radius, radius, turn=18):
        brush.oval(0, 0, 1, 1, (236, 62, 74), INK)
        brush.fill(smooth(((0.0, -1.0), (0.42, 0.0), (0.0, 1.0), (-0.42, 0.0))), _YELLOW)
        brush.fill(smooth(((0.62, -0.76), (0.98, 0.0), (0.62, 0.76), (0.72, 0.0))), (78, 150, 232))
        brush.oval(-0.4, -0.45, 0.2, 0.16, WHITE)


def bowl(brush: Brush, x: float, y: float, half_width: float = 0.2) -> None:
    """Draw a full bowl that stands on (x, y)."""
    with brush.within(x, y, half_width):
        brush.oval(0, -0.62, 0.88, 0.3, (150, 96, 60), INK)
        for u, v in ((-0.42, -0.78), (0.02, -0.9), (0.42, -0.76), (-0.2, -0.66), (0.22, -0.64)):
            brush.oval(u, v, 0.24, 0.2, (206, 136, 78), (120, 70, 40), width=0.012)
        brush.fill(((-1.0, -0.6), (1.0, -0.6), (0.7, 0.0), (-0.7, 0.0)), (72, 146, 226), INK)
        brush.fill(((-0.9, -0.42), (0.9, -0.42), (0.84, -0.26), (-0.84, -0.26)), WHITE)


def zs(brush: Brush, pose: Pose) -> None:
    """Draw three rising Zs over a sleeper's head; they read the right way round in a mirrored picture too."""
    x0, y0 = pose.head.place(0.8, -1.3)
    toward = -1.0 if brush.animal.flip else 1.0
    for i in range(3):
        size = 0.05 + 0.022 * i
        with brush.within(x0 + 0.12 * i, y0 - 0.125 * i, size):
            brush.fill([(toward * x, y) for x, y in _Z], (66, 78, 168), WHITE, 0.012)


_MUG: Colour = (240, 128, 118)
_MUG_LINE: Colour = (150, 58, 62)
_WALL_LINE: Colour = (96, 70, 70)


def draw_measures(canvas: Canvas, animal: Animal, ground: float) -> None:
    """Draw what shows the animal's size on ground at height ``ground``; nothing beside a medium-sized one."""
    measure = _MEASURES.get(animal.size)
    if measure is not None:
        measure(canvas, ground, -1.0 if animal.flip else 1.0)


def _beside_tiny(canvas: Canvas, ground: float, side: float) -> None:
    _mug(canvas, 50 + 42 * side, ground - 4, 19, side)
    _daisy(canvas, 50 - 37 * side, ground - 2, 62)


def _beside_small(canvas: Canvas, ground: float, side: float) -> None:
    _mug(canvas, 50 + 40 * side, ground - 5, 9.5, side)
    _daisy(canvas, 50 - 41 * side, ground - 6, 38)


def _beside_huge(canvas: Canvas, ground: float, side: float) -> None:
    del ground
    for x, size in ((50 - 41 * side, 1.0), (50 - 29 * side, 0.8), (50 + 43 * side, 0.9)):
        _house(canvas, x, 65, size)
    for x in (50 + 34 * side, 50 - 48 * side):
        canvas.box(x - 0.6, 66, x + 0.6, 62, (122, 84, 60))
        canvas.oval(x, 60, 2.6, 3.4, (92, 156, 96), (58, 104, 72), width=0.4)


_MEASURES: Mapping[str, Callable[[Canvas, float, float], None]] = {
    "tiny": _beside_tiny,
    "small": _beside_small,
    "huge": _beside_huge,
}


def _daisy(canvas: Canvas, x: float, y: float, height: float) -> None:
    size = height / 40
    canvas.stroke(((x, y), (x + 1.5 * size, y - height * 0.5), (x, y - height)), 2 * size, (96, 160, 84))
    canvas.oval(x + 4 * size, y - height * 0.3, 4.4 * size, 1.6 * size, (112, 178, 92), turn=-28)
    top = y - height
    for k in range(10):
        turn = k * 36.0
        right, down = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        px, py = x + 6.4 * size * right, top + 6.4 * size * down
        canvas.oval(px, py, 4.2 * size, 2.2 * size, WHITE, (196, 200, 214), turn=turn, width=0.4)
    canvas.oval(x, top, 4.2 * size, 4.2 * size, (252, 200, 66), (204, 146, 34), width=0.4)


def _mug(canvas: Canvas, x: float, y: float, half: float, side: float) -> None:
    height, handle = half * 2.3, x + side * half * 1.05
    for width, colour in ((0.5, _MUG_LINE), (0.36, _MUG)):
        away = handle + side * half * 0.55
        bent = [(u, y - height * f) for u, f in ((handle, 0.76), (away, 0.72), (away, 0.35), (handle, 0.3))]
        canvas.stroke(bent, half * width, colour)
    shape = ((x - half, y - height), (x + half, y - height), (x + half * 0.92, y), (x - half * 0.92, y))
    canvas.fill(shape, _MUG, _MUG_LINE, 0.8)
    canvas.oval(x, y - height, half, half * 0.28, IVORY, _MUG_LINE, width=0.8)
    canvas.oval(x, y - height + half * 0.05, half * 0.8, half * 0.18, (150, 96, 66))
    canvas.oval(x, y - height * 0.45, half * 0.42, half * 0.42, (255, 206, 196))


def _house(canvas: Canvas, x: float, y: float, size: float) -> None:
    with canvas.within(x, y, size):
        canvas.box(-4.5, 0, 4.5, -7, (255, 246, 230), _WALL_LINE, 0.5)
        canvas.fill(((-6.2, -6.8), (6.2, -6.8), (0, -13)), (214, 84, 76), _WALL_LINE, 0.5)
        canvas.box(-1.3, 0, 1.3, -4, (140, 96, 64))
        for left in (-3.7, 2.0):
            canvas.box(left, -5.6, left + 1.7, -3.8, (150, 200, 236))
