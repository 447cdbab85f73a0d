"""Animals at random, deterministic from a seed: single ones, groups of near twins, and minimal pairs.

The baby schema (Lorenz 1943; Glocker et al. 2009) enters through one latent number, high for most young and low
for most grown animals, that makes heads and eyes larger and noses shorter together, yet not in lock-step.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from eep.stimuli.animals import vocabulary as words
from eep.stimuli.animals.animal import Animal
from eep.stimuli.animals.vocabulary import SPECIES, VALUES, allowed

_SINGLE, _GROUP = 7, 8  # keep the random streams of single animals and of groups apart
_STRIDE: Final = 1_000_000  # animals of one seed
_SPREAD: Final = 0.2  # standard deviation of a feature around the animal's latent babyishness
_LEVELS: Final = (0.36, 0.64)  # where the three levels of head, eyes and nose divide the unit interval

#: What the members of a group differ in: the features that are hardest to see.
VARYING: Final = ("pattern", "quality", "head", "eyes", "nose", "mouth", "claws", "accessory")


def seeds(seed: int, n: int) -> range:
    """Return the seeds of the ``n`` animals that belong to ``seed``: no two seeds share an animal.

    Raises `ValueError` if ``n`` is negative or more than a million, or ``seed`` is negative.
    """
    if not 0 <= n <= _STRIDE or seed < 0:
        raise ValueError(f"expected a seed of 0 or more and 0 to {_STRIDE} animals; found seed {seed}, n {n}")
    return range(seed * _STRIDE, seed * _STRIDE + n)


def sample(seed: int) -> Animal:
    """Return the animal of ``seed``; equal seeds give equal animals, neighbouring seeds unrelated ones."""
    return _draw(np.random.default_rng([_SINGLE, seed]), seed)


def sample_group(seed: int, size: int = 8, varying: Sequence[str] = VARYING) -> tuple[Animal, ...]:
    """Return ``size`` animals that share everything but the attributes named in ``varying``.

    Those are drawn anew for each member, every value equally likely and each feature by itself: contrastive
    training on such groups cannot succeed by species, colour and place, nor by guessing a nose from the eyes.
    """
    rng = np.random.default_rng([_GROUP, seed])
    first = _draw(rng, seed)
    choices = {name: _choices(first, name) for name in varying}
    picks = ({name: values[int(rng.integers(len(values)))] for name, values in choices.items()} for _ in range(size))
    return tuple(_settle(replace(first, **picked)) for picked in picks)


def variants(animal: Animal, attribute: str) -> tuple[Animal, ...]:
    """Return ``animal`` once with every value ``attribute`` can take: any two of them are a minimal pair.

    ``attribute`` is a key of `VALUES` other than species, or ``"baby"`` or ``"claws"``; raises ValueError for others.
    """
    if attribute == "species" or attribute not in {*VALUES, "baby", "claws"}:
        raise ValueError(f"expected an attribute of one species, as {', '.join(VARYING)}; found {attribute!r}")
    return tuple(_settle(replace(animal, **{attribute: value})) for value in _choices(animal, attribute))


def _choices(animal: Animal, attribute: str) -> tuple[Any, ...]:
    """Return the values ``attribute`` can take in this animal's species."""
    if attribute in VALUES:
        return allowed(attribute, animal.species)
    return (False,) if attribute == "claws" and not animal.kind.clawed else (False, True)


def _draw(rng: np.random.Generator, seed: int) -> Animal:
    species = _pick(rng, tuple(SPECIES))
    baby = bool(rng.random() < 0.5)
    babyish = float(np.clip(rng.normal(0.72 if baby else 0.28, 0.14), 0.0, 1.0))
    fierce = bool(rng.random() < (0.15 if baby else 0.42))
    animal = Animal(
        species=species,
        baby=baby,
        head=_level(rng, babyish, allowed("head", species), words.HEADS),
        eyes=_level(rng, babyish, allowed("eyes", species), words.EYES),
        nose=_level(rng, 1.0 - babyish, allowed("nose", species), words.NOSES),
        colour=_pick(rng, allowed("colour", species)),
        pattern=_pick(rng, words.PATTERNS, (0.5, 0.25, 0.25)),
        quality=_pick(rng, allowed("quality", species)),
        mouth=_mouth(rng, fierce=fierce),
        claws=bool(rng.random() < (0.6 if fierce else 0.15)) and SPECIES[species].clawed,
        activity=_pick(rng, allowed("activity", species)),
        setting=_pick(rng, allowed("setting", species)),
        size=_pick(rng, words.SIZES, (0.22, 0.28, 0.3, 0.2)),
        accessory=_pick(rng, words.ACCESSORIES, (0.7, 0.1, 0.1, 0.1)),
        flip=bool(rng.random() < 0.5),
        x=round(float(rng.uniform(-5.0, 5.0)), 3),
        seed=seed,
    )
    return _settle(animal)


def _pick(rng: np.random.Generator, values: Sequence[str], weights: Sequence[float] | None = None) -> str:
    """Return one of ``values``, equally likely unless ``weights`` (summing to 1) say otherwise."""
    if weights is None:
        return values[int(rng.integers(len(values)))]
    return values[int(np.searchsorted(np.cumsum(weights[:-1]), rng.random(), side="right"))]


def _level(rng: np.random.Generator, centre: float, allowed_levels: Sequence[str], levels: Sequence[str]) -> str:
    """Return the level of a feature that varies around ``centre``; draws even if only one level is allowed."""
    value = rng.normal(centre, _SPREAD)
    return levels[sum(value >= bound for bound in _LEVELS)] if len(allowed_levels) > 1 else allowed_levels[0]


def _mouth(rng: np.random.Generator, *, fierce: bool) -> str:
    """Return a mouth: mostly teeth on a fierce animal, never on another."""
    peaceful = _pick(rng, words.MOUTHS[:3], (0.4, 0.35, 0.25))
    return "teeth" if rng.random() < 0.75 and fierce else peaceful


def _settle(animal: Animal) -> Animal:
    """Close the mouth of a sleeping animal that would show tongue or teeth."""
    if animal.asleep and animal.mouth in {"tongue", "teeth"}:
        return replace(animal, mouth="closed")
    return animal
