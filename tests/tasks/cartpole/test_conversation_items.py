"""Moments that all teachers with a memory are asked about."""

from collections import Counter
from collections.abc import Mapping

import pytest
from talking import played, upright

from eep.core.errors import UserError
from eep.data.types import Cell, Item, Status
from eep.tasks.cartpole import conversation_items
from eep.tasks.cartpole.settings import CartPoleSettings
from eep.tasks.conversing import ConversationEpisode

SETTINGS = CartPoleSettings(memory=2, episodes=6, max_steps=100, train_items=60, test_items=40)
Played = Mapping[Cell, tuple[ConversationEpisode, ...]]


def half(item: Item, number: int) -> float:
    """Push either way, whatever happens."""
    del item, number
    return 0.5


@pytest.fixture(scope="module")
def cells() -> Played:
    """Return what three cells played: one that balances, and two that fail soon."""
    scripts = {Cell("nun", "plain"): upright, Cell("pirate", "plain"): half, Cell("pirate", "portrait"): half}
    return {cell: played(script, SETTINGS, cell=cell)[0] for cell, script in scripts.items()}


def test_items_are_moments_that_cells_met(cells: Played) -> None:
    """As many as asked for, at most, all different, each with its state, its past and its text's traits."""
    items = conversation_items.draw(cells, SETTINGS, 0)
    met = {moment.id: moment for episodes in cells.values() for e in episodes for moment in e.moments}
    assert len({item.id for item in items}) == len(items)
    assert Counter(item.split for item in items)["train"] == 60
    assert 20 <= Counter(item.split for item in items)["test"] <= 40
    for item in items:
        assert (item.text, item.state, item.traits) == (met[item.id].text, met[item.id].state, met[item.id].traits)
        assert item.text.endswith(item.cluster)


def test_no_episode_is_on_both_sides(cells: Played) -> None:
    """Train and test items are of episodes of different numbers, whichever cells played them."""
    items = conversation_items.draw(cells, SETTINGS, 0)
    numbers: dict[str, set[int]] = {"train": set(), "test": set()}
    of = {moment.id: e.number for episodes in cells.values() for e in episodes for moment in e.moments}
    for item in items:
        numbers[item.split].add(of[item.id])
    assert not numbers["train"] & numbers["test"]
    assert len(numbers["train"] | numbers["test"]) == SETTINGS.episodes


def test_test_items_are_balanced_over_what_is_told(cells: Played) -> None:
    """Of every present state as it is told there are equally many, unless fewer were met."""
    items = [item for item in conversation_items.draw(cells, SETTINGS, 0) if item.split == "test"]
    counts = Counter(item.cluster for item in items)
    assert len(counts) >= 10
    met = Counter(
        moment.cluster
        for moment in {m.id: m for episodes in cells.values() for e in episodes for m in e.moments}.values()
    )
    for cluster, count in counts.items():
        assert count == max(counts.values()) or count <= met[cluster]


def test_every_cell_has_one_vote(cells: Played) -> None:
    """A cell that keeps the pole up for long does not crowd out those that fail soon."""
    nun, pirate, second = (
        {moment.id for episode in episodes for moment in episode.moments} for episodes in cells.values()
    )
    assert len(nun) > 3 * len(pirate)
    train = [
        item.id
        for seed in range(20)
        for item in conversation_items.draw(cells, SETTINGS.model_copy(update={"train_items": 6}), seed)
        if item.split == "train"
    ]
    # First moments may be common to all.
    assert sum(name in pirate | second for name in train) > 0.5 * len(train)
    assert sum(name in nun for name in train) > 0.2 * len(train)


def test_the_draw_repeats(cells: Played) -> None:
    """The same play and seed give the same items in whatever order cells come; another seed gives others."""
    backwards = {cell: cells[cell] for cell in reversed(list(cells))}
    items = conversation_items.draw(cells, SETTINGS, 0)
    assert conversation_items.draw(backwards, SETTINGS, 0) == items
    assert conversation_items.draw(cells, SETTINGS, 1) != items


def test_too_little_play_is_told() -> None:
    """Where nobody ever answered there is nothing to compare, and the error says what to look at."""
    nothing = {Cell("pirate", "plain"): played(lambda *_: Status.REFUSED, SETTINGS)[0]}
    with pytest.raises(UserError, match="found 0 and 0 in 6 episodes of each of 1 teacher cells"):
        conversation_items.draw(nothing, SETTINGS, 0)
