"""Outlines as arrays of points: pure geometry, no colour.

An outline is a float64 array (n, 2) of x and y, y pointing down, closed from its last point to its first.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Path = Sequence[tuple[float, float]] | Points


@cache
def circle(n: int = 32) -> Points:
    """Return the unit circle as ``n`` points."""
    return arc(0.0, 360.0 - 360.0 / n, n)


@cache
def arc(start: float, end: float, n: int = 14) -> Points:
    """Return ``n`` points of the unit circle from ``start`` to ``end`` degrees, clockwise as y points down."""
    t = np.radians(np.linspace(start, end, n))
    return np.stack([np.cos(t), np.sin(t)], axis=1)


@cache
def crescent(depth: float = 0.35) -> Points:
    """Return a smile: the lower half of the unit circle, less the same arc flattened by ``depth``."""
    lower = arc(0.0, 180.0, 15)
    return np.concatenate([lower, lower[-2:0:-1] * (1.0, 1.0 - depth)])


@cache
def star(points: int = 4, inner: float = 0.3) -> Points:
    """Return a star of unit radius."""
    return np.asarray(circle(2 * points) * np.where(np.arange(2 * points) % 2, inner, 1.0)[:, None])


@cache
def _catmull_rom(steps: int) -> Points:
    """Return the (steps, 4) weights of a uniform Catmull-Rom segment."""
    t = np.arange(steps)[:, None] / steps
    t2, t3 = t * t, t * t * t
    weights = np.hstack([-t + 2 * t2 - t3, 2 - 5 * t2 + 3 * t3, t + 4 * t2 - 3 * t3, t3 - t2])
    return np.asarray(0.5 * weights)


@cache
def _neighbours(n: int, *, closed: bool) -> npt.NDArray[np.intp]:
    """Return, for each segment of a path of ``n`` points, the indices of its four control points."""
    start = np.arange(n if closed else n - 1)[:, None] + np.arange(-1, 3)
    return start % n if closed else np.clip(start, 0, n - 1)


def smooth(path: Path, *, closed: bool = True, steps: int = 6) -> Points:
    """Return a smooth curve through the points of ``path`` (Catmull-Rom), ``steps`` points a segment."""
    points = np.asarray(path, dtype=np.float64)
    controls = points[_neighbours(len(points), closed=closed)]
    curve = (_catmull_rom(steps) @ controls).reshape(-1, 2)
    return curve if closed else np.concatenate([curve, points[-1:]])


@cache
def _following(n: int) -> npt.NDArray[np.intp]:
    return (np.arange(n) + 1) % n


@cache
def _preceding(n: int) -> npt.NDArray[np.intp]:
    return (np.arange(n) - 1) % n


def grow(outline: Points, by: float) -> Points:
    """Return ``outline`` with every edge moved outwards by ``by``; sharp tips grow by no more than three times that."""
    n = len(outline)
    edge = outline[_following(n)] - outline
    length = np.sqrt(np.einsum("ij,ij->i", edge, edge))[:, None] + 1e-12
    normal = (edge / length)[:, ::-1] * (1.0, -1.0)
    area = float(outline[:, 0] @ edge[:, 1] - outline[:, 1] @ edge[:, 0])
    corner = normal + normal[_preceding(n)]
    square = np.einsum("ij,ij->i", corner, corner)[:, None]
    factor = math.copysign(2.0 * by, area) / np.maximum(square, 0.45)
    return np.asarray(outline + corner * factor)


def ribbon(path: Path, width: float, end_width: float | None = None, *, bend: bool = True) -> Points:
    """Return the outline of a round-ended line along ``path`` that is ``width`` wide, tapering to ``end_width``."""
    centre = smooth(path, closed=False, steps=5) if bend and len(path) > 2 else np.asarray(path, dtype=np.float64)
    direction = np.empty_like(centre)
    direction[1:-1] = centre[2:] - centre[:-2]
    direction[0], direction[-1] = centre[1] - centre[0], centre[-1] - centre[-2]
    direction /= np.sqrt(np.einsum("ij,ij->i", direction, direction))[:, None] + 1e-12
    half = np.linspace(width, width if end_width is None else end_width, len(centre))[:, None] / 2
    side = direction[:, ::-1] * (-1.0, 1.0) * half
    cap = arc(90.0, -90.0, 8)[1:-1]
    return np.concatenate(
        [
            centre + side,
            centre[-1] + half[-1] * (cap @ _along(direction[-1])),
            (centre - side)[::-1],
            centre[0] + half[0] * (cap @ _along(-direction[0])),
        ]
    )


def _along(direction: Points) -> Points:
    """Return the rotation that takes the x axis to the unit vector ``direction``."""
    x, y = direction
    return np.array([[x, y], [-y, x]])


def needle(x0: float, y0: float, x1: float, y1: float, width: float) -> Points:
    """Return a thin triangle from a base ``width`` wide at (x0, y0) to a tip at (x1, y1)."""
    length = math.hypot(x1 - x0, y1 - y0) + 1e-12
    dx, dy = (y1 - y0) / length * width / 2, (x0 - x1) / length * width / 2
    return np.array([[x0 + dx, y0 + dy], [x1, y1], [x0 - dx, y0 - dy]])


@dataclass(frozen=True)
class Fringe:
    """What an oval's edge is made of: tufts ``width`` apart that stand out by ``depth``.

    ``round`` tufts are scallops, others pointed; ``unruly`` (0 to 1) varies their length; ``droop`` lets
    them hang.
    """

    width: float
    depth: float
    round: bool = False
    unruly: float = 0.0
    droop: float = 0.0

    def scaled(self, by: float) -> "Fringe":
        """Return the fringe with its lengths multiplied."""
        return replace(self, width=self.width * by, depth=self.depth * by)


def fringed(rx: float, ry: float, fringe: Fringe, rng: np.random.Generator) -> Points:
    """Return an oval of radii ``rx`` and ``ry`` around the origin with a ``fringe``."""
    count = max(7, round(2 * math.pi * math.sqrt((rx * rx + ry * ry) / 2) / fringe.width))
    per_tuft = 5 if fringe.round else 2
    t = circle(count * per_tuft)
    normal = t * (ry, rx)
    normal = normal / np.sqrt(np.einsum("ij,ij->i", normal, normal))[:, None]
    height = np.tile(_profile(per_tuft), count)
    if fringe.unruly:
        height = height * np.repeat(rng.uniform(1 - fringe.unruly, 1 + fringe.unruly, count), per_tuft)
    height = height[:, None] * fringe.depth
    return np.asarray(t * (rx, ry) + height * (normal + np.array([0.0, fringe.droop])))


@cache
def _profile(per_tuft: int) -> Points:
    """Return the heights along one tuft: a half-round for a scallop, base and tip for a spike."""
    if per_tuft == 2:
        return np.array([0.0, 1.0])
    return np.sqrt(np.sin(np.pi * np.arange(per_tuft) / per_tuft))
