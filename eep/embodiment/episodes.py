"""Episodes of saved students: played in the task's own environment, and kept moment by moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from eep.core.arrays import FeatureArray, FloatArray, IntArray
from eep.embodiment.policy import StudentPolicy
from eep.tasks.policies import choose
from eep.tasks.replay import EpisodeStart, choices


@dataclass(frozen=True)
class Episode:
    """What a student did from a start to the end of an episode."""

    #: (steps + 1, d) float32: every state that was passed through.
    states: FeatureArray
    #: (decisions + 1,): the rows of `states` in which something was decided, and the last row.
    moments: IntArray
    #: (decisions,): options by their number, and the probabilities (decisions, k) that they were drawn by.
    actions: IntArray
    chances: FloatArray
    #: The sum of rewards, and the environment's last ``info``.
    reward: float
    info: Mapping[str, Any]
    #: Whether it ended by failing, not by the time limit.
    terminated: bool

    @property
    def decided(self) -> FeatureArray:
        """The states in which something was decided, and the last one, (decisions + 1, d)."""
        return self.states[self.moments]


def play(policy: StudentPolicy, start: EpisodeStart, *, seed: int, greedy: bool = False) -> Episode:
    """Let a student play one episode in its task's environment, reset to ``start`` with ``seed``.

    Choices are drawn by `eep.tasks.replay.choices` of the seed, the same for every student: what differs between two of the
    same seed is the students. ``greedy`` takes the likeliest option.

    Raises `eep.core.errors.UserError` for a task that cannot be played.
    """
    environment = policy.environment()
    noise = choices(seed, policy.playable.replay.decisions)
    observation, info = environment.reset(seed=seed, options=dict(start.options) or None)
    states, moments = [observation[None]], [0]
    actions: list[int] = []
    chances: list[FloatArray] = []
    reward, ended = 0.0, False
    while not ended:
        chances.append(policy.distribution(observation))
        actions.append(int(choose(chances[-1][None], noise[len(actions), None], greedy=greedy)[0]))
        observation, gained, terminated, truncated, info = environment.step(actions[-1])
        passed = info.get("passed", observation[None])
        states.append(passed)
        moments.append(moments[-1] + len(passed))
        reward, ended = reward + float(gained), terminated or truncated
    environment.close()
    return Episode(
        states=np.concatenate(states),
        moments=np.array(moments),
        actions=np.array(actions),
        chances=np.stack(chances),
        reward=reward,
        info=info,
        terminated=bool(terminated),
    )
