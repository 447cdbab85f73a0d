"""Mouths, seen from the front: a short line, a laugh, a tongue that hangs out, or bared teeth."""

import numpy as np

from eep.stimuli.animals.drawing.brush import Brush
from eep.stimuli.animals.drawing.outlines import arc, crescent, smooth
from eep.stimuli.animals.drawing.paint import INK, IVORY, THROAT, TONGUE, TONGUE_LINE


def mouth(brush: Brush, x: float, y: float, width: float) -> None:
    """Draw the animal's mouth around (x, y), ``width`` to either side for a smile."""
    {"closed": _closed, "smiling": _smile, "tongue": _tongue, "teeth": _teeth}[brush.animal.mouth](
        brush, x, y, width
    )


def _closed(brush: Brush, x: float, y: float, width: float) -> None:
    half = width * 0.34
    brush.canvas.stroke(((x - half, y + 0.03), (x + half, y + 0.03)), brush.local(0.024), INK, bend=False)


def _smile(brush: Brush, x: float, y: float, width: float) -> None:
    grin(brush, x, y - 0.08, width * 1.3, width * 1.1)


def grin(brush: Brush, x: float, y: float, half_width: float, depth: float) -> None:
    """Draw a laughing half-moon of a mouth with its upper edge at (x, y), and its corners drawn up."""
    canvas, dimple = brush.canvas, max(half_width * 0.16, brush.local(0.014))
    canvas.fill(arc(0, 180) * (half_width, depth) + np.array([x, y]), THROAT, INK, 0.014)
    canvas.stamp(crescent(0.42), x, y + depth * 0.1, half_width * 0.62, depth * 0.8, TONGUE)
    for side in (-1, 1):
        canvas.oval(x + side * half_width * 1.06, y - dimple * 0.6, dimple, dimple, INK)


def _tongue(brush: Brush, x: float, y: float, width: float) -> None:
    canvas = brush.canvas
    canvas.fill(arc(0, 180) * (width * 0.95, width * 0.7) + np.array([x, y - 0.05]), THROAT, INK, 0.014)
    tongue(brush, x, y + width * 0.12, width * 0.7, width * 1.6)


def tongue(brush: Brush, x: float, y: float, half_width: float, length: float) -> None:
    """Draw a tongue that hangs from (x, y)."""
    outline = smooth(
        (
            (x - half_width * 0.9, y),
            (x + half_width * 0.9, y),
            (x + half_width, y + length * 0.7),
            (x, y + length),
            (x - half_width, y + length * 0.7),
        )
    )
    brush.canvas.fill(outline, TONGUE, TONGUE_LINE, 0.015)
    brush.canvas.fill(((x - 0.02, y), (x + 0.02, y), (x, y + length * 0.6)), TONGUE_LINE)


def _teeth(brush: Brush, x: float, y: float, width: float) -> None:
    """Draw an open mouth, four teeth above and three below."""
    canvas, half, height = brush.canvas, width * 1.65, width * 1.5
    top = y - 0.08
    jaw = ((-1.0, 0.0), (0.0, 0.1), (1.0, 0.0), (0.82, 0.72), (0.0, 1.0), (-0.82, 0.72))
    canvas.fill(smooth([(x + u * half, top + v * height) for u, v in jaw]), THROAT, INK, 0.018)
    for u, length in ((-0.7, 0.68), (-0.24, 0.42), (0.24, 0.42), (0.7, 0.68)):
        fang(brush, x + u * half, top + 0.04 * height, half * 0.21, length * height)
    for u in (-0.42, 0.0, 0.42):
        fang(brush, x + u * half, top + 0.96 * height - abs(u) * 0.2 * height, half * 0.17, -0.32 * height)


def fang(brush: Brush, x: float, y: float, half_width: float, length: float) -> None:
    """Draw a tooth that points down, or up for a negative ``length``."""
    brush.canvas.fill(((x - half_width, y), (x + half_width, y), (x, y + length)), IVORY)


def zigzag(
    brush: Brush, start: tuple[float, float], end: tuple[float, float], count: int, length: float
) -> None:
    """Draw a row of ``count`` outlined teeth from ``start`` to ``end``, pointing down (up if ``length`` < 0)."""
    (x0, y0), (x1, y1) = start, end
    half = abs(x1 - x0) / count * 0.42
    for i in range(count):
        share = (i + 0.5) / count
        x, y = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
        brush.canvas.fill(((x - half, y), (x + half, y), (x, y + length)), IVORY, INK, 0.008)
