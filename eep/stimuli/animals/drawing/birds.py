"""Birds: chick and hen, owl and penguin. A head is drawn in a frame whose unit is the head's radius."""

from collections.abc import Mapping
from dataclasses import replace

from eep.stimuli.animals.drawing.brush import BEAK, BEAK_LINE, HEAD_SIZE, WHITE, Brush, Oval, Pose, mix
from eep.stimuli.animals.drawing.coat import View, hide
from eep.stimuli.animals.drawing.eyes import HEIGHT, RADIUS, Gaze, blush, pair_of_eyes
from eep.stimuli.animals.drawing.limbs import claws
from eep.stimuli.animals.drawing.mouths import beak
from eep.stimuli.animals.drawing.outlines import smooth

_RED = (224, 60, 60)
_RED_LINE = (130, 22, 34)
_GAZES: Mapping[str, Gaze] = {
    "chick": Gaze((116, 66, 40)),
    "owl": Gaze((250, 176, 40), scale=1.12),
    "penguin": Gaze((110, 76, 56)),
}


def head_radius(brush: Brush) -> float:
    """Return the radius of the bird's head in its own units."""
    return (0.25 if brush.animal.baby else 0.205) * HEAD_SIZE[brush.animal.head]


def bird_head(brush: Brush) -> None:
    """Draw the head around the origin of the current frame, whose unit is the head's radius."""
    species = brush.animal.species
    if species == "owl":
        _ear_tufts(brush)
    elif species == "chick":
        _tuft(brush) if brush.animal.baby else _comb(brush)
    hide(brush, Oval(0, 0, 1.08, 1.06 if brush.animal.head == "big" else 0.98), "head")
    _face(brush)


def _face(brush: Brush) -> None:
    animal, paint = brush.animal, brush.paint
    eye_y = HEIGHT[animal.head] + 0.02
    if animal.species != "chick":
        for side in (-1, 1):
            disc = WHITE if animal.species == "penguin" else paint.belly
            brush.oval(side * 0.42, eye_y + 0.1, 0.5, 0.58, disc)
    shift = 0.08 if animal.nose == "long" else 0.0
    radius = pair_of_eyes(brush, _GAZES[animal.species], 0.45, eye_y, shift)
    for side in (-1, 1):
        blush(brush, shift + side * 0.78, eye_y + RADIUS[animal.eyes] + 0.18)
    beak(brush, eye_y + 0.12 + 0.55 * radius)


def _tuft(brush: Brush) -> None:
    paint = brush.paint
    for tip in ((-0.22, -1.34), (0.06, -1.46), (0.32, -1.28)):
        brush.stroke(((0.02, -0.9), tip), 0.13, paint.base, paint.line, end_width=0.05, bend=False)


def _comb(brush: Brush) -> None:
    for x, y, r in ((-0.36, -1.06, 0.26), (0.02, -1.2, 0.32), (0.4, -1.06, 0.26)):
        brush.oval(x, y, r * 0.85, r * 1.15, _RED, _RED_LINE)


def _ear_tufts(brush: Brush) -> None:
    for side in (-1, 1):
        ear = ((side * 1.02, -0.3), (side * 1.02, -1.3), (side * 0.2, -0.88))
        brush.fill(ear, brush.paint.base, brush.paint.line)


#: Half the width and half the height of a grown bird's body.
_BODY: Mapping[str, tuple[float, float]] = {"chick": (0.27, 0.25), "owl": (0.26, 0.29), "penguin": (0.245, 0.33)}
#: A wing that hangs from its shoulder at the origin, in the animal's units.
_WING = (
    (0.03, -0.1), (-0.1, -0.04), (-0.13, 0.16), (-0.07, 0.32), (-0.03, 0.25),
    (0.01, 0.29), (0.03, 0.2), (0.07, 0.21), (0.07, 0.0),
)  # fmt: skip
_FLIPPER = ((0.02, -0.08), (-0.08, 0.0), (-0.12, 0.22), (-0.08, 0.36), (0.0, 0.28), (0.06, 0.06))


def bird(brush: Brush) -> Pose:
    """Draw a bird."""
    if brush.animal.species == "penguin" and brush.animal.colour == "black":
        middle = mix(brush.paint.base, WHITE, 0.48)  # can be seen on the black back and on the white belly
        brush = replace(brush, paint=replace(brush.paint, mark=middle))
    pose = {"eating": _bend, "sleeping": _roost, "leaping": _fly}.get(brush.animal.activity, _upright)
    return pose(brush)


def _size(brush: Brush) -> tuple[float, float]:
    """Return half the width and half the height of the body; young birds are small and round beside their heads."""
    width, height = _BODY[brush.animal.species]
    age = 0.84 if brush.animal.baby else 1.0
    coat = {"sleek": 0.93, "fluffy": 1.05}.get(brush.animal.quality, 1.0)
    return width * (age + 0.06) * coat, height * age


def _upright(brush: Brush) -> Pose:
    """Draw a bird that stands on its legs, sits on the ground, or plays with its wings out."""
    width, height = _size(brush)
    sits = brush.animal.activity == "sitting"
    if sits:
        width, height = width * 1.1, height * 0.86
    legs = 0.02 if sits else 0.09 if brush.animal.species == "penguin" else 0.17
    body = Oval(0, -legs - height, width, height)
    if not sits:
        _legs(brush, legs + 0.08, -0.02)
    _tail(brush, body)
    _body(brush, body)
    if sits:
        _toes(brush, -0.01, 0.13)
    _wings(brush, body, 1.0 if brush.animal.activity == "playing" else 0.0)
    radius = head_radius(brush)
    return _head(brush, 0, -legs - 2 * height - radius * 0.55)


def _fly(brush: Brush) -> Pose:
    width, height = _size(brush)
    with brush.within(0, -0.26, turn=-8):
        body = Oval(0, -height, width, height)
        _legs(brush, 0.06, 0.12)
        _tail(brush, body)
        _wings(brush, body, 2.0)
        _body(brush, body)
        return _head(brush, -0.03, -2 * height - head_radius(brush) * 0.5)


def _bend(brush: Brush) -> Pose:
    width, height = _size(brush)
    legs = 0.1
    _legs(brush, legs + 0.1, -0.02, x=0.08)
    body = Oval(0.08, -legs - width * 0.98, height * 1.05, width * 0.92, -14)
    with brush.within(body.x, body.y, turn=-24):
        _tail(brush, Oval(0.02, 0.0, body.rx, body.ry))
    _body(brush, body, "side")
    with brush.within(0.14, body.y - 0.02, turn=62):
        _wing(brush, 0.0, 0.0, 0.0)
    radius = head_radius(brush)
    x, y = body.x - body.rx * 0.95, min(body.y + 0.02, -radius * 0.9 - 0.16)
    pose = _head(brush, x, y, -8)
    return replace(pose, neck=(0.3, 0.9), reach=(x - radius * 0.9, 0.04))


def _roost(brush: Brush) -> Pose:
    width, height = _size(brush)
    body = Oval(0, -height * 0.82, width * 1.12, height * 0.84)
    _tail(brush, body)
    _body(brush, body)
    _wings(brush, body, 0.0)
    radius = head_radius(brush)
    return _head(brush, -0.03, -height * 1.5 - radius * 0.4, -14)


def _body(brush: Brush, oval: Oval, view: View = "front") -> None:
    """Draw the body; a penguin's shirt is white."""
    if brush.animal.species == "penguin":
        shirt = Oval(0, 0.12, 0.74, 0.84) if view == "front" else Oval(-0.1, 0.3, 0.86, 0.66)
        brush = replace(brush, paint=replace(brush.paint, belly=WHITE))
    else:
        shirt = Oval(0, 0.24, 0.62, 0.66) if view == "front" else Oval(-0.1, 0.5, 0.72, 0.42)
    hide(brush, oval, view, shirt)


def _legs(brush: Brush, top: float, foot: float, x: float = 0.0) -> None:
    for side in (-1, 1):
        ankle = x + side * 0.1
        brush.stroke(((ankle, -top), (ankle, foot)), 0.042, BEAK, BEAK_LINE, bend=False)
    _toes(brush, foot, 0.1, x)


def _toes(brush: Brush, y: float, spread: float, x: float = 0.0) -> None:
    """Draw two feet with three toes each at ``spread`` to either side of ``x``."""
    for side in (-1, 1):
        ankle = x + side * spread
        toes = [(ankle + dx, y + 0.03) for dx in (-0.075, 0.0, 0.07)]
        claws(brush, [(tx, ty - 0.02) for tx, ty in toes])
        for toe in toes:
            brush.stroke(((ankle, y - 0.03), toe), 0.044, BEAK, BEAK_LINE, bend=False)


def _wings(brush: Brush, body: Oval, lift: float) -> None:
    """Draw both wings, folded at 0, spread at 1, high at 2."""
    for side in (-1, 1):
        with brush.within(body.x, body.y, mirror=side > 0):
            _wing(brush, -body.rx * 0.82, -body.ry * (0.42 if lift else 0.1), lift)


def _wing(brush: Brush, x: float, y: float, lift: float) -> None:
    paint = brush.paint
    colour = mix(paint.base, paint.shade, 0.75)
    size = 0.82 if brush.animal.baby else 0.94
    with brush.within(x, y, size, turn=62 * lift + (-6 if lift else 4)):
        outline = _FLIPPER if brush.animal.species == "penguin" else _WING
        brush.fill(smooth(outline), colour, paint.line)
        _wing_marks(brush)


def _wing_marks(brush: Brush) -> None:
    mark = brush.paint.mark
    if brush.animal.pattern == "spotted":
        for x, y in ((-0.04, 0.0), (-0.03, 0.15), (-0.045, 0.28)):
            brush.oval(x, y, 0.038, 0.038, mark)
    elif brush.animal.pattern == "striped":
        for y in (0.02, 0.12, 0.22):
            brush.stroke(((-0.1, y), (0.05, y + 0.02)), 0.04, mark, bend=False)


def _tail(brush: Brush, body: Oval) -> None:
    """Draw tail feathers at the right; a hen's stand up."""
    paint = brush.paint
    if brush.animal.species != "chick":
        return
    long = 0.14 if brush.animal.baby else 0.3
    root = (body.x + body.rx * 0.7, body.y)
    for turn in (0.1, 0.42, 0.75):
        tip = (root[0] + long * (0.55 + 0.5 * turn), root[1] - long * (1.15 - turn))
        brush.stroke((root, tip), 0.1, mix(paint.base, paint.shade, 0.8), paint.line, end_width=0.075, bend=False)


def _head(brush: Brush, x: float, y: float, turn: float = 0.0) -> Pose:
    with brush.within(x, y, head_radius(brush), turn):
        bird_head(brush)
        frame = brush.frame
    crown = -1.02 if brush.animal.head == "big" else -0.92
    return Pose(frame, (0.0, crown), (0.0, 1.02), 0.85, (-0.46, 0.02))
