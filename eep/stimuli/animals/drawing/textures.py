"""What a coat's quality looks like inside its outline: gloss, scales, curls, loose hairs or warts."""

import math

import numpy as np

from eep.stimuli.animals.drawing.brush import Brush, Oval
from eep.stimuli.animals.drawing.markings import View
from eep.stimuli.animals.drawing.outlines import crescent, needle, star
from eep.stimuli.animals.drawing.paint import GLOSS, WHITE, mix

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
    """Draw the bright reflections of a smooth coat."""
    canvas, size = brush.canvas, min(oval.rx, oval.ry)
    canvas.oval(*oval.at(-0.42, -0.55), 0.34 * size, 0.13 * size, GLOSS, turn=-32)
    canvas.oval(*oval.at(-0.02, -0.74), 0.1 * size, 0.07 * size, GLOSS, turn=-8)


def _sparkle(brush: Brush, oval: Oval) -> None:
    """Draw the glints of shiny scales."""
    size = min(oval.rx, oval.ry)
    for x, y, radius in _SPARKLES:
        brush.canvas.stamp(star(4, 0.22), *oval.at(x, y), radius * size, radius * size, GLOSS)


def _scales(brush: Brush, oval: Oval) -> None:
    """Draw rows of scales: bold dark ones on a rough animal, fine light ones on a shiny one."""
    paint, rough = brush.paint, brush.animal.quality == "rough"
    colour = mix(paint.base, paint.line, 0.5) if rough else mix(paint.base, paint.shade, 0.8)
    scale, step = crescent(0.6 if rough else 0.35), brush.local(0.115 if rough else 0.09)
    for row, y in enumerate(np.arange(-oval.ry + step, oval.ry - step * 0.6, step * 0.95)):
        half = oval.rx * math.sqrt(max(0.0, 1.0 - (y / oval.ry) ** 2)) - step * 0.6
        first = -half + (step / 2 if row % 2 else 0.0)
        for x in np.arange(first, half, step):
            brush.canvas.stamp(scale, float(x), float(y), step * 0.42, step * 0.36, colour)


def _curls(brush: Brush, oval: Oval, places: Places) -> None:
    """Draw soft curls."""
    size = brush.local(0.045)
    for x, y in places:
        brush.canvas.stamp(crescent(0.3), *oval.at(x, y), size, size * 0.8, brush.paint.shade)


def _wisps(brush: Brush, oval: Oval, places: Places) -> None:
    """Draw loose hairs that point every way."""
    length, width = brush.local(0.1), brush.local(0.03)
    colour = mix(brush.paint.base, brush.paint.line, 0.5)
    for place, lean in zip(places, brush.rng.uniform(-0.8, 0.8, len(places)), strict=True):
        x, y = oval.at(*place)
        brush.canvas.fill(needle(x, y, x + lean * length, y + length, width), colour)


def _warts(brush: Brush, oval: Oval, places: Places) -> None:
    """Draw warts, some of them standing out over the edge."""
    paint, canvas, size = brush.paint, brush.canvas, brush.local(0.043)
    for place in (*places, *_EDGE_WARTS):
        x, y = oval.at(*place)
        canvas.oval(x, y, size, size, paint.light, paint.line, width=0.012)
        canvas.oval(x - size * 0.25, y - size * 0.3, size * 0.4, size * 0.35, WHITE)
