"""Closed-loop play of many policies at once, without bias.

Keeping the first N episodes that finish among many parallel environments favours short ones. Here every
environment plays exactly one episode and all are played to their end; what a finished environment does
afterwards (gymnasium resets it) is not looked at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eep.core.arrays import BoolArray, FeatureArray, FloatArray, IntArray
from eep.tasks.cartpole import physics
from eep.tasks.playable import Rollouts
from eep.tasks.policies import PolicyFunction, choose, probabilities_of

#: Episodes of each policy whose states are kept.
KEPT = 5


@dataclass(frozen=True)
class Rules:
    """How to play: ``hold`` steps per action, at most ``max_steps`` steps, the likelier action if ``greedy``, in which ``body``."""

    hold: int = 2
    max_steps: int = 500
    greedy: bool = False
    body: physics.Body = physics.OWN


@dataclass(frozen=True)
class Trajectories:
    """Episodes and what was met in them."""

    #: (policies, episodes) float64: the sum of rewards; NaN where a policy had no answer.
    returns: FloatArray
    #: (policies, episodes) bool: True where the episode ended by failing.
    terminated: BoolArray
    #: (policies, episodes) int64: steps played, in unanswered episodes too.
    lengths: IntArray
    #: (time, policies, kept, 4) float32: the states of the first ``kept`` episodes of each policy; an episode's own
    #: are ``states[: length + 1]``, the rest is not its.
    states: FeatureArray
    #: An action was decided in states 0, hold, 2 hold, ... before the last.
    hold: int

    def episode(self, policy: int, episode: int) -> FeatureArray:
        """Return the states (steps + 1, 4) of a kept episode."""
        return self.states[: self.lengths[policy, episode] + 1, policy, episode]

    def decisions(self, policy: int) -> Iterator[FeatureArray]:
        """Yield, for each kept episode of a policy, the states (decisions, 4) in which it chose an action."""
        for episode in range(self.states.shape[2]):
            yield self.states[: self.lengths[policy, episode] : self.hold, policy, episode]


class _Batch:
    """The state of all episodes: row ``policy * episodes + episode``."""

    def __init__(self, policies: Sequence[PolicyFunction], episodes: int, rules: Rules, seed: int) -> None:
        shape = (len(policies), episodes)
        self.policies, self.rules = policies, rules
        # Every policy has a stream of its own: what it does does not depend on who plays beside it. Spawn keys,
        # because default_rng([seed, 0]) is default_rng(seed), the stream the initial states come from.
        keys = [np.random.SeedSequence(seed, spawn_key=(place,)) for place in range(len(policies))]
        self.streams = [np.random.default_rng(key) for key in keys]
        starts = np.tile(physics.initial_states(episodes, seed), (len(policies), 1))
        self.environment = physics.start(starts, max_steps=rules.max_steps, body=rules.body)
        self._blur = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(len(policies),)))
        self._episodes = episodes
        self.states: FeatureArray = self._sensed(starts)
        self.live = np.ones(shape, dtype=np.bool_)
        self.answered = np.ones(shape, dtype=np.bool_)
        self.terminated = np.zeros(shape, dtype=np.bool_)
        self.lengths = np.zeros(shape, dtype=np.int64)
        self.rewards = np.zeros(shape)
        self.actions = np.zeros(shape, dtype=np.int64)

    def decide(self) -> None:
        """Ask every policy about its live episodes only; an episode without an answer ends here."""
        states = self.states.reshape(*self.live.shape, -1)
        for place, policy in enumerate(self.policies):
            rows = np.flatnonzero(self.live[place])
            if rows.size:
                chances = probabilities_of(policy, states[place, rows].astype(np.float64), 2)
                answered = ~np.isnan(chances[:, 0])
                self.live[place, rows] = self.answered[place, rows] = answered
                noise = self.streams[place].random(self.live.shape[1])[rows]
                chosen = choose(chances[answered], noise[answered], greedy=self.rules.greedy)
                self.actions[place, rows[answered]] = chosen

    def step(self) -> None:
        """Move every environment one step; only live episodes count it."""
        states, reward, terminated, truncated, _ = self.environment.step(self.actions.ravel())
        self.states = self._sensed(states)
        self.rewards += np.where(self.live, reward.reshape(self.live.shape), 0.0)
        self.lengths += self.live
        self.terminated |= self.live & terminated.reshape(self.live.shape)
        self.live &= ~(terminated | truncated).reshape(self.live.shape)

    def _sensed(self, states: FloatArray | FeatureArray) -> FeatureArray:
        """Return states as they are sensed, the same noise for every policy."""
        if not self.rules.body.noise:
            return np.asarray(states, dtype=np.float32)
        noise = self._blur.normal(size=(self._episodes, len(physics.SPREAD))) * physics.SPREAD * self.rules.body.noise
        return np.asarray(states + np.tile(noise, (len(self.policies), 1)), dtype=np.float32)

    def kept(self, keep: int) -> FeatureArray:
        """Return the states (policies, keep, 4) of the first episodes as they stand."""
        return self.states.reshape(*self.live.shape, -1)[:, :keep].copy()


def trajectories(
    policies: Sequence[PolicyFunction], *, episodes: int, rules: Rules, seed: int, keep: int
) -> Trajectories:
    """Play every policy for ``episodes`` episodes, and keep the states of the first ``keep`` of each.

    All episodes start together, so that deciding whenever the step number is a multiple of ``hold`` is the
    counter of each episode. Every policy meets the same initial states. A policy's episodes depend on the seed
    and its place in the list alone.

    Raises ValueError if there are no policies or no episodes, or the seed is negative.
    """
    if not policies or episodes < 1 or seed < 0:
        raise ValueError(
            f"expected policies, at least one episode and a seed from 0; "
            f"found {len(policies)} policies, {episodes} episodes, seed {seed}"
        )
    batch = _Batch(policies, episodes, rules, seed)
    seen = [batch.kept(keep)]
    for step in range(rules.max_steps):
        if step % rules.hold == 0:
            batch.decide()
        if not batch.live.any():
            break
        batch.step()
        seen.append(batch.kept(keep))
    returns = np.where(batch.answered, batch.rewards, np.nan)
    return Trajectories(returns, batch.terminated, batch.lengths, np.stack(seen), rules.hold)


def rollout(policies: Sequence[PolicyFunction], *, episodes: int, rules: Rules, seed: int) -> Rollouts:
    """Play every policy for ``episodes`` episodes; see `eep.tasks.playable.Playable.rollout`."""
    played = trajectories(policies, episodes=episodes, rules=rules, seed=seed, keep=min(KEPT, episodes))
    first = tuple(played.episode(place, 0).copy() for place in range(len(policies)))
    met = tuple(np.concatenate(list(played.decisions(place))) for place in range(len(policies)))
    return Rollouts({"return": played.returns}, played.terminated, first, met)
