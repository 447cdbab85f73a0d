"""What the simulated teacher knows of a drawn animal."""

from dataclasses import replace

import numpy as np

from eep.stimuli.animals import sample
from eep.stimuli.animals.traits import TRAITS, generic, traits

ANIMAL = replace(
    sample(1),
    species="cat",
    baby=True,
    colour="white",
    pattern="spotted",
    quality="fluffy",
    size="tiny",
    head="big",
    eyes="big",
    nose="medium",
    mouth="teeth",
    claws=True,
    accessory="hat",
    activity="sitting",
    setting="snow",
)


def test_an_animal_has_the_traits_of_its_attributes() -> None:
    """One per attribute, none for what goes without saying."""
    present = {name for name, value in traits(ANIMAL.attributes()).items() if value}
    assert present == {
        *("species-cat", "family-mammal", "baby", "colour-white", "pattern-spotted", "quality-fluffy"),
        *("size-tiny", "head-big", "eyes-big", "mouth-teeth", "claws", "accessory-hat", "activity-sitting"),
        "setting-snow",
    }


def test_a_sleeper_has_no_eyes() -> None:
    """Its eyes are closed, in the caption and in the picture."""
    asleep = traits(replace(ANIMAL, activity="sleeping", mouth="closed").attributes())
    assert asleep["activity-sleeping"] == 1
    assert not any(value for name, value in asleep.items() if name.startswith("eyes-"))


def test_traits_come_in_one_order() -> None:
    """Every animal has all of them, as 0 or 1; each name stands once."""
    assert len(set(TRAITS)) == len(TRAITS)
    for seed in range(20):
        found = traits(sample(seed).attributes())
        assert tuple(found) == TRAITS
        assert set(found.values()) <= {0.0, 1.0}


def test_every_trait_occurs() -> None:
    """No trait is a word that no animal has."""
    rows = np.array([list(traits(sample(seed).attributes()).values()) for seed in range(2_000)])
    assert [name for name, often in zip(TRAITS, rows.sum(axis=0), strict=True) if not often] == []


def test_the_baby_schema_pulls_everybody() -> None:
    """The same animal is found cuter young, big-eyed and harmless."""
    grown = replace(ANIMAL, baby=False, eyes="small", head="small")
    harmless = replace(ANIMAL, mouth="closed", claws=False)
    pull = [generic(traits(animal.attributes())) for animal in (grown, ANIMAL, harmless)]
    assert pull == sorted(pull)
    assert pull[0] < pull[1] < pull[2]
