"""The play stage: players to returns, numbers about policies, and animations."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
import pytest
from meadow import Meadow
from two_options import two

from eep.core.arrays import FeatureArray, FloatArray
from eep.data.agent import Agent, untrained
from eep.data.returns import POLICIES, RETURNS
from eep.pipeline.play import COMPARED, compared_states, play
from eep.tasks.cartpole.settings import CartPoleSettings
from eep.tasks.cartpole.task import CartPole
from eep.tasks.playable import Rollouts
from eep.tasks.policies import PolicyFunction


class Walk(Meadow):
    """A task with one state, the place on a line: +1 with the policy's probability, ends beyond 3."""

    id = "walk"
    options = ("down", "up")

    def rollout(self, policies: Sequence[PolicyFunction], *, episodes: int, greedy: bool, seed: int) -> Rollouts:
        """Walk at most 20 steps; ``greedy`` is not played differently here."""
        assert isinstance(greedy, bool)
        walks = [[self._walk(policy, [seed, 1 + e]) for e in range(episodes)] for policy in policies]
        returns = np.array([[np.nan if w[2] else len(w[0]) - 1.0 for w in row] for row in walks])
        terminated = np.array([[w[1] for w in row] for row in walks])
        return Rollouts({"return": returns}, terminated, tuple(row[0][0] for row in walks))

    def _walk(self, policy: PolicyFunction, seed: list[int]) -> tuple[FeatureArray, bool, bool]:
        rng, places = np.random.default_rng(seed), [0.0]
        while len(places) <= 20 and abs(places[-1]) < 3:
            chance = policy(np.array([[places[-1]]]))[0, 1]
            if np.isnan(chance):
                return np.array(places, dtype=np.float32)[:, None], False, True
            places.append(places[-1] + (1 if rng.random() < chance else -1))
        return np.array(places, dtype=np.float32)[:, None], abs(places[-1]) >= 3, False

    def policy_metrics(self, policy: PolicyFunction, states: FloatArray) -> Mapping[str, float]:
        """Return the mean answer, and how many states were compared."""
        return {"mean": float(policy(states)[:, 1].mean()), "states": float(len(states))}

    def animation(self, states: FeatureArray, title: str) -> str:
        """Return the places as text."""
        return f"{title}: {states[:, 0].tolist()}"


WALK = Walk(Meadow.Settings())


def student(agent: str = "xgboost", wording: str = "plain") -> Agent:
    """Return the pirate's student."""
    return Agent("walk", "student", agent, "pirate", "persona", wording)


def always(chance: float) -> PolicyFunction:
    """Return the policy that answers ``chance`` everywhere."""
    return lambda states: two(np.full(len(states), chance))


#: Two students: one that staggers, one that walks straight on.
STUDENTS = {student(): always(0.5), student(wording="portrait"): always(1.0)}


def test_tables_of_any_playable_task() -> None:
    """A row per player, measure and episode, and per player and number, each under the player's own key."""
    played = play(WALK, STUDENTS, episodes=7, greedy=False, seed=0)
    assert played.returns.schema == RETURNS
    assert played.policies.schema == POLICIES
    assert played.returns.height == 14
    assert set(played.returns["task"]) == {"walk"}
    portrait = played.returns.filter(pl.col("wording") == "portrait")
    assert portrait["value"].to_list() == [3.0] * 7
    assert portrait["episode"].to_list() == list(range(7))
    assert set(portrait["ended"]) == {"terminated"}
    means = played.policies.filter(pl.col("feature") == "mean")
    assert dict(zip(means["wording"], means["value"], strict=True)) == {"plain": 0.5, "portrait": 1.0}
    (compared,) = played.policies.filter(pl.col("feature") == "states")["value"].unique()
    assert compared > 4  # all players are compared on the same states


@pytest.mark.parametrize("players", [1, 3, 150])
def test_compared_states_are_few_and_evenly_given(players: int) -> None:
    """Each player gives the same number of moments, from its first to its last, within the limit."""
    states = tuple(np.arange(1000, dtype=np.float32)[:, None] for _ in range(players))
    found = compared_states(Rollouts({"return": np.zeros((players, 1))}, np.ones((players, 1), dtype=bool), states))
    assert len(found) <= COMPARED
    values, counts = np.unique(found, return_counts=True)
    assert (values[0], values[-1]) == (0, 999)
    assert set(counts) == {players}


def test_unanswered_episode_has_no_return() -> None:
    """Where a policy had no answer the return is null and the row says so; so are numbers it does not have."""
    players = {student(): always(float("nan")), student(wording="portrait"): always(0.5)}
    played = play(WALK, players, episodes=3, greedy=False, seed=0)
    silent = played.returns.head(3)
    assert silent["value"].to_list() == [None] * 3
    assert silent["ended"].to_list() == ["unanswered"] * 3
    assert played.returns.tail(3)["value"].null_count() == 0
    assert played.policies["value"].to_list()[0] is None


def test_time_limit_is_truncation() -> None:
    """An episode that outlasts the task's limit is truncated and keeps its return; nobody to play is an error."""
    played = play(WALK, {student(): lambda states: two(states[:, 0] <= 0)}, episodes=2, greedy=False, seed=0)
    assert played.returns["ended"].to_list() == ["truncated"] * 2
    assert played.returns["value"].to_list() == [20.0, 20.0]
    with pytest.raises(ValueError, match="at least one player"):
        play(WALK, {}, episodes=1, greedy=False, seed=0)


def test_one_animation_per_agent_and_persona() -> None:
    """Wordings share an animation, that of the first; its name has letters, digits, dots and hyphens only."""
    players = {**STUDENTS, student("../openai:Llama 3/70B"): always(0.0)}
    played = play(WALK, players, episodes=2, greedy=False, seed=0)
    assert list(played.animations) == ["walk-student-xgboost-pirate", "walk-student-..-openai-llama-3-70b-pirate"]
    assert played.animations["walk-student-xgboost-pirate"].startswith("xgboost: pirate, plain: [0.0, ")


def test_cartpole_end_to_end() -> None:
    """In CartPole a seed repeats all tables and animations exactly, and another seed gives other returns."""
    task = CartPole(CartPoleSettings(max_steps=60))
    table = {item.text: {"left": 0.2, "right": 0.8} for item in task.stimuli()}
    teacher = Agent("cartpole", "teacher", "simulated", "pirate", "persona", "plain")
    players = {teacher: task.table_policy(table), untrained("cartpole", "random"): task.random_policy()}
    first, again, other = (play(task, players, episodes=20, greedy=False, seed=seed) for seed in (1, 1, 2))
    assert first.returns.equals(again.returns)
    assert first.policies.equals(again.policies)
    assert first.animations == again.animations
    assert not first.returns.equals(other.returns)
    assert first.returns.filter(agent="random")["value"].mean() == pytest.approx(18.7, abs=4)
    assert set(first.policies["feature"]) >= {"side bias", "switching rate", "dead zone", "gain pole-angle"}
    assert set(first.animations) == {"cartpole-teacher-simulated-pirate", "cartpole-control-random-none"}
