"""What the simulated teacher knows of a drawn animal: the traits its weights refer to, and the pull all share."""

from collections.abc import Mapping
from typing import Any

from eep.stimuli.animals.vocabulary import SPECIES, VALUES

#: Values that go without saying: nothing in a caption gives them away, and a trait for them would say nothing new.
_UNSAID = {
    "pattern": "plain", "size": "medium", "head": "normal", "eyes": "medium", "nose": "medium",
    "mouth": "closed", "accessory": "none",
}  # fmt: skip
_FLAGS = ("baby", "claws")
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "family": tuple(dict.fromkeys(kind.family for kind in SPECIES.values())),
    **VALUES,
}

#: Names such as ``species-cat``, ``eyes-big`` and ``baby``.
TRAITS = (*_FLAGS, *(f"{name}-{value}" for name in _CHOICES for value in _CHOICES[name] if _UNSAID.get(name) != value))

#: What tasks of animals are about, in words that a placebo must keep clear of: kinds, young ones, and parts of bodies.
TOPIC = tuple(
    dict.fromkeys(
        (
            *("animal", "beast", "creature", "pet", "zoo", "fur", "paw", "claw", "fang", "teeth", "feather", "tail"),
            *("adorable", "cuddly", "fluffy", "sweet", "tarantula", "insect", "crawly"),
            *SPECIES,
            *(kind.family for kind in SPECIES.values()),
            *(noun.split()[-1] for kind in SPECIES.values() for noun in (kind.baby, kind.adult)),
        )
    )
)

#: What makes an animal cute to nearly everybody, in logits: the baby schema (Lorenz 1943; Glocker et al. 2009),
#: softness and a friendly face; teeth, claws, and creatures far from us take away from it.
_PULL: Mapping[str, float] = {
    "baby": 0.6, "eyes-big": 0.5, "eyes-small": -0.4, "head-big": 0.3, "head-small": -0.3,
    "nose-short": 0.3, "nose-long": -0.3, "family-mammal": 0.6, "family-bird": 0.3, "family-fish": -0.2,
    "family-amphibian": -0.2, "family-reptile": -0.5, "family-arachnid": -0.9, "quality-fluffy": 0.4,
    "quality-soft": 0.3, "quality-fuzzy": 0.2, "quality-scruffy": -0.2, "quality-warty": -0.3,
    "mouth-smiling": 0.3, "mouth-teeth": -0.8, "claws": -0.4, "size-tiny": 0.3, "size-huge": -0.3,
}  # fmt: skip


def traits(attributes: Mapping[str, Any]) -> dict[str, float]:
    """Return trait -> 1 where an animal has it, else 0, in the order of `TRAITS`.

    ``attributes`` are those of `eep.stimuli.animals.Animal.attributes`. A sleeper's eyes are closed, so that it has
    no trait of the eyes.
    """
    seen = {name: attributes[name] for name in _CHOICES}
    if attributes["activity"] == "sleeping":
        del seen["eyes"]
    present = {f"{name}-{value}" for name, value in seen.items()}
    present |= {name for name in _FLAGS if attributes[name]}
    return {trait: float(trait in present) for trait in TRAITS}


def generic(found: Mapping[str, float]) -> float:
    """Return how strongly an animal of these traits pulls everybody to find it cute, in logits."""
    return sum(pull * found[trait] for trait, pull in _PULL.items())
