"""Which moments of all conversations every teacher cell is asked about.

What a teacher with a memory answers depends on what came before, and what came before depends on what it answered:
left to themselves, no two cells would ever be asked the same. So moments, each with its past, are drawn from what
all cells met together, and every cell is asked about all of them. A cell then also reads answers as its own that
another gave.

Every cell has one vote, however long it keeps the pole up. Test moments are those whose present state falls under a
held-out text (`eep.tasks.cartpole.words.held_out`): of a moment, students sense the present state alone.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from eep.core.arrays import FloatArray
from eep.core.errors import UserError
from eep.data.types import Cell, Item
from eep.tasks.cartpole import words
from eep.tasks.cartpole.items import drawn
from eep.tasks.cartpole.settings import CartPoleSettings
from eep.tasks.conversing import ConversationEpisode


@dataclass(frozen=True)
class _Pool:
    """Distinct moments, ordered by id, and the share of the pooled time spent in each, (n,) float64."""

    moments: tuple[Item, ...]
    weight: FloatArray


def draw(
    played: Mapping[Cell, Sequence[ConversationEpisode]], settings: CartPoleSettings, seed: int
) -> tuple[Item, ...]:
    """Return the train and test items.

    Train moments are drawn by how often the cells met them, test moments in equal numbers from each state's
    text, as far as there are so many; ``settings.train_items`` and ``settings.test_items`` at most.

    Raises `eep.core.errors.UserError` if there are no moments to learn from, or none of held-out texts.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(len(played), settings.episodes)))
    pool = {split: _pool(played, seed, split=split) for split in ("train", "test")}
    if not all(part.moments for part in pool.values()):
        raise UserError(
            f"expected moments that teachers answered, to learn from and to test on; found "
            f"{len(pool['train'].moments)} and {len(pool['test'].moments)} in {settings.episodes} episodes of each "
            f"of {len(played)} teacher cells; see the statuses of their answers, or let them play more episodes"
        )
    train = pool["train"]
    rows = drawn(rng, train.weight, np.arange(len(train.moments)), settings.train_items)
    return (*(train.moments[row] for row in rows), *_balanced(rng, pool["test"], settings))


def _pool(played: Mapping[Cell, Sequence[ConversationEpisode]], seed: int, *, split: str) -> _Pool:
    """Pool the moments of one split; a moment that several cells met is one."""
    held_out = words.held_out(seed)
    votes: dict[str, list[float]] = defaultdict(list)
    moments: dict[str, Item] = {}
    for _, episodes in sorted(played.items()):
        every = [moment for episode in episodes for moment in episode.moments]
        test = held_out[words.cells([moment.state or () for moment in every])] if every else ()
        met = [moment for moment, held in zip(every, test, strict=True) if held == (split == "test")]
        for moment in met:
            moments[moment.id] = replace(moment, split=split)
            votes[moment.id].append(1.0 / len(met))
    names = sorted(moments)
    weight = np.array([sum(votes[name]) for name in names])
    return _Pool(tuple(moments[name] for name in names), weight / weight.sum() if names else weight)


def _balanced(rng: np.random.Generator, pool: _Pool, settings: CartPoleSettings) -> list[Item]:
    """Return test moments: of each state's text equally many, or all there are."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, moment in enumerate(pool.moments):
        rows[moment.cluster].append(row)
    share = {text: float(pool.weight[mine].sum()) for text, mine in rows.items()}
    visited = sorted((text for text in rows if share[text] > settings.occupancy), key=lambda t: (-share[t], t))
    texts = sorted(visited[: settings.test_items])
    each = _each([len(rows[text]) for text in texts], settings.test_items)
    found = [drawn(rng, pool.weight, np.array(rows[text]), each) for text in texts]
    return [pool.moments[row] for each_text in found for row in each_text]


def _each(held: Sequence[int], total: int) -> int:
    """Return how many of each are at most ``total`` in all, where of some there are fewer."""
    each = 1
    while sum(min(count, each + 1) for count in held) <= total and each < max(held, default=1):
        each += 1
    return each
