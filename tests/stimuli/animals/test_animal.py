"""Animals and their vocabulary."""

import json
from pathlib import Path
from typing import Any

import pytest

from eep.stimuli.animals import Animal, sample
from eep.stimuli.animals.vocabulary import SPECIES, VALUES, allowed

RECORDED = [
    json.loads(line)
    for line in (Path(__file__).parent / "recorded-animals.jsonl").read_text(encoding="utf-8").splitlines()
]


def test_attributes_round_trip() -> None:
    """An animal made from its own attributes is the same animal, through JSON too."""
    for seed in range(200):
        animal = sample(seed)
        assert Animal.from_attributes(json.loads(json.dumps(animal.attributes()))) == animal


@pytest.mark.parametrize("record", RECORDED, ids=lambda record: record["attributes"]["seed"])
def test_recorded_attributes_make_animals(record: dict[str, Any]) -> None:
    """Attributes recorded with latent values of the sampling beside them make the animal they name."""
    animal = Animal.from_attributes(record["attributes"])
    kept = animal.attributes()
    assert kept.items() <= record["attributes"].items()
    assert set(record["attributes"]) - set(kept) == {"k", "head_v", "eyes_v", "nose_v"}


def test_all_problems_are_told_at_once() -> None:
    """An animal outside the vocabulary is refused with every wrong attribute and what would be right."""
    attributes = {**sample(1).attributes(), "species": "shark", "claws": True, "quality": "fluffy"}
    with pytest.raises(ValueError, match=r"quality: expected one of smooth, warty .*'fluffy'.*claws: a shark has none"):
        Animal.from_attributes(attributes)


def test_unknown_species_and_missing_attributes_are_told() -> None:
    """An unknown species is answered with the known ones, a missing attribute by its name."""
    with pytest.raises(ValueError, match=r"species: expected one of cat, .* found 'unicorn'"):
        Animal.from_attributes({**sample(1).attributes(), "species": "unicorn"})
    incomplete = {name: value for name, value in sample(1).attributes().items() if name != "colour"}
    with pytest.raises(ValueError, match="needs the attributes colour"):
        Animal.from_attributes(incomplete)


def test_every_species_has_its_own_nouns_and_allowed_values() -> None:
    """No two kinds of animal share a noun, and what a species allows is part of the vocabulary."""
    nouns = [noun for kind in SPECIES.values() for noun in (kind.baby, kind.adult)]
    assert len(SPECIES) == 18
    assert len(set(nouns)) == 36
    for species in SPECIES:
        for attribute, values in VALUES.items():
            assert set(allowed(attribute, species)) <= set(values)
