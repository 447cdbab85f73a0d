"""The animals that are met, which of them are held out, and what of their pictures a student senses."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from eep.core.arrays import BoolArray, FeatureArray, FloatArray, IntArray
from eep.core.errors import UserError
from eep.core.registry import did_you_mean
from eep.stimuli.animals import DEFAULT, Animal
from eep.stimuli.encoders.cache import default_cache, features
from eep.stimuli.encoders.encoder import Encoder, principal_axes
from eep.stimuli.picture import Picture
from eep.stimuli.subjects import DrawnAnimal, recorded_animals, recorded_sets
from eep.tasks.encounter.dynamics import Temperament
from eep.tasks.encounter.settings import EncounterSettings

_TASK = "encounter"
#: Numbers that a student sees of a picture: principal components of the encoder's features, each with the standard
#: deviation 1. Of mini-CLIP's 256 they keep 98 % of the variance; as many demonstrations of so few pictures would
#: drown in the rest.
COMPONENTS = 32
#: Animals, none of them met here, of whose pictures the components are: nothing is fitted to what is held out.
REFERENCE = 256
#: Components are rounded to this fraction, so that they are the same numbers on nearly every processor.
GRID = 32
#: They are held within this, in standard deviations.
BOUND = 8.0

_FIERCE = ("crocodile", "bear", "snake", "spider")
_FIRM = ("fox", "owl", "turtle")
_TIMID = ("mouse", "rabbit", "chick", "frog", "lizard", "hedgehog")
_BOLD = ("dog", "bear", "crocodile")
_SOCIABLE = ("dog", "cat", "penguin", "chick")


@dataclass(frozen=True)
class Cast:
    """The animals of an experiment, in their order."""

    subjects: tuple[DrawnAnimal, ...]
    temperament: Temperament

    def held_out(self, share: float, seed: int) -> BoolArray:
        """Return (n,) True for the animals that are held out: a share of each species, drawn by ``seed``.

        Raises `eep.core.errors.UserError` if that leaves no animal to learn from, or none to test on.
        """
        species = np.array([subject.animal.species for subject in self.subjects])
        rng, held_out = np.random.default_rng(seed), np.zeros(len(species), dtype=np.bool_)
        for kind in np.unique(species):
            rows = rng.permutation(np.flatnonzero(species == kind))
            held_out[rows[: round(share * len(rows))]] = True
        if held_out.all() or not held_out.any():
            raise UserError(
                f"tasks.encounter: expected animals to learn from and others to test on; found "
                f"{int(held_out.sum())} of {len(species)} held out; change number or test_share"
            )
        return held_out


def cast(settings: EncounterSettings) -> Cast:
    """Return the animals that an experiment names; raises `eep.core.errors.UserError` if there are none, or not as many."""
    known = recorded_sets(_TASK)
    if settings.stimuli not in known:
        raise UserError(
            f"tasks.encounter.stimuli: expected {', '.join(known)}; found {settings.stimuli!r}"
            f"{did_you_mean(settings.stimuli, known)}; its texts, situations and recorded answers are about these animals alone"
        )
    found = tuple(recorded_animals(settings.stimuli, _TASK))
    if settings.number is not None and settings.number > len(found):
        raise UserError(f"tasks.encounter.number: expected at most {len(found)}; found {settings.number}")
    subjects = found[: settings.number]
    return Cast(subjects, temperament([subject.animal for subject in subjects]))


def temperament(animals: Sequence[Animal]) -> Temperament:
    """Return the temperaments (n,) of animals, by their looks."""
    return Temperament(*np.clip([_looks(animal) for animal in animals], 0.0, 1.0).reshape(-1, 3).T)


def _looks(animal: Animal) -> tuple[float, float, float]:
    """Return danger, shyness and friendliness of one animal, not yet held to [0, 1]."""
    small, huge = animal.size in {"tiny", "small"}, animal.size == "huge"
    teeth, merry = animal.mouth == "teeth", animal.mouth in {"smiling", "tongue"}
    kind = animal.species
    danger = 0.1 + 0.35 * teeth + 0.15 * animal.claws + 0.35 * (kind in _FIERCE) + 0.15 * (kind in _FIRM) + 0.15 * huge
    danger -= 0.2 * animal.baby + 0.2 * (animal.size == "tiny")
    shyness = 0.45 + 0.2 * small - 0.2 * huge + 0.25 * (kind in _TIMID) - 0.25 * merry - 0.2 * (kind in _BOLD)
    friendliness = 0.3 + 0.35 * (kind in _SOCIABLE) + 0.25 * merry + 0.2 * animal.baby - 0.4 * teeth
    return danger, shyness, friendliness


@cache
def _reference() -> tuple[DrawnAnimal, ...]:
    """Return animals on the meadow whose pictures stand for all pictures."""
    found = (stimulus for stimulus in DEFAULT.stimuli() if stimulus.animal.kind.family != "fish")
    standing = (
        DrawnAnimal(one.id, (one.text,), replace(one.animal, activity="standing", setting="meadow")) for one in found
    )
    return tuple(subject for subject, _ in zip(standing, range(REFERENCE), strict=False))


def pictures(subjects: Sequence[DrawnAnimal], encoder: Encoder) -> FeatureArray:
    """Return what a student sees of animals, (n, `COMPONENTS`) float32 on a grid; fewer if the encoder has fewer."""
    size = encoder.preprocessing.short_side
    known, met = (
        features((subject.picture(size) for subject in some), encoder, default_cache()).astype(np.float64)
        for some in (_reference(), subjects)
    )
    found = principal_axes(known, COMPONENTS)
    axes = (found.axes / found.spread[:, None]).T
    return np.asarray(np.clip(np.round((met - found.centre) @ axes * GRID) / GRID, -BOUND, BOUND), dtype=np.float32)


def drawings(animals: Cast, rows: Iterable[int], size: int) -> Iterator[Picture]:
    """Yield the drawings of some animals for an encoder that looks at ``size`` x ``size`` pixels."""
    return (animals.subjects[row].picture(size) for row in rows)


class Recognition:
    """Tells which animal a picture's components belong to: states hold components, teachers' tables hold captions.

    Raises ValueError if two animals look alike to the last component.
    """

    def __init__(self, seen: FeatureArray) -> None:
        #: Products of integers are exact, so that equal components have equal keys.
        self._weights = np.random.default_rng(0).integers(1, 2**31, size=seen.shape[1]).astype(np.float64)
        keys = self._keys(seen)
        self._order = np.argsort(keys)
        self._sorted = keys[self._order]
        if (np.diff(self._sorted) == 0).any():
            raise ValueError("expected animals whose pictures differ; found two that look alike to the encoder")

    def __call__(self, seen: FloatArray) -> IntArray:
        """Return the animal's number (n,) for components (n, k); raises ValueError for unknown ones."""
        keys = self._keys(seen)
        places = np.minimum(np.searchsorted(self._sorted, keys), len(self._sorted) - 1)
        if (self._sorted[places] != keys).any():
            raise ValueError("expected states whose pictures are of the task's animals; found others")
        return np.asarray(self._order[places])

    def _keys(self, seen: FeatureArray | FloatArray) -> FloatArray:
        return np.asarray(np.round(seen.astype(np.float64) * GRID) @ self._weights)
