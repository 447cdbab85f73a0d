"""Lizards and crocodiles, in profile."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from eep.stimuli.animals.drawing.brush import Brush, Oval, Pose
from eep.stimuli.animals.drawing.coat import hide
from eep.stimuli.animals.drawing.jaws import jaws
from eep.stimuli.animals.drawing.limbs import claws, leg
from eep.stimuli.animals.drawing.tubes import tube


@dataclass(frozen=True)
class Build:
    """What tells a crocodile's body from a lizard's, in the animal's units."""

    girth: float
    legs: float
    thickness: float


_BUILDS: Mapping[str, Build] = MappingProxyType(
    {"lizard": Build(0.15, 0.2, 0.075), "crocodile": Build(0.2, 0.12, 0.1)}
)
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
    with brush.canvas.within(0.12, y, turn=turn):
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
    with brush.canvas.within(trunk.rx * 0.75, trunk.y, turn=droop):
        if brush.animal.species == "crocodile":
            tube(brush, _HEAVY_TAIL, 0.2, 0.03)
            for x, y in ((0.16, -0.02), (0.25, -0.03), (0.33, -0.05)):
                _scute(brush, x, y)
        else:
            tube(brush, _CURLED_TAIL, 0.135, 0.025)


def _ridge(brush: Brush, trunk: Oval) -> None:
    """Draw the scutes on a crocodile's back."""
    for u in (-0.62, -0.34, -0.06, 0.22, 0.5, 0.78):
        _scute(brush, u * trunk.rx, trunk.y - trunk.ry * math.sqrt(1 - u * u) + 0.012)


def _scute(brush: Brush, x: float, y: float) -> None:
    outline = ((x - 0.045, y), (x + 0.045, y), (x + 0.01, y - 0.085))
    brush.canvas.fill(outline, brush.paint.shade, brush.paint.line, 0.014)


def _legs(brush: Brush, trunk: Oval, *, far: bool) -> None:
    """Draw the pair of legs on the far or on the near side, toes spread."""
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
            brush.canvas.stroke((foot, toe), 0.042, colour, paint.line, bend=False)
