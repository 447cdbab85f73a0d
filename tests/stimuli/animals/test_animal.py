"""Animals, their vocabulary, their captions, and sets of them."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from recorded import RECORDED

from eep.stimuli.animals import DEFAULT, Animal, caption, read, sample
from eep.stimuli.animals.vocabulary import SPECIES, VALUES, allowed


def test_attributes_round_trip() -> None:
    """An animal made from its own attributes is the same animal, through JSON too."""
    for seed in range(200):
        animal = sample(seed)
        assert Animal.from_attributes(json.loads(json.dumps(animal.attributes()))) == animal


@pytest.mark.parametrize("record", RECORDED, ids=lambda record: record["attributes"]["seed"])
def test_recorded_attributes_make_animals(record: dict[str, Any]) -> None:
    """Attributes recorded with latent values of the sampling beside them make the animal that their caption states."""
    animal = Animal.from_attributes(record["attributes"])
    kept = animal.attributes()
    assert kept.items() <= record["attributes"].items()
    assert set(record["attributes"]) - set(kept) == {"k", "head_v", "eyes_v", "nose_v"}
    assert read(record["text"]) == sayable(animal)


def test_all_problems_are_told_at_once() -> None:
    """An animal outside the vocabulary is refused with every wrong attribute and what would be right."""
    right = sample(1).attributes()
    incomplete = {name: value for name, value in right.items() if name != "colour"}
    for wrong, told in (
        (
            right | {"species": "shark", "claws": True, "quality": "fluffy"},
            r"quality: expected one of smooth, warty .*'fluffy'.*claws: a shark has none",
        ),
        (right | {"species": "unicorn"}, r"species: expected one of cat, .* found 'unicorn'"),
        (incomplete, "needs the attributes colour"),
    ):
        with pytest.raises(ValueError, match=told):
            Animal.from_attributes(wrong)


def test_every_species_has_its_own_nouns_and_allowed_values() -> None:
    """No two kinds of animal share a noun, and what a species allows is part of the vocabulary."""
    nouns = [noun for kind in SPECIES.values() for noun in (kind.baby, kind.adult)]
    assert len(SPECIES) == 18
    assert len(set(nouns)) == 36
    for species in SPECIES:
        for attribute, values in VALUES.items():
            assert set(allowed(attribute, species)) <= set(values)


UNSAID = {
    "head": "normal",
    "nose": "medium",
    "mouth": "closed",
    "pattern": "plain",
    "accessory": "none",
    "claws": False,
}


def sayable(animal: Animal) -> dict[str, Any]:
    """Return what a complete caption of ``animal`` states."""
    said = {name: getattr(animal, name) for name in (*VALUES, "baby", "claws")}
    if animal.asleep:
        del said["eyes"]
    return {name: value for name, value in said.items() if UNSAID.get(name) != value}


@given(seed=st.integers(0, 10**9), variant=st.integers(0, 10**6))
def test_every_attribute_can_be_read_back(seed: int, variant: int) -> None:
    """A complete caption states every attribute of its animal, in whatever words, and nothing else."""
    animal = sample(seed)
    assert read(caption(animal, variant)) == sayable(animal)


@given(seed=st.integers(0, 10**9), completeness=st.floats(0, 1))
def test_incomplete_captions_state_only_what_is_true(seed: int, completeness: float) -> None:
    """What an incomplete caption states is true of its animal, and the animal itself is always named."""
    animal = sample(seed)
    stated = read(caption(animal, completeness=completeness))
    assert stated.items() <= sayable(animal).items()
    assert stated["species"] == animal.species


def test_words_vary_with_the_variant_alone() -> None:
    """The same variant gives the same words; other variants say the same in other words."""
    animal = next(a for a in map(sample, range(100)) if a.size == "huge" and a.eyes == "big" and not a.asleep)
    assert caption(animal, 3) == caption(animal, 3)
    assert len({caption(animal, variant) for variant in range(20)}) > 3


def test_captions_are_sentences() -> None:
    """A caption has the right article, a capital and a full stop, and no hole."""
    for seed in range(300):
        text = caption(sample(seed), completeness=0.6)
        assert text.startswith(("A ", "An "))
        assert text.startswith("An ") == (text.split()[1][0] in "aeiou")
        assert text.endswith(".")
        assert not any(hole in text for hole in ("  ", " ,", ", .", "with ,", " ."))


def test_what_is_no_animal_is_refused() -> None:
    """A text without an animal of the vocabulary is not read as one."""
    with pytest.raises(ValueError, match="expected a caption that begins with one of"):
        read("A small green teapot, smiling.")


def test_the_default_set_is_what_it_was() -> None:
    """The captions of the default set have the hash that its name stands for."""
    stimuli = DEFAULT.stimuli()
    assert len(stimuli) == len({stimulus.id for stimulus in stimuli}) == 1000
    assert stimuli[0].text == caption(sample(DEFAULT.seeds[0]))
    assert stimuli[0].id == "drawn-animals-1-000"


def test_a_changed_set_needs_another_name() -> None:
    """A set whose captions are not those of its hash is refused."""
    with pytest.raises(ValueError, match=r"expected the captions of stimulus set drawn-animals-1 .* name of its own"):
        replace(DEFAULT, seeds=range(10)).stimuli()
