"""Coats: one oval of fur, feathers, scales, skin or hair, so that its quality and pattern can be seen.

Qualities differ in outline as well as inside (scallops, spikes, teeth, bumps or gloss): at 96 pixels an outline
is what is left of a coat. Spots and stripes are few and bold enough for a small picture.
"""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal

import numpy as np

from eep.stimuli.animals.drawing.brush import GLOSS, WHITE, Brush, Oval, mix
from eep.stimuli.animals.drawing.canvas import Colour
from eep.stimuli.animals.drawing.outlines import Fringe, Points, arc, circle, crescent, fringed, needle, star

#: How an oval of the body is seen; a plain one carries no markings.
View = Literal["side", "front", "head", "broad head", "plain"]

#: x, y and radius of the spots on a unit oval.
_SPOTS: Mapping[View, tuple[tuple[float, float, float], ...]] = {
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
}  # fmt: skip
#: Angle on the rim (degrees, clockwise from the right), half the width there (degrees), and length of the stripes.
_STRIPES: Mapping[View, tuple[tuple[float, float, float], ...]] = {
    "side": tuple((angle, 8.5, 0.95) for angle in (215, 240, 264, 288, 312, 334)),
    "front": tuple((angle, 9.0, 0.55) for angle in (152, 180, 208, 28, 0, -28)),
    "head": (*((angle, 9.0, 0.55) for angle in (246, 270, 294)), *((angle, 8.0, 0.4) for angle in (170, 194, 10, -14))),
    "broad head": (
        *((angle, 6.0, 0.5) for angle in (256, 270, 284)),
        *((angle, 10.0, 0.5) for angle in (156, 182, 24, -2)),
    ),
    "plain": (),
}


def markings(brush: Brush, oval: Oval, view: View) -> None:
    """Draw the animal's pattern on an oval around the origin."""
    mark = brush.paint.mark
    if brush.animal.pattern == "spotted":
        size = 1.28 * min(oval.rx, oval.ry)
        for x, y, radius in _SPOTS[view]:
            brush.oval(*oval.at(x, y), radius * size, radius * size, mark)
    elif brush.animal.pattern == "striped":
        for stripe in _stripes(view):
            brush.fill(stripe * (oval.rx, oval.ry), mark)


@cache
def _stripes(view: View) -> tuple[Points, ...]:
    """Return the stripes of a unit oval, each tapering from its rim inwards; on a flank they hang straight down."""
    return tuple(_stripe(*stripe, hanging=view == "side") for stripe in _STRIPES[view])


def _stripe(angle: float, half_width: float, length: float, *, hanging: bool) -> Points:
    rim = arc(angle - half_width, angle + half_width, 4)
    middle = arc(angle, angle, 1)
    inwards = np.array([[-0.25 * middle[0, 0], 1.0]]) if hanging else -middle
    waist = middle + (rim[[-1, 0]] - middle) * 0.8 + inwards * length / 2
    return np.concatenate([rim, waist[:1], middle + inwards * length, waist[1:]])


Places = tuple[tuple[float, float], ...]
_CURLS: Places = ((-0.45, -0.4), (0.1, -0.55), (0.52, -0.15), (-0.2, 0.0), (0.3, 0.3), (-0.55, 0.35))
_WISPS: Places = (*_CURLS, (-0.05, 0.6), (0.7, 0.3), (-0.75, -0.05))
_WARTS: Places = ((-0.62, -0.3), (-0.2, -0.66), (0.3, -0.52), (0.72, -0.2), (0.02, -0.12), (-0.46, 0.24), (0.44, 0.24))  # fmt: skip
_EDGE_WARTS: Places = ((-0.9, -0.46), (-0.42, -0.92), (0.2, -1.0), (0.72, -0.7), (1.0, -0.1))
_SPARKLES = ((0.45, -0.5, 0.3), (-0.6, 0.1, 0.22), (0.12, 0.3, 0.2))


def texture(brush: Brush, oval: Oval, view: View) -> None:
    """Draw what the quality looks like inside an oval around the origin; on a head, clear of the face."""
    covering, quality = brush.animal.kind.covering, brush.animal.quality
    if quality in {"sleek", "smooth", "shiny"}:
        _gloss(brush, oval)
    if covering == "scales":
        _scales(brush, oval)
        if quality == "shiny" and "head" not in view:
            _sparkle(brush, oval)
    elif quality == "fluffy":
        _curls(brush, oval, _clear_of_face(_CURLS, view))
    elif quality == "scruffy":
        _wisps(brush, oval, _clear_of_face(_WISPS, view))
    elif quality == "warty":
        _warts(brush, oval, _clear_of_face(_WARTS, view))


def _clear_of_face(places: Places, view: View) -> Places:
    """Return ``places`` on a unit oval; on a head the upper ones alone, moved to the forehead."""
    return tuple((x, y * 0.35 - 0.62) for x, y in places if y < 0) if "head" in view else places


def _gloss(brush: Brush, oval: Oval) -> None:
    size = min(oval.rx, oval.ry)
    brush.oval(*oval.at(-0.42, -0.55), 0.34 * size, 0.13 * size, GLOSS, turn=-32)
    brush.oval(*oval.at(-0.02, -0.74), 0.1 * size, 0.07 * size, GLOSS, turn=-8)


def _sparkle(brush: Brush, oval: Oval) -> None:
    size = min(oval.rx, oval.ry)
    for x, y, radius in _SPARKLES:
        brush.stamp(star(4, 0.22), *oval.at(x, y), radius * size, radius * size, GLOSS)


def _scales(brush: Brush, oval: Oval) -> None:
    """Draw rows of scales: bold dark ones on a rough animal, fine light ones on a shiny one."""
    paint, rough = brush.paint, brush.animal.quality == "rough"
    colour = mix(paint.base, paint.line, 0.5) if rough else mix(paint.base, paint.shade, 0.8)
    scale, step = crescent(0.6 if rough else 0.35), brush.local(0.115 if rough else 0.09)
    for row, y in enumerate(np.arange(-oval.ry + step, oval.ry - step * 0.6, step * 0.95)):
        half = oval.rx * math.sqrt(max(0.0, 1.0 - (y / oval.ry) ** 2)) - step * 0.6
        first = -half + (step / 2 if row % 2 else 0.0)
        for x in np.arange(first, half, step):
            brush.stamp(scale, float(x), float(y), step * 0.42, step * 0.36, colour)


def _curls(brush: Brush, oval: Oval, places: Places) -> None:
    size = brush.local(0.045)
    for x, y in places:
        brush.stamp(crescent(0.3), *oval.at(x, y), size, size * 0.8, brush.paint.shade)


def _wisps(brush: Brush, oval: Oval, places: Places) -> None:
    length, width = brush.local(0.1), brush.local(0.03)
    colour = mix(brush.paint.base, brush.paint.line, 0.5)
    for place, lean in zip(places, brush.rng.uniform(-0.8, 0.8, len(places)), strict=True):
        x, y = oval.at(*place)
        brush.fill(needle(x, y, x + lean * length, y + length, width), colour)


def _warts(brush: Brush, oval: Oval, places: Places) -> None:
    """Draw warts, some of them standing out over the edge."""
    paint, size = brush.paint, brush.local(0.043)
    for place in (*places, *_EDGE_WARTS):
        x, y = oval.at(*place)
        brush.oval(x, y, size, size, paint.light, paint.line, width=0.012)
        brush.oval(x - size * 0.25, y - size * 0.3, size * 0.4, size * 0.35, WHITE)


_FLUFFY = Fringe(0.125, 0.055, round=True)
_SCRUFFY = Fringe(0.105, 0.105, unruly=0.6, droop=0.3)
#: (covering, quality) -> the edge of an oval of it, lengths in the animal's units; absent if it is smooth.
_FRINGES: Mapping[tuple[str, str], Fringe] = {
    ("fur", "fluffy"): _FLUFFY, ("feathers", "fluffy"): _FLUFFY, ("fur", "scruffy"): _SCRUFFY,
    ("feathers", "scruffy"): _SCRUFFY, ("scales", "rough"): Fringe(0.085, 0.042),
    ("hair", "fuzzy"): Fringe(0.042, 0.07, unruly=0.25),
}  # fmt: skip


def hide(
    brush: Brush, oval: Oval, view: View = "side", belly: Oval | None = None,
    *, fill: Colour | None = None, joined: Sequence[Points] = (),
) -> None:  # fmt: skip
    """Draw an oval of the animal's coat with its pattern and quality.

    Parameters
    ----------
    view
        How the oval is seen, which places its markings.
    belly
        A lighter patch, in units of the oval.
    fill
        A colour other than the animal's own.
    joined
        Further outlines, around the oval's centre, that grow out of it without a seam.
    """
    paint, colour = brush.paint, fill or brush.paint.base
    with brush.within(oval.x, oval.y, turn=oval.turn):
        outlines = (*joined, coat_outline(brush, oval, view))
        for outline in outlines:
            brush.fill(outline, paint.line, paint.line)
        for outline in outlines:
            brush.fill(outline, colour)
        brush.fill(_underside() * (oval.rx, oval.ry), mix(colour, paint.shade, 0.6))
        if belly is not None:
            brush.oval(*oval.at(belly.x, belly.y), belly.rx * oval.rx, belly.ry * oval.ry, paint.belly)
        markings(brush, oval, view)
        texture(brush, oval, view)


def coat_outline(brush: Brush, oval: Oval, view: View = "side") -> Points:
    """Return the outline of an oval of the animal's coat, around the origin; scaly heads are smooth."""
    covering = brush.animal.kind.covering
    fringe = _FRINGES.get((covering, brush.animal.quality))
    if fringe is None or (covering == "scales" and view == "head"):
        return np.asarray(circle(40) * (oval.rx, oval.ry))
    return fringed(oval.rx, oval.ry, fringe.scaled(brush.local(1.0)), brush.rng)


@cache
def _underside() -> Points:
    lower = arc(8.0, 172.0, 16)
    return np.concatenate([lower, lower[-2:0:-1] * (1.0, 0.72) + (0.0, 0.02)])
