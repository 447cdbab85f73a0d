"""Turtles."""

import math

import numpy as np

from eep.stimuli.animals.drawing.brush import GLOSS, HEAD_SIZE, Brush, Oval, Pose, mix
from eep.stimuli.animals.drawing.coat import markings
from eep.stimuli.animals.drawing.eyes import Gaze
from eep.stimuli.animals.drawing.limbs import leg, paw
from eep.stimuli.animals.drawing.mouths import bare_face
from eep.stimuli.animals.drawing.outlines import Points, arc, circle

_HORN = (150, 104, 60)
#: Middle and radius of each plate of the shell, whose rim is at y = 0.
_SCUTES = (
    (-0.02, -0.26, 0.115), (-0.22, -0.17, 0.09), (0.19, -0.17, 0.09), (-0.1, -0.065, 0.075),
    (0.1, -0.065, 0.075), (0.29, -0.06, 0.055), (-0.31, -0.06, 0.055),
)  # fmt: skip


def turtle(brush: Brush) -> Pose:
    """Draw a turtle: on its legs, resting on its shell, or with its head drawn near in sleep."""
    activity, size = brush.animal.activity, 0.8 if brush.animal.baby else 1.05
    high = {"standing": 0.2, "playing": 0.17, "eating": 0.15}.get(activity, 0.06)
    with brush.within(0.08, -high, size):
        _limbs(brush, high / size)
    radius = (0.21 if brush.animal.baby else 0.165) * HEAD_SIZE[brush.animal.head]
    low = {"sleeping": (-0.4, -radius * 0.9), "eating": (-0.47, -max(radius, 0.2) - 0.12)}
    x, y = low.get(activity, (-0.44, -high - 0.2 - radius * 0.5))
    neck = ((-0.16, -high - 0.06), (x, y))
    brush.stroke(neck, 0.15, brush.paint.light, brush.paint.line, bend=False)
    with brush.within(0.08, -high, size):
        _shell(brush)
    with brush.within(x, y, radius):
        _head(brush)
        frame = brush.frame
    reach = x - radius * (1.2 if activity == "eating" else 1.4)
    return Pose(frame, (0.0, -0.9), (0.1, 1.02), 0.75, (reach, 0.04))


def _limbs(brush: Brush, high: float) -> None:
    """Draw four legs under a shell ``high`` above the ground, stretched to the sides at rest, and the tail."""
    paint, stretch = brush.paint, 0.12 if high < 0.1 else 0.0
    brush.fill(((0.36, -0.06), (0.4, 0.04), (0.55, 0.05)), paint.light, paint.line)
    far, near = paint.base, paint.light
    for x, way, colour in ((-0.16, -1, far), (0.3, 1, far), (-0.3, -1, near), (0.22, 1, near)):
        foot = (x + way * stretch, high - 0.04)
        leg(brush, ((x, -0.02), foot), 0.135, colour)
        paw(brush, Oval(foot[0] - 0.015, foot[1], 0.088, 0.056), colour)


def _head(brush: Brush) -> None:
    height = 1.06 if brush.animal.head == "big" else 0.94
    brush.oval(0, 0, 1.1, height, brush.paint.light, brush.paint.line)
    markings(brush, Oval(0, 0, 1.1, height), "head")
    bare_face(brush, Gaze((128, 88, 40)))


def _dome(*, rough: bool) -> Points:
    """Return the outline of the shell, its rim at y = 0; a rough one is set with points."""
    curve = arc(180.0, 360.0, 27) * (0.42, 0.42)
    if rough:
        curve = curve * np.where(np.arange(27) % 3 == 1, 1.15, 0.97)[:, None]
    return np.concatenate([curve, [(0.44, 0.07), (-0.44, 0.07)]])


def _shell(brush: Brush) -> None:
    paint = brush.paint
    rough = brush.animal.quality == "rough"
    horn = mix(paint.base, _HORN, 0.5)
    line = mix(horn, paint.line, 0.8)
    brush.fill(_dome(rough=rough), horn, line)
    brush.box(-0.44, 0.0, 0.44, 0.07, mix(horn, paint.light, 0.45), line, 0.012)
    for x, y, radius in _SCUTES:
        _scute(brush, x, y, radius, mix(horn, paint.light, 0.5), line)
    if brush.animal.pattern == "striped":
        _shell_stripes(brush)
    if not rough:
        brush.oval(-0.2, -0.27, 0.11, 0.045, GLOSS, turn=-38)
        brush.oval(-0.06, -0.345, 0.04, 0.024, GLOSS, turn=-14)


def _scute(brush: Brush, x: float, y: float, radius: float, colour: tuple[int, ...], line: tuple[int, ...]) -> None:
    """Draw one plate: flat, or a knob; spotted animals have a spot on each."""
    rough = brush.animal.quality == "rough"
    plate = circle(6) * (radius, radius * 0.86) + (x, y)
    brush.fill(plate, colour, line, 0.022 if rough else 0.009)
    if rough:
        low = y + radius * 0.3
        shape = ((x - radius * 0.5, low), (x + radius * 0.5, low), (x, y - radius * 0.85))
        brush.fill(shape, mix(colour, line, 0.3), line, 0.012)
    if brush.animal.pattern == "spotted":
        brush.oval(x, y + (radius * 0.1 if rough else 0.0), radius * 0.6, radius * 0.56, brush.paint.mark)


def _shell_stripes(brush: Brush) -> None:
    for angle in (-150, -120, -90, -60, -30):
        c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        across = np.array([-s, c]) * 0.032
        outer, inner = np.array([c, s]) * 0.41, np.array([c, s]) * 0.1
        shape = np.array([outer - across, outer + across, inner + across * 0.3, inner - across * 0.3])
        brush.fill(shape, brush.paint.mark)
