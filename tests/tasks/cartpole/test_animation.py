"""The animation of an episode."""

import struct
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from eep.core.arrays import FeatureArray
from eep.tasks.cartpole.animation import CART, HEIGHT, KEYFRAMES, POLE, TITLE, WIDTH, animation
from eep.tasks.cartpole.physics import POSITION_LIMIT, STEP

SVG = "{http://www.w3.org/2000/svg}"


def episode(steps: int) -> FeatureArray:
    """Return the states of a made-up episode: the cart rolls right while the pole falls left."""
    states = np.zeros((steps + 1, 4), dtype=np.float32)
    states[:, 0] = np.linspace(0.5, 1.5, steps + 1)
    states[:, 2] = np.linspace(0, -0.2, steps + 1)
    return states


def motions(svg: str) -> dict[str, list[float]]:
    """Return the values of each animated transform, by its kind."""
    found = ET.fromstring(svg).iter(f"{SVG}animateTransform")  # noqa: S314 - our own text
    return {move.attrib["type"]: [float(v) for v in move.attrib["values"].split(";")] for move in found}


def test_cart_and_pole_move_as_recorded() -> None:
    """The cart's place is 60 pixels per metre from the middle and the pole's angle in degrees, clockwise."""
    moves = motions(animation(episode(40), "title"))
    assert moves["translate"][0] == pytest.approx(WIDTH / 2 + 30)
    assert moves["translate"][40] == moves["translate"][-1] == pytest.approx(WIDTH / 2 + 90)
    assert moves["rotate"][0] == 0
    assert moves["rotate"][40] == moves["rotate"][-1] == pytest.approx(np.rad2deg(-0.2), abs=0.05)
    assert len(moves["rotate"]) > 41


def test_first_frame_needs_no_animation() -> None:
    """A viewer that does not animate shows the first state."""
    states = episode(10)
    states[0, 2] = 0.1
    svg = animation(states, "title")
    assert f'transform="translate({WIDTH / 2 + 30:.1f})"' in svg
    assert 'transform="rotate(5.7)"' in svg


def test_a_cart_that_has_left_the_track_is_seen_whole() -> None:
    """Where an episode ends at the edge, by up to a step of 5 m/s, the whole cart stands in the picture."""
    states = episode(2)
    for side in (-1, 1):
        states[:, 0] = side * (POSITION_LIMIT + 5 * STEP)
        root = ET.fromstring(animation(states, "title"))  # noqa: S314 - our own text
        (cart,) = [one for one in root.iter(f"{SVG}rect") if one.attrib.get("rx") == "2"]
        middle = motions(animation(states, "title"))["translate"][-1]
        left = middle + float(cart.attrib["x"])
        assert left >= 0
        assert left + float(cart.attrib["width"]) <= WIDTH


@pytest.mark.parametrize("steps", [0, 1, 8, 500])
def test_small_and_well_formed(steps: int) -> None:
    """Any episode, of no step or of all, is a well-formed picture of less than 5 kB in its own frame."""
    svg = animation(episode(steps), "title")
    root = ET.fromstring(svg)  # noqa: S314 - our own text
    assert root.attrib["viewBox"] == f"0 0 {WIDTH} {HEIGHT}"
    assert len(svg.encode()) < 5_000
    assert len(motions(svg)["rotate"]) <= KEYFRAMES * 1.2
    assert f"{steps} step" in "".join(root.itertext())


def test_renders() -> None:
    """A renderer takes it, in its own size, and another first state gives another picture."""
    import vl_convert

    states = episode(40)
    picture, moved = (vl_convert.svg_to_png(animation(part, "title")) for part in (states, states[20:]))
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", picture[16:24]) == (WIDTH, HEIGHT)
    assert picture != moved


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb`` (WCAG 2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", [TITLE, CART, POLE])
def test_colours_stand_out_on_light_and_dark(colour: str) -> None:
    """Every colour has a contrast of at least 2.8 : 1 with a white and with a nearly black page, text 4 : 1."""
    least = 4.0 if colour == TITLE else 2.8
    assert 1.05 / (luminance(colour) + 0.05) >= least
    assert (luminance(colour) + 0.05) / (luminance("#16181c") + 0.05) >= least


@pytest.mark.parametrize("states", [np.zeros((0, 4)), np.zeros((3, 2)), np.full((2, 4), np.nan)])
def test_refuses_what_is_no_episode(states: FeatureArray) -> None:
    """No states, or states that are not numbers, cannot be drawn."""
    with pytest.raises(ValueError, match="finite state"):
        animation(states, "title")
