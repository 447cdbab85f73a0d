"""Lizards and crocodiles, in profile."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from eep.stimuli.animals.drawing.brush import HEAD_SIZE, INK, THROAT, TONGUE, TONGUE_LINE, Brush, Oval, Pose, mix
from eep.stimuli.animals.drawing.canvas import Frame
from eep.stimuli.animals.drawing.coat import hide
from eep.stimuli.animals.drawing.eyes import RADIUS, Gaze, blush, eye
from eep.stimuli.animals.drawing.limbs import claws, leg
from eep.stimuli.animals.drawing.mouths import zigzag
from eep.stimuli.animals.drawing.outlines import Points, needle, smooth
from eep.stimuli.animals.drawing.snakes import tube

#: How far the snout reaches beyond the head, in units of the head's radius; a crocodile's reaches farther.
_SNOUT: Mapping[str, float] = {"short": 0.12, "medium": 0.95, "long": 2.0}
_CROCODILE = 1.3
_EYE_Y: Mapping[str, float] = {"small": -0.42, "normal": -0.3, "big": -0.08}


def jaws(brush: Brush, x: float, y: float) -> Frame:
    """Draw the head with its hinge at (x, y) and return its frame, whose unit is the head's radius."""
    animal = brush.animal
    radius = (0.19 if animal.baby else 0.155) * HEAD_SIZE[animal.head]
    length = _SNOUT[animal.nose] * (_CROCODILE if animal.species == "crocodile" else 1.0)
    gapes = animal.mouth == "teeth"
    with brush.within(x, y - radius * 0.3, radius):
        if gapes:
            _dropped_jaw(brush, length)
        dome = 1.06 if animal.head == "big" else 0.9
        hide(brush, Oval(0, 0, 1.1, dome), "head", joined=[_upper_jaw(length, raised=gapes)])
        brush.oval(-1.0 - length * 0.9, -0.24 if gapes else -0.02, 0.07, 0.06, INK)
        _mouth(brush, length)
        _eye(brush)
        return brush.frame


def _upper_jaw(length: float, *, raised: bool) -> Points:
    """Return the outline of the snout, ``length`` beyond the head; bared teeth raise it."""
    lift, low = (-0.3, 0.2) if raised else (0.0, 0.62)
    bridge, tip = (-1.0 - length * 0.55, -0.16 + lift * 0.6), (-1.06 - length, -0.12 + lift)
    above = ((0.3, -0.5), (-0.7, -0.42), bridge, tip)
    below = ((-1.12 - length, 0.2 + lift), (-1.0 - length * 0.5, 0.34 + lift * 0.6), (-0.5, low), (0.3, 0.7))
    return smooth((*above, *below))


def _dropped_jaw(brush: Brush, length: float) -> None:
    tip = -0.95 - length
    brush.fill(((0.2, 0.1), (tip, -0.1), (tip, 0.75), (0.3, 0.85)), THROAT)
    jaw = ((0.4, 0.4), (-0.4, 0.62), (tip, 0.72), (tip - 0.06, 0.98), (-0.4, 1.05), (0.5, 0.85))
    brush.fill(smooth(jaw), brush.paint.base, brush.paint.line)
    zigzag(brush, (tip + 0.05, 0.72), (-0.35, 0.62), _teeth(length), -0.3)


def _teeth(length: float) -> int:
    return 3 + round(length * 1.6)


def _mouth(brush: Brush, length: float) -> None:
    state, tip = brush.animal.mouth, -0.98 - length
    if state == "teeth":
        zigzag(brush, (tip + 0.02, 0.02), (-0.45, 0.3), _teeth(length), 0.34)
        return
    smiles = state == "smiling"
    corner = (-0.12, -0.08) if smiles else (-0.3, 0.42)
    path = ((tip, 0.14), (tip * 0.55, 0.3), (-0.45, 0.4), corner)
    brush.stroke(path, brush.local(0.042 if smiles else 0.022), INK)
    if smiles:
        brush.fill(smooth(((tip * 0.7, 0.26), (-0.5, 0.34), corner, (-0.4, 0.62))), THROAT, INK, 0.014)
        brush.oval(*corner, 0.15, 0.15, INK)
    elif state == "tongue":
        _forked_tongue(brush, tip)


def _forked_tongue(brush: Brush, tip: float) -> None:
    path = ((tip + 0.1, 0.2), (tip - 0.35, 0.42), (tip - 0.75, 0.3))
    brush.stroke(path, max(0.22, brush.local(0.035)), TONGUE, TONGUE_LINE)
    for y in (0.38, 0.04):
        brush.fill(needle(tip - 0.7, 0.3, tip - 1.1, y, 0.2), TONGUE, TONGUE_LINE, 0.012)


def _eye(brush: Brush) -> None:
    """Draw the one eye that is seen, on a crocodile under a bump."""
    animal, paint = brush.animal, brush.paint
    radius, y = RADIUS[animal.eyes] * 1.3, _EYE_Y[animal.head]
    crocodile = animal.species == "crocodile"
    if crocodile:
        bump = mix(paint.base, paint.shade, 0.5)
        brush.oval(-0.12, y - radius * 0.35, radius * 1.35, radius * 1.25, bump, paint.line, width=0.014)
    iris = (236, 206, 70) if crocodile else (246, 160, 50)
    eye(brush, Gaze(iris, slit=True), -0.15, y, radius, -1)
    blush(brush, 0.42, 0.3, 0.22)


@dataclass(frozen=True)
class TrunkBuild:
    """What tells a crocodile's body from a lizard's, in the animal's units."""

    girth: float
    legs: float
    thickness: float


_BUILDS: Mapping[str, TrunkBuild] = {"lizard": TrunkBuild(0.15, 0.2, 0.075), "crocodile": TrunkBuild(0.2, 0.12, 0.1)}
_CURLED_TAIL = (
    (0.0, 0.0), (0.18, 0.07), (0.36, 0.03), (0.43, -0.13), (0.33, -0.24), (0.24, -0.15), (0.3, -0.1),
)  # fmt: skip
_HEAVY_TAIL = ((0.0, 0.0), (0.2, 0.06), (0.36, 0.04), (0.46, -0.1), (0.52, -0.2))
_LEAP = 0.14  # how far a leap throws the feet forward and back


def lizard(brush: Brush) -> Pose:
    """Draw a lizard or a crocodile; it sits with its front raised and sleeps flat on its belly."""
    build, activity, baby = _BUILDS[brush.animal.species], brush.animal.activity, brush.animal.baby
    clearance = 0.04 if brush.animal.asleep else build.legs * (0.75 if baby else 1.0)
    trunk = Oval(0.0, -clearance - build.girth * 0.8, 0.24 if baby else 0.34, build.girth)
    turn, y = {"sitting": (20, 0.0), "leaping": (18, -0.3), "playing": (8, 0.0)}.get(activity, (0, 0.0))
    with brush.within(0.12, y, turn=turn):
        _tail(brush, trunk, droop=-turn if activity == "sitting" else 0)
        _legs(brush, trunk, far=True)
        hide(brush, trunk, "side", Oval(0, 0.62, 0.82, 0.34))
        if brush.animal.species == "crocodile":
            _ridge(brush, trunk)
        _legs(brush, trunk, far=False)
        bowed = brush.animal.asleep or activity == "eating"
        head = jaws(brush, -trunk.rx * 0.92, trunk.y - trunk.ry * (0.1 if bowed else 0.75))
    return Pose(head, (0.05, -0.92), (0.75, 0.62), 0.62, (float(head.origin[0]) - 0.3, 0.06))


def _tail(brush: Brush, trunk: Oval, droop: float) -> None:
    """Draw the tail: a crocodile's heavy with a ridge, a lizard's long and curled."""
    with brush.within(trunk.rx * 0.75, trunk.y, turn=droop):
        if brush.animal.species == "crocodile":
            tube(brush, _HEAVY_TAIL, 0.2, 0.03)
            for x, y in ((0.16, -0.02), (0.25, -0.03), (0.33, -0.05)):
                _scute(brush, x, y)
        else:
            tube(brush, _CURLED_TAIL, 0.135, 0.025)


def _ridge(brush: Brush, trunk: Oval) -> None:
    for u in (-0.62, -0.34, -0.06, 0.22, 0.5, 0.78):
        _scute(brush, u * trunk.rx, trunk.y - trunk.ry * math.sqrt(1 - u * u) + 0.012)


def _scute(brush: Brush, x: float, y: float) -> None:
    outline = ((x - 0.045, y), (x + 0.045, y), (x + 0.01, y - 0.085))
    brush.fill(outline, brush.paint.shade, brush.paint.line, 0.014)


def _legs(brush: Brush, trunk: Oval, *, far: bool) -> None:
    paint, width = brush.paint, _BUILDS[brush.animal.species].thickness
    stride = _LEAP if brush.animal.activity == "leaping" else 0.0
    for x, way in ((-0.62, -1), (0.6, 1)):
        hip = x * trunk.rx + (0.09 if far else 0.0)
        foot = (hip + way * stride - 0.03, -0.03 - stride * 0.3)
        knee = (hip + way * (0.08 + stride * 0.4), (trunk.y + foot[1]) / 2)
        leg(brush, ((hip, trunk.y + trunk.ry * 0.3), knee, foot), width, paint.shade if far else paint.base)
        toes = [(foot[0] + dx, foot[1] + 0.02) for dx in (-0.085, -0.035, 0.02)]
        claws(brush, toes, lean=-0.045, length=0.08)
        for toe in toes:
            colour = paint.base if far else paint.light
            brush.stroke((foot, toe), 0.042, colour, paint.line, bend=False)
