"""What a drawn animal is like, attribute by attribute, and the words for it."""

from collections.abc import Mapping
from typing import Any

from eep.stimuli.animals.vocabulary import SPECIES, VALUES

#: Attributes in the order of their telling. What cannot be seen for itself is left out (the covering goes with the species).
_ATTRIBUTES = ("species", "family", "baby", *(name for name in VALUES if name != "species"), "claws")
_FLAGS = {True: "yes", False: "no"}

#: Plurals that take more than an s.
_PLURALS = {"mouse": "mice", "fish": "fish", "fox": "foxes", "chick": "hens and chicks"}
#: Words for a value of each attribute.
_PATTERNS: Mapping[str, str] = {
    **dict.fromkeys(("pattern", "quality", "colour", "size", "activity"), "{} animals"),
    "head": "{} heads",
    "eyes": "{} eyes",
    "nose": "{} noses",
    "family": "{}s",
    "setting": "animals in the {}",
}
#: Values that need words of their own.
_OWN: Mapping[str, str] = {
    "family=fish": "fish and sharks",
    "baby=yes": "babies",
    "baby=no": "grown animals",
    "claws=yes": "claws",
    "claws=no": "animals that show no claws",
    "pattern=plain": "animals of one colour",
    "size=medium": "animals of middling size",
    "head=normal": "heads of ordinary size",
    "eyes=medium": "eyes of ordinary size",
    "nose=medium": "noses of ordinary length",
    "mouth=closed": "closed mouths",
    "mouth=smiling": "smiles",
    "mouth=tongue": "tongues that show",
    "mouth=teeth": "bared teeth",
    "accessory=none": "animals that wear nothing",
    "accessory=bow": "bows",
    "accessory=hat": "hats",
    "accessory=scarf": "scarves",
    "setting=beach": "animals on the beach",
    "setting=night": "animals at night",
    "setting=room": "animals in a room",
    "setting=water": "animals in or by water",
}


def described(attributes: Mapping[str, Any]) -> dict[str, str]:
    """Return attribute -> value of a drawn animal, both as in `eep.stimuli.animals.Animal.attributes`.

    A sleeper's eyes are closed, so that they have no size.
    """
    hidden = {"eyes"} if attributes["activity"] == "sleeping" else set()
    return {name: _FLAGS.get(attributes[name], attributes[name]) for name in _ATTRIBUTES if name not in hidden}


def _things() -> dict[str, str]:
    """Return "attribute=value" -> words, for everything that the vocabulary has."""
    values = {**VALUES, "family": tuple(dict.fromkeys(kind.family for kind in SPECIES.values()))}
    regular = {
        f"{name}={value}": _PATTERNS[name].format(value)
        for name in values
        if name in _PATTERNS
        for value in values[name]
    }
    species = {f"species={name}": _PLURALS.get(name, f"{name}s") for name in SPECIES}
    return {**regular, **species, **_OWN}


#: "attribute=value" to the words for animals that have it.
THINGS = _things()
