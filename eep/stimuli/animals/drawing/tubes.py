"""Scaly round bodies: a snake's length, a lizard's tail."""

import math
from dataclasses import dataclass

import numpy as np

from eep.stimuli.animals.drawing.brush import Brush
from eep.stimuli.animals.drawing.outlines import Path, Points, crescent, needle, smooth, star
from eep.stimuli.animals.drawing.paint import GLOSS, mix


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
    brush.canvas.stroke(
        course.centre, width, brush.paint.base, brush.paint.line, end_width=end_width, bend=False
    )
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
    """Draw the spikes of a rough back."""
    for i in range(1, len(course) - 1, 2):
        half = float(course.half[i])
        x0, y0 = course.at(i, 0.9)
        x1, y1 = course.at(i, 1.0 + 0.05 / half)
        brush.canvas.fill(needle(x0, y0, x1, y1, 0.075), brush.paint.base, brush.paint.line)


def _scales(brush: Brush, course: _Course) -> None:
    """Draw a row of scales along the belly: bold on a rough animal, fine on a shiny one."""
    rough, paint = brush.animal.quality == "rough", brush.paint
    colour = mix(paint.base, paint.line, 0.5) if rough else mix(paint.base, paint.shade, 0.9)
    scale = crescent(0.6 if rough else 0.35)
    for i in range(2, len(course) - 1, 2):
        size = float(course.half[i])
        brush.canvas.stamp(scale, *course.at(i, -0.45), size * 0.42, size * 0.32, colour)


def _pattern(brush: Brush, course: _Course) -> None:
    """Draw rings or spots along the tube."""
    mark = brush.paint.mark
    for i in range(3, len(course) - 1, 4):
        size = float(course.half[i])
        if brush.animal.pattern == "striped":
            along, across = course.along[i] * 0.036, course.back[i] * size
            corners = (along + across, across - along, -along - across, along - across)
            brush.canvas.fill(course.centre[i] + np.array(corners), mark)
        elif brush.animal.pattern == "spotted":
            brush.canvas.oval(*course.at(i, 0.1), size * 0.72, size * 0.72, mark)


def _gloss(brush: Brush, course: _Course) -> None:
    """Draw reflections along the back, and one sparkle."""
    for i in range(2, len(course) - 2, 3):
        size, (dx, dy) = float(course.half[i]), course.along[i]
        if abs(dx) > abs(dy):  # light falls from above: what stands upright reflects none of it
            turn = math.degrees(math.atan2(dy, dx))
            brush.canvas.oval(*course.at(i, 0.5), size * 0.42, size * 0.2, GLOSS, turn=turn)
    brush.canvas.stamp(star(4, 0.22), *course.at(len(course) // 2, 0.0), 0.05, 0.05, GLOSS)
