"""How episodes of a task are shown to people: in a line of text, as a picture, and in a page where they are played anew."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from eep.core.arrays import FeatureArray, FloatArray

if TYPE_CHECKING:
    from PIL import Image

#: Policies' choices are drawn from a stream of their own: an environment seeds its own chance with the bare seed.
_CHOICES = 1


@dataclass(frozen=True)
class EpisodeStart:
    """What an episode can begin with, where that is for the player to choose: an animal to be met."""

    #: What it is called in an option, and the kind by which it can be asked for too.
    id: str = ""
    kind: str = ""
    #: In words, for people.
    text: str = ""
    #: Options of the environment's ``reset``.
    options: Mapping[str, Any] = field(default_factory=dict)
    #: Whether no student of the experiment learned from it.
    held_out: bool = True


class PageWords(NamedTuple):
    """What the page that plays a task says about it."""

    headline: str
    #: What happens in an episode; what the reader does; what is seen of each player; and what of all at once.
    lead: str
    you: str
    legend: str
    race: str


class Replay(ABC):
    """How episodes of one task are shown. States are the rows of an episode, (d,) float32, as students sense them."""

    #: Seconds that a decision lasts when it is watched, and decisions for each line of text.
    seconds: float
    every: int = 1
    #: Decisions of an episode, at most.
    decisions: int
    #: How fast a page plays at first, 1 being as the environment is.
    speed: float = 1.0
    page: PageWords

    def starts(self, seed: int) -> tuple[EpisodeStart, ...]:
        """Return what episodes can begin with in an experiment of this seed; a single one where there is no choice."""
        del seed
        return (EpisodeStart(),)

    @abstractmethod
    def strip(self, state: FeatureArray, width: int) -> str:
        """Return a state drawn with ``width`` plain characters, at least 10."""

    @abstractmethod
    def words(self, state: FeatureArray) -> str:
        """Return a state in few words."""

    @abstractmethod
    def outcome(self, reward: float, info: Mapping[str, Any]) -> str:
        """Return in words what an episode came to, from the sum of its rewards and its last ``info``."""

    @abstractmethod
    def picture(self, state: FeatureArray, size: int) -> "Image.Image":
        """Return a state as a picture, RGB, ``size`` pixels wide."""

    @abstractmethod
    def world(self, starts: Sequence[EpisodeStart], seeds: Iterable[int]) -> Mapping[str, Any]:
        """Return what a page needs to play episodes of these starts and seeds itself: values of JSON.

        ``kind`` names the script that plays, and ``chance`` holds a row of float64 for each seed, as `eep.core.arrays.base64_of` has them.
        """


def choices(seed: int, decisions: int) -> FloatArray:
    """Return the noise (decisions,), uniform in [0, 1), by which an episode's choices are drawn: the same for every player."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_CHOICES,))).random(decisions)
