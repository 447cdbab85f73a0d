"""Captions: everything a picture shows, said in one sentence of varied words; and a caption read back.

The grammar is ``[size][quality][pattern][colour] NOUN [with EYES, HEAD, NOSE and CLAWS][, MOUTH]
[, wearing ACCESSORY][, ACTIVITY SETTING].`` A plain coat, a closed mouth and middling heads and noses go without
saying, and nothing is said of a sleeper's eyes but that they are closed. Every phrase belongs to one value only,
so that `read` can take a caption apart again.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from eep.stimuli.animals.animal import Animal
from eep.stimuli.animals.vocabulary import COLOURS, SPECIES

_STREAM = 11  # keeps the captions' random stream apart from the sampling's

Phrases = Mapping[str, tuple[str, ...]]


SIZE: Phrases = {
    "tiny": ("tiny", "teeny"), "small": ("small", "little"), "medium": ("medium-sized",),
    "huge": ("huge", "enormous"),
}  # fmt: skip
#: Covering -> quality -> phrases; a covering not named here says its quality by its own name.
QUALITY: Mapping[str, Phrases] = {
    "spines": {"soft": ("soft-spined",), "prickly": ("prickly",)},
    "scales": {"shiny": ("shiny-scaled",), "rough": ("rough-scaled",)},
    "skin": {"smooth": ("smooth-skinned",), "warty": ("warty",)},
    "shell": {"smooth": ("smooth-shelled",), "rough": ("rough-shelled",)},
}
SHARK_SKIN: Phrases = {"smooth": ("smooth-skinned",), "warty": ("rough-skinned",)}
EYES: Phrases = {
    "small": ("small beady eyes", "tiny narrow eyes"), "medium": ("bright eyes",),
    "big": ("big round eyes", "huge shiny eyes"),
}  # fmt: skip
EYES_CLOSED = "its eyes closed"
HEAD: Phrases = {
    "small": ("a small head",), "normal": (),
    "big": ("a big round head", "an oversized head and high forehead"),
}  # fmt: skip
NOSE: Phrases = {
    "short": ("a tiny nose", "a short little snout"), "medium": (),
    "long": ("a long snout", "a big nose"),
}  # fmt: skip
BEAK: Phrases = {"short": ("a tiny beak", "a short beak"), "medium": (), "long": ("a long beak",)}
CLAWS = ("sharp claws", "long claws")
MOUTH: Phrases = {
    "closed": (), "smiling": ("smiling", "with a gentle smile"),
    "tongue": ("sticking its tongue out", "tongue out"),
    "teeth": ("baring its teeth", "showing sharp teeth"),
}  # fmt: skip
ACCESSORY: Phrases = {"none": (), "bow": ("a red bow",), "hat": ("a party hat",), "scarf": ("a striped scarf",)}
ACTIVITY: Phrases = {
    "sitting": ("sitting",), "standing": ("standing",), "sleeping": ("sleeping", "fast asleep"),
    "leaping": ("leaping", "jumping"), "playing": ("playing with a ball", "chasing a ball"),
    "eating": ("eating from a bowl", "having a meal"), "swimming": ("swimming",),
}  # fmt: skip
SETTING: Phrases = {
    "meadow": ("in a flowery meadow",), "forest": ("in the forest",), "snow": ("in the snow",),
    "beach": ("on a sandy beach",), "room": ("in a cosy room",), "night": ("under the moon at night",),
    "desert": ("in the desert",), "water": ("by a pond",),
}  # fmt: skip
UNDER_WATER = ("in the water", "under water")

#: Says one of several phrases, or, where an attribute is passed over or has no phrase, nothing.
Choose = Callable[[Sequence[str]], str]


def caption(animal: Animal, variant: int = 0, completeness: float = 1.0) -> str:
    """Return a caption of ``animal``; equal arguments give equal captions.

    Parameters
    ----------
    variant
        Another number chooses other words for the same things.
    completeness
        The probability that an attribute that could be said is said. Teachers read complete captions (1.0);
        training an encoder profits from incomplete ones.
    """
    rng = np.random.default_rng([_STREAM, animal.seed, variant])

    def choose(phrases: Sequence[str]) -> str:
        mentioned, choice = rng.random() < completeness, rng.random()
        return phrases[int(choice * len(phrases))] if phrases and mentioned else ""

    kind = animal.kind
    subject = _joined(" ", *_adjectives(animal, choose), kind.baby if animal.baby else kind.adult)
    features = [phrase for phrase in _features(animal, choose) if phrase]
    article = "an" if subject[0] in "aeiou" else "a"
    accessory = choose(ACCESSORY[animal.accessory])
    clauses = (
        f"{article} {subject}" + (f" with {_listed(features)}" if features else ""),
        choose(MOUTH[animal.mouth]),
        f"wearing {accessory}" if accessory else "",
        _joined(" ", choose(ACTIVITY[animal.activity]), choose(setting_phrases(animal))),
    )
    sentence = _joined(", ", *clauses)
    return sentence[0].upper() + sentence[1:] + "."


def quality_phrases(species: str, quality: str) -> tuple[str, ...]:
    """Return how this species' coat is said to be of this quality."""
    table = SHARK_SKIN if species == "shark" else QUALITY.get(SPECIES[species].covering, {})
    return table.get(quality, (quality,))


def setting_phrases(animal: Animal) -> tuple[str, ...]:
    """Return how the animal's setting is said; fish are in the water, others beside it."""
    return UNDER_WATER if animal.kind.family == "fish" else SETTING[animal.setting]


def _adjectives(animal: Animal, choose: Choose) -> tuple[str, ...]:
    return (
        choose(SIZE[animal.size]),
        choose(quality_phrases(animal.species, animal.quality)),
        choose(() if animal.pattern == "plain" else (animal.pattern,)),
        choose((animal.colour,)),
    )


def _features(animal: Animal, choose: Choose) -> tuple[str, ...]:
    noses = BEAK if animal.kind.family == "bird" else NOSE
    return (
        choose((EYES_CLOSED,) if animal.asleep else EYES[animal.eyes]),
        choose(HEAD[animal.head]),
        choose(noses[animal.nose]),
        choose(CLAWS if animal.claws else ()),
    )


def _joined(separator: str, *parts: str) -> str:
    return separator.join(part for part in parts if part)


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)


_NOUNS: Mapping[str, tuple[str, bool]] = {
    noun: (species, baby)
    for species, kind in SPECIES.items()
    for noun, baby in ((kind.baby, True), (kind.adult, False))
}
_NOUN = re.compile(rf"\b({'|'.join(sorted(_NOUNS, key=len, reverse=True))})$")

#: What stands before the noun, and what stands after it: attribute -> value -> phrases.
_BEFORE: Mapping[str, Phrases] = {
    "size": SIZE,
    "pattern": {"spotted": ("spotted",), "striped": ("striped",)},
    "colour": {colour: (colour,) for colour in COLOURS},
}
_AFTER: Mapping[str, Phrases] = {
    "eyes": EYES,
    "head": HEAD,
    "nose": {level: NOSE[level] + BEAK[level] for level in NOSE},
    "mouth": MOUTH,
    "accessory": ACCESSORY,
    "activity": ACTIVITY,
    "setting": {**SETTING, "water": SETTING["water"] + UNDER_WATER},
}


def read(caption: str) -> dict[str, Any]:
    """Return the attributes that ``caption`` states, under the names they have in `Animal`.

    What goes without saying is absent: a plain coat, a closed mouth, middling heads and noses, claws that do
    not show (``claws`` is there only as ``True``), and a sleeper's eyes.

    Raises `ValueError` if the caption does not begin with an animal of the vocabulary.
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
    stated["claws"] = any(phrase in rest for phrase in CLAWS) or None
    return {name: value for name, value in stated.items() if value is not None}


def _quality_words(species: str) -> Phrases:
    """Return quality -> phrases of this species' coat."""
    return {quality: quality_phrases(species, quality) for quality in SPECIES[species].qualities}


def _value(table: Phrases, stated: Callable[[str], bool]) -> str | None:
    """Return the value one of whose phrases is ``stated``."""
    return next((value for value, phrases in table.items() if any(map(stated, phrases))), None)
