"""Frogs."""

from collections.abc import Sequence
from dataclasses import replace

from eep.stimuli.animals.drawing.brush import HEAD_SIZE, Brush, Oval, Pose
from eep.stimuli.animals.drawing.coat import hide
from eep.stimuli.animals.drawing.eyes import RADIUS, Gaze, blush, eye
from eep.stimuli.animals.drawing.limbs import leg
from eep.stimuli.animals.drawing.mouths import snout

_GAZE = Gaze((244, 184, 46))


def frog(brush: Brush) -> Pose:
    """Draw a frog: squatting, upright on its hind legs, stretched in a leap, or flat in sleep."""
    draw = {"standing": _upright, "leaping": _leap, "sleeping": _flat}.get(brush.animal.activity, _squat)
    return draw(brush)


def _radius(brush: Brush) -> float:
    return (0.27 if brush.animal.baby else 0.225) * HEAD_SIZE[brush.animal.head]


def _size(brush: Brush) -> float:
    return 0.78 if brush.animal.baby else 1.08


def _squat(brush: Brush) -> Pose:
    """Draw a sitting frog, its thighs to either side, low over the bowl when it eats."""
    eats = brush.animal.activity == "eating"
    size = _size(brush)
    for side in (-1, 1):
        _thigh(brush, side, size)
    hide(brush, Oval(0, -0.22 * size, 0.26 * size, 0.22 * size), "front", Oval(0, 0.16, 0.6, 0.74))
    for side in (-1, 1):
        _arm(brush, ((side * 0.16 * size, -0.24 * size), (side * 0.19 * size, -0.04)))
    radius = _radius(brush)
    x, y = (-0.14, -0.27 * size - radius * 0.35) if eats else (0.0, -0.4 * size - radius * 0.42)
    pose = _head(brush, x, y)
    return replace(pose, reach=(x - 0.24, 0.05) if eats else (-0.48, 0.02))


def _thigh(brush: Brush, side: int, size: float) -> None:
    paint = brush.paint
    with brush.within(side * 0.3 * size, -0.15 * size, size, turn=-side * 18):
        brush.oval(0, 0, 0.18, 0.145, paint.base, paint.line)
    if brush.animal.pattern == "striped":
        for dx in (-0.08, 0.02, 0.12):
            brush.oval(side * (0.32 + dx) * size, -0.2 * size, 0.03, 0.095, paint.mark, turn=side * 12)
    elif brush.animal.pattern == "spotted":
        for dx, dy in ((-0.03, -0.2), (0.09, -0.13)):
            brush.oval(side * (0.31 + dx) * size, dy * size, 0.055, 0.055, paint.mark)
    _foot(brush, side * 0.38 * size, -0.025, 0.085)


def _foot(brush: Brush, x: float, y: float, spread: float) -> None:
    for dx in (-spread, 0.0, spread):
        brush.stroke(((x, y - 0.03), (x + dx, y)), 0.046, brush.paint.light, brush.paint.line, bend=False)


def _arm(brush: Brush, path: Sequence[tuple[float, float]]) -> None:
    leg(brush, path, 0.085)
    _foot(brush, path[-1][0], path[-1][1] + 0.015, 0.06)


def _upright(brush: Brush) -> Pose:
    size = _size(brush)
    for side in (-1, 1):
        with brush.within(scale=size, mirror=side > 0):
            leg(brush, ((-0.12, -0.3), (-0.3, -0.24), (-0.2, -0.03)), 0.12)
            _foot(brush, -0.22, -0.02, 0.085)
    hide(brush, Oval(0, -0.42 * size, 0.22 * size, 0.24 * size), "front", Oval(0, 0.16, 0.6, 0.74))
    for side in (-1, 1):
        with brush.within(scale=size, mirror=side > 0):
            _arm(brush, ((-0.17, -0.5), (-0.34, -0.4), (-0.36, -0.26)))
    return _head(brush, 0, -0.62 * size - _radius(brush) * 0.4)


def _leap(brush: Brush) -> Pose:
    size = _size(brush)
    with brush.within(0.0, -0.36, turn=22):
        for dy in (-0.02, 0.14):
            knee, foot = (0.36 * size, 0.16 + dy), (0.62 * size, 0.05 + dy)
            leg(brush, ((0.1, dy), knee, foot), 0.12)
            _foot(brush, foot[0] + 0.03, foot[1] + 0.03, 0.075)
        hide(brush, Oval(0, 0, 0.27 * size, 0.2 * size), "side", Oval(-0.1, 0.5, 0.74, 0.42))
        for dy in (0.06, 0.14):
            _arm(brush, ((-0.12, dy), (-0.3 * size, 0.12 + dy)))
        radius = _radius(brush)
        return _head(brush, -0.2 * size, -0.12 * size - radius * 0.42, -14)


def _flat(brush: Brush) -> Pose:
    size = _size(brush)
    for side in (-1, 1):
        _thigh(brush, side, size)
    hide(brush, Oval(0, -0.19 * size, 0.3 * size, 0.18 * size), "front")
    radius = _radius(brush)
    pose = _head(brush, -0.03, -radius * 0.78)
    for side in (-1, 1):
        _foot(brush, side * 0.2 - 0.03, -0.01, 0.06)
    return pose


def _head(brush: Brush, x: float, y: float, turn: float = 0.0) -> Pose:
    animal, paint = brush.animal, brush.paint
    flat = 0.86 if animal.head == "big" else 0.72
    shift = 0.08 if animal.nose == "long" else 0.0
    with brush.within(x, y, _radius(brush), turn):
        radius = RADIUS[animal.eyes] * 1.1
        eye_y = -0.62 * flat / 0.72 + (0.12 if animal.head == "big" else 0.0)
        for side in (-1, 1):
            brush.oval(shift + side * 0.62, eye_y, radius + 0.13, radius + 0.13, paint.base, paint.line)
        hide(brush, Oval(0, 0, 1.2, flat), "broad head")
        for side in (-1, 1):
            brush.oval(shift + side * 0.62, eye_y, radius + 0.11, radius + 0.11, paint.base)
            eye(brush, _GAZE, shift + side * 0.62, eye_y, radius, side)
            blush(brush, side * 0.92, 0.16)
        snout(brush, 0.0 if animal.eyes != "big" else 0.06)
        return Pose(brush.frame, (0.0, -0.78), (0.0, 0.86), 0.85, (-0.46, 0.02), aside=0.0)
