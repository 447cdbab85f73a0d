"""Episodes as others record them: players act in a task's own environment, and all that they meet is kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from eep.core.arrays import FeatureArray, FloatArray, IntArray
from eep.core.hashing import seed_from
from eep.data.agent import Agent
from eep.tasks.playable import Playable
from eep.tasks.policies import PolicyFunction, choose, probabilities_of


@dataclass(frozen=True)
class Episode:
    """One episode of n decisions, of a player in the environment of its task.

    Attributes
    ----------
    agent, number
        Who plays, and which of its episodes this is, from 0.
    seed, options
        What the environment was reset with; everybody's episodes of one number begin alike.
    observations, texts
        (n + 1, d) float32, what is sensed, and what a teacher reads of it.
    probabilities
        (n + 1, k) float64, of the options in the order of `eep.tasks.base.actions`; a row of NaN where a teacher has no
        answer to the text. The last row is of a moment in which nothing was done any more.
    actions, rewards
        (n,): the option that was taken, by its number, and the reward.
    infos
        What the environment tells besides, arrays (n + 1,).
    terminated, truncated
        How it ended. An episode that comes to a text without an answer is truncated there.
    """

    agent: Agent
    number: int
    seed: int
    options: Mapping[str, Any] | None
    observations: FeatureArray
    texts: tuple[str, ...]
    probabilities: FloatArray
    actions: IntArray
    rewards: FloatArray
    infos: Mapping[str, np.ndarray]
    terminated: bool
    truncated: bool


@dataclass
class _Playing:
    """An episode under way."""

    environment: Any
    seed: int
    options: Mapping[str, Any] | None
    noise: np.random.Generator
    observations: list[FeatureArray] = field(default_factory=list)
    infos: list[Mapping[str, Any]] = field(default_factory=list)
    probabilities: list[FloatArray] = field(default_factory=list)
    actions: list[int] = field(default_factory=list)
    rewards: list[float] = field(default_factory=list)
    terminated: bool = False
    truncated: bool = False

    def begin(self) -> None:
        observation, info = self.environment.reset(seed=self.seed, options=self.options)
        self.observations.append(observation)
        self.infos.append(info)

    def step(self, action: int) -> None:
        observation, reward, self.terminated, self.truncated, info = self.environment.step(action)
        self.observations.append(observation)
        self.infos.append(info)
        self.actions.append(action)
        self.rewards.append(float(reward))


class Recorder:
    """Records players in a task's environment, one after another, in episodes that begin alike.

    The experiment's ``seed`` and an episode's number say how it begins; what a player draws depends on them and on who it
    is, not on who plays beside it.
    """

    def __init__(self, task: Playable, *, episodes: int, greedy: bool, seed: int) -> None:
        import gymnasium

        self.task, self._greedy, self._seed = task, greedy, seed
        arguments = task.environment_arguments()
        self._environments = [
            gymnasium.make(task.environment_id, disable_env_checker=True, **arguments) for _ in range(episodes)
        ]
        self._options = task.start_options(episodes, seed)
        #: What Gymnasium makes the environment from, and its spaces.
        self.spec = self._environments[0].unwrapped.spec
        self.spaces = self._environments[0].observation_space, self._environments[0].action_space

    @property
    def width(self) -> int:
        """How many numbers an observation has."""
        return int(np.prod(self.spaces[0].shape or ()))

    def play(self, agent: Agent, policy: PolicyFunction) -> list[Episode]:
        """Return a player's episodes; one in which it had no answer from the first is left out."""
        playing = [self._opened(agent, number) for number in range(len(self._environments))]
        for one in playing:
            one.begin()
        live = playing
        while live:
            live = list(self._turn(policy, live))
        return [self._episode(agent, number, one) for number, one in enumerate(playing) if one.actions]

    def _opened(self, agent: Agent, number: int) -> _Playing:
        start = seed_from([self._seed, "dataset", self.task.id, number], size=4) >> 1
        noise = np.random.default_rng(seed_from([self._seed, "dataset", *agent, number], size=16))
        return _Playing(self._environments[number], start, self._options[number], noise)

    def _turn(self, policy: PolicyFunction, live: Sequence[_Playing]) -> Iterator[_Playing]:
        """Let everybody decide once; yield the episodes that go on."""
        states = np.stack([one.observations[-1] for one in live]).astype(np.float64)
        chances = probabilities_of(policy, states, len(self.task.options))
        for one, row in zip(live, chances, strict=True):
            one.probabilities.append(row)
            if one.terminated or one.truncated:
                continue
            if np.isnan(row[0]):
                one.truncated = True
                continue
            one.step(int(choose(row[None], one.noise.random(1), greedy=self._greedy)[0]))
            yield one

    def _episode(self, agent: Agent, number: int, one: _Playing) -> Episode:
        observations = np.stack(one.observations).astype(np.float32)
        return Episode(
            agent=agent,
            number=number,
            seed=one.seed,
            options=one.options,
            observations=observations,
            texts=tuple(self.task.texts(observations.astype(np.float64))),
            probabilities=np.stack(one.probabilities),
            actions=np.array(one.actions, dtype=np.int64),
            rewards=np.array(one.rewards),
            infos={name: np.array([info[name] for info in one.infos]) for name in one.infos[0]},
            terminated=one.terminated,
            truncated=one.truncated,
        )
