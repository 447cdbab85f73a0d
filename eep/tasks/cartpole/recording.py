"""Does a recording's action belong to its observation? Physics answers, and restores the true pairs.

A recorder that stores the observation after a reset, but no action for it, makes two lists that drift apart by
one per episode. Zipped, they still look like demonstrations, and students still learn something from them. So a
pair (observation, action) counts only if the recording's own next observation is where the physics leads from the
observation under the action, and the action was recorded for that very step: of two actions, the action of any
other step agrees with the physics in about half of the cases.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from eep.core.arrays import BoolArray, FloatArray, IntArray
from eep.core.errors import UserError
from eep.tasks.cartpole import physics

#: In one step two actions lead half a radian per second apart; rounding to float32 leaves 3e-7.
TOLERANCE = 1e-4
#: No position, velocity or angle of a cart and its pole comes near; it also keeps the physics from overflowing.
LARGEST = 1e6
#: Steps for which an action is held in a recording that does not say.
HOLD = 2


class RecordingError(UserError):
    """A folder that holds no recording, or one whose pairs cannot be restored; the text says why."""


@dataclass(frozen=True)
class Recording:
    """A recording as published."""

    #: (n, 4) float64: cart position (m), cart velocity (m/s), pole angle (rad), pole angular velocity (rad/s).
    observations: FloatArray
    #: (n,) int64: the action published beside each, 0 left and 1 right.
    actions: IntArray


@dataclass(frozen=True)
class Restored:
    """The true pairs of a recording, one row per step whose next observation was recorded too."""

    #: (m, 4) float64 and (m,) int64: the action that was taken from each observation.
    observations: FloatArray
    actions: IntArray
    #: (m,) int64: the action that the recording has beside the observation.
    published: IntArray
    #: (m,) int64: where the recording has the observation, and where it has its true action.
    frame: IntArray
    source: IntArray
    #: (m,) int64, from 0.
    episode: IntArray
    #: (m,) bool: False where an action was only held.
    decided: BoolArray


@dataclass(frozen=True)
class RecordingCheck:
    """How far a recording can be trusted."""

    #: Published pairs.
    pairs: int
    #: Those whose action is the one recorded for that step, and leads to the next observation.
    right: int
    #: Those whose action, recorded for whatever step, happens to lead to the next observation.
    agreeing: int
    #: Episodes recorded to their end.
    episodes: int
    #: True pairs that `restore` gives.
    restored: int
    #: Those of them in which the action was decided, not held.
    decisions: int

    @property
    def trustworthy(self) -> bool:
        """Whether every pair that can be checked stands as published."""
        return self.right == self.restored


def read(folder: Path) -> Recording:
    """Read ``observations.npy`` and ``actions.npy``; pickled arrays are refused.

    Raises RecordingError if a file is missing or unreadable, or the arrays are not n >= 2 finite observations and
    actions 0 or 1.
    """
    observations, actions = _load(folder / "observations.npy"), _load(folder / "actions.npy")
    if observations.ndim != 2 or observations.shape[1] != 4 or len(observations) < 2:
        raise RecordingError(f"{folder}: expected observations (n, 4), n >= 2; found {observations.shape}")
    if actions.shape != observations.shape[:1]:
        raise RecordingError(f"{folder}: expected {len(observations)} actions; found shape {actions.shape}")
    if observations.dtype.kind not in "fiu" or not (np.abs(observations) < LARGEST).all():
        raise RecordingError(f"{folder}: expected observations below {LARGEST:g} in size; found others")
    if actions.dtype.kind not in "iub" or not np.isin(actions, (0, 1)).all():
        raise RecordingError(f"{folder}: expected the actions 0 (left) and 1 (right); found others")
    return Recording(observations.astype(np.float64), actions.astype(np.int64))


def _load(path: Path) -> npt.NDArray[np.generic]:
    """Return an array; raises `RecordingError`."""
    try:
        array = np.load(path, allow_pickle=False)
    except FileNotFoundError:
        raise RecordingError(f"{path}: expected a NumPy array; found no such file") from None
    except (OSError, ValueError, EOFError) as error:
        raise RecordingError(f"{path}: expected a NumPy array without pickled objects; found none") from error
    if not isinstance(array, np.ndarray):
        raise RecordingError(f"{path}: expected one array; found an archive of several")
    return array


def taken(observations: FloatArray) -> IntArray:
    """Return the action (n - 1,) that leads from each observation to the next: 0, 1, or -1 where neither does."""
    before, after = observations[:-1], observations[1:]
    led = [physics.advance(before, np.full(len(before), action)) for action in (0, 1)]
    misses = np.abs(np.stack(led) - after).max(axis=2)
    return np.where(misses.min(axis=0) < TOLERANCE, misses.argmin(axis=0), -1)


def held(folder: Path) -> int:
    """Return for how many steps each action was held: what ``episodes.json`` says, 2 where there is no such file.

    Raises `RecordingError` if the file says no such thing.
    """
    path = folder / "episodes.json"
    if not path.exists():
        return HOLD
    try:
        hold = json.loads(path.read_bytes())["hold"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RecordingError(f"{path}: expected an object with a hold; found none") from error
    if not isinstance(hold, int) or hold < 1:
        raise RecordingError(f"{path}: expected a hold of at least one step; found {hold!r}")
    return hold


def check(folder: Path) -> RecordingCheck:
    """Count the right and the restorable pairs of a recording; raises `RecordingError` as `restore` does."""
    recording = read(folder)
    restored = restore(recording, hold=held(folder))
    resets = int((taken(recording.observations) < 0).sum())
    return RecordingCheck(
        pairs=len(recording.actions),
        right=int((restored.frame == restored.source).sum()),
        agreeing=int((restored.published == restored.actions).sum()),
        episodes=resets + int(physics.failed(recording.observations[-1:])[0]),
        restored=len(restored.actions),
        decisions=int(restored.decided.sum()),
    )


def restore(recording: Recording, *, hold: int = HOLD) -> Restored:
    """Walk both lists and join each observation to its true action; each was held for ``hold`` steps.

    Two ways of recording are known: an action beside every observation, and none for the last observation of an
    episode, so that the actions lag by one more from episode to episode. The way is right if all its actions lead from
    their observation to the next. Raises `RecordingError` if neither way explains the recording, or actions change while
    they should be held.
    """
    action = taken(recording.observations)
    frame = np.flatnonzero(action >= 0)
    episode = np.concatenate([[0], np.cumsum(action < 0)])[frame]
    source = _source(recording.actions, action, frame, episode)
    return Restored(
        observations=recording.observations[frame],
        actions=action[frame],
        published=recording.actions[frame],
        frame=frame,
        source=source,
        episode=episode,
        decided=_decided(action[frame], episode, source, hold),
    )


def _source(actions: IntArray, action: IntArray, frame: IntArray, episode: IntArray) -> IntArray:
    """Return where the recording has the action of each frame (m,); raises `RecordingError`."""
    if not frame.size:
        raise RecordingError("expected steps of CartPole; found no two observations that a push joins")
    ways = (frame, frame - episode)
    fits = [float((actions[way] == action[frame]).mean()) for way in ways]
    for way, fit in zip(ways, fits, strict=True):
        if fit == 1.0:
            return way
    raise RecordingError(
        f"expected actions that lead from each observation to the next, beside it or one earlier per episode; "
        f"found {frame.size} steps of CartPole, of which {fits[0]:.0%} and {fits[1]:.0%} fit"
    )


def _decided(actions: IntArray, episode: IntArray, source: IntArray, hold: int) -> BoolArray:
    """Tell which actions were decided: every ``hold``-th, counted through the recording or within each episode."""
    first = np.searchsorted(episode, episode)
    for count in (source, np.arange(len(actions)) - first):
        decided = np.asarray(count % hold == 0)
        held = np.flatnonzero(~decided)
        held = held[held > 0]
        follows = count[held] == count[held - 1] + 1
        if (actions[held[follows]] == actions[held[follows] - 1]).all():
            return decided
    raise RecordingError(
        f"expected every action to be held for {hold} steps; found changes in between, "
        f"counted through the recording and counted within each episode"
    )
