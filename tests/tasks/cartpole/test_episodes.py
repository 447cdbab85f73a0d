"""A recording of play as items and responses."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from cartpole_recordings import published_recording, record

from eep.data import responses
from eep.data.types import Item
from eep.tasks.cartpole import recording, words
from eep.tasks.cartpole.episodes import episodes
from eep.tasks.cartpole.recording import RecordingError
from eep.tasks.cartpole.settings import CartPoleSettings
from eep.tasks.cartpole.task import CartPole

CELLS = {"true-pairs", "published-pairs"}


def labels(items: tuple[Item, ...], frame: pl.DataFrame, wording: str) -> npt.NDArray[np.float64]:
    """Return the responses of one cell, in the order of the items."""
    cell = frame.filter(pl.col("wording") == wording)
    by_item = dict(zip(cell["item"], cell["response"], strict=True))
    return np.array([by_item[item.id] for item in items])


def held_out_agreement(items: tuple[Item, ...], p: npt.NDArray[np.float64]) -> float:
    """Return how often an XGBoost student with its library's defaults acts like its teacher on held-out items."""
    from xgboost import XGBClassifier

    states = np.array([item.state for item in items], dtype=np.float32)
    test = np.array([item.split == "test" for item in items])
    student = XGBClassifier(n_jobs=1).fit(states[~test], p[~test].astype(int))
    return float((student.predict(states[test]) == p[test]).mean())


def test_published_recording_teaches_only_when_restored() -> None:
    """Held-out agreement is about .83 for the true decisions, and about a coin's for the published pairs."""
    true, shifted, permuted = [], [], []
    for seed in range(3):
        items, frame = episodes(published_recording(), seed=seed)
        right = labels(items, frame, "true-pairs")
        true.append(held_out_agreement(items, right))
        shifted.append(held_out_agreement(items, labels(items, frame, "published-pairs")))
        permuted.append(held_out_agreement(items, np.random.default_rng(seed).permutation(right)))
    assert np.mean(true) == pytest.approx(0.833, abs=0.04)
    assert np.mean(shifted) == pytest.approx(0.51, abs=0.05)
    assert np.mean(permuted) == pytest.approx(0.5, abs=0.05)


def test_two_cells_over_the_same_items(tmp_path: Path) -> None:
    """Each decision is one item with the true action in one cell and the published one in the other."""
    record(tmp_path, frames=400)
    items, frame = episodes(tmp_path, seed=0)
    responses.check(frame)
    restored = recording.restore(recording.read(tmp_path))
    assert len(items) == restored.decided.sum()
    assert set(frame["wording"]) == CELLS
    assert set(frame["arm"]) == {"persona", "placebo"}
    assert set(frame["role"]) == {"teacher"}
    np.testing.assert_array_equal(labels(items, frame, "true-pairs"), restored.actions[restored.decided])
    np.testing.assert_array_equal(labels(items, frame, "published-pairs"), restored.published[restored.decided])


def test_items_are_the_recorded_states(tmp_path: Path) -> None:
    """An item has the recorded state to sense, and that state's words as text and cluster."""
    record(tmp_path, frames=400)
    items, _ = episodes(tmp_path, seed=0)
    states = np.array([item.state for item in items])
    restored = recording.restore(recording.read(tmp_path))
    np.testing.assert_array_equal(states, restored.observations[restored.decided])
    assert [item.text for item in items] == [words.text(cell) for cell in words.cells(states)]
    assert all(item.cluster == item.text for item in items)
    assert len({item.id for item in items}) == len(items)


def test_episodes_are_split_whole(tmp_path: Path) -> None:
    """About a third of the episodes is held out, and none is torn between train and test."""
    record(tmp_path, frames=800)
    items, _ = episodes(tmp_path, seed=0)
    restored = recording.restore(recording.read(tmp_path))
    split = np.array([item.split == "test" for item in items])
    names = restored.episode[restored.decided]
    by_episode = [split[names == name] for name in np.unique(names)]
    assert all(part.all() or not part.any() for part in by_episode)
    assert np.mean([part.all() for part in by_episode]) == pytest.approx(0.3, abs=0.1)


def test_seed_chooses_the_split(tmp_path: Path) -> None:
    """The same seed holds out the same episodes, another seed others."""
    record(tmp_path, frames=800)
    first, again, other = (episodes(tmp_path, seed=seed) for seed in (1, 1, 2))
    assert first[0] == again[0]
    assert first[1].equals(again[1])
    assert [item.split for item in first[0]] != [item.split for item in other[0]]


def test_the_task_offers_its_recordings(tmp_path: Path) -> None:
    """The task gives a recording's items and responses itself, and senses the items like any others."""
    record(tmp_path, frames=200)
    task = CartPole(CartPoleSettings())
    items, frame = task.episodes(tmp_path, seed=0)
    assert items == episodes(tmp_path, seed=0)[0]
    assert set(frame["task"]) == {task.id}
    assert task.features(items).shape == (len(items), 4)


def test_one_episode_cannot_be_split(tmp_path: Path) -> None:
    """A recording of a single episode is refused, since nothing could be held out."""
    record(tmp_path, frames=8)
    with pytest.raises(RecordingError, match="two episodes"):
        episodes(tmp_path, seed=0)
