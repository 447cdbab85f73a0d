"""Recordings, checked and restored by physics."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cartpole_recordings import Made, published_recording, record

from eep.tasks.cartpole import recording
from eep.tasks.cartpole.recording import RecordingError


def steps_recorded(made: Made, frames: int) -> int:
    """Return how many steps a shifted recording shows with both their observations."""
    shown = 0
    for length in made.lengths:
        shown += min(length, max(frames - 1, 0))
        frames -= length + 1
    return shown


def test_published_recording() -> None:
    """Of the 4,000 pairs published in 2023, 29 are right; 3,842 true ones are restored, 1,921 of them decided."""
    found = recording.check(published_recording())
    assert (found.pairs, found.right, found.episodes) == (4000, 29, 157)
    assert (found.restored, found.decisions) == (3842, 1921)
    assert found.agreeing == pytest.approx(found.restored / 2, rel=0.05)
    assert not found.trustworthy


@pytest.mark.parametrize("through", [True, False], ids=["hold counted through", "hold counted per episode"])
def test_shifted_recording_is_found_and_restored(tmp_path: Path, through: bool) -> None:  # noqa: FBT001
    """A shift of one per reset leaves the first episode's pairs right; restoring gives what really happened."""
    made = record(tmp_path, frames=500, through=through)
    found = recording.check(tmp_path)
    assert found.pairs == 500
    assert found.right == made.lengths[0]
    assert found.restored == steps_recorded(made, 500)
    assert found.right < found.agreeing < found.restored
    assert not found.trustworthy
    restored = recording.restore(recording.read(tmp_path))
    np.testing.assert_array_equal(restored.source, np.arange(found.restored))
    np.testing.assert_array_equal(restored.actions, made.truth[: found.restored])
    np.testing.assert_array_equal(restored.observations, made.observations[restored.frame])
    np.testing.assert_array_equal(np.bincount(restored.episode)[:-1], made.lengths[: restored.episode[-1]])


def test_episodes_are_counted_when_whole(tmp_path: Path) -> None:
    """Only episodes that the recording shows to their end are counted."""
    made = record(tmp_path, frames=500)
    ends = np.cumsum([length + 1 for length in made.lengths])
    assert recording.check(tmp_path).episodes == (ends <= 500).sum()


def test_sound_recording_is_trusted(tmp_path: Path) -> None:
    """Where each action stands beside its own observation every pair that can be checked is right."""
    made = record(tmp_path, frames=500, shifted=False)
    found = recording.check(tmp_path)
    assert found.trustworthy
    assert found.right == found.restored == found.agreeing == 499 - (np.cumsum(made.lengths) < 500).sum()


@pytest.mark.parametrize("hold", [1, 2, 3])
def test_decided_actions(tmp_path: Path, hold: int) -> None:
    """An action counts as decided where the hold, counted through the recording, begins."""
    record(tmp_path, frames=300, hold=hold)
    restored = recording.restore(recording.read(tmp_path), hold=hold)
    np.testing.assert_array_equal(restored.decided, np.arange(len(restored.actions)) % hold == 0)


def test_decided_actions_per_episode(tmp_path: Path) -> None:
    """Where the hold begins anew with each episode, the first action of each was decided."""
    record(tmp_path, frames=400, through=False)
    restored = recording.restore(recording.read(tmp_path))
    first = np.flatnonzero(np.diff(restored.episode, prepend=-1))
    assert len(first) > 3
    assert restored.decided[first].all()


def test_wrong_hold_is_refused(tmp_path: Path) -> None:
    """Actions that change while they should be held are an error, not a guess."""
    record(tmp_path, frames=300, hold=2)
    (tmp_path / "episodes.json").write_text('{"hold": 3}', encoding="utf-8")
    with pytest.raises(RecordingError, match="held for 3 steps"):
        recording.check(tmp_path)


@pytest.mark.parametrize("index", ["", "[]", "{}", '{"hold": "2"}', '{"hold": 0}', "\x00"])
def test_an_index_that_tells_no_hold_is_refused(tmp_path: Path, index: str) -> None:
    """What stands in the place of an index must be one."""
    record(tmp_path, frames=100)
    (tmp_path / "episodes.json").write_text(index, encoding="utf-8")
    with pytest.raises(RecordingError, match=r"episodes\.json: expected"):
        recording.check(tmp_path)


def test_actions_of_another_play_are_refused(tmp_path: Path) -> None:
    """Actions that no way of recording explains are refused with the share that fits."""
    record(tmp_path)
    actions = np.load(tmp_path / "actions.npy")
    np.save(tmp_path / "actions.npy", np.random.default_rng(0).permutation(actions))
    with pytest.raises(RecordingError, match=r"found \d+ steps of CartPole, of which \d+% and \d+% fit"):
        recording.check(tmp_path)


def test_observations_of_something_else_are_refused(tmp_path: Path) -> None:
    """Observations that no step of CartPole joins are refused."""
    np.save(tmp_path / "observations.npy", np.random.default_rng(0).normal(size=(50, 4)))
    np.save(tmp_path / "actions.npy", np.zeros(50, dtype=np.int64))
    with pytest.raises(RecordingError, match="found no two observations"):
        recording.check(tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("actions.npy", None, "no such file"),
        ("actions.npy", b"not an array", "without pickled objects"),
        ("observations.npy", np.array([{"a": 1}, None]), "without pickled objects"),
        ("observations.npy", np.zeros((400, 3)), r"observations \(n, 4\)"),
        ("observations.npy", np.full((400, 4), np.nan), "in size"),
        ("actions.npy", np.zeros(7, dtype=np.int64), "expected 400 actions"),
        ("actions.npy", np.full(400, 2), "actions 0"),
        ("actions.npy", np.full(400, 0.5), "actions 0"),
    ],
)
def test_spoiled_recording_is_refused(tmp_path: Path, name: str, value: Any, found: str) -> None:
    """A missing, pickled or misshapen file is refused with what was found; nothing is ever unpickled."""
    record(tmp_path)
    (tmp_path / name).unlink()
    if isinstance(value, bytes):
        (tmp_path / name).write_bytes(value)
    elif value is not None:
        np.save(tmp_path / name, value)
    with pytest.raises(RecordingError, match=found):
        recording.read(tmp_path)


def test_archive_is_refused(tmp_path: Path) -> None:
    """An archive of several arrays under the name of one is refused."""
    record(tmp_path)
    with (tmp_path / "actions.npy").open("wb") as file:
        np.savez(file, a=np.zeros(2))
    with pytest.raises(RecordingError, match="archive"):
        recording.read(tmp_path)
