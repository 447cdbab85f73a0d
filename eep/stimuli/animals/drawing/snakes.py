"""Snakes, coiled or winding, head raised; and the scaly round tubes that they and lizards' tails are."""

import math
from dataclasses import dataclass, replace

import numpy as np

from eep.stimuli.animals.drawing.brush import GLOSS, HEAD_SIZE, Brush, Oval, Pose, mix
from eep.stimuli.animals.drawing.coat import hide
from eep.stimuli.animals.drawing.eyes import HEIGHT, RADIUS, Gaze, blush, pair_of_eyes
from eep.stimuli.animals.drawing.mouths import snout
from eep.stimuli.animals.drawing.outlines import Path, Points, crescent, needle, smooth, star


@dataclass(frozen=True)
class _Course:
    """Points along a tube (n, 2), the unit vectors along it and towards its back there, and half its widths (n,)."""

    centre: Points
    along: Points
    back: Points
    half: Points

    def at(self, index: int, height: float) -> tuple[float, float]:
        """Return the place at point ``index``, ``height`` of the way from the middle to the back."""
        x, y = self.centre[index] + self.back[index] * self.half[index] * height
        return float(x), float(y)

    def __len__(self) -> int:
        return len(self.centre)


def tube(brush: Brush, path: Path, width: float, end_width: float | None = None) -> None:
    """Draw a round scaly body along ``path``, tapering from ``width`` to ``end_width``, pattern and quality included."""
    course = _course(path, width, width if end_width is None else end_width)
    if brush.animal.quality == "rough":
        _spikes(brush, course)
    brush.stroke(course.centre, width, brush.paint.base, brush.paint.line, end_width=end_width, bend=False)
    _scales(brush, course)
    _pattern(brush, course)
    if brush.animal.quality == "shiny":
        _gloss(brush, course)


def _course(path: Path, width: float, end_width: float) -> _Course:
    centre = smooth(path, closed=False, steps=6)
    along = np.gradient(centre, axis=0)
    along /= np.linalg.norm(along, axis=1)[:, None] + 1e-12
    back = along[:, ::-1] * (1.0, -1.0)
    upwards = -1.0 if back[:, 1].sum() > 0 else 1.0
    return _Course(centre, along, back * upwards, np.linspace(width, end_width, len(centre)) / 2)


def _spikes(brush: Brush, course: _Course) -> None:
    for i in range(1, len(course) - 1, 2):
        half = float(course.half[i])
        x0, y0 = course.at(i, 0.9)
        x1, y1 = course.at(i, 1.0 + 0.05 / half)
        brush.fill(needle(x0, y0, x1, y1, 0.075), brush.paint.base, brush.paint.line)


def _scales(brush: Brush, course: _Course) -> None:
    """Draw a row of scales along the belly: bold on a rough animal, fine on a shiny one."""
    rough, paint = brush.animal.quality == "rough", brush.paint
    colour = mix(paint.base, paint.line, 0.5) if rough else mix(paint.base, paint.shade, 0.9)
    scale = crescent(0.6 if rough else 0.35)
    for i in range(2, len(course) - 1, 2):
        size = float(course.half[i])
        brush.stamp(scale, *course.at(i, -0.45), size * 0.42, size * 0.32, colour)


def _pattern(brush: Brush, course: _Course) -> None:
    mark = brush.paint.mark
    for i in range(3, len(course) - 1, 4):
        size = float(course.half[i])
        if brush.animal.pattern == "striped":
            along, across = course.along[i] * 0.036, course.back[i] * size
            corners = (along + across, across - along, -along - across, along - across)
            brush.fill(course.centre[i] + np.array(corners), mark)
        elif brush.animal.pattern == "spotted":
            brush.oval(*course.at(i, 0.1), size * 0.72, size * 0.72, mark)


def _gloss(brush: Brush, course: _Course) -> None:
    for i in range(2, len(course) - 2, 3):
        size, (dx, dy) = float(course.half[i]), course.along[i]
        if abs(dx) > abs(dy):  # light falls from above: what stands upright reflects none of it
            turn = math.degrees(math.atan2(dy, dx))
            brush.oval(*course.at(i, 0.5), size * 0.42, size * 0.2, GLOSS, turn=turn)
    brush.stamp(star(4, 0.22), *course.at(len(course) // 2, 0.0), 0.05, 0.05, GLOSS)


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
        tube(brush, ((0.05, top + 0.06), (-0.06, top - 0.16), (-wide * 0.75, top - 0.12), (x + 0.04, y)), 0.15)
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
    neck = np.array([[end[0] - 0.1, -0.16], [end[0] - 0.1, -0.13 - high * 0.55], [end[0] - 0.01, -0.12 - high]])
    tube(brush, np.concatenate([along, neck]), 0.05, 0.18)
    radius = _radius(brush)
    pose = _head(brush, end[0] - 0.03, -0.12 - high - radius * 0.4)
    return replace(pose, reach=(end[0] - 0.34, 0.02))


def _head(brush: Brush, x: float, y: float, turn: float = 0.0) -> Pose:
    animal = brush.animal
    with brush.within(x, y, _radius(brush), turn):
        hide(brush, Oval(0, 0, 1.2, 1.06 if animal.head == "big" else 0.94), "head")
        eye_y = HEIGHT[animal.head] - 0.14
        shift = 0.12 if animal.nose == "long" else 0.0
        pair_of_eyes(brush, _GAZE, 0.56, eye_y, shift)
        for side in (-1, 1):
            blush(brush, shift + side * 0.86, eye_y + RADIUS[animal.eyes] + 0.2)
        snout(brush, max(0.08, eye_y + RADIUS[animal.eyes] * 0.7 + 0.12))
        return Pose(brush.frame, (0.0, -0.9), (0.05, 1.12), 0.72)
