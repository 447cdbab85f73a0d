"""Which animal in which situation a state shows, and what a teacher reads of it."""

from collections.abc import Mapping, Sequence

import numpy as np

from eep.core.arrays import FeatureArray, FloatArray, IntArray
from eep.data.types import Item
from eep.tasks.encounter.animals import Recognition
from eep.tasks.encounter.situations import SENSES, SITUATIONS, situations
from eep.tasks.policies import PolicyFunction


class Moments:
    """The way from states back to the stimuli: ``stimuli`` are every animal in every situation, ``seen`` is of each animal."""

    def __init__(self, stimuli: Sequence[Item], seen: FeatureArray) -> None:
        self._texts = [item.text for item in stimuli]
        self._recognise = Recognition(seen)

    def animals(self, states: FloatArray) -> IntArray:
        """Return the number (n,) of the animal in each state (n, d); raises ValueError for unknown ones."""
        return self._recognise(states[:, : -len(SENSES)])

    def texts(self, states: FloatArray) -> list[str]:
        """Return what a teacher reads in each state."""
        return [self._texts[place] for place in self._places(states)]

    def policy(self, table: Mapping[str, Mapping[str, float]], columns: Sequence[str]) -> PolicyFunction:
        """Return the policy that looks up what it sees; NaN without an answer."""
        chances = np.full((len(self._texts), len(columns)), np.nan)
        for place, text in enumerate(self._texts):
            if text in table:
                chances[place] = [table[text][option] for option in columns]
        return lambda states: chances[self._places(states)]

    def _places(self, states: FloatArray) -> IntArray:
        return self.animals(states) * SITUATIONS + situations(states[:, -len(SENSES) :])
