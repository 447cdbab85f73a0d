"""Which states become items: the pooled occupancy of all teachers and of random play.

Whose states the students learn from and are tested on must not depend on any one persona, or a difference
between students could come from the states they saw. Every teacher cell and random play has one vote, however
long it keeps the pole up. A teacher answers texts, so a text that a student learned from is no new question,
whatever the state that it stands for: whole texts are held out (`eep.tasks.cartpole.words.held_out`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from eep.core.arrays import BoolArray, FeatureArray, FloatArray, IntArray
from eep.core.errors import UserError
from eep.data.types import Item
from eep.tasks.cartpole import words
from eep.tasks.cartpole.rollout import Rules, trajectories
from eep.tasks.cartpole.settings import CartPoleSettings
from eep.tasks.policies import PolicyFunction

#: Times the number of episodes may double when the pool holds too few states.
DOUBLINGS = 6


@dataclass(frozen=True)
class Pool:
    """Distinct states in which an action was decided."""

    #: (n, 4) float32.
    states: FeatureArray
    #: (n,) float64, sums to 1: the share of the pooled time spent in each, every policy having one vote.
    weight: FloatArray
    #: (n,) int64, 0..80: the text of each.
    cell: IntArray
    #: (n,) bool: of a held-out text.
    test: BoolArray


def draw(policies: Sequence[PolicyFunction], settings: CartPoleSettings, seed: int) -> tuple[Item, ...]:
    """Return the train and test items.

    Train states are drawn by occupancy. Test states are drawn in equal numbers from each visited text that is held out, because
    by occupancy a handful of texts would make up nearly the whole test. ``policies`` are all teacher cells and random
    play, in an order that does not change between runs. Raises `eep.core.errors.UserError` if even many more episodes
    than ``settings.pool_episodes`` hold too few states.
    """
    for doubling in range(DOUBLINGS + 1):
        pool = pool_of_trajectories(policies, settings, episodes=settings.pool_episodes * 2**doubling, seed=seed)
        texts, each = balanced(pool, settings)
        trained = int((~pool.test).sum())
        if trained >= settings.train_items and each:
            break
    else:
        raise UserError(
            f"expected {settings.train_items} train states and a visited test text; found {trained} states and "
            f"{len(texts)} texts in {settings.pool_episodes * 2**DOUBLINGS} episodes of each of "
            f"{len(policies)} policies; lower train_items"
        )
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(len(policies),)))
    train = drawn(rng, pool.weight, np.flatnonzero(~pool.test), settings.train_items)
    test = [drawn(rng, pool.weight, np.flatnonzero(pool.test & (pool.cell == text)), each) for text in texts]
    return tuple(
        item(pool.states[row], split=split, style=settings.text)
        for split, rows in (("train", train), ("test", np.concatenate(test)))
        for row in rows
    )


def pool_of_trajectories(
    policies: Sequence[PolicyFunction], settings: CartPoleSettings, *, episodes: int, seed: int
) -> Pool:
    """Play every policy and pool the distinct states it decided in."""
    rules = Rules(hold=settings.hold, max_steps=settings.max_steps)
    played = trajectories(policies, episodes=episodes, rules=rules, seed=seed, keep=episodes)
    states, votes = [], []
    for policy in range(len(policies)):
        states.append(np.concatenate(list(played.decisions(policy))))
        votes.append(np.full(len(states[-1]), 1.0 / max(len(states[-1]), 1)))
    # Policies that agree from the same initial state meet the same states.
    unique, inverse = np.unique(np.concatenate(states), axis=0, return_inverse=True)
    weight = np.bincount(inverse.ravel(), weights=np.concatenate(votes), minlength=len(unique))
    texts = words.cells(unique)
    return Pool(unique, weight / weight.sum(), texts, words.held_out(seed)[texts])


def balanced(pool: Pool, settings: CartPoleSettings) -> tuple[list[int], int]:
    """Return the texts that the test covers, and how many states each gets.

    Covered are texts above the occupancy threshold; the scarcest are left out while the pool holds
    fewer of their states than an equal share of ``test_items``.
    """
    share = np.bincount(pool.cell, weights=pool.weight, minlength=words.CELLS)
    held = np.bincount(pool.cell[pool.test], minlength=words.CELLS)
    visited = [cell for cell in range(words.CELLS) if share[cell] > settings.occupancy and held[cell]]
    texts = sorted(visited, key=lambda cell: (-held[cell], cell))[: settings.test_items]
    while texts and held[texts[-1]] < settings.test_items // len(texts):
        texts.pop()
    return sorted(texts), settings.test_items // len(texts) if texts else 0


def drawn(rng: np.random.Generator, weight: FloatArray, rows: IntArray, most: int) -> IntArray:
    """Return at most so many of ``rows``, by ``weight`` (of all rows), without repeats."""
    chances = weight[rows] / weight[rows].sum()
    return np.asarray(rng.choice(rows, size=min(most, len(rows)), replace=False, p=chances))


def item(state: FeatureArray, *, split: str, style: words.Style, window: str = "") -> Item:
    """Return the item of one state (4,) float32, asked about alone or in a ``window`` with its past.

    Its id is a hash of both. Its cluster is the text of the present state: of all that the answer may depend on, it
    is what students can sense, so items that share it are no independent evidence about them.
    """
    cell = int(words.cells(state[None])[0])
    text = words.text(cell, style)
    content = np.ascontiguousarray(state, dtype="<f4").tobytes() + window.encode()
    return Item(
        id=f"{'moment' if window else 'state'}-{blake2b(content, digest_size=8).hexdigest()}",
        cluster=text,
        split=split,
        text=window or text,
        state=tuple(float(value) for value in state),
        traits=words.traits(cell),
        generic=words.generic(cell),
    )
