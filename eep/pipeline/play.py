"""Closed-loop play: players -> returns, numbers about their policies, animations."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from eep.core.arrays import FeatureArray, FloatArray
from eep.data.agent import Agent
from eep.data.returns import POLICIES, RETURNS
from eep.tasks.playable import Playable, Rollouts
from eep.tasks.policies import PolicyFunction

#: States, at most, on which all policies are compared.
COMPARED = 2_000


@dataclass(frozen=True)
class Played:
    """What came of it."""

    #: A row per player, measure and episode, schema `eep.data.returns.RETURNS`.
    returns: pl.DataFrame
    #: A row per player and number about its policy, schema `eep.data.returns.POLICIES`; null where a policy had no
    #: answer for any of the states compared.
    policies: pl.DataFrame
    #: SVG text of each player's first episode, as `animations` tells them apart.
    animations: dict[str, str]


def play(task: Playable, players: Mapping[Agent, PolicyFunction], *, episodes: int, greedy: bool, seed: int) -> Played:
    """Let every player play ``episodes`` episodes from the same initial states.

    Raises ValueError if there are no players, or a policy returns anything but probabilities and NaN.

    The numbers about policies compare all players on the same states: those that the task names, or else moments at even
    distances from every player's first episode, each player giving equally many, as far as its episode has them.

    Parameters
    ----------
    players
        Who acts, by what: a policy gives for states (n, d) the probabilities (n, k) of the task's actions.
    greedy
        Take the likelier action instead of sampling it.
    seed
        The same players and seed give the same tables, exactly.
    """
    if not players:
        raise ValueError("expected at least one player; found none")
    rollouts = task.rollout(list(players.values()), episodes=episodes, greedy=greedy, seed=seed)
    states = task.reference_states(seed)
    states = compared_states(rollouts) if states is None else states
    returns = [row for place, agent in enumerate(players) for row in _returns(agent, rollouts, place)]
    policies = [
        {**agent._asdict(), "feature": feature, "value": None if np.isnan(value) else value}
        for agent, policy in players.items()
        for feature, value in task.policy_metrics(policy, states).items()
    ]
    return Played(
        pl.DataFrame(returns, schema=RETURNS, orient="row"),
        pl.DataFrame(policies, schema=POLICIES, orient="row"),
        animations(task, zip(players, rollouts.states, strict=True)),
    )


def compared_states(rollouts: Rollouts) -> FloatArray:
    """Return the states (n, d) float64 on which policies are compared, at most about `COMPARED`."""
    each = max(2, COMPARED // len(rollouts.states))
    picked = []
    for states in rollouts.states:
        moments = np.linspace(0, len(states) - 1, min(each, len(states))).round().astype(np.int64)
        picked.append(states[moments].astype(np.float64))
    return np.concatenate(picked)


def animations(task: Playable, episodes: Iterable[tuple[Agent, FeatureArray]]) -> dict[str, str]:
    """Return the first of the episodes of each role, agent and persona as SVG text, by a name fit for a file.

    The name is ``task-role-agent-persona``; an episode is its states, (n, d).
    """
    drawn: dict[str, str] = {}
    for player, states in episodes:
        text = f"{player.task}-{player.role}-{player.agent}-{player.persona}".lower()
        name = re.sub(r"[^a-z0-9.]+", "-", text).strip("-.")
        if name not in drawn:
            drawn[name] = task.animation(states, f"{player.agent}: {player.persona}, {player.wording}")
    return drawn


def _returns(agent: Agent, rollouts: Rollouts, place: int) -> Iterator[dict[str, object]]:
    key = agent._asdict()
    for measure, values in rollouts.measures.items():
        episodes = zip(values[place].tolist(), rollouts.terminated[place].tolist(), strict=True)
        for episode, (value, terminated) in enumerate(episodes):
            ended, number = ("terminated" if terminated else "truncated"), value
            if np.isnan(value):
                ended, number = "unanswered", None
            yield key | {"episode": episode, "measure": measure, "value": number, "ended": ended}
