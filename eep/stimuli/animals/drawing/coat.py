"""Coats: one oval of fur, feathers, scales, skin or hair, so that its quality and pattern can be seen.

Qualities differ in outline as well as inside (scallops, spikes, teeth, bumps or gloss): at 96 pixels an outline
is what is left of a coat.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType

import numpy as np

from eep.stimuli.animals.drawing.brush import Brush, Oval
from eep.stimuli.animals.drawing.canvas import Colour
from eep.stimuli.animals.drawing.markings import View, markings
from eep.stimuli.animals.drawing.outlines import Fringe, Points, arc, circle, fringed
from eep.stimuli.animals.drawing.paint import mix
from eep.stimuli.animals.drawing.textures import texture

_FLUFFY = Fringe(0.125, 0.055, round=True)
_SCRUFFY = Fringe(0.105, 0.105, unruly=0.6, droop=0.3)
#: (covering, quality) -> the edge of an oval of it, lengths in the animal's units; absent if it is smooth.
_FRINGES: Mapping[tuple[str, str], Fringe] = MappingProxyType(
    {
        ("fur", "fluffy"): _FLUFFY,
        ("feathers", "fluffy"): _FLUFFY,
        ("fur", "scruffy"): _SCRUFFY,
        ("feathers", "scruffy"): _SCRUFFY,
        ("scales", "rough"): Fringe(0.085, 0.042),
        ("hair", "fuzzy"): Fringe(0.042, 0.07, unruly=0.25),
    }
)


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
    paint, canvas, colour = brush.paint, brush.canvas, fill or brush.paint.base
    with canvas.within(oval.x, oval.y, turn=oval.turn):
        outlines = (*joined, coat_outline(brush, oval, view))
        for outline in outlines:
            canvas.fill(outline, paint.line, paint.line)
        for outline in outlines:
            canvas.fill(outline, colour)
        canvas.fill(_underside() * (oval.rx, oval.ry), mix(colour, paint.shade, 0.6))
        if belly is not None:
            canvas.oval(*oval.at(belly.x, belly.y), belly.rx * oval.rx, belly.ry * oval.ry, paint.belly)
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
    """Return the shaded lower rim of the unit oval."""
    lower = arc(8.0, 172.0, 16)
    return np.concatenate([lower, lower[-2:0:-1] * (1.0, 0.72) + (0.0, 0.02)])
