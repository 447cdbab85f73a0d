"""Fish and sharks, in profile. Fins and bellies are given in units of the body's half length and half height."""

from collections.abc import Mapping

from eep.stimuli.animals.drawing.brush import INK, THROAT, WHITE, Brush, Oval, Pose, mix
from eep.stimuli.animals.drawing.canvas import Colour
from eep.stimuli.animals.drawing.coat import hide
from eep.stimuli.animals.drawing.eyes import RADIUS, Gaze, blush, eye
from eep.stimuli.animals.drawing.mouths import fang, grin, tongue
from eep.stimuli.animals.drawing.outlines import Path, Points, smooth

#: How far the nose reaches beyond the body, in the animal's units.
_NOSE: Mapping[str, float] = {"short": 0.0, "medium": 0.17, "long": 0.46}
#: (species, baby) -> half the body's length and half its height.
_BODY: Mapping[tuple[str, bool], tuple[float, float]] = {
    ("fish", True): (0.33, 0.28), ("fish", False): (0.42, 0.25), ("shark", True): (0.4, 0.23),
    ("shark", False): (0.52, 0.2),
}  # fmt: skip
_FAN_TAIL = ((0.86, 0.0), (1.25, -0.85), (1.58, -0.95), (1.42, 0.0), (1.58, 0.95), (1.25, 0.85))
_BACK_FIN = ((-0.5, -0.75), (-0.2, -1.45), (0.3, -1.42), (0.62, -0.6))
_BELLY_FIN = ((0.0, 0.8), (0.14, 1.36), (0.4, 1.2), (0.42, 0.7))
_SICKLE_TAIL = ((0.8, 0.0), (1.15, -0.5), (1.42, -1.7), (1.36, -0.2), (1.46, 1.15), (1.12, 0.45))
_SHARK_FIN = ((-0.22, -0.8), (0.26, -1.95), (0.36, -0.7))
_SIDE_FIN = ((0.02, 0.3), (0.2, 0.2), (0.52, 0.75), (0.36, 0.86), (0.14, 0.62))
_WHITE_BELLY = ((-0.9, 0.3), (0.0, 0.44), (0.78, 0.24), (0.4, 0.84), (0.0, 0.97), (-0.5, 0.8))


def fish(brush: Brush) -> Pose:
    """Draw a fish or a shark; it leaps nose up and eats nose down."""
    body = Oval(0, 0, *_BODY[brush.animal.species, brush.animal.baby])
    with brush.within(turn={"leaping": 32, "eating": -12}.get(brush.animal.activity, 0)):
        if brush.animal.species == "shark":
            _shark(brush, body)
        else:
            _fish(brush, body)
        _face(brush, body)
        with brush.within(-body.rx * 0.3, 0.0, body.ry):
            frame = brush.frame
    return Pose(frame, (0.0, -0.95), (0.55, 0.1), 0.42, (-body.rx * 0.95, body.ry + 0.32))


def _fish(brush: Brush, body: Oval) -> None:
    """Draw a fish but for its face."""
    paint = brush.paint
    fin = mix(paint.base, paint.light, 0.8)
    for shape in (_FAN_TAIL, _BACK_FIN, _BELLY_FIN):
        _fin(brush, body, smooth(shape), fin)
    for share in (-0.35, 0.0, 0.35):
        ray = ((body.rx * 1.08, body.ry * share), (body.rx * 1.4, body.ry * share * 2))
        brush.stroke(ray, 0.014, paint.shade, bend=False)
    hide(brush, body, "side", joined=_snout(brush, body))
    _fin(brush, body, smooth(_SIDE_FIN), fin)


def _shark(brush: Brush, body: Oval) -> None:
    """Draw a shark but for its face."""
    paint = brush.paint
    _fin(brush, body, smooth(_SICKLE_TAIL, steps=4), paint.base)
    _fin(brush, body, _SHARK_FIN, paint.base)
    hide(brush, body, "side", joined=_snout(brush, body))
    brush.fill(smooth(_WHITE_BELLY) * (body.rx, body.ry), mix(paint.base, WHITE, 0.82))
    for x in (-0.1, -0.05, 0.0):
        gill = ((x, -0.06), (x + 0.02, 0.0), (x, 0.07))
        brush.stroke(gill, 0.018, paint.line)
    _fin(brush, body, smooth(_SIDE_FIN), paint.shade)


def _fin(brush: Brush, body: Oval, outline: Path, colour: Colour) -> None:
    brush.fill([(x * body.rx, y * body.ry) for x, y in outline], colour, brush.paint.line)


def _snout(brush: Brush, body: Oval) -> list[Points]:
    """Return what of the nose stands out in front of the body."""
    length = _NOSE[brush.animal.nose]
    if not length:
        return []
    root, tip, middle = -body.rx * 0.7, -body.rx - length, -body.rx - length * 0.5
    y = body.ry
    return [smooth(((root, -0.62 * y), (middle, -0.2 * y), (tip, 0.0), (middle, 0.2 * y), (root, 0.62 * y)))]


def _face(brush: Brush, body: Oval) -> None:
    gaze = Gaze((196, 214, 232), slit=True) if brush.animal.species == "shark" else Gaze((60, 88, 150))
    x = -body.rx * 0.56
    with brush.within(x, -body.ry * 0.22, 0.29):
        eye(brush, gaze, 0, 0, RADIUS[brush.animal.eyes] * 1.12, -1)
    blush(brush, x + 0.11, body.ry * 0.18, 0.055)
    _mouth(brush, -body.rx * 0.74 - _NOSE[brush.animal.nose] * 0.3, body.ry * 0.38)


def _mouth(brush: Brush, x: float, y: float) -> None:
    state = brush.animal.mouth
    if state == "closed":
        brush.stroke(((x - 0.05, y), (x + 0.05, y + 0.01)), 0.024, INK, bend=False)
    elif state == "smiling":
        grin(brush, x + 0.03, y - 0.05, 0.11, 0.1)
    elif state == "tongue":
        brush.oval(x + 0.01, y, 0.085, 0.05, THROAT, INK, width=0.014)
        tongue(brush, x - 0.02, y + 0.01, 0.05, 0.16)
    else:
        _teeth(brush, x, y)


def _teeth(brush: Brush, x: float, y: float) -> None:
    jaw = ((x - 0.12, y - 0.06), (x + 0.16, y - 0.05), (x + 0.08, y + 0.1), (x - 0.07, y + 0.12))
    brush.fill(smooth(jaw), THROAT, INK, 0.018)
    for dx in (-0.08, -0.01, 0.06, 0.12):
        fang(brush, x + dx, y - 0.065, 0.032, 0.09)
    for dx in (-0.05, 0.03):
        fang(brush, x + dx, y + 0.115, 0.028, -0.06)
