"""One animal as its attributes: what its caption says and its picture shows."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from eep.stimuli.animals.vocabulary import SPECIES, VALUES, Species, allowed


@dataclass(frozen=True)
class Animal:
    """Everything that a caption says and a picture shows of one animal; plain words of the vocabulary.

    Raises
    ------
    ValueError
        With every attribute that the vocabulary does not allow, and what it allows.
    """

    #: Words of `eep.stimuli.animals.vocabulary`, such as this species can have them.
    species: str
    baby: bool  #: Young or grown: another noun, and other proportions.
    colour: str
    pattern: str
    quality: str
    size: str
    head: str
    eyes: str
    nose: str
    mouth: str
    claws: bool  #: Whether claws show. Species without feet have none.
    accessory: str
    activity: str
    setting: str
    flip: bool = False  #: Faces right instead of left.
    x: float = 0.0  #: How far it stands from the middle of the picture, in hundredths of the picture's width.
    #: Decides what has no name: the choice among equal phrases of the caption, where the flowers grow.
    seed: int = 0

    def __post_init__(self) -> None:
        problems = _problems(self)
        if problems:
            raise ValueError("an animal as the vocabulary allows it was expected; " + "; ".join(problems))

    @property
    def kind(self) -> Species:
        """The species with its family, covering and nouns."""
        return SPECIES[self.species]

    @property
    def asleep(self) -> bool:
        """Whether it sleeps, so that its eyes cannot be seen."""
        return self.activity == "sleeping"

    @classmethod
    def from_attributes(cls, attributes: Mapping[str, Any]) -> Self:
        """Make the animal that ``attributes`` describe.

        Keys that are no attribute of an animal (``family``, ``covering``, latent values of the sampling) are ignored.

        Raises `ValueError` if an attribute without a default is missing, or a value is not in the vocabulary.
        """
        missing = sorted({field.name for field in fields(cls)} - {"flip", "x", "seed"} - set(attributes))
        if missing:
            raise ValueError(f"an animal needs the attributes {', '.join(missing)}; found {', '.join(attributes)}")
        return cls(**{field.name: attributes[field.name] for field in fields(cls) if field.name in attributes})

    def attributes(self) -> dict[str, Any]:
        """Return all attributes, with the family and covering that follow from the species, as JSON can hold them."""
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        return {**own, "family": self.kind.family, "covering": self.kind.covering}


def _problems(animal: Animal) -> list[str]:
    """Return one sentence for each attribute outside the vocabulary."""
    if animal.species not in SPECIES:
        return [f"species: expected one of {', '.join(SPECIES)}; found {animal.species!r}"]
    found = [
        f"{name}: expected one of {', '.join(allowed(name, animal.species))} for a {animal.species}; "
        f"found {getattr(animal, name)!r}"
        for name in VALUES
        if getattr(animal, name) not in allowed(name, animal.species)
    ]
    if animal.claws and not animal.kind.clawed:
        found.append(f"claws: a {animal.species} has none")
    return found
