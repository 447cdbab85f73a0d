"""The display list: a picture as filled polygons in drawing order, whatever will paint them."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from eep.stimuli.animals.drawing.outlines import Path, Points, circle, grow, ribbon

#: Red, green, blue in 0-255, and as a fourth number the opacity in 0-255 if it is not full.
Colour = tuple[int, ...]
#: How wide outlines are, in the units of the outermost frame.
LINE = 0.021


class Shape(NamedTuple):
    """One filled polygon: an outline (n, 2) and its colour."""

    outline: Points
    fill: Colour


@dataclass(frozen=True)
class Frame:
    """A place to draw in: local points go to ``points @ matrix + origin``; ``scale`` is the local unit's length."""

    matrix: Points
    origin: Points
    scale: float

    def inside(self, x: float, y: float, scale: float, turn: float, *, mirror: bool) -> "Frame":
        """Return the frame at (x, y) of this one, ``scale`` times as large, turned clockwise by ``turn`` degrees."""
        c, s = scale * math.cos(math.radians(turn)), scale * math.sin(math.radians(turn))
        sign = -1.0 if mirror else 1.0
        local = np.array([[c * sign, s * sign], [-s, c]])
        return Frame(local @ self.matrix, self.place(x, y), self.scale * scale)

    def place(self, x: float, y: float) -> Points:
        """Return where the local point (x, y) lies in the outermost frame."""
        return np.asarray(np.array([x, y]) @ self.matrix + self.origin)


_OUTERMOST = Frame(np.eye(2), np.zeros(2), 1.0)


@dataclass
class Canvas:
    """Collects shapes. Coordinates are those of the current frame; y points down."""

    shapes: list[Shape] = field(default_factory=list)
    frame: Frame = _OUTERMOST

    @contextmanager
    def within(
        self, x: float = 0.0, y: float = 0.0, scale: float = 1.0, turn: float = 0.0, *, mirror: bool = False
    ) -> Iterator[None]:
        """Draw in a frame inside the current one; see `Frame.inside`."""
        with self.within_frame(self.frame.inside(x, y, scale, turn, mirror=mirror)):
            yield

    @contextmanager
    def within_frame(self, frame: Frame) -> Iterator[None]:
        """Draw in ``frame``, then return to the current one."""
        outer, self.frame = self.frame, frame
        try:
            yield
        finally:
            self.frame = outer

    def fill(self, outline: Path, colour: Colour, line: Colour | None = None, width: float = LINE) -> None:
        """Fill an outline; with ``line``, put a line of that colour around it, outside, ``width`` wide."""
        points = np.asarray(outline, dtype=np.float64) @ self.frame.matrix + self.frame.origin
        if line is not None:
            self.shapes.append(Shape(grow(points, width), line))
        self.shapes.append(Shape(points, colour))

    def box(
        self, x0: float, y0: float, x1: float, y1: float, colour: Colour, line: Colour | None = None,
        width: float = LINE,
    ) -> None:  # fmt: skip
        """Fill a rectangle with corners at (x0, y0) and (x1, y1), as `fill` does."""
        self.fill(((x0, y0), (x1, y0), (x1, y1), (x0, y1)), colour, line, width)

    def oval(
        self, x: float, y: float, rx: float, ry: float, colour: Colour, line: Colour | None = None,
        *, turn: float = 0.0, width: float = LINE,
    ) -> None:  # fmt: skip
        """Fill an oval around (x, y), turned clockwise by ``turn`` degrees, with a ``line`` around it if one is given."""
        if line is not None:
            grown = width / self.frame.scale
            self.stamp(circle(), x, y, rx + grown, ry + grown, line, turn=turn)
        self.stamp(circle(), x, y, rx, ry, colour, turn=turn)

    def stamp(
        self, unit: Points, x: float, y: float, rx: float, ry: float, colour: Colour, *, turn: float = 0.0
    ) -> None:
        """Fill an outline of unit size, such as a star, put at (x, y), stretched by ``rx`` and ``ry`` and turned."""
        c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        matrix = np.array([[c * rx, s * rx], [-s * ry, c * ry]]) @ self.frame.matrix
        self.shapes.append(Shape(unit @ matrix + self.frame.place(x, y), colour))

    def stroke(
        self, path: Path, width: float, colour: Colour, line: Colour | None = None,
        *, end_width: float | None = None, bend: bool = True,
    ) -> None:  # fmt: skip
        """Draw a round-ended line along ``path``, ``width`` wide (local units), smooth unless ``bend`` is off."""
        self.fill(ribbon(path, width, end_width, bend=bend), colour, line)

    def bounds(self) -> tuple[Points, Points]:
        """Return the least and the greatest x and y of all shapes, outermost frame."""
        x, y = np.concatenate([shape.outline for shape in self.shapes]).T
        return np.array([x.min(), y.min()]), np.array([x.max(), y.max()])
