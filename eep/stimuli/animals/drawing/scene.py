"""A whole picture: the backdrop, what shows the animal's size, and the animal, large in the middle."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from eep.stimuli.animals.animal import Animal
from eep.stimuli.animals.drawing.amphibians import frog
from eep.stimuli.animals.drawing.arachnids import spider
from eep.stimuli.animals.drawing.backdrops import Backdrop, draw_setting
from eep.stimuli.animals.drawing.birds import bird
from eep.stimuli.animals.drawing.brush import Brush, Pose, paint
from eep.stimuli.animals.drawing.canvas import Canvas, Colour, Shape
from eep.stimuli.animals.drawing.fishes import fish
from eep.stimuli.animals.drawing.lizards import lizard
from eep.stimuli.animals.drawing.mammals import mammal
from eep.stimuli.animals.drawing.outlines import Points
from eep.stimuli.animals.drawing.props import ball, bowl, draw_measures, dress, zs
from eep.stimuli.animals.drawing.snakes import snake
from eep.stimuli.animals.drawing.turtles import turtle

#: Family, or species where a family's are built too differently, to the function that draws it.
ANATOMY: Mapping[str, Callable[[Brush], Pose]] = {
    "mammal": mammal, "bird": bird, "fish": fish, "amphibian": frog, "arachnid": spider,
    "snake": snake, "lizard": lizard, "crocodile": lizard, "turtle": turtle,
}  # fmt: skip
_STREAM = 13  # keeps the drawing's random stream apart from the sampling's and the captions'
_SHADOW: Colour = (24, 20, 44, 62)
_MARGIN = 1.5

Bounds = tuple[Points, Points]


class Room(NamedTuple):
    """The greatest width and height of a body, and the height of the ground, in hundredths of the picture."""

    width: float
    height: float
    ground: float


#: Even a tiny animal is drawn large enough to be seen well: daisy, mug and houses tell how large it is.
ROOM: Mapping[str, Room] = {
    "tiny": Room(64.0, 60.0, 89.0),
    "small": Room(74.0, 70.0, 91.0),
    "medium": Room(86.0, 80.0, 93.0),
    "huge": Room(95.0, 92.0, 96.0),
}


@dataclass(frozen=True)
class Scene:
    """A picture 100 units wide and high: a backdrop, then the surroundings, then the animal and what it wears."""

    backdrop: Backdrop
    surroundings: tuple[Shape, ...]
    animal: tuple[Shape, ...]

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """All shapes in drawing order."""
        return self.surroundings + self.animal


@lru_cache(maxsize=1024)  # the same animals are drawn in several sizes, one size after another
def compose(animal: Animal) -> Scene:
    """Return the picture of ``animal``; equal animals give equal scenes."""
    rng = np.random.default_rng([_STREAM, animal.seed])
    canvas = Canvas()
    backdrop = draw_setting(canvas, animal, rng)
    draw_measures(canvas, animal, ROOM[animal.size].ground)
    bare, dressed = _draw_animal(animal, rng)
    scale, x, y = _place(animal, bare.bounds(), dressed.bounds())
    if not _floats(animal):
        (left, _), (right, _) = bare.bounds()
        half = (right - left) * scale * 0.46
        canvas.oval(x, ROOM[animal.size].ground + 0.4, half, 3.4 + scale * 0.02, _SHADOW)
    matrix = np.array([[-scale if animal.flip else scale, 0.0], [0.0, scale]])
    placed = (Shape(outline @ matrix + (x, y), fill) for outline, fill in dressed.shapes)
    return Scene(backdrop, tuple(canvas.shapes), tuple(placed))


def _floats(animal: Animal) -> bool:
    """Return whether the animal hangs in the water instead of standing on the ground."""
    return animal.kind.family == "fish"


def _draw_animal(animal: Animal, rng: np.random.Generator) -> tuple[Canvas, Canvas]:
    """Return the bare animal, and the animal with what it wears and holds, around x = 0 in its own units."""
    brush = Brush(animal=animal, paint=paint(animal.colour), rng=rng)
    pose = ANATOMY[animal.species if animal.kind.family == "reptile" else animal.kind.family](brush)
    bare = Canvas(list(brush.shapes))
    dress(brush, pose)
    if animal.activity == "playing":
        ball(brush, *pose.reach)
    elif animal.activity == "eating":
        bowl(brush, *pose.reach)
    elif animal.asleep:
        zs(brush, pose)
    return bare, brush


def _place(animal: Animal, bare: Bounds, dressed: Bounds) -> tuple[float, float, float]:
    """Return scale, x and y that put the animal's origin in the picture so that all of it is inside.

    The body alone is made to fill its room: a hat does not make an animal smaller unless it would stick out.
    """
    room, ((left, top), (right, bottom)), (low, high) = ROOM[animal.size], bare, dressed
    inside = 100 - 2 * _MARGIN
    tall = bottom - top if _floats(animal) else max(bottom, 0.0) - top
    scale = min(room.width / (right - left), room.height / tall, *(inside / (high - low)))
    before, after = (-high[0], -low[0]) if animal.flip else (low[0], high[0])
    middle = (left + right) / 2 * (-1 if animal.flip else 1)
    x = _clamp(50 + animal.x - middle * scale, before * scale, after * scale)
    y = 50 - (top + bottom) / 2 * scale if _floats(animal) else room.ground
    return scale, x, _clamp(y, low[1] * scale, high[1] * scale)


def _clamp(origin: float, before: float, after: float) -> float:
    """Return the origin nearest to ``origin`` that keeps ``before`` and ``after`` beside it inside the margins."""
    return float(min(max(origin, _MARGIN - before), 100 - _MARGIN - after))
