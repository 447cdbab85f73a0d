"""Where an animal is: eight places, kept pale and quiet so that the animal stands out.

Coordinates are hundredths of the picture, (0, 0) at the top left. Each function draws its place on the canvas
and returns the backdrop: colours from the top to the bottom edge.
"""

import math
from collections.abc import Callable, Mapping

import numpy as np

from eep.stimuli.animals.animal import Animal
from eep.stimuli.animals.drawing.brush import WHITE, mix
from eep.stimuli.animals.drawing.canvas import Canvas, Colour
from eep.stimuli.animals.drawing.outlines import crescent, star

#: (height in 0-1, colour) from top to bottom; between two stops colours blend, at equal heights they break off.
Backdrop = tuple[tuple[float, Colour], ...]
HORIZON = 62.0


def draw_setting(canvas: Canvas, animal: Animal, rng: np.random.Generator) -> Backdrop:
    """Draw the animal's setting and return its backdrop; fish are under water, others in the water's place beside a pond."""
    if animal.kind.family == "fish":
        return _under_water(canvas, rng)
    return _SETTINGS[animal.setting](canvas, rng)


def _land(top: Colour, low: Colour, ground: Colour) -> Backdrop:
    """Return a sky over a ground that darkens towards us."""
    return ((0.0, top), (HORIZON / 100, low), (HORIZON / 100, ground), (1.0, mix(ground, (60, 50, 60), 0.14)))


def _scatter(
    rng: np.random.Generator, count: int, left: float, top: float, right: float, bottom: float
) -> list[list[float]]:
    """Return ``count`` random places in a rectangle, from the farthest to the nearest."""
    places = rng.uniform((left, top), (right, bottom), (count, 2))
    return list(places[np.argsort(places[:, 1])].tolist())


def _sun(canvas: Canvas, x: float) -> None:
    canvas.oval(x, 15, 11.5, 11.5, (255, 244, 190))
    canvas.oval(x, 15, 8.5, 8.5, (255, 226, 112))


def _cloud(canvas: Canvas, x: float, y: float) -> None:
    for dx, dy, r in ((-7, 1, 4.6), (0, -1.5, 6.2), (7, 1, 4.8)):
        canvas.oval(x + dx, y + dy, r, r * 0.8, WHITE)
    canvas.oval(x, y + 3, 11, 2.6, WHITE)


def _meadow(canvas: Canvas, rng: np.random.Generator) -> Backdrop:
    side = rng.random() < 0.5
    _sun(canvas, 84 if side else 16)
    for x, y in _scatter(rng, 2, 10, 9, 90, 26):
        _cloud(canvas, x, y)
    canvas.oval(18, 66, 46, 11, (172, 218, 134))
    canvas.oval(86, 67, 42, 10, (158, 208, 122))
    petals: tuple[Colour, ...] = ((255, 132, 164), (255, 226, 96), WHITE, (196, 144, 236))
    for i, (x, y) in enumerate(_scatter(rng, 15, 1, 65, 99, 98)):
        size = 0.7 + (y - 62) / 45
        for k in range(5):
            turn = k * 1.257
            canvas.oval(
                x + 1.5 * size * math.cos(turn),
                y + 1.5 * size * math.sin(turn),
                size * 1.15,
                size * 1.15,
                petals[i % 4],
            )
        canvas.oval(x, y, size * 0.95, size * 0.95, (250, 184, 46))
    return _land((176, 222, 250), (230, 246, 252), (160, 214, 120))


def _forest(canvas: Canvas, rng: np.random.Generator) -> Backdrop:
    for i, dx in enumerate(rng.uniform(-4, 4, 7).tolist()):
        x, height = i * 16 + dx + 2, 8.0 + (i % 3) * 2
        green = mix((64, 128, 82), (98, 158, 92), (i * 0.37) % 1)
        canvas.box(x - 2, 66, x + 2, 52, (122, 88, 62))
        for k in range(3):
            y, half = 58 - k * height * 1.15, 12.5 - 2.8 * k
            canvas.fill(((x - half, y), (x + half, y), (x, y - height * 2)), mix(green, WHITE, 0.07 * k))
    for x, y in _scatter(rng, 6, 2, 68, 98, 97):
        canvas.fill(((x - 1.1, y), (x + 1.1, y), (x + 0.8, y - 4), (x - 0.8, y - 4)), (246, 238, 222))
        canvas.oval(x, y - 4, 3.4, 2.4, (214, 66, 60))
        canvas.oval(x - 1, y - 4.8, 0.8, 0.7, WHITE)
    return _land((168, 210, 178), (214, 234, 200), (122, 160, 96))


def _snow(canvas: Canvas, rng: np.random.Generator) -> Backdrop:
    canvas.oval(20, 68, 40, 12, (226, 238, 252))
    canvas.oval(84, 69, 42, 11, (214, 230, 248))
    for x in (8.0, 92.0):
        for k in range(3):
            shape = ((x - 8 + 2 * k, 60 - 8 * k), (x + 8 - 2 * k, 60 - 8 * k), (x, 46 - 8 * k))
            canvas.fill(shape, mix((120, 160, 160), WHITE, 0.1 + 0.25 * k))
    for x, y in _scatter(rng, 34, 0, 0, 100, 98):
        canvas.oval(x, y, 1.15, 1.15, WHITE)
    return _land((170, 194, 228), (214, 228, 246), (240, 246, 255))


def _beach(canvas: Canvas, rng: np.random.Generator) -> Backdrop:
    _sun(canvas, float(rng.uniform(12, 88)))
    canvas.box(0, 45, 100, 62, (96, 184, 222))
    for x, y in _scatter(rng, 6, 4, 48, 96, 57):
        canvas.oval(x, y, 5, 0.7, (176, 226, 244))
    canvas.oval(25, 62.5, 32, 2, WHITE)
    canvas.oval(80, 62.5, 30, 2, WHITE)
    for i, (x, y) in enumerate(_scatter(rng, 6, 3, 69, 97, 97)):
        if i % 2:
            canvas.stamp(star(5, 0.45), x, y, 3.2, 3.2, (244, 138, 108))
        else:
            canvas.oval(x, y, 2.2, 1.7, (255, 214, 206), (206, 140, 132), width=0.4)
    return _land((146, 212, 244), (212, 242, 250), (248, 228, 178))


def _room(canvas: Canvas, rng: np.random.Generator) -> Backdrop:
    for x in range(3, 100, 12):
        canvas.box(x, 0, x + 4, 62, (250, 222, 204))
    left = 8.0 if rng.random() < 0.5 else 68.0
    canvas.box(left, 9, left + 24, 38, (186, 224, 250), (166, 120, 86), 1.8)
    canvas.box(left + 11.4, 9, left + 12.6, 38, (166, 120, 86))
    canvas.box(left, 23, left + 24, 24.2, (166, 120, 86))
    frame = 80.0 if left < 50 else 20.0
    canvas.box(frame - 8, 14, frame + 8, 30, (255, 250, 236), (196, 150, 92), 1.6)
    canvas.oval(frame, 24, 3.4, 3.4, (244, 140, 150))
    canvas.box(0, 59.5, 100, 62.5, (176, 130, 96))
    canvas.oval(50, 87, 47, 11, (222, 120, 124))
    canvas.oval(50, 87, 39, 8.4, (240, 172, 164))
    return _land((253, 234, 216), (253, 240, 224), (216, 172, 132))


def _night(canvas: Canvas, rng: np.random.Generator) -> Backdrop:
    x = 80.0 if rng.random() < 0.5 else 20.0
    canvas.oval(x, 18, 13, 13, (86, 90, 158))
    canvas.stamp(crescent(0.72), x, 18, 10, 10, (252, 246, 206), turn=50)
    for i, (sx, sy) in enumerate(_scatter(rng, 24, 1, 1, 99, 54)):
        if i % 4:
            canvas.oval(sx, sy, 0.7, 0.7, (255, 250, 224))
        else:
            canvas.stamp(star(4, 0.28), sx, sy, 1.9, 1.9, (255, 250, 224))
    for i, dx in enumerate(rng.uniform(-4, 4, 6).tolist()):
        canvas.oval(i * 20 + dx, 65, 14, 8, (46, 66, 92))
    return _land((38, 42, 98), (92, 94, 160), (74, 98, 108))


def _desert(canvas: Canvas, rng: np.random.Generator) -> Backdrop:
    _sun(canvas, 80 if rng.random() < 0.5 else 20)
    canvas.oval(20, 70, 44, 14, (236, 186, 122))
    canvas.oval(88, 71, 42, 13, (228, 174, 110))
    for x, height in ((9.0, 30.0), (91.0, 25.0)):
        green: Colour = (104, 164, 108)
        canvas.stroke(((x, 68), (x, 68 - height)), 5, green, bend=False)
        canvas.stroke(((x, 56), (x - 7, 55), (x - 7, 47)), 3.4, green)
        canvas.stroke(((x, 53), (x + 7, 52), (x + 7, 42)), 3.4, green)
    for x, y in _scatter(rng, 6, 2, 72, 98, 97):
        canvas.oval(x, y, 2.6, 1.3, (204, 146, 92))
    return _land((252, 222, 168), (255, 240, 208), (240, 196, 132))


def _pond(canvas: Canvas, rng: np.random.Generator) -> Backdrop:
    for x, y in _scatter(rng, 2, 10, 9, 90, 24):
        _cloud(canvas, x, y)
    canvas.oval(50, 70, 62, 10.5, (128, 178, 112))
    canvas.oval(50, 71, 59, 9, (112, 190, 230))
    for x, y in _scatter(rng, 6, 6, 65, 94, 76):
        canvas.oval(x, y, 6, 0.7, (206, 236, 248))
    for x in (6.0, 11.0, 88.0, 94.0):
        canvas.fill(((x - 0.5, 76), (x + 0.5, 76), (x + 1.3, 48), (x + 0.7, 48)), (92, 148, 84))
        canvas.oval(x + 1, 50, 1.7, 4.6, (138, 92, 58))
    for x in (24.0, 74.0):
        canvas.oval(x, 78, 6, 1.8, (92, 166, 104))
        canvas.oval(x + 2, 76.6, 1.8, 1.4, (255, 184, 210))
    return _land((184, 226, 250), (232, 246, 252), (152, 204, 128))


def _under_water(canvas: Canvas, rng: np.random.Generator) -> Backdrop:
    canvas.oval(50, 104, 80, 12, (240, 222, 172))
    for x in (6.0, 14.0, 87.0, 95.0):
        height = float(rng.uniform(20, 36))
        shape = ((x, 98), (x + 2.5, 98 - height / 3), (x - 2, 98 - height * 0.66), (x + 1, 98 - height))
        canvas.stroke(shape, 3.4, (70, 158, 122), end_width=1.2)
    for i, (x, y) in enumerate(_scatter(rng, 13, 3, 3, 97, 90)):
        radius = 1.0 + 0.3 * (i % 4)
        canvas.oval(x, y, radius, radius, (140, 204, 240), (226, 246, 255), width=0.45)
    return ((0.0, (168, 224, 250)), (0.5, (104, 182, 234)), (1.0, (58, 130, 200)))


_SETTINGS: Mapping[str, Callable[[Canvas, np.random.Generator], Backdrop]] = {
    "meadow": _meadow, "forest": _forest, "snow": _snow, "beach": _beach, "room": _room, "night": _night,
    "desert": _desert, "water": _pond,
}  # fmt: skip
