"""Snakes, coiled or winding, head raised."""

from dataclasses import replace

import numpy as np

from eep.stimuli.animals.drawing.brush import HEAD_SIZE, Brush, Oval, Pose
from eep.stimuli.animals.drawing.coat import hide
from eep.stimuli.animals.drawing.eyes import HEIGHT, RADIUS, Gaze, blush, pair_of_eyes
from eep.stimuli.animals.drawing.snouts import snout
from eep.stimuli.animals.drawing.tubes import tube

_GAZE = Gaze((240, 196, 52), slit=True)


def snake(brush: Brush) -> Pose:
    """Draw a snake: coiled when it rests or eats, winding along the ground otherwise."""
    return _coiled(brush) if brush.animal.activity in {"sitting", "sleeping", "eating"} else _winding(brush)


def _radius(brush: Brush) -> float:
    return (0.19 if brush.animal.baby else 0.15) * HEAD_SIZE[brush.animal.head]


def _coiled(brush: Brush) -> Pose:
    """Draw three coils, the head resting on them, raised, or bent down to a bowl."""
    baby, activity, radius = brush.animal.baby, brush.animal.activity, _radius(brush)
    wide, rings = (0.33, 2) if baby else (0.42, 3)
    tube(brush, ((wide * 0.6, -0.08), (wide + 0.12, -0.05), (wide + 0.2, -0.14)), 0.1, 0.03)
    for ring in range(rings):
        hide(brush, Oval(0, -0.1 - 0.135 * ring, wide - 0.085 * ring, 0.105), "side")
    top = -0.1 - 0.135 * rings
    if activity == "sleeping":
        return _head(brush, -0.08, top - radius * 0.55)
    if activity == "eating":
        x, y = -wide - radius * 0.4, -0.27 - radius * 0.6
        tube(
            brush, ((0.05, top + 0.06), (-0.06, top - 0.16), (-wide * 0.75, top - 0.12), (x + 0.04, y)), 0.15
        )
        pose = _head(brush, x, y, -8)
        return replace(pose, neck=(0.55, 0.3), reach=(x - radius * 0.6, 0.03))
    tube(brush, ((0.1, top + 0.1), (0.08, top - 0.06), (-0.03, top - 0.2)), 0.16)
    return _head(brush, -0.04, top - 0.22 - radius * 0.5)


def _winding(brush: Brush) -> Pose:
    """Draw a snake that winds along, its neck raised high when it stands."""
    length, high = (0.66, 0.34) if brush.animal.baby else (0.86, 0.46)
    if brush.animal.activity == "playing":
        high *= 0.75
    t = np.linspace(0.0, 1.0, 11)
    along = np.stack([0.52 - length * t, -0.15 + 0.1 * np.sin(t * 10.5)], axis=1)
    end = along[-1]
    neck = np.array(
        [[end[0] - 0.1, -0.16], [end[0] - 0.1, -0.13 - high * 0.55], [end[0] - 0.01, -0.12 - high]]
    )
    tube(brush, np.concatenate([along, neck]), 0.05, 0.18)
    radius = _radius(brush)
    pose = _head(brush, end[0] - 0.03, -0.12 - high - radius * 0.4)
    return replace(pose, reach=(end[0] - 0.34, 0.02))


def _head(brush: Brush, x: float, y: float, turn: float = 0.0) -> Pose:
    """Draw the head with its centre at (x, y)."""
    animal = brush.animal
    with brush.canvas.within(x, y, _radius(brush), turn):
        hide(brush, Oval(0, 0, 1.2, 1.06 if animal.head == "big" else 0.94), "head")
        eye_y = HEIGHT[animal.head] - 0.14
        shift = 0.12 if animal.nose == "long" else 0.0
        pair_of_eyes(brush, _GAZE, 0.56, eye_y, shift)
        for side in (-1, 1):
            blush(brush, shift + side * 0.86, eye_y + RADIUS[animal.eyes] + 0.2)
        snout(brush, max(0.08, eye_y + RADIUS[animal.eyes] * 0.7 + 0.12))
        frame = brush.canvas.frame
    return Pose(frame, (0.0, -0.9), (0.05, 1.12), 0.72)
