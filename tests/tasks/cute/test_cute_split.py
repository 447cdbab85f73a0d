"""Clusters of pictures, and which are held out."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eep.core.errors import UserError
from eep.data.types import Item
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


def test_the_seed_decides() -> None:
    """The same seed repeats the split, another gives another."""
    assert split(items(30), 0.3, 4) == split(items(30), 0.3, 4) != split(items(30), 0.3, 5)


def test_nothing_to_learn_from_is_told() -> None:
    """Pictures that all share one caption cannot be split."""
    with pytest.raises(UserError, match="found 1 that do not share their captions, all of them held out"):
        split(items(6, per_cluster=6), 0.3, 0)
