"""How meetings are shown: a line of text, a picture, and what a page needs to let them happen itself."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from eep.core.arrays import FeatureArray, FloatArray, base64_of
from eep.tasks.encounter import dynamics, scenery, situations
from eep.tasks.encounter.animals import Cast
from eep.tasks.encounter.animation import GRASS, HILL, SECONDS, SHOWN, SKY, outlines, strokes_of_anger
from eep.tasks.encounter.dynamics import TURNS, begin, luck
from eep.tasks.encounter.indices import danger_looks
from eep.tasks.replay import EpisodeStart, PageWords, Replay, choices

if TYPE_CHECKING:
    from PIL import Image

_DYNAMICS = (
    "NOTICED", "CHARGES", "BITES", "THROWN", "CALM", "AMBLES", "AMBLE", "BRISTLING", "MOVING", "REACH", "HORIZON",
)  # fmt: skip
#: Numbers that the dynamics and the drawing go by, which the page's script names alike.
RULES = {
    **{name: getattr(dynamics, name) for name in _DYNAMICS},
    **{name: getattr(situations, name) for name in ("FAR", "STEPS", "WATCHING")},
    **{name: getattr(scenery, name) for name in ("SKYLINE", "GROUND", "HALVES", "DRAWN_UP")},
    "SHOWN": SHOWN,
    "TURNS": TURNS,
}


class EncounterReplay(Replay):
    """Meetings with the animals of a task; ``seen`` are their components, and ``recognise`` tells which animal states show."""

    seconds = SECONDS
    decisions = TURNS
    page = PageWords(
        headline="Meet an animal as they do",
        lead="Each meets the same animal on a quiet meadow, for twenty turns: from the same place, with the same chance. "
        "Nothing is asked and nothing is rewarded. Each learned from the answers of a teacher that played its persona.",
        you="Arrow keys: up comes closer, down goes back, with Shift in a rush; the space bar stays. Or use the buttons. All "
        "others wait for your move.",
        legend="Above, the animal as the player sees it, with red strokes over its head while it bristles. Below, turn by turn, "
        "how far off it is: blue dots come closer, orange ones go back, grey ones stay; large ones rush, and a red ring is a "
        "bite. The bars are how likely each of the five moves was, from rush back to rush closer.",
        race="How near everybody is: at the right end, they touch. A red ring is a bite.",
    )

    def __init__(
        self, cast: Cast, seen: FeatureArray, recognise: Callable[[FloatArray], Any], test_share: float
    ) -> None:
        self._cast, self._seen, self._recognise, self._test_share = cast, seen, recognise, test_share

    def starts(self, seed: int) -> tuple[EpisodeStart, ...]:
        """Return the animals, those first that were held out, and of these the first of each species, by how dangerous they look."""
        held_out = self._cast.held_out(self._test_share, seed)
        nth: dict[tuple[bool, str], int] = {}
        order = []
        for number, subject in enumerate(self._cast.subjects):
            key = (bool(held_out[number]), subject.animal.species)
            nth[key] = nth.get(key, -1) + 1
            order.append((not held_out[number], nth[key], -danger_looks(subject.animal), number))
        return tuple(self._start(number, held_out=bool(held_out[number])) for *_, number in sorted(order))

    def _start(self, number: int, *, held_out: bool) -> EpisodeStart:
        subject = self._cast.subjects[number]
        return EpisodeStart(subject.id, subject.animal.species, subject.captions[0], {"animal": number}, held_out)

    def strip(self, state: FeatureArray, width: int) -> str:
        """Return the player, and the animal as far off as it is; in capitals while it bristles."""
        distance, _, arousal = map(float, state[-3:])
        letter = self._cast.subjects[self._number(state)].animal.species[0]
        ground = ["."] * (width - 1)
        ground[round(min(distance / SHOWN, 1.0) * (width - 2))] = (
            letter.upper() if arousal > dynamics.BRISTLING else letter
        )
        return f"@{''.join(ground)}"

    def words(self, state: FeatureArray) -> str:
        """Return how far the animal is and what it does."""
        senses = state[None, -3:].astype(np.float64)
        _, behaviour = situations.words(int(situations.situations(senses)[0]))
        return f"{senses[0, 0]:.1f} m {behaviour}"

    def outcome(self, reward: float, info: Mapping[str, Any]) -> str:
        """Return how near they came, for how long they touched, and how often the animal bit."""
        del reward
        bites = int(info["bites"])
        touched = int(info["contact_turns"])
        return (
            f"as near as {info['closest_distance']:.1f} m; touching for {touched} of {TURNS} turns; "
            f"{bites or 'no'} bite{'' if bites == 1 else 's'}"
        )

    def picture(self, state: FeatureArray, size: int) -> "Image.Image":
        """Return what the player sees, as high as wide."""
        distance, _, arousal = map(float, state[-3:])
        return scenery.picture(self._cast.subjects[self._number(state)].animal, distance, arousal, size)

    def world(self, starts: Sequence[EpisodeStart], seeds: Iterable[int]) -> Mapping[str, Any]:
        """Return the animals, drawn and as students see them, and for each seed the chance of a whole meeting."""
        rows = [_chance(seed) for seed in seeds]
        return {
            "kind": "encounter",
            "starts": [self._met(one) for one in starts],
            "rules": RULES,
            "speeds": dynamics.SPEEDS.tolist(),
            "distances": situations.DISTANCES,
            "behaviours": situations.BEHAVIOURS,
            "seconds": SECONDS,
            "chance": base64_of(rows, "f8"),
            "strokes": strokes_of_anger(),
            "colours": {"sky": SKY, "grass": GRASS, "hill": HILL},
        }

    def _met(self, start: EpisodeStart) -> Mapping[str, Any]:
        number = start.options["animal"]
        animal = self._cast.subjects[number].animal
        shapes, top = outlines(animal)
        return {
            "name": start.kind,
            "words": start.text,
            "heldOut": start.held_out,
            "seen": base64_of(self._seen[number], "f4"),
            "temper": [float(values[number]) for values in self._cast.temperament],
            "size": scenery.SIZES[animal.size],
            "top": top,
            "shapes": shapes,
        }

    def _number(self, state: FeatureArray) -> int:
        return int(self._recognise(state[None].astype(np.float64))[0])


def _chance(seed: int) -> FloatArray:
    """Return the chance of a meeting that the environment is reset to with ``seed`` and an animal.

    Distance and arousal at the start, then for each turn two normal and three uniform numbers, then the noise of choices.
    """
    from gymnasium.utils.seeding import np_random

    rng, _ = np_random(seed)
    start = begin(rng, 1)
    turns = [np.concatenate([part.ravel() for part in luck(rng, 1)]) for _ in range(TURNS)]
    return np.concatenate([[start.distance[0], start.arousal[0]], *turns, choices(seed, TURNS)])
