"""Recordings of CartPole: one that the tests make themselves, and the published one where it is at hand."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "seed-data"


@dataclass(frozen=True)
class Made:
    """A recording and what really happened in it.

    ``truth`` has the action of every step taken, in order, also past the recorded frames; ``lengths`` the steps
    of each episode.
    """

    observations: npt.NDArray[np.float64]
    truth: npt.NDArray[np.int64]
    lengths: list[int]


def published_recording() -> Path:
    """Return the folder of the recording published in 2023; skips the test where it is absent."""
    if not (PUBLISHED / "observations.npy").is_file():
        pytest.skip(f"the published recording is not at {PUBLISHED}")
    return PUBLISHED


def _push(observation: npt.NDArray[np.float32], rng: np.random.Generator) -> int:
    """Push where the pole turns, now and then anywhere."""
    return int(rng.integers(2)) if rng.random() < 0.3 else int(observation[3] > 0)


def record(
    folder: Path, *, frames: int = 400, hold: int = 2, shifted: bool = True, through: bool = True, seed: int = 0
) -> Made:
    """Play and record CartPole for ``frames`` frames, by default with a shift of one per reset.

    ``through`` counts the hold through the recording, otherwise it begins anew with each episode.
    """
    import gymnasium

    environment = gymnasium.make("CartPole-v1")
    rng = np.random.default_rng([seed, 1])
    observation, _ = environment.reset(seed=seed)
    states, lengths = [observation], [0]
    actions: list[int] = []
    truth: list[int] = []
    while len(states) < frames + 50:
        count = len(truth) if through else lengths[-1]
        action = _push(observation, rng) if count % hold == 0 else actions[-1]
        observation, _, terminated, _, _ = environment.step(action)
        actions.append(action)
        truth.append(action)
        states.append(observation)
        lengths[-1] += 1
        if terminated:
            if not shifted:
                states.pop()  # a recorder that keeps its lists together leaves the last observation out
            observation, _ = environment.reset()
            states.append(observation)
            lengths.append(0)
    np.save(folder / "observations.npy", np.array(states[:frames], dtype=np.float64))
    np.save(folder / "actions.npy", np.array(actions[:frames], dtype=np.int64))
    return Made(np.array(states[:frames], dtype=np.float64), np.array(truth), lengths)
