"""What every part of one animal is drawn with, and what the drawn animal tells those who dress it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from eep.stimuli.animals.animal import Animal
from eep.stimuli.animals.drawing.canvas import Canvas, Frame
from eep.stimuli.animals.drawing.paint import Paint

#: Size of the head -> how large it is beside a normal one.
HEAD_SIZE: Mapping[str, float] = MappingProxyType({"small": 0.7, "normal": 1.0, "big": 1.42})


@dataclass(frozen=True)
class Brush:
    """One animal being drawn.

    An animal is drawn facing left in its own units: about 1 high, standing around x = 0 on the ground at y = 0,
    with y pointing down, so that what is above the ground has negative y.
    """

    canvas: Canvas
    animal: Animal
    paint: Paint
    rng: np.random.Generator

    def local(self, length: float) -> float:
        """Return a length given in the animal's units in those of the current frame."""
        return length / self.canvas.frame.scale


@dataclass(frozen=True)
class Oval:
    """An oval around (x, y), turned clockwise by ``turn`` degrees."""

    x: float
    y: float
    rx: float
    ry: float
    turn: float = 0.0

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place (x, y) of the unit circle on this oval, as seen from its centre, before it is turned."""
        return x * self.rx, y * self.ry


@dataclass(frozen=True)
class Pose:
    """Where a drawn animal can wear and hold things.

    Attributes
    ----------
    head
        The frame of the head: its centre the origin, its radius the unit.
    crown
        Where a hat stands, in the head's frame.
    neck, neck_width
        Where a scarf goes and how far it reaches to either side, in the head's frame.
    reach
        Where on the ground a ball or a bowl lies, in the animal's units.
    aside
        How far beside the crown a bow sits, clear of the eyes, in the head's frame.
    """

    head: Frame
    crown: tuple[float, float] = (0.0, -0.85)
    neck: tuple[float, float] = (0.0, 0.95)
    neck_width: float = 0.75
    reach: tuple[float, float] = (-0.45, 0.0)
    aside: float = 0.55
