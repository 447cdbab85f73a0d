"""Clusters of pictures, which are held out, and what the simulated teacher knows of a drawn animal."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eep.core.errors import UserError
from eep.data.types import Item
from eep.stimuli.animals import sample
from eep.stimuli.animals.traits import TRAITS, generic, traits
from eep.stimuli.subjects import Photograph
from eep.tasks.cute.split import clusters, split


def found(**captions: tuple[str, ...]) -> dict[str, str]:
    """Return picture -> cluster."""
    return {one.id: name for one, name in clusters(Photograph(*each, Path("never read")) for each in captions.items())}


def items(number: int, per_cluster: int = 1) -> list[Item]:
    """Return items, so many to a cluster."""
    return [Item(f"i{n}", f"c{n // per_cluster}", "train", f"text {n}", image=f"i{n}") for n in range(number)]


def test_pictures_that_share_a_caption_are_one_cluster() -> None:
    """Also by way of a third picture; the first one names it."""
    assert found(a=("cat",), b=("dog",), c=("cat", "dog"), d=("owl",)) == {"a": "a", "b": "a", "c": "a", "d": "d"}
    assert found(a=("cat",), b=("dog",)) == {"a": "a", "b": "b"}


@given(st.integers(2, 60), st.floats(0.05, 0.9), st.integers(0, 5), st.integers(1, 3))
def test_clusters_are_held_out_whole(number: int, share: float, seed: int, per_cluster: int) -> None:
    """About the share asked for is held out, in whole clusters, and the order stays."""
    given_items = items(number * per_cluster, per_cluster)
    try:
        drawn = split(given_items, share, seed)
    except UserError:
        assert round(share * len(given_items)) > (number - 1) * per_cluster
        return
    assert [item.id for item in drawn] == [item.id for item in given_items]
    by_cluster = {(item.cluster, item.split) for item in drawn}
    assert len(by_cluster) == number
    held_out = sum(item.split == "test" for item in drawn)
    assert max(1, round(share * len(drawn))) <= held_out < max(1, round(share * len(drawn))) + per_cluster


def test_nothing_to_learn_from_is_told() -> None:
    """Pictures that all share one caption cannot be split."""
    with pytest.raises(UserError, match="found 1 that do not share their captions, all of them held out"):
        split(items(6, per_cluster=6), 0.3, 0)


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
    """Every animal has all of them, as 0 or 1; each name stands once, and there is an animal that each is true of."""
    assert len(set(TRAITS)) == len(TRAITS)
    found = [traits(sample(seed).attributes()) for seed in range(2_000)]
    assert {tuple(each) for each in found} == {TRAITS}
    assert {value for each in found for value in each.values()} == {0.0, 1.0}
    assert [name for name in TRAITS if not any(each[name] for each in found)] == []


def test_the_baby_schema_pulls_everybody() -> None:
    """The same animal is found cuter young, big-eyed and harmless."""
    grown = replace(ANIMAL, baby=False, eyes="small", head="small")
    harmless = replace(ANIMAL, mouth="closed", claws=False)
    pull = [generic(traits(animal.attributes())) for animal in (grown, ANIMAL, harmless)]
    assert pull == sorted(pull)
    assert pull[0] < pull[1] < pull[2]
