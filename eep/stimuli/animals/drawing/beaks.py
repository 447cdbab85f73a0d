"""Beaks: a short or middling one points at us, a long one past the cheek; open ones show tongue or teeth.

Long beaks are given in units of the head, with their root at the origin; short ones in units of their own size.
"""

from eep.stimuli.animals.drawing.brush import Brush
from eep.stimuli.animals.drawing.mouths import grin, tongue, zigzag
from eep.stimuli.animals.drawing.outlines import smooth
from eep.stimuli.animals.drawing.paint import BEAK, BEAK_LINE, THROAT

_KITE = ((-1.0, 0.1), (0.0, -0.4), (1.0, 0.1), (0.3, 0.8), (0.0, 1.0), (-0.3, 0.8))
_UPPER = ((0.22, -0.04), (-0.1, -0.22), (-0.8, -0.12), (-1.62, 0.2), (-0.8, 0.2), (0.08, 0.22))
_LOWER = ((0.14, 0.1), (-0.5, 0.3), (-1.3, 0.62), (-0.5, 0.62), (0.1, 0.4))
_GAPE = ((0.1, 0.05), (-1.25, 0.2), (-1.1, 0.6), (0.0, 0.4))


def beak(brush: Brush, y: float) -> None:
    """Draw the beak with its root at height ``y`` of the head's frame, mouth included."""
    with brush.canvas.within(0, y):
        if brush.animal.nose == "long":
            _long(brush)
        elif brush.animal.nose == "medium":
            _front(brush, 0.28, 0.46)
        else:
            _front(brush, 0.14, 0.18)


def _front(brush: Brush, half: float, length: float) -> None:
    """Draw a beak seen from the front, ``half`` to either side and ``length`` long."""
    canvas, state = brush.canvas, brush.animal.mouth
    if state in {"tongue", "teeth"}:
        _open_front(brush, max(half, 0.24), length)
    elif state == "smiling":
        grin(brush, 0, length * 0.55, half + 0.2, max(0.42, length * 0.8))
    canvas.fill(smooth(_KITE) * (half, length), BEAK, BEAK_LINE, 0.016)


def _open_front(brush: Brush, gape: float, length: float) -> None:
    """Draw the throat and the lower half of an open beak, with tongue or teeth."""
    low = length + 0.3
    throat = ((-1.2 * gape, 0.05), (1.2 * gape, 0.05), (0.8 * gape, low), (-0.8 * gape, low))
    brush.canvas.fill(smooth(throat), THROAT, BEAK_LINE)
    chin = ((-0.9 * gape, low - 0.14), (0, low - 0.04), (0.9 * gape, low - 0.14), (0, low + 0.18))
    brush.canvas.fill(smooth(chin), BEAK, BEAK_LINE)
    if brush.animal.mouth == "tongue":
        tongue(brush, 0, length + 0.05, 0.17, 0.62)
    else:
        zigzag(brush, (-1.15 * gape, 0.14), (1.15 * gape, 0.14), 4, 0.3)


def _long(brush: Brush) -> None:
    """Draw a long beak in profile, its tip far outside the face."""
    canvas, state = brush.canvas, brush.animal.mouth
    if state in {"tongue", "teeth"}:
        canvas.fill(_GAPE, THROAT)
        canvas.fill(smooth(_LOWER), BEAK, BEAK_LINE, 0.016)
        if state == "teeth":
            zigzag(brush, (-0.1, 0.14), (-1.2, 0.2), 5, 0.22)
        else:
            tongue(brush, -0.95, 0.3, 0.17, 0.6)
    elif state == "smiling":
        grin(brush, -0.02, 0.13, 0.46, 0.4)
    canvas.fill(smooth(_UPPER), BEAK, BEAK_LINE, 0.016)
    canvas.oval(-0.3, -0.03, 0.06, 0.03, BEAK_LINE)
