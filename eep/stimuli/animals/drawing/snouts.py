"""Faces without fur, seen from the front: snakes, turtles and frogs, their snouts and what they do with them."""

import numpy as np

from eep.stimuli.animals.drawing.brush import Brush
from eep.stimuli.animals.drawing.eyes import HEIGHT, RADIUS, Gaze, blush, pair_of_eyes
from eep.stimuli.animals.drawing.mouths import mouth
from eep.stimuli.animals.drawing.outlines import smooth
from eep.stimuli.animals.drawing.paint import INK

#: A long snout, its upper edge at height 0, in the head's units.
_LONG = (
    (0.4, 0.0), (-0.3, -0.1), (-1.0, -0.08), (-1.6, 0.02),
    (-1.66, 0.3), (-0.9, 0.5), (0.1, 0.56), (0.5, 0.34),
)  # fmt: skip


def bare_face(brush: Brush, gaze: Gaze, gap: float = 0.48) -> None:
    """Draw eyes, snout and mouth in the head's frame."""
    animal = brush.animal
    eye_y = HEIGHT[animal.head] - 0.08
    shift = 0.1 if animal.nose == "long" else 0.0
    pair_of_eyes(brush, gaze, gap, eye_y, shift)
    for side in (-1, 1):
        blush(brush, shift + side * 0.82, eye_y + RADIUS[animal.eyes] + 0.18)
    snout(brush, max(0.2, eye_y + RADIUS[animal.eyes] * 0.8 + 0.14))


def snout(brush: Brush, y: float) -> None:
    """Draw the snout with its upper edge at height ``y``: flat, rounded, or far out to the side; and the mouth."""
    paint, canvas = brush.paint, brush.canvas
    if brush.animal.nose == "long":
        canvas.fill(smooth(_LONG) + np.array([0.0, y]), paint.light, paint.line)
        _nostrils(brush, -1.42, y + 0.1, 0.1, 0.045)
        mouth(brush, -0.66, y + 0.34, 0.28)
    elif brush.animal.nose == "medium":
        canvas.oval(0, y + 0.26, 0.7, 0.42, paint.light, paint.line, width=0.011)
        _nostrils(brush, 0, y + 0.1, 0.16, 0.05)
        mouth(brush, 0, y + 0.32, 0.27)
    else:
        _nostrils(brush, 0, y + 0.08, 0.07, 0.03)
        mouth(brush, 0, y + 0.26, 0.24)


def _nostrils(brush: Brush, x: float, y: float, gap: float, radius: float) -> None:
    for side in (-1, 1):
        brush.canvas.oval(x + side * gap, y, radius, radius * 1.1, INK)
