"""What a drawn animal can be: species, coats, colours, moods, doings and places.

Captions and pictures are both made from these words, so the vocabulary is part of the stimulus set's version:
changing a word, or what it may be combined with, makes a new set (see `eep.stimuli.animals.stimulus_set`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

COLOURS = (
    "white", "black", "grey", "brown", "cream", "orange", "golden",
    "pink", "yellow", "green", "blue", "red", "purple",
)  # fmt: skip
PATTERNS = ("plain", "spotted", "striped")
SIZES = ("tiny", "small", "medium", "huge")
HEADS = ("small", "normal", "big")
EYES = ("small", "medium", "big")
NOSES = ("short", "medium", "long")
MOUTHS = ("closed", "smiling", "tongue", "teeth")
ACCESSORIES = ("none", "bow", "hat", "scarf")
ACTIVITIES = ("sitting", "standing", "sleeping", "leaping", "playing", "eating", "swimming")
SETTINGS = ("meadow", "forest", "snow", "beach", "room", "night", "desert", "water")

#: What covers an animal -> the qualities that covering can have. Each covering's qualities look unlike each other.
QUALITIES: Mapping[str, tuple[str, ...]] = {
    "fur": ("fluffy", "sleek", "scruffy"), "feathers": ("fluffy", "sleek", "scruffy"),
    "spines": ("soft", "prickly"), "scales": ("shiny", "rough"), "skin": ("smooth", "warty"),
    "shell": ("smooth", "rough"), "hair": ("fuzzy", "smooth"),
}  # fmt: skip

_ON_LAND = SETTINGS[:-1]
_ASHORE = SETTINGS  # on land, or beside a pond
_UNDER_WATER = ("water",)
_LIVELY = ("sitting", "standing", "sleeping", "leaping", "playing", "eating")
_EARTHBOUND = ("sitting", "standing", "sleeping", "playing", "eating")
_AFLOAT = ("swimming", "leaping", "playing", "eating")
_FUR_COLOURS = ("white", "black", "grey", "brown", "cream", "orange", "golden")


@dataclass(frozen=True)
class Species:
    """One species: its nouns, and what an animal of it can look like and do."""

    family: str  #: mammal, bird, fish, reptile, amphibian or arachnid: which drawing module draws it.
    covering: str  #: A key of `QUALITIES`.
    #: The caption's noun for a young and for a grown animal.
    baby: str
    adult: str
    colours: tuple[str, ...]
    activities: tuple[str, ...] = _LIVELY
    settings: tuple[str, ...] = _ON_LAND
    clawed: bool = True  #: Whether it has feet on which claws can show.
    #: Features that do not vary in this species, with their value.
    fixed: Mapping[str, str] = field(default_factory=dict)

    @property
    def qualities(self) -> tuple[str, ...]:
        """The qualities its covering can have."""
        return QUALITIES[self.covering]


def _mammal(baby: str, adult: str, colours: tuple[str, ...] = _FUR_COLOURS) -> Species:
    return Species("mammal", "fur", baby, adult, colours)


SPECIES: Mapping[str, Species] = {
    "cat": _mammal("kitten", "cat"),
    "dog": _mammal("puppy", "dog"),
    "rabbit": _mammal("bunny", "rabbit"),
    "bear": _mammal("bear cub", "bear", ("brown", "black", "white", "golden", "grey")),
    "mouse": _mammal("baby mouse", "mouse", ("white", "grey", "brown", "black", "cream")),
    "fox": _mammal("fox cub", "fox", ("orange", "red", "white", "grey", "brown")),
    "hedgehog": Species("mammal", "spines", "baby hedgehog", "hedgehog",
        ("brown", "grey", "cream", "black")),
    "chick": Species("bird", "feathers", "chick", "hen", ("yellow", "white", "brown", "black", "orange")),
    "owl": Species("bird", "feathers", "owlet", "owl", ("brown", "white", "grey", "golden", "black")),
    "penguin": Species("bird", "feathers", "penguin chick", "penguin", ("black", "blue", "grey"),
        settings=_ASHORE),
    "fish": Species("fish", "scales", "baby fish", "fish",
        ("orange", "blue", "yellow", "red", "purple", "pink", "green"), activities=_AFLOAT,
        settings=_UNDER_WATER, clawed=False, fixed={"head": "normal"}),
    "shark": Species("fish", "skin", "shark pup", "shark", ("grey", "blue", "black"), activities=_AFLOAT,
        settings=_UNDER_WATER, clawed=False, fixed={"head": "normal"}),
    "snake": Species("reptile", "scales", "baby snake", "snake",
        ("green", "yellow", "red", "brown", "black", "orange", "purple"), activities=_EARTHBOUND,
        clawed=False),
    "lizard": Species("reptile", "scales", "baby lizard", "lizard",
        ("green", "brown", "orange", "blue", "yellow")),
    "crocodile": Species("reptile", "scales", "baby crocodile", "crocodile", ("green", "brown", "grey"),
        activities=_EARTHBOUND, settings=_ASHORE),
    "turtle": Species("reptile", "shell", "baby turtle", "turtle", ("green", "brown", "yellow", "blue"),
        activities=_EARTHBOUND, settings=_ASHORE),
    "frog": Species("amphibian", "skin", "froglet", "frog",
        ("green", "blue", "red", "yellow", "orange", "brown"), settings=_ASHORE, clawed=False),
    "spider": Species("arachnid", "hair", "spiderling", "spider",
        ("black", "brown", "grey", "red", "orange", "purple"), activities=_EARTHBOUND,
        fixed={"head": "normal", "nose": "medium"}),
}  # fmt: skip

#: Every attribute with a fixed list of values, whatever the species.
VALUES: Mapping[str, tuple[str, ...]] = {
    "species": tuple(SPECIES),
    "colour": COLOURS,
    "pattern": PATTERNS,
    "quality": tuple(dict.fromkeys(q for qualities in QUALITIES.values() for q in qualities)),
    "size": SIZES,
    "head": HEADS,
    "eyes": EYES,
    "nose": NOSES,
    "mouth": MOUTHS,
    "accessory": ACCESSORIES,
    "activity": ACTIVITIES,
    "setting": SETTINGS,
}  # fmt: skip


def allowed(attribute: str, species: str) -> tuple[str, ...]:
    """Return the values that ``attribute`` (a key of `VALUES`) can take in ``species``, in vocabulary order."""
    kind = SPECIES[species]
    if attribute in kind.fixed:
        return (kind.fixed[attribute],)
    own = {
        "species": (species,),
        "colour": kind.colours,
        "quality": kind.qualities,
        "activity": kind.activities,
        "setting": kind.settings,
    }
    return own.get(attribute, VALUES[attribute])
