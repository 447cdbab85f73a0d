"""Sampling."""

from collections import Counter

import pytest

from eep.stimuli.animals import sample, sample_group, seeds, variants
from eep.stimuli.animals.sampling import VARYING
from eep.stimuli.animals.vocabulary import SPECIES, VALUES


def test_a_seed_always_gives_the_same_animal_and_another_seed_another() -> None:
    """Equal seeds give equal animals, different seeds different ones."""
    assert [sample(seed) for seed in range(50)] == [sample(seed) for seed in range(50)]
    assert len({sample(seed) for seed in range(50)}) == 50


def test_every_value_of_every_attribute_occurs() -> None:
    """Two thousand animals show every word of the vocabulary, every species young and grown."""
    animals = [sample(seed) for seed in range(2000)]
    for attribute, values in VALUES.items():
        assert {getattr(animal, attribute) for animal in animals} == set(values), attribute
    assert {(animal.species, animal.baby) for animal in animals} == {(s, b) for s in SPECIES for b in (True, False)}


def test_babies_have_the_baby_schema() -> None:
    """Big eyes and heads are commoner among the young, long noses among the grown, neither always."""
    animals = [sample(seed) for seed in range(3000)]
    counts = Counter((a.baby, a.eyes) for a in animals)
    heads = Counter((a.baby, a.head) for a in animals)
    noses = Counter((a.baby, a.nose) for a in animals)
    assert counts[True, "big"] > 4 * counts[False, "big"] > 0
    assert heads[True, "big"] > 4 * heads[False, "big"] > 0
    assert noses[False, "long"] > 4 * noses[True, "long"] > 0


def test_sleepers_show_neither_tongue_nor_teeth() -> None:
    """A sleeping animal's mouth is closed or smiles."""
    sleepers = [animal for animal in map(sample, range(2000)) if animal.asleep]
    assert {animal.mouth for animal in sleepers} == {"closed", "smiling"}


def test_groups_differ_in_nothing_but_what_varies() -> None:
    """A group's members share species, colour, place and doing, and differ in the attributes asked for."""
    for seed in range(40):
        members = sample_group(seed, 12)
        shared = [{k: v for k, v in a.attributes().items() if k not in VARYING} for a in members]
        assert shared == [shared[0]] * 12
        assert len(set(members)) > 6
        assert members == sample_group(seed, 12)


def test_variants_are_minimal_pairs() -> None:
    """Variants take every value the species allows for one attribute and change nothing else."""
    awake = next(animal for animal in map(sample, range(100)) if not animal.asleep and animal.species == "owl")
    for attribute in ("pattern", "quality", "eyes", "mouth", "baby", "claws"):
        several = variants(awake, attribute)
        assert len({getattr(animal, attribute) for animal in several}) == len(several) > 1
        others = [{k: v for k, v in a.attributes().items() if k != attribute} for a in several]
        assert others == [others[0]] * len(several)
    fish = next(animal for animal in map(sample, range(200)) if animal.species == "fish")
    assert variants(fish, "claws") == (fish,)


def test_variants_of_another_species_are_refused() -> None:
    """A species cannot be varied, for the others' attributes may not fit it."""
    with pytest.raises(ValueError, match="expected an attribute of one species"):
        variants(sample(0), "species")


def test_seeds_of_two_draws_share_no_animal() -> None:
    """Neighbouring seeds name disjoint ranges, and impossible requests are refused."""
    assert not set(seeds(7, 1_000_000)) & set(seeds(8, 1_000_000))
    assert len(seeds(7, 3)) == 3
    with pytest.raises(ValueError, match="expected a seed of 0 or more"):
        seeds(0, 1_000_001)
