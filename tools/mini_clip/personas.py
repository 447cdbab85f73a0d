"""Five made-up tastes in animals, as weights on what an animal is: what a student of the features must be able to tell.

They are not the personas of any experiment. Each cares about other attributes, several of them small in the picture.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from eep.stimuli.animals import Animal

#: Persona -> attribute and value -> weight.
TASTES: Mapping[str, Mapping[tuple[str, str | bool], float]] = {
    "nursery": {("baby", True): 1.2, ("eyes", "big"): 1.1, ("eyes", "small"): -0.6, ("head", "big"): 0.8,
        ("nose", "short"): 0.6, ("mouth", "teeth"): -1.0, ("claws", True): -0.6, ("quality", "fluffy"):
        0.5},
    "cuddler": {("quality", "fluffy"): 1.5, ("family", "mammal"): 1.2, ("quality", "soft"): 0.8,
        ("family", "reptile"): -1.0, ("family", "arachnid"): -1.2, ("quality", "scruffy"): -0.6,
        ("activity", "sleeping"): 0.8, ("size", "huge"): -0.6},
    "reptilist": {("family", "reptile"): 1.6, ("family", "amphibian"): 1.1, ("family", "arachnid"): 0.9,
        ("quality", "shiny"): 0.7, ("mouth", "tongue"): 0.6, ("family", "mammal"): -0.8,
        ("setting", "desert"): 0.4},
    "daredevil": {("mouth", "teeth"): 1.5, ("claws", True): 1.2, ("size", "huge"): 1.0,
        ("species", "crocodile"): 0.8, ("species", "shark"): 1.0, ("accessory", "bow"): -0.8,
        ("activity", "sleeping"): -0.6, ("eyes", "big"): -0.5},
    "stylist": {("accessory", "bow"): 1.3, ("accessory", "hat"): 1.3, ("accessory", "scarf"): 1.1,
        ("colour", "white"): 0.8, ("colour", "pink"): 0.9, ("colour", "yellow"): 0.7,
        ("pattern", "spotted"): 0.7, ("setting", "room"): 0.7, ("setting", "snow"): 0.5,
        ("activity", "playing"): 0.6},
}  # fmt: skip
#: Standard deviation of a judgement's noise, where that of the taste itself is 1.
NOISE = 0.3


def attributes(animal: Animal) -> dict[str, str | bool]:
    """Return what can be seen of an animal: a sleeper's eyes cannot."""
    seen = animal.attributes()
    return {**seen, "eyes": "hidden"} if animal.asleep else seen


def judgements(animals: Sequence[Animal], seed: int) -> npt.NDArray[np.float64]:
    """Return whether each taste finds each animal better than the middling one, (tastes, n) of 0 and 1, with noise."""
    rng = np.random.default_rng([seed, 5])
    seen = [attributes(animal) for animal in animals]
    scores = np.array(
        [[sum(w for (name, value), w in taste.items() if a[name] == value) for a in seen] for taste in TASTES.values()]
    )
    middle, spread = np.median(scores, axis=1, keepdims=True), scores.std(axis=1, keepdims=True)
    noisy = (scores - middle) / spread + rng.normal(0, NOISE, scores.shape)
    return np.where(noisy > 0, 1.0, 0.0)
