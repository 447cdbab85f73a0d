"""Heads in profile with jaws: lizards' and crocodiles'."""

from collections.abc import Mapping
from types import MappingProxyType

from eep.stimuli.animals.drawing.brush import HEAD_SIZE, Brush, Oval
from eep.stimuli.animals.drawing.canvas import Frame
from eep.stimuli.animals.drawing.coat import hide
from eep.stimuli.animals.drawing.eyes import RADIUS, Gaze, blush, eye
from eep.stimuli.animals.drawing.mouths import zigzag
from eep.stimuli.animals.drawing.outlines import Points, needle, smooth
from eep.stimuli.animals.drawing.paint import INK, THROAT, TONGUE, TONGUE_LINE, mix

#: How far the snout reaches beyond the head, in units of the head's radius; a crocodile's reaches farther.
_SNOUT: Mapping[str, float] = MappingProxyType({"short": 0.12, "medium": 0.95, "long": 2.0})
_CROCODILE = 1.3
_EYE_Y: Mapping[str, float] = MappingProxyType({"small": -0.42, "normal": -0.3, "big": -0.08})


def jaws(brush: Brush, x: float, y: float) -> Frame:
    """Draw the head with its hinge at (x, y) and return its frame, whose unit is the head's radius."""
    animal = brush.animal
    radius = (0.19 if animal.baby else 0.155) * HEAD_SIZE[animal.head]
    length = _SNOUT[animal.nose] * (_CROCODILE if animal.species == "crocodile" else 1.0)
    gapes = animal.mouth == "teeth"
    with brush.canvas.within(x, y - radius * 0.3, radius):
        if gapes:
            _dropped_jaw(brush, length)
        dome = 1.06 if animal.head == "big" else 0.9
        hide(brush, Oval(0, 0, 1.1, dome), "head", joined=[_upper_jaw(length, raised=gapes)])
        brush.canvas.oval(-1.0 - length * 0.9, -0.24 if gapes else -0.02, 0.07, 0.06, INK)
        _mouth(brush, length)
        _eye(brush)
        return brush.canvas.frame


def _upper_jaw(length: float, *, raised: bool) -> Points:
    """Return the outline of the snout, ``length`` beyond the head; bared teeth raise it."""
    lift, low = (-0.3, 0.2) if raised else (0.0, 0.62)
    above = (
        (0.3, -0.5),
        (-0.7, -0.42),
        (-1.0 - length * 0.55, -0.16 + lift * 0.6),
        (-1.06 - length, -0.12 + lift),
    )
    below = ((-1.12 - length, 0.2 + lift), (-1.0 - length * 0.5, 0.34 + lift * 0.6), (-0.5, low), (0.3, 0.7))
    return smooth((*above, *below))


def _dropped_jaw(brush: Brush, length: float) -> None:
    """Draw the lower jaw of an open mouth, the throat and the lower teeth."""
    canvas, tip = brush.canvas, -0.95 - length
    canvas.fill(((0.2, 0.1), (tip, -0.1), (tip, 0.75), (0.3, 0.85)), THROAT)
    jaw = ((0.4, 0.4), (-0.4, 0.62), (tip, 0.72), (tip - 0.06, 0.98), (-0.4, 1.05), (0.5, 0.85))
    canvas.fill(smooth(jaw), brush.paint.base, brush.paint.line)
    zigzag(brush, (tip + 0.05, 0.72), (-0.35, 0.62), _teeth(length), -0.3)


def _teeth(length: float) -> int:
    """Return how many teeth a jaw has."""
    return 3 + round(length * 1.6)


def _mouth(brush: Brush, length: float) -> None:
    """Draw the mouth along the snout."""
    canvas, state, tip = brush.canvas, brush.animal.mouth, -0.98 - length
    if state == "teeth":
        zigzag(brush, (tip + 0.02, 0.02), (-0.45, 0.3), _teeth(length), 0.34)
        return
    smiles = state == "smiling"
    corner = (-0.12, -0.08) if smiles else (-0.3, 0.42)
    path = ((tip, 0.14), (tip * 0.55, 0.3), (-0.45, 0.4), corner)
    canvas.stroke(path, brush.local(0.042 if smiles else 0.022), INK)
    if smiles:
        canvas.fill(smooth(((tip * 0.7, 0.26), (-0.5, 0.34), corner, (-0.4, 0.62))), THROAT, INK, 0.014)
        canvas.oval(*corner, 0.15, 0.15, INK)
    elif state == "tongue":
        _forked_tongue(brush, tip)


def _forked_tongue(brush: Brush, tip: float) -> None:
    """Draw a long forked tongue in front of the snout."""
    canvas = brush.canvas
    path = ((tip + 0.1, 0.2), (tip - 0.35, 0.42), (tip - 0.75, 0.3))
    canvas.stroke(path, max(0.22, brush.local(0.035)), TONGUE, TONGUE_LINE)
    for y in (0.38, 0.04):
        canvas.fill(needle(tip - 0.7, 0.3, tip - 1.1, y, 0.2), TONGUE, TONGUE_LINE, 0.012)


def _eye(brush: Brush) -> None:
    """Draw the one eye that is seen, on a crocodile under a bump."""
    animal, paint = brush.animal, brush.paint
    radius, y = RADIUS[animal.eyes] * 1.3, _EYE_Y[animal.head]
    crocodile = animal.species == "crocodile"
    if crocodile:
        bump = mix(paint.base, paint.shade, 0.5)
        brush.canvas.oval(
            -0.12, y - radius * 0.35, radius * 1.35, radius * 1.25, bump, paint.line, width=0.014
        )
    iris = (236, 206, 70) if crocodile else (246, 160, 50)
    eye(brush, Gaze(iris, slit=True), -0.15, y, radius, -1)
    blush(brush, 0.42, 0.3, 0.22)
