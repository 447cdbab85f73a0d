"""How episodes of CartPole are shown: a line of text, a picture, and what a page needs to play them itself."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from eep.core.arrays import FeatureArray, base64_of
from eep.tasks.cartpole.animation import CART, POLE, SCALE, TITLE
from eep.tasks.cartpole.physics import ANGLE_LIMIT, POSITION_LIMIT, STEP, initial_states
from eep.tasks.cartpole.settings import CartPoleSettings
from eep.tasks.replay import EpisodeStart, PageWords, Replay, choices

if TYPE_CHECKING:
    from PIL import Image

#: Leaning by more than this, in radians, the pole is drawn with a slash.
_LEANS = 0.035
#: The picture's width and height in metres, and where the ground is.
_WIDE, _HIGH, _GROUND = 5.6, 2.1, 1.72
_PAPER = (251, 250, 247)


class CartPoleReplay(Replay):
    """A cart on its track."""

    speed = 0.5
    page = PageWords(
        headline="Balance the pole as they do",
        lead="Each balances the same pole: from the same start, with the same chance in its choices. Whoever lets it fall, or "
        "leaves the track, is out. They did not learn to balance it: they learned from the answers of a teacher that played "
        "their persona.",
        you="Hold the left or the right arrow key, or a button. While you hold none, pushes alternate left and right: there is "
        "no third choice. The first push starts the clock, at a quarter of the real speed: you can change that.",
        legend="The arrow beside the cart is the push, blue to the right and orange to the left; the bars are how likely each "
        "was. The line below fills while the pole stands.",
        race="How long the pole has stood: at the right end, the episode is over. A red ring has let it fall.",
    )

    def __init__(self, settings: CartPoleSettings) -> None:
        self.settings = settings
        self.seconds = STEP * settings.hold
        self.every = max(1, round(0.2 / self.seconds))
        self.decisions = -(-settings.max_steps // settings.hold)

    def strip(self, state: FeatureArray, width: int) -> str:
        """Return the track between its two ends, and the pole on the cart leaning as it does."""
        room = width - 2
        place = round((float(state[0]) / POSITION_LIMIT + 1) / 2 * (room - 1))
        angle = float(state[2])
        track = ["-"] * room
        track[max(0, min(room - 1, place))] = "|" if abs(angle) < _LEANS else "/" if angle > 0 else "\\"
        return f"[{''.join(track)}]"

    def words(self, state: FeatureArray) -> str:
        """Return where the cart is, and how far the pole leans to the right."""
        return f"{float(state[0]):+.2f} m {float(np.rad2deg(state[2])):+.1f} deg"

    def outcome(self, reward: float, info: Mapping[str, Any]) -> str:
        """Return for how long the pole stood."""
        del info
        cut = ", when the episode is cut" if reward >= self.settings.max_steps else ""
        return f"the pole stood for {reward:.0f} steps ({reward * STEP:.1f} s){cut}"

    def picture(self, state: FeatureArray, size: int) -> "Image.Image":
        """Return the cart, the pole and the track, RGB, three eighths as high as wide."""
        from PIL import Image, ImageDraw

        fine = 3
        scale = size * fine / _WIDE
        image = Image.new("RGB", (size * fine, round(_HIGH * scale)), _PAPER)
        pen, unit = ImageDraw.Draw(image), scale / SCALE
        ground, middle = _GROUND * scale, (_WIDE / 2 + float(state[0])) * scale
        ends = [(_WIDE / 2 + side * POSITION_LIMIT) * scale for side in (-1, 1)]
        pen.line([(ends[0], ground), (ends[1], ground)], TITLE, round(unit))
        for end in ends:
            pen.line([(end, ground - 4 * unit), (end, ground + 6 * unit)], TITLE, round(unit))
        for wheel in (-11, 11):
            pen.circle((middle + wheel * unit, ground - 4 * unit), 4 * unit, TITLE)
        pen.rounded_rectangle(
            (middle - 20 * unit, ground - 20 * unit, middle + 20 * unit, ground - 6 * unit), 2 * unit, CART
        )
        hinge, angle = (middle, ground - 18 * unit), float(state[2])
        tip = (hinge[0] + np.sin(angle) * scale, hinge[1] - np.cos(angle) * scale)
        pen.line([hinge, tip], POLE, round(6 * unit))
        for end_of_pole in (hinge, tip):
            pen.circle(end_of_pole, 3 * unit, POLE)
        pen.circle(hinge, 2.5 * unit, TITLE)
        return image.reduce(fine)

    def world(self, starts: Sequence[EpisodeStart], seeds: Iterable[int]) -> Mapping[str, Any]:
        """Return the physics' numbers, and for each seed the state to start from and the noise of the choices."""
        from gymnasium.envs.classic_control.cartpole import CartPoleEnv

        physics = CartPoleEnv()
        names = ("gravity", "masspole", "total_mass", "length", "polemass_length", "force_mag", "tau")
        rows = [np.concatenate([initial_states(1, seed)[0], choices(seed, self.decisions)]) for seed in seeds]
        return {
            "kind": "cartpole",
            "starts": [{"name": "", "words": one.text, "heldOut": one.held_out} for one in starts],
            "physics": {name: float(getattr(physics, name)) for name in names},
            "limits": [POSITION_LIMIT, ANGLE_LIMIT],
            "hold": self.settings.hold,
            "steps": self.settings.max_steps,
            "seconds": self.seconds,
            "chance": base64_of(rows, "f8"),
            "colours": {"cart": CART, "pole": POLE, "ink": TITLE},
        }
