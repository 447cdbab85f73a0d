"""Episodes that others recorded as a recording of CartPole, if physics says that they are one.

An observation must be where the physics leads from the one before it under the action that stands between them. Whether
the recorder wrote down every step, or one observation for an action that was held for several, physics says, too.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eep.core.arrays import FloatArray, IntArray
from eep.data.trajectory import Trajectory
from eep.tasks.cartpole import physics, recording
from eep.tasks.cartpole.recording import LARGEST, TOLERANCE, RecordingCheck, RecordingError

#: Steps for which an action may be held, at most, as in `eep.tasks.cartpole.settings.CartPoleSettings`.
LONGEST_HOLD = 50


def write_recording(episodes: Sequence[Trajectory], folder: Path) -> RecordingCheck:
    """Write episodes as ``observations.npy``, ``actions.npy`` and ``episodes.json``; return how far they can be trusted.

    Steps between two recorded observations are filled in by the physics. The last observation of an episode, from which
    no action was taken, is checked and left out.

    Raises RecordingError if the episodes are not of CartPole, or do not obey its physics throughout; nothing is written
    then.
    """
    checked = [_checked(episode, number) for number, episode in enumerate(episodes)]
    hold = find_hold(checked)
    steps = [_every_step(episode, hold) for episode in checked]
    lengths = [len(actions) for _, actions in steps]
    states, actions = (np.concatenate(parts) for parts in zip(*steps, strict=True))
    recording.restore(recording.Recording(states, actions), hold=hold)
    folder.mkdir(parents=True)
    np.save(folder / "observations.npy", states, allow_pickle=False)
    np.save(folder / "actions.npy", actions, allow_pickle=False)
    firsts = np.cumsum([0, *lengths[:-1]]).tolist()
    entries = [
        {"episode": number, "first": first, "steps": length, "ended": _ended(episode)}
        for number, (episode, first, length) in enumerate(zip(checked, firsts, lengths, strict=True))
    ]
    content = json.dumps({"hold": hold, "episodes": entries}, indent=1)
    (folder / "episodes.json").write_text(content + "\n", encoding="utf-8")
    return recording.check(folder)


def find_hold(episodes: Sequence[Trajectory]) -> int:
    """Return for how many steps each action was held between two recorded observations.

    That is the smallest number under which the physics leads from every observation to the next; an episode may end while
    its last action is held. Raises RecordingError if there is none up to `LONGEST_HOLD`.
    """
    pairs = [_transitions(episode) for episode in episodes]
    before, actions, after, last = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    if not len(actions):
        raise RecordingError("expected episodes of several observations; found no action between two of them")
    reached, ended, most = before, np.zeros(len(actions), np.bool_), 0.0
    for hold in range(1, LONGEST_HOLD + 1):
        reached = physics.advance(reached, actions).astype(np.float64)
        met = np.abs(reached - after).max(axis=1) < TOLERANCE
        ended |= met & last
        if (met | ended).all():
            return hold
        most = max(most, float((met | ended).mean()))
    raise RecordingError(
        f"expected observations that follow from the actions under CartPole's physics; found {len(actions):,} steps, of "
        f"which {most:.1%} do at best. These are not CartPole-v1's observations, or the actions stand beside others'"
    )


def _checked(episode: Trajectory, number: int) -> Trajectory:
    """Return an episode as it came; raises RecordingError unless its arrays are such as CartPole has."""
    states, actions = episode.observations, episode.actions
    where = f"episode {number}: expected"
    if states.ndim != 2 or states.shape[1] != 4 or not len(actions):
        raise RecordingError(f"{where} actions and CartPole's observations (n, 4); found shape {states.shape}")
    if actions.ndim != 1 or len(states) - len(actions) not in (0, 1):
        raise RecordingError(
            f"{where} an action for each observation, or for each but the last; found {len(states)} observations and "
            f"actions {actions.shape}"
        )
    if not (np.abs(states) < LARGEST).all():
        raise RecordingError(f"{where} finite observations below {LARGEST:g} in size; found others")
    if not np.isin(actions, (0, 1)).all():
        raise RecordingError(f"{where} the actions 0 (left) and 1 (right); found others")
    return episode


def _transitions(episode: Trajectory) -> tuple[FloatArray, IntArray, FloatArray, np.ndarray]:
    """Return the states before (n, 4), the actions (n,), the states after, and which is an episode's last."""
    after = episode.observations[1:]
    last = np.arange(len(after)) == len(episode.actions) - 1
    return episode.observations[: len(after)], episode.actions[: len(after)], after, last


def _every_step(episode: Trajectory, hold: int) -> tuple[FloatArray, IntArray]:
    """Return the state in which each step was made, (steps, 4), and its action (steps,)."""
    count = len(episode.actions)
    paths = [episode.observations[:count]]
    for _ in range(hold - 1):
        paths.append(physics.advance(paths[-1], episode.actions).astype(np.float64))
    states, actions = np.stack(paths, axis=1).reshape(-1, 4), np.repeat(episode.actions, hold)
    # How long the last action was held, only an observation after it tells.
    steps = (count - 1) * hold + (_last_held(episode, hold) if len(episode.observations) > count else 1)
    return states[:steps], actions[:steps]


def _last_held(episode: Trajectory, hold: int) -> int:
    """Return for how many steps the last action was held before its episode ended."""
    reached = episode.observations[-2:-1]
    for steps in range(1, hold + 1):
        reached = physics.advance(reached, episode.actions[-1:]).astype(np.float64)
        if np.abs(reached - episode.observations[-1]).max() < TOLERANCE:
            return steps
    raise AssertionError("expected a hold that explains the last observation; find_hold has found one")


def _ended(episode: Trajectory) -> str:
    """Return how an episode ended: by failing, or otherwise, where nothing is seen of a failure."""
    return "terminated" if physics.failed(episode.observations[-1:])[0] else "truncated"
