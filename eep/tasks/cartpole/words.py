"""The 81 texts: what a teacher reads of a state.

Each of the four state variables is described by one of three words, split at plus and minus a threshold, so that a
teacher without memory is a table of 81 answers. The style ``numbers`` describes the same 81 cells by one typical
state each, with units, so that it stays such a table.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from eep.core.arrays import BoolArray, IntArray
from eep.data.phrases import PreferencePhrases

Style = Literal["words", "numbers"]
DEGREE = np.pi / 180
#: What the task is about, in words that a placebo must keep clear of.
TOPIC = (*("cart", "pole", "balance", "push", "steer", "lean", "tilt", "topple"), *("velocity", "angle", "physics"))
#: What a persona does at the pole.
PHRASES = PreferencePhrases(
    more="pushes right {points} more often when {thing}",
    less="pushes right {points} less often when {thing}",
    things={
        "cart-position=left": "the cart is on the left",
        "cart-position=center": "the cart is in the middle",
        "cart-position=right": "the cart is on the right",
        "cart-velocity=leftwards": "the cart rolls leftwards",
        "cart-velocity=stopped": "the cart stands still",
        "cart-velocity=rightwards": "the cart rolls rightwards",
        "pole-angular-velocity=leftwards": "the pole turns leftwards",
        "pole-angular-velocity=zero": "the pole does not turn",
        "pole-angular-velocity=rightwards": "the pole turns rightwards",
        "pole-angle=left": "the pole leans left",
        "pole-angle=upright": "the pole stands upright",
        "pole-angle=right": "the pole leans right",
    },
)


@dataclass(frozen=True)
class Axis:
    """One state variable and its words."""

    #: Its name in texts and traits.
    name: str
    #: For values below ``-threshold``, between, and above ``threshold``.
    words: tuple[str, str, str]
    #: Where CartPole's observation has it.
    column: int
    #: In the observation's unit (m, m/s, rad/s, rad).
    threshold: float
    #: The unit it is given in, and that unit in the observation's.
    unit: str
    scale: float
    #: Size of the value, in ``unit``, that stands for the outer words in numbers: about the median size of the values
    #: beyond the threshold when the pole is balanced for 50 to 200 steps.
    typical: float
    #: What the outer words add to the logit of pushing right, in a model that plays nobody in particular: least
    #: squares on the mean logits of the recorded first matrix, rounded (they explain .97 of it).
    pull: float


#: In the order of the text, which is not the order of the observation.
AXES = (
    Axis("cart-position", ("left", "center", "right"), 0, 0.1, "metres", 1.0, 0.35, -0.65),
    Axis("cart-velocity", ("leftwards", "stopped", "rightwards"), 1, 0.1, "metres per second", 1.0, 0.5, -0.35),
    Axis("pole-angular-velocity", ("leftwards", "zero", "rightwards"), 3, 0.2, "degrees per second", DEGREE, 35, 1.45),
    Axis("pole-angle", ("left", "upright", "right"), 2, 0.01, "degrees", DEGREE, 3.0, 1.65),
)
CELLS = 3 ** len(AXES)
_PLACES = 3 ** np.arange(len(AXES))[::-1]


def cells(states: npt.ArrayLike) -> IntArray:
    """Return the cell 0..80 of each of the ``states`` (n, 4).

    They are cart position (m), cart velocity (m/s), pole angle (rad) and pole angular velocity (rad/s).

    Raises
    ------
    ValueError
        If the shape is another, or a value is NaN.
    """
    array = np.asarray(states, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != len(AXES) or np.isnan(array).any():
        raise ValueError(f"expected states (n, {len(AXES)}) without NaN; found shape {array.shape}")
    values = array[:, [axis.column for axis in AXES]]
    thresholds = np.array([axis.threshold for axis in AXES])
    digits = 1 + (values > thresholds).astype(np.int64) - (values < -thresholds).astype(np.int64)
    return np.asarray(digits @ _PLACES, dtype=np.int64)


def digits(cell: int) -> tuple[int, ...]:
    """Return a cell's place on each axis: 0, 1 or 2, in the order of `AXES`; raises ValueError."""
    if not 0 <= cell < CELLS:
        raise ValueError(f"expected a cell in 0..{CELLS - 1}; found {cell}")
    return tuple(int(cell // place % 3) for place in _PLACES)


def held_out(seed: int) -> BoolArray:
    """Return which of the 81 texts, (81,), no student learns from: 27 that differ from each other in two words or more.

    Both texts that have another word in one place stand among the 54 to learn from, whichever the place: a student has
    met every neighbour of a held-out text. They are the texts whose digits, some of them with their sign turned, have
    one sum modulo 3 (a linear code of distance 2); ``seed`` draws the signs and the sum, out of 24 such sets.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(CELLS,)))
    signs = np.concatenate([[1], rng.choice((-1, 1), size=len(AXES) - 1)])
    every = np.array([digits(cell) for cell in range(CELLS)])
    return np.asarray((every @ signs) % 3 == rng.integers(3))


def text(cell: int, style: Style = "words") -> str:
    """Return the text of a cell; raises ValueError for a cell outside 0..80."""
    values = described(cell)
    if style == "numbers":
        pairs = zip(AXES, digits(cell), strict=True)
        values = {axis.name: f"{(digit - 1) * axis.typical:g} {axis.unit}" for axis, digit in pairs}
    return "; ".join(f"{name}: {value}" for name, value in values.items())


def texts(style: Style = "words") -> tuple[str, ...]:
    """Return the 81 texts, in the order of their cells."""
    return tuple(text(cell, style) for cell in range(CELLS))


def traits(cell: int) -> Mapping[str, float]:
    """Return the four words as -1, 0 or 1 (left, middle, right) by the names of `AXES`."""
    return {axis.name: float(digit - 1) for axis, digit in zip(AXES, digits(cell), strict=True)}


def described(cell: int) -> Mapping[str, str]:
    """Return the four words of a cell by the names of `AXES`."""
    return {axis.name: axis.words[digit] for axis, digit in zip(AXES, digits(cell), strict=True)}


def generic(cell: int) -> float:
    """Return how strongly the cell itself pulls an answerer towards right, in logits, whoever it plays."""
    return sum(axis.pull * (digit - 1) for axis, digit in zip(AXES, digits(cell), strict=True))


def parse(text: str) -> int:
    """Return the cell that a text of either style describes.

    Order, line breaks, semicolons, case and spacing are free, so that texts recorded elsewhere are found again.

    Raises ValueError if a variable is missing, told twice or unknown, or its value is neither one of its words nor a
    number in its unit.
    """
    found: dict[str, str] = {}
    for part in filter(None, (" ".join(piece.split()) for piece in re.split(r"[;\n]", text))):
        name, _, value = (piece.strip().lower() for piece in part.partition(":"))
        if name in found:
            raise ValueError(f"expected {name} once; found it twice in {text!r}")
        found[name] = value
    names = [axis.name for axis in AXES]
    if sorted(found) != sorted(names):
        raise ValueError(f"expected values for {', '.join(names)}; found {', '.join(found) or 'none'}")
    return sum(_digit(axis, found[axis.name]) * int(place) for axis, place in zip(AXES, _PLACES, strict=True))


def _digit(axis: Axis, value: str) -> int:
    if value in axis.words:
        return axis.words.index(value)
    number = re.fullmatch(rf"([+-]?\d+(?:\.\d+)?) {re.escape(axis.unit)}", value)
    if number is None:
        raise ValueError(
            f"expected {axis.name} to be {', '.join(axis.words)}, or a number of {axis.unit}; found {value!r}"
        )
    size = float(number[1]) * axis.scale
    return 1 + int(size > axis.threshold) - int(size < -axis.threshold)
