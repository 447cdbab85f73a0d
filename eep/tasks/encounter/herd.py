"""Meetings side by side, and what they have come to: what both environments are made of."""

from collections.abc import Mapping
from functools import cache

import numpy as np

from eep.core.arrays import FeatureArray, FloatArray, IntArray
from eep.stimuli.encoders.models import image_encoder
from eep.tasks.encounter.animals import Cast, cast, pictures
from eep.tasks.encounter.dynamics import REACH, Meeting, Turn, begin, luck, turn
from eep.tasks.encounter.settings import EncounterSettings
from eep.tasks.encounter.situations import STEPS


@cache
def _world(stimuli: str, encoder: str) -> tuple[Cast, FeatureArray]:
    """Return the animals and what is seen of them, (n, k)."""
    animals = cast(EncounterSettings(stimuli=stimuli, encoder=encoder))
    return animals, pictures(animals.subjects, image_encoder(encoder))


class Herd:
    """Meetings side by side: what both environments are made of."""

    def __init__(self, *, pictures: bool, stimuli: str, encoder: str) -> None:
        if pictures:
            self.cast, self.seen = _world(stimuli, encoder)
        else:
            self.cast = cast(EncounterSettings(stimuli=stimuli))
            self.seen = np.zeros((len(self.cast.subjects), 0), np.float32)
        self.animals = np.zeros(0, np.int64)
        self.meeting = Meeting(*np.zeros((3, 0)))

    @property
    def begun(self) -> bool:
        """Whether there are meetings."""
        return len(self.animals) > 0

    def begin(self, rng: np.random.Generator, count: int, animals: IntArray | None = None) -> None:
        """Begin ``count`` meetings, with ``animals`` or ones that are drawn."""
        self.animals = rng.integers(len(self.cast.subjects), size=count) if animals is None else animals
        self.meeting = begin(rng, count)

    def step(self, rng: np.random.Generator, speed: FloatArray) -> Turn:
        """Play a turn of every meeting."""
        end = turn(self.meeting, speed, self.cast.temperament.of(self.animals), luck(rng, len(speed)))
        self.meeting = end.meeting
        return end

    def observe(self) -> FeatureArray:
        """Return the observations (n, k + 3) float32."""
        return np.hstack([self.seen[self.animals], self.meeting.senses.astype(np.float32)])


class Outcome:
    """What meetings have come to so far: arrays (n,)."""

    def __init__(self, distance: FloatArray) -> None:
        self._values = {
            name: np.zeros(len(distance)) for name in ("contact_turns", "near_turns", "bites", "startles")
        } | {"closest_distance": distance.copy()}

    def add(self, end: Turn) -> None:
        """Add a turn."""
        gained = {
            "contact_turns": end.meeting.distance < REACH,
            "near_turns": end.meeting.distance < STEPS,
            "bites": end.bitten,
            "startles": end.startled,
        }
        for name, values in gained.items():
            self._values[name] += values
        closest = self._values["closest_distance"]
        np.minimum(closest, end.meeting.distance, out=closest)

    def info(self) -> Mapping[str, FloatArray]:
        """Return name -> values."""
        return {name: values.copy() for name, values in self._values.items()}
