"""What every part of one animal is drawn with: its colours, the brush, and the pose that says what it can wear."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from eep.stimuli.animals.animal import Animal
from eep.stimuli.animals.drawing.canvas import Canvas, Colour, Frame

RGB: Mapping[str, Colour] = {
    "white": (247, 245, 241), "black": (66, 62, 70), "grey": (152, 156, 165), "brown": (150, 100, 64),
    "cream": (246, 226, 186), "orange": (242, 150, 60), "golden": (228, 178, 66), "pink": (247, 166, 190),
    "yellow": (252, 216, 74), "green": (112, 184, 88), "blue": (92, 154, 220), "red": (218, 78, 68),
    "purple": (156, 112, 198),
}  # fmt: skip
INK: Colour = (48, 36, 46)
WHITE: Colour = (255, 255, 255)
IVORY: Colour = (252, 247, 226)
ROSE: Colour = (248, 176, 184)
TONGUE: Colour = (246, 106, 134)
TONGUE_LINE: Colour = (176, 52, 84)
THROAT: Colour = (126, 26, 40)
BEAK: Colour = (252, 164, 44)
BEAK_LINE: Colour = (150, 84, 20)
GLOSS: Colour = (255, 255, 255, 205)
BLUSH: Colour = (255, 112, 128, 105)


@dataclass(frozen=True)
class Paint:
    """One animal's colours: its own (``base``), a lighter and a darker one, outline, belly and markings."""

    base: Colour
    light: Colour
    shade: Colour
    line: Colour
    belly: Colour
    mark: Colour

    @property
    def dark(self) -> bool:
        """Whether lines on this colour must be light to be seen."""
        return sum(self.base) < 240


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return ``one`` with ``share`` (0 to 1) of ``other`` in it."""
    return tuple(round(a * (1 - share) + b * share) for a, b in zip(one[:3], other[:3], strict=True))


@cache
def paint(colour: str) -> Paint:
    """Return the paint of a colour of the vocabulary; dark animals have light markings, others dark ones."""
    base = RGB[colour]
    dark = sum(base) < 240
    pale = sum(base) > 660
    return Paint(
        base=base,
        light=mix(base, IVORY, 0.22 if dark else 0.45),
        shade=mix(base, (70, 40, 70), 0.35 if dark else 0.17 if pale else 0.22),
        line=mix(base, (30, 16, 34), 0.75 if dark else 0.66),
        belly=WHITE if pale else mix(base, (255, 248, 234), 0.42 if dark else 0.62),
        mark=mix(base, (240, 236, 244), 0.8) if dark else mix(base, (44, 20, 30), 0.72),
    )


#: Size of the head -> how large it is beside a normal one.
HEAD_SIZE: Mapping[str, float] = {"small": 0.7, "normal": 1.0, "big": 1.42}


@dataclass(kw_only=True)
class Brush(Canvas):
    """A canvas with one animal being drawn on it.

    An animal is drawn facing left in its own units: about 1 high, standing around x = 0 on the ground at y = 0,
    with y pointing down, so that what is above the ground has negative y.
    """

    animal: Animal
    paint: Paint
    rng: np.random.Generator

    def local(self, length: float) -> float:
        """Return a length given in the animal's units in those of the current frame."""
        return length / self.frame.scale


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
    """Where a drawn animal can wear and hold things."""

    head: Frame  #: The frame of the head: its centre the origin, its radius the unit.
    crown: tuple[float, float] = (0.0, -0.85)  #: Where a hat stands, in the head's frame.
    #: Where a scarf goes and how far it reaches to either side, in the head's frame.
    neck: tuple[float, float] = (0.0, 0.95)
    neck_width: float = 0.75
    #: Where on the ground a ball or a bowl lies, in the animal's units.
    reach: tuple[float, float] = (-0.45, 0.0)
    aside: float = 0.55  #: How far beside the crown a bow sits, clear of the eyes, in the head's frame.
