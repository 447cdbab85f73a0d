"""Mammals: cat, dog, rabbit, bear, mouse, fox and hedgehog in all their doings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from eep.stimuli.animals.drawing.brush import ROSE, WHITE, Brush, Oval, Pose, mix
from eep.stimuli.animals.drawing.coat import coat_outline, hide
from eep.stimuli.animals.drawing.limbs import leg, paw, spines
from eep.stimuli.animals.drawing.mammal_heads import head_radius, mammal_head
from eep.stimuli.animals.drawing.outlines import Path, smooth

_ROSE_LINE = (160, 90, 104)


def tail(brush: Brush, x: float, y: float) -> None:
    """Draw the tail of the animal's species from its root at (x, y)."""
    _TAILS[brush.animal.species](brush, x, y)


#: Tails from their root: a cat's long with a curl at its end, a dog's short and held high.
_CAT = ((-0.06, 0.0), (0.12, 0.0), (0.2, -0.14), (0.16, -0.3), (0.22, -0.4))
_DOG = ((-0.06, 0.0), (0.1, -0.04), (0.17, -0.15), (0.19, -0.27))


def _hairy_tail(brush: Brush, x: float, y: float, *, course: Path) -> None:
    """Draw a tail along ``course``: slim on a sleek animal, else ending in a plume of its coat."""
    path = [(x + dx, y + dy) for dx, dy in course]
    paint, slim = brush.paint, brush.animal.quality == "sleek"
    width = 0.075 if slim else 0.12
    brush.stroke(path, width, paint.base, paint.line, end_width=width * 0.8)
    tip_x, tip_y = path[-1]
    if not slim:
        with brush.within(tip_x, tip_y + 0.03):
            brush.fill(coat_outline(brush, Oval(0, 0, 0.085, 0.14)), paint.base, paint.line)
    for near, rise in ((-1, 0.02), (-2, 0.0), (-2, -0.08)):
        ring_x, ring_y = path[near]
        if brush.animal.pattern == "striped":
            brush.oval(ring_x, ring_y + rise, width * 0.5, 0.024, paint.mark)


def _stub_tail(brush: Brush, x: float, y: float) -> None:
    brush.oval(x + 0.05, y + 0.02, 0.06, 0.06, brush.paint.base, brush.paint.line)


def _cotton_tail(brush: Brush, x: float, y: float) -> None:
    with brush.within(x + 0.07, y):
        brush.fill(coat_outline(brush, Oval(0, 0, 0.09, 0.085)), brush.paint.belly, brush.paint.line)


def _bare_tail(brush: Brush, x: float, y: float) -> None:
    path = ((x, y), (x + 0.14, y + 0.05), (x + 0.24, y - 0.06), (x + 0.34, y - 0.08), (x + 0.4, y - 0.22))
    brush.stroke(path, 0.042, ROSE, _ROSE_LINE, end_width=0.016)


_BRUSH = (
    (-0.06, 0.03), (0.14, 0.05), (0.3, -0.08), (0.32, -0.3), (0.24, -0.46), (0.12, -0.28), (0.06, -0.1),
)  # fmt: skip
_BRUSH_TIP = ((0.325, -0.27), (0.24, -0.46), (0.13, -0.29), (0.2, -0.33), (0.24, -0.27), (0.29, -0.32))


def brush_tail(brush: Brush, x: float, y: float, *, lying: bool = False) -> None:
    """Draw a fox's bushy tail with a white tip, raised, or ``lying`` around a sleeping fox."""
    with brush.within(x, y, turn=64 if lying else 0, mirror=lying):
        brush.fill(smooth(_BRUSH), brush.paint.base, brush.paint.line)
        brush.fill(smooth(_BRUSH_TIP), WHITE)


_TAILS: Mapping[str, Callable[[Brush, float, float], None]] = {
    "cat": partial(_hairy_tail, course=_CAT), "dog": partial(_hairy_tail, course=_DOG), "rabbit": _cotton_tail, "bear": _stub_tail, "mouse": _bare_tail,
    "fox": brush_tail, "hedgehog": _stub_tail,
}  # fmt: skip


@dataclass(frozen=True)
class Build:
    """How stout a species is, and how long its legs are, beside other mammals."""

    bulk: float = 1.0
    legs: float = 1.0


_BUILDS: Mapping[str, Build] = {
    "cat": Build(0.94), "dog": Build(), "rabbit": Build(1.02, 0.6), "bear": Build(1.2, 0.9),
    "mouse": Build(1.0, 0.5), "fox": Build(0.9), "hedgehog": Build(1.1, 0.45),
}  # fmt: skip


def mammal(brush: Brush) -> Pose:
    """Draw a mammal."""
    pose = {"sitting": _sit, "playing": _sit, "sleeping": _sleep, "leaping": _leap}.get(brush.animal.activity, _stand)
    return pose(brush)


def _bulk(brush: Brush) -> float:
    """Return how stout the animal is; a sleek coat lies close, a fluffy one stands off."""
    coat = {"sleek": 0.93, "fluffy": 1.05}.get(brush.animal.quality, 1.0)
    return _BUILDS[brush.animal.species].bulk * coat


def _head(brush: Brush, x: float, y: float, turn: float = 0.0) -> Pose:
    radius = head_radius(brush)
    with brush.within(x, y, radius, turn):
        if brush.animal.species == "hedgehog":
            spines(brush, Oval(0, 0.02, 1.08, 1.0), 150, 390)
        mammal_head(brush)
        frame = brush.frame
    crown = -1.0 if brush.animal.head == "big" else -0.9
    return Pose(frame, (0.0, crown), (0.0, 1.0), 0.8, (-0.5, 0.02))


def _sit(brush: Brush) -> Pose:
    """Draw a mammal that sits facing us, one paw raised if it plays."""
    baby, bulk = brush.animal.baby, _bulk(brush)
    height = 0.225 if baby else 0.3
    radius = head_radius(brush)
    tail(brush, 0.18 * bulk, -0.1)
    if brush.animal.species == "hedgehog":
        spines(brush, Oval(0, -height, 0.27 * bulk, height), 150, 390)
    hide(brush, Oval(0, -height, 0.255 * bulk, height + 0.02), "front", Oval(0, 0.15, 0.56, 0.72))
    for side in (-1, 1):
        paw(brush, Oval(side * 0.235 * bulk, -0.045, 0.115, 0.065))
    raised = brush.animal.activity == "playing"
    _forelegs(brush, height, raised=raised)
    pose = _head(brush, 0, -2 * height - radius * 0.66, -6 if raised else 0)
    return replace(pose, reach=(-0.46, 0.02))


def _forelegs(brush: Brush, height: float, *, raised: bool) -> None:
    shoulder = -1.25 * height
    for side in (-1, 1):
        if raised and side < 0:
            leg(brush, ((-0.13, shoulder), (-0.26, shoulder + 0.02), (-0.36, shoulder - 0.06)), 0.105)
            paw(brush, Oval(-0.39, shoulder - 0.07, 0.08, 0.065, 40))
        else:
            leg(brush, ((side * 0.085, shoulder), (side * 0.085, -0.06)), 0.11, outlined=False)
            paw(brush, Oval(side * 0.088, -0.035, 0.078, 0.052))


def _stand(brush: Brush) -> Pose:
    baby, bulk, eats = brush.animal.baby, _bulk(brush), brush.animal.activity == "eating"
    length = (0.14 if baby else 0.25) * _BUILDS[brush.animal.species].legs
    girth = 0.19 * bulk
    body_y = -length - girth * 0.85
    reach = 0.3 if baby else 0.36
    tail(brush, reach * 0.95, body_y - girth * 0.3)
    _four_legs(brush, body_y + girth * 0.4, reach, stride=0.0)
    _trunk(brush, Oval(0.05, body_y, reach, girth))
    radius = head_radius(brush)
    x, y = -reach * 0.95, body_y - girth * 0.55 - radius * 0.62
    if eats:
        x, y = x - 0.03, min(body_y + girth * 0.1, -radius * 0.98 - 0.12)
    pose = _head(brush, x, y, -10 if eats else 0)
    return replace(pose, neck=(0.12, 0.98), reach=(x - radius * 1.35, 0.04))


def _trunk(brush: Brush, oval: Oval) -> None:
    """Draw the body in profile, with a hedgehog's spines on its back."""
    hide(brush, oval, "side", Oval(-0.05, 0.68, 0.7, 0.3))
    if brush.animal.species == "hedgehog":
        spines(brush, Oval(oval.x + 0.03, oval.y + 0.02, oval.rx * 1.02, oval.ry * 1.05), 186, 372)


def _four_legs(brush: Brush, hip: float, reach: float, stride: float) -> None:
    """Draw four legs, the far pair darker; ``stride`` throws them forward and back."""
    paint, width = brush.paint, 0.1 * (1.15 if brush.animal.species == "bear" else 1.0)
    socks = mix(paint.line, paint.base, 0.2) if brush.animal.species == "fox" else None
    for near in (False, True):
        for x, way in ((-0.62, -1), (0.62, 1)):
            top = 0.05 + x * reach + (0.0 if near else 0.1 * reach - way * 0.03)
            foot = top + way * stride + (0.0 if near else 0.035)
            ground = -0.035 - stride * 0.35 - (0.0 if near else 0.012)
            leg(brush, ((top, hip), (foot, ground)), width, paint.base if near else paint.shade)
            sole = Oval(foot - 0.02, ground, width * 0.78, width * 0.5)
            paw(brush, sole, socks or (paint.light if near else paint.base))


def _leap(brush: Brush) -> Pose:
    girth, reach = 0.18 * _bulk(brush), 0.31 if brush.animal.baby else 0.37
    with brush.within(0.0, -0.26, turn=16):
        tail(brush, reach * 0.95, -0.26)
        _four_legs(brush, -0.14, reach, stride=0.2)
        _trunk(brush, Oval(0.05, -0.25, reach, girth))
        pose = _head(brush, -reach * 0.95, -0.26 - girth * 0.4 - head_radius(brush) * 0.5, -8)
    return replace(pose, neck=(0.15, 0.95))


def _sleep(brush: Brush) -> Pose:
    bulk, radius = _bulk(brush), head_radius(brush)
    reach, girth = (0.34, 0.22) if brush.animal.baby else (0.42, 0.235)
    oval = Oval(0.1, -girth * bulk, reach, girth * bulk)
    if brush.animal.species != "fox":
        tail(brush, 0.1 + reach * 0.85, -0.09)
    _trunk(brush, oval)
    if brush.animal.species == "fox":
        brush_tail(brush, 0.1 + reach * 0.9, -0.05, lying=True)
    for x in (-0.1, 0.08):
        paw(brush, Oval(-reach * 0.55 + x, -0.04, 0.085, 0.05))
    pose = _head(brush, 0.1 - reach * 0.95, -radius * 0.92, -8)
    return replace(pose, neck=(0.42, 0.82))
