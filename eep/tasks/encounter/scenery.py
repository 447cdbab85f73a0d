"""The meadow as the player sees it: how large and where an animal stands at a distance, and what its posture says.

Coordinates are those of the drawn animals: hundredths of the picture's width, y pointing down.
"""

import io
from functools import lru_cache

import numpy as np
from PIL import Image

from eep.core.arrays import FloatArray
from eep.stimuli.animals import Animal
from eep.stimuli.animals.drawing.backdrops import Backdrop, draw_setting
from eep.stimuli.animals.drawing.canvas import Canvas, Colour, Shape
from eep.stimuli.animals.drawing.outlines import Points
from eep.stimuli.animals.drawing.scene import ROOM, Scene, compose
from eep.stimuli.animals.render import rasterise
from eep.tasks.encounter.dynamics import BRISTLING

#: Where the sky ends, and where the feet of an animal that touches the player would be.
SKYLINE, GROUND = 62.0, 97.0
#: At this distance, in metres, an animal looks half as large as when it touches the player.
HALVES = 2.2
#: How large animals of each size are beside each other; tiny ones are drawn larger than they are, to be seen.
SIZES = {"tiny": 0.5, "small": 0.7, "medium": 0.9, "huge": 1.0}
#: An aroused animal draws itself up by so much, at arousal 1.
DRAWN_UP = 0.18
#: Marks above an animal that bristles.
ANGER: Colour = (214, 58, 46)
_SHADOW: Colour = (24, 20, 44, 62)


def size_at(distance: FloatArray | float) -> FloatArray:
    """Return how large an animal looks, 1 where it touches the player."""
    return np.asarray(1.0 / (1.0 + np.asarray(distance, np.float64) / HALVES))


def feet_at(size: FloatArray | float) -> FloatArray:
    """Return how far down its feet stand when it looks so large."""
    return np.asarray(SKYLINE + (GROUND - SKYLINE) * np.asarray(size, np.float64))


def height_at(arousal: FloatArray | float) -> FloatArray:
    """Return how tall its posture is, 1 where it is calm."""
    return np.asarray(1.0 + DRAWN_UP * np.clip(arousal, 0.0, 1.2))


@lru_cache(maxsize=256)
def figure(animal: Animal) -> tuple[Shape, ...]:
    """Return the animal's shapes around its feet: (0, 0) is the ground in its middle."""
    scene = compose(animal)
    x, _ = np.concatenate([shape.outline for shape in scene.animal]).T
    feet = np.array([(x.min() + x.max()) / 2, ROOM[animal.size].ground])
    return tuple(Shape(shape.outline - feet, shape.fill) for shape in scene.animal)


def marks() -> tuple[Points, ...]:
    """Return three short strokes around a point above a head, fanned out."""
    found = []
    for turn in (-32, 0, 32):
        canvas = Canvas()
        with canvas.within(turn=turn):
            canvas.stroke(((0.0, -5.0), (0.0, -14.0)), 3.0, ANGER, end_width=1.4, bend=False)
        found.append(canvas.shapes[0].outline)
    return tuple(found)


def picture(animal: Animal, distance: float, arousal: float, size: int = 224) -> Image.Image:
    """Return what the player sees, RGB, ``size`` pixels wide and high: the meadow, and the animal at a distance in metres."""
    return rasterise(scene(animal, distance, arousal), size, oversampling=2)


def packed(image: Image.Image) -> bytes:
    """Return an image as the bytes of a PNG file."""
    content = io.BytesIO()
    image.save(content, "PNG", optimize=True)
    return content.getvalue()


def scene(animal: Animal, distance: float, arousal: float) -> Scene:
    """Return the meadow with the animal as it stands and holds itself."""
    backdrop, around = _meadow(animal)
    large = float(size_at(distance)) * SIZES[animal.size]
    feet = np.array([50.0, float(feet_at(size_at(distance)))])
    body = [
        Shape(outline * (large, large * float(height_at(arousal))) + feet, fill) for outline, fill in figure(animal)
    ]
    x, y = np.concatenate([shape.outline for shape in body]).T
    shadow = Canvas()
    shadow.oval(50.0, float(feet[1]), float(x.max() - x.min()) * 0.46, 3.0 * large, _SHADOW)
    if arousal > BRISTLING:
        body += [Shape(stroke * large + (50.0, float(y.min())), ANGER) for stroke in marks()]
    return Scene(backdrop, (*around, *shadow.shapes), tuple(body))


@lru_cache(maxsize=256)
def _meadow(animal: Animal) -> tuple[Backdrop, tuple[Shape, ...]]:
    canvas = Canvas()
    return draw_setting(canvas, animal, np.random.default_rng(animal.seed)), tuple(canvas.shapes)
