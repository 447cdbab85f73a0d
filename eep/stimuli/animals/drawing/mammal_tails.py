"""Mammals' tails, each from its root at (x, y) to the right."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from eep.stimuli.animals.drawing.brush import Brush, Oval
from eep.stimuli.animals.drawing.coat import coat_outline
from eep.stimuli.animals.drawing.outlines import Path, smooth
from eep.stimuli.animals.drawing.paint import ROSE, WHITE

_ROSE_LINE = (160, 90, 104)


def tail(brush: Brush, x: float, y: float) -> None:
    """Draw the tail of the animal's species from its root at (x, y)."""
    _TAILS[brush.animal.species](brush, x, y)


def _cat_tail(brush: Brush, x: float, y: float) -> None:
    """Draw a long tail with a curl at its end."""
    _hairy_tail(
        brush, ((x - 0.06, y), (x + 0.12, y), (x + 0.2, y - 0.14), (x + 0.16, y - 0.3), (x + 0.22, y - 0.4))
    )


def _dog_tail(brush: Brush, x: float, y: float) -> None:
    """Draw a short tail held high."""
    _hairy_tail(brush, ((x - 0.06, y), (x + 0.1, y - 0.04), (x + 0.17, y - 0.15), (x + 0.19, y - 0.27)))


def _hairy_tail(brush: Brush, path: Path) -> None:
    """Draw a tail along ``path``: slim on a sleek animal, else ending in a plume of its coat."""
    paint, slim = brush.paint, brush.animal.quality == "sleek"
    width = 0.075 if slim else 0.12
    brush.canvas.stroke(path, width, paint.base, paint.line, end_width=width * 0.8)
    tip_x, tip_y = path[-1]
    if not slim:
        with brush.canvas.within(tip_x, tip_y + 0.03):
            brush.canvas.fill(coat_outline(brush, Oval(0, 0, 0.085, 0.14)), paint.base, paint.line)
    for near, rise in ((-1, 0.02), (-2, 0.0), (-2, -0.08)):
        ring_x, ring_y = path[near]
        if brush.animal.pattern == "striped":
            brush.canvas.oval(ring_x, ring_y + rise, width * 0.5, 0.024, paint.mark)


def _stub_tail(brush: Brush, x: float, y: float) -> None:
    """Draw a bear's or hedgehog's short tail."""
    brush.canvas.oval(x + 0.05, y + 0.02, 0.06, 0.06, brush.paint.base, brush.paint.line)


def _cotton_tail(brush: Brush, x: float, y: float) -> None:
    """Draw a rabbit's pale tail."""
    with brush.canvas.within(x + 0.07, y):
        brush.canvas.fill(coat_outline(brush, Oval(0, 0, 0.09, 0.085)), brush.paint.belly, brush.paint.line)


def _bare_tail(brush: Brush, x: float, y: float) -> None:
    """Draw a mouse's pink tail."""
    path = ((x, y), (x + 0.14, y + 0.05), (x + 0.24, y - 0.06), (x + 0.34, y - 0.08), (x + 0.4, y - 0.22))
    brush.canvas.stroke(path, 0.042, ROSE, _ROSE_LINE, end_width=0.016)


_BRUSH = (
    (-0.06, 0.03), (0.14, 0.05), (0.3, -0.08), (0.32, -0.3), (0.24, -0.46), (0.12, -0.28), (0.06, -0.1),
)  # fmt: skip
_BRUSH_TIP = ((0.325, -0.27), (0.24, -0.46), (0.13, -0.29), (0.2, -0.33), (0.24, -0.27), (0.29, -0.32))


def brush_tail(brush: Brush, x: float, y: float, *, lying: bool = False) -> None:
    """Draw a fox's bushy tail with a white tip, raised, or ``lying`` around a sleeping fox."""
    with brush.canvas.within(x, y, turn=64 if lying else 0, mirror=lying):
        brush.canvas.fill(smooth(_BRUSH), brush.paint.base, brush.paint.line)
        brush.canvas.fill(smooth(_BRUSH_TIP), WHITE)


_TAILS: Mapping[str, Callable[[Brush, float, float], None]] = MappingProxyType(
    {
        "cat": _cat_tail, "dog": _dog_tail, "rabbit": _cotton_tail, "bear": _stub_tail,
        "mouse": _bare_tail, "fox": brush_tail, "hedgehog": _stub_tail,
    }
)  # fmt: skip
