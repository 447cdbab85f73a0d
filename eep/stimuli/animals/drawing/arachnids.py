"""Spiders."""

import numpy as np

from eep.stimuli.animals.drawing.brush import INK, IVORY, WHITE, Brush, Oval, Pose
from eep.stimuli.animals.drawing.coat import hide
from eep.stimuli.animals.drawing.eyes import RADIUS, Gaze, blush, pair_of_eyes
from eep.stimuli.animals.drawing.limbs import claws, leg
from eep.stimuli.animals.drawing.mouths import mouth
from eep.stimuli.animals.drawing.outlines import Path, needle, smooth

#: Knee and foot of the four legs of one side, in front of us first.
_LEGS = (
    ((0.3, -0.16), (0.36, 0.0)),
    ((0.46, -0.32), (0.58, 0.0)),
    ((0.5, -0.52), (0.72, -0.08)),
    ((0.38, -0.66), (0.6, -0.3)),
)
_FANG = ((0.08, 0.4), (0.5, 0.42), (0.5, 0.9), (0.16, 1.2), (0.24, 0.8))
_GAZE = Gaze((86, 150, 130))


def spider(brush: Brush) -> Pose:
    """Draw a spider: high on its legs, or with its body low between them when it rests."""
    activity, baby = brush.animal.activity, brush.animal.baby
    low = activity in {"sitting", "sleeping"}
    y = -0.22 if low else -0.34
    for index in range(3, -1, -1):
        for side in (-1, 1):
            _leg(brush, side, index, y, lifted=activity == "playing" and side < 0 and index == 1)
    size = 0.2 if baby else 0.28
    hide(brush, Oval(0.03, y - 0.2, size * 1.06, size), "front")
    radius = 0.205 if baby else 0.165
    with brush.within(-0.02, y + 0.05, radius):
        hide(brush, Oval(0, 0, 1.15, 1.0), "plain")
        _face(brush)
        frame = brush.frame
    reach = (-0.5, 0.06) if activity == "playing" else (-0.24, 0.08)
    return Pose(frame, (0.0, -0.85), (0.0, 1.15), 0.8, reach)


def _leg(brush: Brush, side: int, index: int, y: float, *, lifted: bool) -> None:
    """Draw one leg; hair stands out from a fuzzy one."""
    (knee_x, knee_y), (foot_x, foot_y) = _LEGS[index]
    sunk = 0.72 if brush.animal.activity in {"sitting", "sleeping"} else 1.0
    reach = 0.78 if brush.animal.baby else 1.0
    knee = (side * knee_x * reach, knee_y * sunk - 0.06)
    foot = (side * foot_x * reach * (1.08 if sunk < 1 else 1.0), foot_y)
    if lifted:
        foot = (side * 0.66, -0.5)
    fuzzy = brush.animal.quality == "fuzzy"
    width = (0.078 if fuzzy else 0.056) * (1.15 if brush.animal.baby else 1.0)
    path = ((side * 0.08, y), knee, foot)
    if fuzzy:
        _hairs(brush, path, width)
    leg(brush, path, width, end_width=width * 0.7)
    claws(brush, [foot], lean=side * 0.03, length=0.1)


def _hairs(brush: Brush, path: Path, width: float) -> None:
    points = smooth(path, closed=False, steps=5)
    for i in range(2, len(points) - 1):
        dx, dy = points[i + 1] - points[i - 1]
        norm = float(np.hypot(dx, dy))
        nx, ny = -dy / norm, dx / norm
        for sign in (-1, 1):
            x, y = points[i]
            reach = width * 1.25 * sign
            brush.fill(needle(x, y, x + nx * reach, y + ny * reach, 0.03), brush.paint.line)


def _face(brush: Brush) -> None:
    """Draw two large eyes, two small ones above, and the mouth or its fangs."""
    animal = brush.animal
    radius = pair_of_eyes(brush, _GAZE, 0.46, -0.1)
    for side in (-1, 1):
        small = max(0.1, radius * 0.42)
        brush.oval(side * 0.4, -0.3 - radius * 1.25, small, small, INK, WHITE, width=0.009)
        blush(brush, side * 0.84, RADIUS[animal.eyes] + 0.12)
    if animal.mouth == "teeth":
        _fangs(brush)
    else:
        mouth(brush, 0, 0.42, 0.28)


def _fangs(brush: Brush) -> None:
    for side in (-1, 1):
        brush.fill(smooth(_FANG) * (side, 1), IVORY, INK, 0.018)
