"""Mammals' heads: skull, ears, muzzle, nose and whiskers, in a frame whose unit is the head's radius."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from eep.stimuli.animals.drawing.brush import GLOSS, HEAD_SIZE, INK, ROSE, WHITE, Brush, Oval, mix
from eep.stimuli.animals.drawing.canvas import Colour
from eep.stimuli.animals.drawing.coat import hide
from eep.stimuli.animals.drawing.eyes import HEIGHT, RADIUS, Gaze, blush, pair_of_eyes
from eep.stimuli.animals.drawing.mouths import mouth
from eep.stimuli.animals.drawing.outlines import needle, smooth

#: Outlines in the head's units: a dog's ear, a fox's cheek, and a long snout with its nose's middle at height 0.
_LOBE = ((0.5, -0.86), (1.1, -0.78), (1.46, 0.0), (1.3, 0.6), (0.98, 0.5), (0.86, -0.1))
_CHEEK = ((1.08, -0.02), (0.62, 0.08), (0.06, 0.3), (0.0, 0.9), (0.52, 0.8), (0.92, 0.48))
_SNOUT = (
    (0.36, -0.1), (-0.2, -0.2), (-0.85, -0.16), (-1.42, -0.2), (-1.6, 0.02),
    (-1.42, 0.24), (-0.8, 0.4), (0.1, 0.5), (0.46, 0.26),
)  # fmt: skip


def head_radius(brush: Brush) -> float:
    """Return the radius of the animal's head in its own units."""
    return (0.27 if brush.animal.baby else 0.225) * HEAD_SIZE[brush.animal.head]


def _pointed(brush: Brush, side: int, *, tip: float) -> None:
    """Draw the back of a pointed ear, ``tip`` high."""
    outer = ((side * 1.05, -0.2), (side * 0.98, -tip), (side * 0.16, -0.82))
    brush.fill(outer, brush.paint.base, brush.paint.line)


def _hollow(brush: Brush, side: int, *, tip: float, colour: Colour = ROSE) -> None:
    """Draw the inside of a pointed ear, in front of the tufts of the head."""
    inner = ((side * 0.92, -0.58), (side * 0.9, -tip + 0.26), (side * 0.42, -0.86))
    brush.fill(inner, colour)


def _fox_hollow(brush: Brush, side: int) -> None:
    """Draw the pale inside and the black tip of a fox's ear."""
    _hollow(brush, side, tip=1.86, colour=brush.paint.belly)
    point = ((side, -1.12), (side * 0.98, -1.86), (side * 0.52, -1.3))
    brush.fill(point, mix(brush.paint.line, INK, 0.7))


def _round(brush: Brush, side: int, *, x: float, y: float, radius: float) -> None:
    brush.oval(side * x, y, radius, radius, brush.paint.base, brush.paint.line)


def _bear_hollow(brush: Brush, side: int) -> None:
    """Draw the inside of a bear's ear, in front of the tufts of the head."""
    brush.oval(side * 0.86, -0.84, 0.24, 0.24, brush.paint.light)


def _mouse_ear(brush: Brush, side: int) -> None:
    _round(brush, side, x=1.0, y=-0.84, radius=0.68)
    brush.oval(side * 1.0, -0.8, 0.44, 0.44, ROSE)


def _rabbit_ear(brush: Brush, side: int) -> None:
    length = 0.72 if brush.animal.baby else 0.95
    x, y, turn = side * 0.44, -0.7 - length, side * 10
    brush.oval(x, y, 0.28, length, brush.paint.base, brush.paint.line, turn=turn)
    brush.oval(x, y + 0.05, 0.15, length * 0.75, ROSE, turn=turn)


def _dog_ear(brush: Brush, side: int) -> None:
    paint = brush.paint
    brush.fill(smooth(_LOBE) * (side, 1), mix(paint.base, paint.line, 0.42), paint.line)


Part = Callable[[Brush, int], None]


@dataclass(frozen=True)
class Features:
    """What tells one mammal's head from another's; ``behind`` and ``before`` are what its ears show there."""

    gaze: Gaze
    behind: Part | None = None
    before: Part | None = None
    nose: Colour = INK
    whiskers: bool = False


FEATURES: Mapping[str, Features] = {
    "cat": Features(
        Gaze((96, 176, 92)), partial(_pointed, tip=1.58), partial(_hollow, tip=1.58), (232, 116, 136), whiskers=True
    ),
    "dog": Features(Gaze((122, 76, 44)), before=_dog_ear),
    "rabbit": Features(Gaze((140, 74, 88)), _rabbit_ear, nose=(236, 124, 146), whiskers=True),
    "bear": Features(Gaze((110, 68, 42)), partial(_round, x=0.84, y=-0.82, radius=0.42), _bear_hollow),
    "mouse": Features(Gaze((86, 60, 72)), _mouse_ear, nose=(236, 112, 140), whiskers=True),
    "fox": Features(Gaze((206, 136, 44)), partial(_pointed, tip=1.86), _fox_hollow),
    "hedgehog": Features(Gaze((96, 66, 48)), partial(_round, x=0.84, y=-0.62, radius=0.27)),
}


def mammal_head(brush: Brush) -> None:
    """Draw the head around the origin of the current frame, whose unit is the head's radius."""
    animal, features = brush.animal, FEATURES[brush.animal.species]
    _both_sides(brush, features.behind)
    fill = brush.paint.belly if animal.species == "hedgehog" else None
    hide(brush, Oval(0, 0, 1.12, 1.06 if animal.head == "big" else 0.96), "head", fill=fill)
    _both_sides(brush, features.before)
    if animal.species == "fox":
        _both_sides(brush, _white_cheek)
    _face(brush, features)


def _both_sides(brush: Brush, part: Part | None) -> None:
    if part is not None:
        for side in (-1, 1):
            part(brush, side)


def _white_cheek(brush: Brush, side: int) -> None:
    """Draw one of a fox's white cheeks, which meet under the nose."""
    brush.fill([(side * x, y) for x, y in _CHEEK], WHITE)


def _face(brush: Brush, features: Features) -> None:
    animal = brush.animal
    eye_y = HEIGHT[animal.head]
    nose_y = eye_y + 0.2 + 0.55 * RADIUS[animal.eyes]
    if animal.nose == "long":
        nose_y = max(nose_y, eye_y + RADIUS[animal.eyes] + 0.14)
        _eyes(brush, features, eye_y, 0.08)
        _snout(brush, features, nose_y)
    else:
        if animal.nose == "medium":
            _muzzle(brush, nose_y)
        _eyes(brush, features, eye_y, 0.0)
        _button(brush, features, nose_y)


def _eyes(brush: Brush, features: Features, y: float, x: float) -> None:
    gap = 0.47 if brush.animal.eyes == "big" else 0.44
    pair_of_eyes(brush, features.gaze, gap, y, x)
    for side in (-1, 1):
        blush(brush, x + side * 0.8, y + RADIUS[brush.animal.eyes] + 0.16)


def _button(brush: Brush, features: Features, y: float) -> None:
    """Draw a tiny nose, or a middling one on a muzzle, with the mouth below."""
    short = brush.animal.nose == "short"
    size = 0.075 if short else 0.19
    if not short:
        _whiskers(brush, features, 0.0, y + 0.18)
    brush.oval(0, y, size * 1.3, size, features.nose, INK, width=0.009)
    brush.oval(-size * 0.3, y - size * 0.35, size * 0.4, size * 0.24, GLOSS)
    mouth(brush, 0, y + size + 0.1, 0.2 if short else 0.24)


def _muzzle(brush: Brush, y: float) -> None:
    paint = brush.paint
    brush.oval(0, y + 0.16, 0.5, 0.39, paint.belly, mix(paint.base, paint.line, 0.6), width=0.01)


def _snout(brush: Brush, features: Features, y: float) -> None:
    """Draw a long snout that reaches forward past the cheek, its nose at the tip."""
    paint = brush.paint
    brush.fill(smooth(_SNOUT) + np.array([0.0, y]), paint.belly, paint.line)
    _whiskers(brush, features, -0.5, y + 0.12)
    mouth(brush, -0.62, y + 0.27, 0.26)
    brush.oval(-1.5, y - 0.1, 0.24, 0.2, features.nose, INK, width=0.012)
    brush.oval(-1.57, y - 0.17, 0.08, 0.05, GLOSS)


def _whiskers(brush: Brush, features: Features, x: float, y: float) -> None:
    if not features.whiskers:
        return
    colour = mix(brush.paint.line, WHITE, 0.7) if brush.paint.dark else brush.paint.line
    for side in (-1, 1):
        for slope in (-0.2, 0.02, 0.24):
            tip = (x + side * 1.3, y + slope * 1.2)
            brush.fill(needle(x + side * 0.36, y + slope * 0.35, *tip, 0.06), colour)
