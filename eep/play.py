"""Closed-loop play: players -> returns, numbers about their policies, animations."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from eep.returns import POLICIES, RETURNS
from eep.tasks.base import FloatArray, Playable, PolicyFunction, Rollouts

#: States, at most, on which all policies are compared.
COMPARED = 2_000


@dataclass(frozen=True)
class Player:
    """Someone who acts in a task; all but ``policy`` is the key of its rows in the returns table.

    Attributes
    ----------
    role
        ``"teacher"``, ``"student"`` or ``"control"``.
    agent, persona, arm, wording, sample
        As in the responses table.
    policy
        States (n, d) to probabilities (n,) of the task's first scored option.
    """

    role: str
    agent: str
    persona: str
    arm: str
    wording: str
    sample: int
    policy: PolicyFunction


@dataclass(frozen=True)
class Played:
    """What came of it.

    Attributes
    ----------
    returns
        A row per player and episode, schema `eep.returns.RETURNS`.
    policies
        A row per player and number about its policy, schema `eep.returns.POLICIES`; null where a policy had no
        answer for any of the states compared.
    animations
        SVG text by `animation_name`: the first episode of the first player of each role, agent and persona.
    """

    returns: pl.DataFrame
    policies: pl.DataFrame
    animations: dict[str, str]


def play(task: Playable, players: Sequence[Player], *, episodes: int, greedy: bool, seed: int) -> Played:
    """Let every player play ``episodes`` episodes from the same initial states.

    The numbers about policies compare all players on the same states: moments at even distances from every
    player's first episode, each player giving equally many, as far as its episode has them.

    Parameters
    ----------
    greedy
        Take the likelier action instead of sampling it.
    seed
        The same players and seed give the same tables, exactly.

    Raises
    ------
    ValueError
        If there are no players, or a policy returns anything but probabilities and NaN.
    """
    if not players:
        raise ValueError("expected at least one player; found none")
    rollouts = task.rollout(
        [player.policy for player in players], episodes=episodes, greedy=greedy, seed=seed
    )
    states = compared_states(rollouts)
    returns = [row for place, player in enumerate(players) for row in _returns(task, player, rollouts, place)]
    policies = [row for player in players for row in _policies(task, player, states)]
    return Played(
        pl.DataFrame(returns, schema=RETURNS, orient="row"),
        pl.DataFrame(policies, schema=POLICIES, orient="row"),
        _animations(task, players, rollouts),
    )


def compared_states(rollouts: Rollouts) -> FloatArray:
    """Return the states (n, d) float64 on which policies are compared, at most about `COMPARED`."""
    each = max(2, COMPARED // len(rollouts.states))
    picked = []
    for states in rollouts.states:
        moments = np.linspace(0, len(states) - 1, min(each, len(states))).round().astype(np.int64)
        picked.append(states[moments].astype(np.float64))
    return np.concatenate(picked)


def animation_name(task: str, role: str, agent: str, persona: str) -> str:
    """Return the name of a player's animation, fit for a file: ``task-role-agent-persona``."""
    told = f"{task}-{role}-{agent}-{persona}".lower()
    return re.sub(r"[^a-z0-9.]+", "-", told).strip("-.")


def _key(task: Playable, player: Player) -> dict[str, object]:
    return {
        "task": task.id,
        "role": player.role,
        "agent": player.agent,
        "persona": player.persona,
        "arm": player.arm,
        "wording": player.wording,
        "sample": player.sample,
    }


def _returns(task: Playable, player: Player, rollouts: Rollouts, place: int) -> Iterator[dict[str, object]]:
    key = _key(task, player)
    episodes = zip(rollouts.returns[place].tolist(), rollouts.terminated[place].tolist(), strict=True)
    for episode, (value, terminated) in enumerate(episodes):
        answered = not np.isnan(value)
        ended = ("terminated" if terminated else "truncated") if answered else "unanswered"
        yield {**key, "episode": episode, "return": value if answered else None, "ended": ended}


def _policies(task: Playable, player: Player, states: FloatArray) -> Iterator[dict[str, object]]:
    key = _key(task, player)
    for feature, value in task.policy_features(player.policy, states).items():
        yield {**key, "feature": feature, "value": None if np.isnan(value) else value}


def _animations(task: Playable, players: Sequence[Player], rollouts: Rollouts) -> dict[str, str]:
    drawn: dict[str, str] = {}
    for player, states in zip(players, rollouts.states, strict=True):
        name = animation_name(task.id, player.role, player.agent, player.persona)
        if name not in drawn:
            drawn[name] = task.animation(states, f"{player.agent}: {player.persona}, {player.wording}")
    return drawn
