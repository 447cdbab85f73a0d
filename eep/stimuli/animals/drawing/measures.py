"""Things whose size everyone knows, to show the animal's: a daisy and a mug, or a house."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from eep.stimuli.animals.animal import Animal
from eep.stimuli.animals.drawing.canvas import Canvas, Colour
from eep.stimuli.animals.drawing.paint import IVORY, WHITE

_MUG: Colour = (240, 128, 118)
_MUG_LINE: Colour = (150, 58, 62)
_WALL_LINE: Colour = (96, 70, 70)


def draw_measures(canvas: Canvas, animal: Animal, ground: float) -> None:
    """Draw what shows the animal's size on ground at height ``ground``; nothing beside a medium-sized one."""
    measure = _MEASURES.get(animal.size)
    if measure is not None:
        measure(canvas, ground, -1.0 if animal.flip else 1.0)


def _beside_tiny(canvas: Canvas, ground: float, side: float) -> None:
    """Draw a daisy and a mug that tower over the animal."""
    _mug(canvas, 50 + 42 * side, ground - 4, 19, side)
    _daisy(canvas, 50 - 37 * side, ground - 2, 62)


def _beside_small(canvas: Canvas, ground: float, side: float) -> None:
    """Draw a daisy as high as the animal and a mug half as high."""
    _mug(canvas, 50 + 40 * side, ground - 5, 9.5, side)
    _daisy(canvas, 50 - 41 * side, ground - 6, 38)


def _beside_huge(canvas: Canvas, ground: float, side: float) -> None:
    """Draw houses and trees that the animal dwarfs."""
    del ground
    for x, size in ((50 - 41 * side, 1.0), (50 - 29 * side, 0.8), (50 + 43 * side, 0.9)):
        _house(canvas, x, 65, size)
    for x in (50 + 34 * side, 50 - 48 * side):
        canvas.fill(((x - 0.6, 66), (x + 0.6, 66), (x + 0.6, 62), (x - 0.6, 62)), (122, 84, 60))
        canvas.oval(x, 60, 2.6, 3.4, (92, 156, 96), (58, 104, 72), width=0.4)


_MEASURES: Mapping[str, Callable[[Canvas, float, float], None]] = MappingProxyType(
    {"tiny": _beside_tiny, "small": _beside_small, "huge": _beside_huge}
)


def _daisy(canvas: Canvas, x: float, y: float, height: float) -> None:
    """Draw a daisy with its foot at (x, y)."""
    size = height / 40
    canvas.stroke(((x, y), (x + 1.5 * size, y - height * 0.5), (x, y - height)), 2 * size, (96, 160, 84))
    canvas.oval(x + 4 * size, y - height * 0.3, 4.4 * size, 1.6 * size, (112, 178, 92), turn=-28)
    top = y - height
    for k in range(10):
        turn = k * 36.0
        px, py = (
            x + 6.4 * size * math.cos(math.radians(turn)),
            top + 6.4 * size * math.sin(math.radians(turn)),
        )
        canvas.oval(px, py, 4.2 * size, 2.2 * size, WHITE, (196, 200, 214), turn=turn, width=0.4)
    canvas.oval(x, top, 4.2 * size, 4.2 * size, (252, 200, 66), (204, 146, 34), width=0.4)


def _mug(canvas: Canvas, x: float, y: float, half: float, side: float) -> None:
    """Draw a mug of tea standing at (x, y), ``half`` to either side, its handle away from the animal."""
    height, handle = half * 2.3, x + side * half * 1.05
    for width, colour in ((0.5, _MUG_LINE), (0.36, _MUG)):
        path = [(handle, y - height * f) for f in (0.76, 0.72, 0.35, 0.3)]
        bent = [
            path[0],
            (path[1][0] + side * half * 0.55, path[1][1]),
            (path[2][0] + side * half * 0.55, path[2][1]),
            path[3],
        ]
        canvas.stroke(bent, half * width, colour)
    canvas.fill(
        ((x - half, y - height), (x + half, y - height), (x + half * 0.92, y), (x - half * 0.92, y)),
        _MUG,
        _MUG_LINE,
        0.8,
    )
    canvas.oval(x, y - height, half, half * 0.28, IVORY, _MUG_LINE, width=0.8)
    canvas.oval(x, y - height + half * 0.05, half * 0.8, half * 0.18, (150, 96, 66))
    canvas.oval(x, y - height * 0.45, half * 0.42, half * 0.42, (255, 206, 196))


def _house(canvas: Canvas, x: float, y: float, size: float) -> None:
    """Draw a house whose ground floor is at (x, y)."""
    with canvas.within(x, y, size):
        canvas.fill(((-4.5, 0), (4.5, 0), (4.5, -7), (-4.5, -7)), (255, 246, 230), _WALL_LINE, 0.5)
        canvas.fill(((-6.2, -6.8), (6.2, -6.8), (0, -13)), (214, 84, 76), _WALL_LINE, 0.5)
        canvas.fill(((-1.3, 0), (1.3, 0), (1.3, -4), (-1.3, -4)), (140, 96, 64))
        for left in (-3.7, 2.0):
            canvas.fill(((left, -5.6), (left + 1.7, -5.6), (left + 1.7, -3.8), (left, -3.8)), (150, 200, 236))
