"""Patterns: spots and stripes, few and bold enough for a small picture."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Literal

import numpy as np

from eep.stimuli.animals.drawing.brush import Brush, Oval
from eep.stimuli.animals.drawing.outlines import Points, arc

#: How an oval of the body is seen; a plain one carries no markings.
View = Literal["side", "front", "head", "broad head", "plain"]

#: x, y and radius of the spots on a unit oval.
_SPOTS: Mapping[View, tuple[tuple[float, float, float], ...]] = MappingProxyType(
    {
        "side": (
            (-0.66, -0.2, 0.2), (-0.26, -0.58, 0.22), (0.22, -0.5, 0.25), (0.66, -0.28, 0.22),
            (-0.16, 0.06, 0.2), (0.36, 0.2, 0.24), (-0.5, 0.42, 0.17), (0.04, 0.6, 0.18),
        ),
        "front": (
            (-0.66, -0.3, 0.2), (0.7, -0.16, 0.2), (-0.72, 0.3, 0.19), (0.6, 0.42, 0.2),
            (-0.1, -0.26, 0.19), (0.3, 0.1, 0.18), (-0.22, 0.4, 0.2),
        ),
        "head": (
            (-0.34, -0.66, 0.2), (0.16, -0.74, 0.17), (0.6, -0.5, 0.22),
            (-0.8, -0.16, 0.16), (0.84, 0.12, 0.17),
        ),
        "broad head": (
            (0.0, -0.56, 0.22), (-0.88, -0.1, 0.2), (0.88, -0.06, 0.22), (-0.68, 0.56, 0.17), (0.72, 0.52, 0.15),
        ),
        "plain": (),
    }
)  # fmt: skip
#: Angle on the rim (degrees, clockwise from the right), half the width there (degrees), and length of the stripes.
_STRIPES: Mapping[View, tuple[tuple[float, float, float], ...]] = MappingProxyType(
    {
        "side": tuple((angle, 8.5, 0.95) for angle in (215, 240, 264, 288, 312, 334)),
        "front": tuple((angle, 9.0, 0.55) for angle in (152, 180, 208, 28, 0, -28)),
        "head": (
            *((angle, 9.0, 0.55) for angle in (246, 270, 294)),
            *((angle, 8.0, 0.4) for angle in (170, 194, 10, -14)),
        ),
        "broad head": (
            *((angle, 6.0, 0.5) for angle in (256, 270, 284)),
            *((angle, 10.0, 0.5) for angle in (156, 182, 24, -2)),
        ),
        "plain": (),
    }
)


def markings(brush: Brush, oval: Oval, view: View) -> None:
    """Draw the animal's pattern on an oval around the origin."""
    mark, canvas = brush.paint.mark, brush.canvas
    if brush.animal.pattern == "spotted":
        size = 1.28 * min(oval.rx, oval.ry)
        for x, y, radius in _SPOTS[view]:
            canvas.oval(*oval.at(x, y), radius * size, radius * size, mark)
    elif brush.animal.pattern == "striped":
        for stripe in _stripes(view):
            canvas.fill(stripe * (oval.rx, oval.ry), mark)


@cache
def _stripes(view: View) -> tuple[Points, ...]:
    """Return the stripes of a unit oval, each tapering from its rim inwards; on a flank they hang straight down."""
    return tuple(_stripe(*stripe, hanging=view == "side") for stripe in _STRIPES[view])


def _stripe(angle: float, half_width: float, length: float, *, hanging: bool) -> Points:
    """Return one stripe."""
    rim = arc(angle - half_width, angle + half_width, 4)
    middle = arc(angle, angle, 1)
    inwards = np.array([[-0.25 * middle[0, 0], 1.0]]) if hanging else -middle
    waist = middle + (rim[[-1, 0]] - middle) * 0.8 + inwards * length / 2
    return np.concatenate([rim, waist[:1], middle + inwards * length, waist[1:]])
