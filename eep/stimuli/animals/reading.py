"""Reading a caption back: which attributes its words state. The inverse of `eep.stimuli.animals.captions`."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from eep.stimuli.animals import captions
from eep.stimuli.animals.vocabulary import COLOURS, SPECIES

_NOUNS: Mapping[str, tuple[str, bool]] = {
    noun: (species, baby)
    for species, kind in SPECIES.items()
    for noun, baby in ((kind.baby, True), (kind.adult, False))
}
_NOUN = re.compile(rf"\b({'|'.join(sorted(_NOUNS, key=len, reverse=True))})$")

#: What stands before the noun, and what stands after it: attribute -> value -> phrases.
_BEFORE: Mapping[str, captions.Phrases] = {
    "size": captions.SIZE,
    "pattern": {"spotted": ("spotted",), "striped": ("striped",)},
    "colour": {colour: (colour,) for colour in COLOURS},
}
_AFTER: Mapping[str, captions.Phrases] = {
    "eyes": captions.EYES,
    "head": captions.HEAD,
    "nose": {level: captions.NOSE[level] + captions.BEAK[level] for level in captions.NOSE},
    "mouth": captions.MOUTH,
    "accessory": captions.ACCESSORY,
    "activity": captions.ACTIVITY,
    "setting": {**captions.SETTING, "water": captions.SETTING["water"] + captions.UNDER_WATER},
}


def read(caption: str) -> dict[str, Any]:
    """Return the attributes that ``caption`` states, under the names they have in `Animal`.

    What goes without saying is absent: a plain coat, a closed mouth, middling heads and noses, claws that do
    not show (``claws`` is there only as ``True``), and a sleeper's eyes.

    Raises
    ------
    ValueError
        If the caption does not begin with an animal of the vocabulary.
    """
    subject = re.split(r" with |,|\.", caption, maxsplit=1)[0]
    noun = _NOUN.search(subject.lower())
    if noun is None:
        raise ValueError(f"expected a caption that begins with one of {', '.join(_NOUNS)}; found {caption!r}")
    species, baby = _NOUNS[noun[0]]
    adjectives, rest = subject[: noun.start()].split(), caption[len(subject) :]
    before = {"quality": _quality_words(species), **_BEFORE}
    stated: dict[str, Any] = {"species": species, "baby": baby}
    stated |= {name: _value(table, lambda phrase: phrase in adjectives) for name, table in before.items()}
    stated |= {name: _value(table, lambda phrase: phrase in rest) for name, table in _AFTER.items()}
    stated["claws"] = any(phrase in rest for phrase in captions.CLAWS) or None
    return {name: value for name, value in stated.items() if value is not None}


def _quality_words(species: str) -> captions.Phrases:
    """Return quality -> phrases of this species' coat."""
    return {quality: captions.quality_phrases(species, quality) for quality in SPECIES[species].qualities}


def _value(table: captions.Phrases, stated: Callable[[str], bool]) -> str | None:
    """Return the value one of whose phrases is ``stated``."""
    return next((value for value, phrases in table.items() if any(map(stated, phrases))), None)
