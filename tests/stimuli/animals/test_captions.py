"""Captions, and reading them back."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eep.stimuli.animals import Animal, caption, read, sample
from eep.stimuli.animals.vocabulary import VALUES

RECORDED = [
    json.loads(line)
    for line in (Path(__file__).parent / "recorded-animals.jsonl").read_text(encoding="utf-8").splitlines()
]
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


@pytest.mark.parametrize("record", RECORDED, ids=lambda record: record["attributes"]["seed"])
def test_recorded_captions_state_the_recorded_attributes(record: dict[str, Any]) -> None:
    """Captions that answers were recorded for are of the same grammar."""
    assert read(record["text"]) == sayable(Animal.from_attributes(record["attributes"]))


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
