"""Which states become items."""

from collections import Counter, defaultdict

import numpy as np
import pytest
from two_options import coin, two

from eep.core.arrays import FloatArray
from eep.core.errors import UserError
from eep.tasks.cartpole import items, words
from eep.tasks.cartpole.rollout import Rules, trajectories
from eep.tasks.cartpole.settings import CartPoleSettings

SETTINGS = CartPoleSettings(train_items=300, test_items=60, pool_episodes=20)


def steady(states: FloatArray) -> FloatArray:
    """Push where the pole turns or leans; lasts long."""
    return two(1 / (1 + np.exp(-3 * states[:, 3] - 10 * states[:, 2])))


POLICIES = [steady, coin]


def test_items_say_what_they_are() -> None:
    """Every item has a state to sense, and the words of that state as text, cluster and traits."""
    drawn = items.draw(POLICIES, SETTINGS, 0)
    cells = words.cells(np.array([item.state for item in drawn]))
    assert [item.text for item in drawn] == [words.text(cell) for cell in cells]
    assert all(item.cluster == item.text for item in drawn)
    assert all(item.traits == words.traits(int(cell)) for item, cell in zip(drawn, cells, strict=True))
    assert len({item.id for item in drawn}) == len(drawn)


def test_test_items_are_balanced_over_texts() -> None:
    """Every tested text has the same number of items; train items follow the occupancy instead."""
    drawn = items.draw(POLICIES, SETTINGS, 0)
    test = Counter(item.text for item in drawn if item.split == "test")
    train = Counter(item.text for item in drawn if item.split == "train")
    assert set(test.values()) == {60 // len(test)}
    assert len(test) > 5
    assert train.total() == 300
    assert max(train.values()) > 3 * min(train.values())


def test_rare_texts_are_not_tested() -> None:
    """A text below the occupancy threshold is not tested, one far above it is."""
    pool = items.pool_of_trajectories(POLICIES, SETTINGS, episodes=40, seed=0)
    share = np.bincount(pool.cell, weights=pool.weight, minlength=words.CELLS)
    strict = SETTINGS.model_copy(update={"occupancy": 0.02})
    texts, each = items.balanced(pool, strict)
    assert set(texts) == set(np.flatnonzero((share > 0.02) & words.held_out(0)))
    assert each == 60 // len(texts)


def test_scarce_texts_give_way() -> None:
    """Texts that the held-out episodes hardly meet are left out until all others have equal numbers."""
    pool = items.pool_of_trajectories(POLICIES, SETTINGS, episodes=20, seed=0)
    texts, each = items.balanced(pool, SETTINGS.model_copy(update={"test_items": 100, "occupancy": 0.0}))
    held = np.bincount(pool.cell[pool.test], minlength=words.CELLS)
    assert all(held[text] >= each for text in texts)
    assert 1 <= len(texts) < np.count_nonzero(held)


def test_each_policy_has_one_vote() -> None:
    """A policy that lasts long and one that falls soon have the same share of the pool."""
    pool = items.pool_of_trajectories(POLICIES, SETTINGS, episodes=40, seed=0)
    played = trajectories(POLICIES, episodes=40, rules=Rules(), seed=0, keep=40)
    votes: defaultdict[bytes, float] = defaultdict(float)
    sizes = [sum(len(part) for part in played.decisions(policy)) for policy in (0, 1)]
    for policy, size in enumerate(sizes):
        for part in played.decisions(policy):
            for state in part:
                votes[state.tobytes()] += 0.5 / size
    assert sizes[0] > 4 * sizes[1]
    assert pool.weight.sum() == pytest.approx(1)
    assert [votes[state.tobytes()] for state in pool.states] == pytest.approx(pool.weight)


def test_texts_are_held_out() -> None:
    """What is tested has a held-out text and what is learned from has not, whatever the policy that met it."""
    for item in items.draw(POLICIES, SETTINGS, 0):
        cell = int(words.cells(np.array([item.state]))[0])
        assert words.held_out(0)[cell] == (item.split == "test")


def test_pool_grows_until_it_suffices() -> None:
    """Where the first episodes hold too few states more are played."""
    small = SETTINGS.model_copy(update={"pool_episodes": 2})
    assert Counter(item.split for item in items.draw([coin], small, 0))["train"] == 300


def test_too_small_a_pool_is_refused() -> None:
    """Where no reasonable number of episodes suffices, the error says what was found and what to change."""
    many = SETTINGS.model_copy(update={"pool_episodes": 2, "train_items": 100_000})
    with pytest.raises(UserError, match="lower train_items"):
        items.draw([coin], many, 0)


def test_numbers_are_told_in_numbers() -> None:
    """With the style ``numbers`` the items' texts are that style's."""
    drawn = items.draw([coin], SETTINGS.model_copy(update={"text": "numbers"}), 0)
    assert {item.text for item in drawn} <= set(words.texts("numbers"))
