"""Birds' heads, in a frame whose unit is the head's radius."""

from collections.abc import Mapping
from types import MappingProxyType

from eep.stimuli.animals.drawing.beaks import beak
from eep.stimuli.animals.drawing.brush import HEAD_SIZE, Brush, Oval
from eep.stimuli.animals.drawing.coat import hide
from eep.stimuli.animals.drawing.eyes import HEIGHT, RADIUS, Gaze, blush, pair_of_eyes
from eep.stimuli.animals.drawing.paint import WHITE

_RED = (224, 60, 60)
_RED_LINE = (130, 22, 34)
_GAZES: Mapping[str, Gaze] = MappingProxyType(
    {
        "chick": Gaze((116, 66, 40)),
        "owl": Gaze((250, 176, 40), scale=1.12),
        "penguin": Gaze((110, 76, 56)),
    }
)


def head_radius(brush: Brush) -> float:
    """Return the radius of the bird's head in its own units."""
    return (0.25 if brush.animal.baby else 0.205) * HEAD_SIZE[brush.animal.head]


def bird_head(brush: Brush) -> None:
    """Draw the head around the origin of the current frame, whose unit is the head's radius."""
    species = brush.animal.species
    if species == "owl":
        _ear_tufts(brush)
    elif species == "chick":
        _tuft(brush) if brush.animal.baby else _comb(brush)
    hide(brush, Oval(0, 0, 1.08, 1.06 if brush.animal.head == "big" else 0.98), "head")
    _face(brush)


def _face(brush: Brush) -> None:
    """Draw facial discs, eyes and beak."""
    animal, paint = brush.animal, brush.paint
    eye_y = HEIGHT[animal.head] + 0.02
    if animal.species != "chick":
        for side in (-1, 1):
            disc = WHITE if animal.species == "penguin" else paint.belly
            brush.canvas.oval(side * 0.42, eye_y + 0.1, 0.5, 0.58, disc)
    shift = 0.08 if animal.nose == "long" else 0.0
    radius = pair_of_eyes(brush, _GAZES[animal.species], 0.45, eye_y, shift)
    for side in (-1, 1):
        blush(brush, shift + side * 0.78, eye_y + RADIUS[animal.eyes] + 0.18)
    beak(brush, eye_y + 0.12 + 0.55 * radius)


def _tuft(brush: Brush) -> None:
    """Draw a chick's tuft of down."""
    paint = brush.paint
    for tip in ((-0.22, -1.34), (0.06, -1.46), (0.32, -1.28)):
        brush.canvas.stroke(((0.02, -0.9), tip), 0.13, paint.base, paint.line, end_width=0.05, bend=False)


def _comb(brush: Brush) -> None:
    """Draw a hen's red comb."""
    for x, y, r in ((-0.36, -1.06, 0.26), (0.02, -1.2, 0.32), (0.4, -1.06, 0.26)):
        brush.canvas.oval(x, y, r * 0.85, r * 1.15, _RED, _RED_LINE)


def _ear_tufts(brush: Brush) -> None:
    """Draw an owl's ear tufts."""
    for side in (-1, 1):
        ear = ((side * 1.02, -0.3), (side * 1.02, -1.3), (side * 0.2, -0.88))
        brush.canvas.fill(ear, brush.paint.base, brush.paint.line)
