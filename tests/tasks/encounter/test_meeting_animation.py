"""The animation of a meeting."""

import struct
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from eep.core.arrays import FloatArray
from eep.tasks import task_class
from eep.tasks.encounter.animation import HEIGHT, WIDTH, animation, moves
from eep.tasks.encounter.dynamics import SPEEDS
from eep.tasks.encounter.rollout import Stage, play

SVG = "{http://www.w3.org/2000/svg}"
TASK = task_class("encounter")(task_class("encounter").Settings())
ANIMALS = [subject.animal for subject in TASK.cast.subjects]


def meeting(*distances: float, arousal: float = 0.1) -> FloatArray:
    """Return the senses of a made-up meeting."""
    return np.array([[metres, 0.0, arousal] for metres in distances])


def motions(svg: str, kind: str) -> list[list[float]]:
    """Return the first number of each value of the animated transforms of a kind."""
    found = ET.fromstring(svg).iter(f"{SVG}animateTransform")  # noqa: S314 - our own text
    return [
        [float(value.split()[0]) for value in one.attrib["values"].split(";")]
        for one in found
        if one.attrib["type"] == kind
    ]


def test_moves_are_those_that_were_made() -> None:
    """What players did and whom the animals bit is read back from what was sensed, of every turn of real meetings.

    Where several moves come to the same distance, as when the animal is there already, it is the slowest of them.
    """
    stage = Stage(TASK.seen, TASK.cast.temperament)
    wild = np.argsort(-TASK.cast.temperament.danger)[:8]
    rng = np.random.default_rng(0)
    chances = rng.dirichlet([0.4, 0.4, 0.4, 1, 1], size=40)
    policies = [(lambda states, row=row: np.tile(row, (len(states), 1))) for row in chances]
    played = play(policies, stage, wild, episodes=1, greedy=False, seed=2)
    bites = 0
    for place, states in enumerate(played.shown):
        senses = states[:, -3:].astype(np.float64)
        did, bitten = moves(senses)
        reached = np.clip(senses[:-1, 0, None] - SPEEDS + senses[1:, 1, None], 0, 12)
        same = reached == np.take_along_axis(reached, played.actions[:, place], axis=1)
        np.testing.assert_array_equal(did, np.where(same, np.abs(SPEEDS), 9).argmin(axis=1))
        np.testing.assert_array_equal(bitten.astype(bool), played.bitten[:, place, 0])
        bites += int(bitten.sum())
    assert bites > 0


def test_what_comes_near_grows() -> None:
    """The animal's size follows the distance, at its own rate for its own size, and stays at the last for a while."""
    (sizes,) = motions(animation(ANIMALS[0], meeting(6.0, 3.0, 0.0, 0.0), "title"), "scale")
    assert sizes[0] < sizes[1] < sizes[2] == sizes[3] == sizes[-1]
    assert sizes[2] == pytest.approx(sizes[0] * (1 + 6 / 2.2), rel=0.01)
    assert len(sizes) > 4


def test_first_frame_needs_no_animation() -> None:
    """A viewer that does not animate shows the first state: no marks of anger on what is calm then."""
    calm, angry = (animation(ANIMALS[0], meeting(3.0, 2.0, arousal=arousal), "title") for arousal in (0.1, 0.9))
    (sizes,) = motions(calm, "scale")
    assert f'transform="scale({sizes[0]:.3f} ' in calm
    assert ('opacity="0">' in calm, 'opacity="1">' in angry) == (True, True)


@pytest.mark.parametrize("animal", ANIMALS[:16], ids=lambda animal: animal.species)
def test_small_whatever_the_animal(animal: object) -> None:
    """Twenty turns of any species are a well-formed picture of less than 20 kB in its own frame."""
    place = next(number for number, other in enumerate(ANIMALS) if other is animal)
    svg = animation(ANIMALS[place], meeting(*np.linspace(6, 0, 21)), "a < b")
    root = ET.fromstring(svg)  # noqa: S314 - our own text
    assert root.attrib["viewBox"] == f"0 0 {WIDTH} {HEIGHT}"
    assert len(svg.encode()) < 20_000
    assert "a < b" in "".join(root.itertext())


def test_renders() -> None:
    """A renderer takes it, in its own size, and another distance gives another picture."""
    import vl_convert

    far, near = (vl_convert.svg_to_png(animation(ANIMALS[0], meeting(metres), "title")) for metres in (6.0, 1.0))
    assert far[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", far[16:24]) == (WIDTH, HEIGHT)
    assert far != near


@pytest.mark.parametrize("senses", [np.zeros((0, 3)), np.zeros((3, 2)), np.full((2, 3), np.nan)])
def test_refuses_what_is_no_meeting(senses: FloatArray) -> None:
    """No states, or states that are not numbers, cannot be drawn."""
    with pytest.raises(ValueError, match="finite state"):
        animation(ANIMALS[0], senses, "title")
