"""Mouths, seen from the front; and what surrounds them in faces without fur: snouts and beaks.

Long snouts and beaks are given in units of the head, beaks with their root at the origin; short beaks in units of
their own size.
"""

import numpy as np

from eep.stimuli.animals.drawing.brush import BEAK, BEAK_LINE, INK, IVORY, THROAT, TONGUE, TONGUE_LINE, Brush
from eep.stimuli.animals.drawing.eyes import HEIGHT, RADIUS, Gaze, blush, pair_of_eyes
from eep.stimuli.animals.drawing.outlines import arc, crescent, smooth


def mouth(brush: Brush, x: float, y: float, width: float) -> None:
    """Draw the animal's mouth around (x, y), ``width`` to either side for a smile."""
    {"closed": _closed, "smiling": _smile, "tongue": _tongue, "teeth": _teeth}[brush.animal.mouth](brush, x, y, width)


def _closed(brush: Brush, x: float, y: float, width: float) -> None:
    half = width * 0.34
    brush.stroke(((x - half, y + 0.03), (x + half, y + 0.03)), brush.local(0.024), INK, bend=False)


def _smile(brush: Brush, x: float, y: float, width: float) -> None:
    grin(brush, x, y - 0.08, width * 1.3, width * 1.1)


def grin(brush: Brush, x: float, y: float, half_width: float, depth: float) -> None:
    """Draw a laughing half-moon of a mouth with its upper edge at (x, y), and its corners drawn up."""
    dimple = max(half_width * 0.16, brush.local(0.014))
    brush.fill(arc(0, 180) * (half_width, depth) + np.array([x, y]), THROAT, INK, 0.014)
    brush.stamp(crescent(0.42), x, y + depth * 0.1, half_width * 0.62, depth * 0.8, TONGUE)
    for side in (-1, 1):
        brush.oval(x + side * half_width * 1.06, y - dimple * 0.6, dimple, dimple, INK)


def _tongue(brush: Brush, x: float, y: float, width: float) -> None:
    brush.fill(arc(0, 180) * (width * 0.95, width * 0.7) + np.array([x, y - 0.05]), THROAT, INK, 0.014)
    tongue(brush, x, y + width * 0.12, width * 0.7, width * 1.6)


def tongue(brush: Brush, x: float, y: float, half_width: float, length: float) -> None:
    """Draw a tongue that hangs from (x, y)."""
    root, low = half_width * 0.9, y + length * 0.7
    outline = smooth(((x - root, y), (x + root, y), (x + half_width, low), (x, y + length), (x - half_width, low)))
    brush.fill(outline, TONGUE, TONGUE_LINE, 0.015)
    brush.fill(((x - 0.02, y), (x + 0.02, y), (x, y + length * 0.6)), TONGUE_LINE)


def _teeth(brush: Brush, x: float, y: float, width: float) -> None:
    half, height = width * 1.65, width * 1.5
    top = y - 0.08
    jaw = ((-1.0, 0.0), (0.0, 0.1), (1.0, 0.0), (0.82, 0.72), (0.0, 1.0), (-0.82, 0.72))
    brush.fill(smooth([(x + u * half, top + v * height) for u, v in jaw]), THROAT, INK, 0.018)
    for u, length in ((-0.7, 0.68), (-0.24, 0.42), (0.24, 0.42), (0.7, 0.68)):
        fang(brush, x + u * half, top + 0.04 * height, half * 0.21, length * height)
    for u in (-0.42, 0.0, 0.42):
        fang(brush, x + u * half, top + 0.96 * height - abs(u) * 0.2 * height, half * 0.17, -0.32 * height)


def fang(brush: Brush, x: float, y: float, half_width: float, length: float) -> None:
    """Draw a tooth that points down, or up for a negative ``length``."""
    brush.fill(((x - half_width, y), (x + half_width, y), (x, y + length)), IVORY)


def zigzag(brush: Brush, start: tuple[float, float], end: tuple[float, float], count: int, length: float) -> None:
    """Draw a row of ``count`` outlined teeth from ``start`` to ``end``, pointing down (up if ``length`` < 0)."""
    (x0, y0), (x1, y1) = start, end
    half = abs(x1 - x0) / count * 0.42
    for i in range(count):
        share = (i + 0.5) / count
        x, y = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
        brush.fill(((x - half, y), (x + half, y), (x, y + length)), IVORY, INK, 0.008)


#: A long snout, its upper edge at height 0, in the head's units.
_LONG_SNOUT = (
    (0.4, 0.0), (-0.3, -0.1), (-1.0, -0.08), (-1.6, 0.02),
    (-1.66, 0.3), (-0.9, 0.5), (0.1, 0.56), (0.5, 0.34),
)  # fmt: skip


def bare_face(brush: Brush, gaze: Gaze, gap: float = 0.48) -> None:
    """Draw eyes, snout and mouth in the head's frame."""
    animal = brush.animal
    eye_y = HEIGHT[animal.head] - 0.08
    shift = 0.1 if animal.nose == "long" else 0.0
    pair_of_eyes(brush, gaze, gap, eye_y, shift)
    for side in (-1, 1):
        blush(brush, shift + side * 0.82, eye_y + RADIUS[animal.eyes] + 0.18)
    snout(brush, max(0.2, eye_y + RADIUS[animal.eyes] * 0.8 + 0.14))


def snout(brush: Brush, y: float) -> None:
    """Draw the snout with its upper edge at height ``y``: flat, rounded, or far out to the side; and the mouth."""
    paint = brush.paint
    if brush.animal.nose == "long":
        brush.fill(smooth(_LONG_SNOUT) + np.array([0.0, y]), paint.light, paint.line)
        _nostrils(brush, -1.42, y + 0.1, 0.1, 0.045)
        mouth(brush, -0.66, y + 0.34, 0.28)
    elif brush.animal.nose == "medium":
        brush.oval(0, y + 0.26, 0.7, 0.42, paint.light, paint.line, width=0.011)
        _nostrils(brush, 0, y + 0.1, 0.16, 0.05)
        mouth(brush, 0, y + 0.32, 0.27)
    else:
        _nostrils(brush, 0, y + 0.08, 0.07, 0.03)
        mouth(brush, 0, y + 0.26, 0.24)


def _nostrils(brush: Brush, x: float, y: float, gap: float, radius: float) -> None:
    for side in (-1, 1):
        brush.oval(x + side * gap, y, radius, radius * 1.1, INK)


_KITE = ((-1.0, 0.1), (0.0, -0.4), (1.0, 0.1), (0.3, 0.8), (0.0, 1.0), (-0.3, 0.8))
_UPPER = ((0.22, -0.04), (-0.1, -0.22), (-0.8, -0.12), (-1.62, 0.2), (-0.8, 0.2), (0.08, 0.22))
_LOWER = ((0.14, 0.1), (-0.5, 0.3), (-1.3, 0.62), (-0.5, 0.62), (0.1, 0.4))
_GAPE = ((0.1, 0.05), (-1.25, 0.2), (-1.1, 0.6), (0.0, 0.4))


def beak(brush: Brush, y: float) -> None:
    """Draw the beak with its root at height ``y`` of the head's frame, mouth included."""
    with brush.within(0, y):
        if brush.animal.nose == "long":
            _long_beak(brush)
        elif brush.animal.nose == "medium":
            _front_beak(brush, 0.28, 0.46)
        else:
            _front_beak(brush, 0.14, 0.18)


def _front_beak(brush: Brush, half: float, length: float) -> None:
    """Draw a beak seen from the front, ``half`` to either side and ``length`` long."""
    state = brush.animal.mouth
    if state in {"tongue", "teeth"}:
        _open_beak(brush, max(half, 0.24), length)
    elif state == "smiling":
        grin(brush, 0, length * 0.55, half + 0.2, max(0.42, length * 0.8))
    brush.fill(smooth(_KITE) * (half, length), BEAK, BEAK_LINE, 0.016)


def _open_beak(brush: Brush, gape: float, length: float) -> None:
    low = length + 0.3
    throat = ((-1.2 * gape, 0.05), (1.2 * gape, 0.05), (0.8 * gape, low), (-0.8 * gape, low))
    brush.fill(smooth(throat), THROAT, BEAK_LINE)
    chin = ((-0.9 * gape, low - 0.14), (0, low - 0.04), (0.9 * gape, low - 0.14), (0, low + 0.18))
    brush.fill(smooth(chin), BEAK, BEAK_LINE)
    if brush.animal.mouth == "tongue":
        tongue(brush, 0, length + 0.05, 0.17, 0.62)
    else:
        zigzag(brush, (-1.15 * gape, 0.14), (1.15 * gape, 0.14), 4, 0.3)


def _long_beak(brush: Brush) -> None:
    state = brush.animal.mouth
    if state in {"tongue", "teeth"}:
        brush.fill(_GAPE, THROAT)
        brush.fill(smooth(_LOWER), BEAK, BEAK_LINE, 0.016)
        if state == "teeth":
            zigzag(brush, (-0.1, 0.14), (-1.2, 0.2), 5, 0.22)
        else:
            tongue(brush, -0.95, 0.3, 0.17, 0.6)
    elif state == "smiling":
        grin(brush, -0.02, 0.13, 0.46, 0.4)
    brush.fill(smooth(_UPPER), BEAK, BEAK_LINE, 0.016)
    brush.oval(-0.3, -0.03, 0.06, 0.03, BEAK_LINE)
