"""Closed-loop play."""

import gymnasium
import numpy as np
import numpy.typing as npt
import pytest
from two_options import coin, two

from eep.core.arrays import FloatArray
from eep.tasks.cartpole import physics, recording, words
from eep.tasks.cartpole.rollout import Rules, rollout, trajectories

#: Of each of the 81 words' cells, -1, 0 or 1 by variable.
DIGITS = np.array([words.digits(cell) for cell in range(words.CELLS)]) - 1


def lean(states: FloatArray) -> FloatArray:
    """Push to the side the pole leans to."""
    return two(states[:, 2] > 0)


def turn_then_lean(states: FloatArray) -> FloatArray:
    """Push where the word for the pole's turning points; where it turns nowhere, where it leans."""
    digits = DIGITS[words.cells(states)]
    return two(0.5 + 0.5 * np.where(digits[:, 2] == 0, digits[:, 3], digits[:, 2]))


def one_by_one(start: FloatArray) -> int:
    """Return the length of an episode of `lean`, each action held 2 steps, in gymnasium's plain environment."""
    environment = gymnasium.make("CartPole-v1")
    observation, _ = environment.reset()
    environment.unwrapped.state = tuple(start)  # type: ignore[attr-defined]
    observation = start
    for step in range(500):
        if step % 2 == 0:
            action = int(np.float32(observation[2]) > 0)
        observation, _, terminated, truncated, _ = environment.step(action)
        if terminated or truncated:
            return step + 1
    raise AssertionError("an episode ends within 500 steps")


@pytest.mark.parametrize(("hold", "steps"), [(2, 18.7), (1, 22.2)])
def test_random_return(hold: int, steps: float) -> None:
    """A coin held for 2 steps lasts 18.71 +- .08, as 20,000 plain episodes did; thrown at every step 22.2, as is known."""
    played = rollout([coin], episodes=20_000, rules=Rules(hold=hold), seed=1)
    assert played.measures["return"].mean() == pytest.approx(steps, abs=0.2)
    assert played.terminated.all()


def test_rule_balances() -> None:
    """The rule "turning first, leaning breaks ties" on the same words lasts about 498 of 500 steps."""
    played = rollout([turn_then_lean], episodes=1_000, rules=Rules(greedy=True), seed=0)
    assert played.measures["return"].mean() == pytest.approx(498.3, abs=1.2)
    assert 0 < played.terminated.mean() < 0.05


def test_equals_plain_loop() -> None:
    """Episodes are as long as in gymnasium's single environment, played from the same initial states."""
    played = rollout([lean], episodes=20, rules=Rules(), seed=3)
    expected = [one_by_one(start) for start in physics.initial_states(20, 3)]
    assert played.measures["return"][0].tolist() == expected


def test_actions_are_held() -> None:
    """Within an episode the action, read back from the physics, changes only at every ``hold``-th step."""
    played = rollout([coin], episodes=1, rules=Rules(hold=3), seed=4)
    taken = recording.taken(played.states[0].astype(np.float64))
    assert len(taken) == played.measures["return"][0, 0]
    assert (taken >= 0).all()
    assert all(taken[step] == taken[step - 1] for step in range(len(taken)) if step % 3)


def test_policies_share_initial_states_but_not_luck() -> None:
    """Two copies of one random policy start alike and go on differently."""
    played = trajectories([coin, coin], episodes=30, rules=Rules(), seed=0, keep=30)
    np.testing.assert_array_equal(played.states[0, 0], played.states[0, 1])
    assert (played.returns[0] != played.returns[1]).any()


def test_neighbours_do_not_matter() -> None:
    """What a policy does does not depend on the policies played beside it."""
    alone = rollout([coin], episodes=50, rules=Rules(), seed=5)
    beside = rollout([coin, turn_then_lean], episodes=50, rules=Rules(), seed=5)
    np.testing.assert_array_equal(alone.measures["return"][0], beside.measures["return"][0])


def test_only_live_episodes_are_asked() -> None:
    """A policy is asked once per decision of an episode that has not ended, and never after it."""
    asked: list[int] = []

    def counting(states: FloatArray) -> FloatArray:
        asked.append(len(states))
        return coin(states)

    played = trajectories([counting], episodes=40, rules=Rules(), seed=6, keep=40)
    assert sum(asked) == np.ceil(played.lengths / 2).sum()
    assert sum(len(part) for part in played.decisions(0)) == sum(asked)


def test_unanswered_episode_ends() -> None:
    """Where a policy has no answer its episode ends there, without return, and is pushed nowhere."""

    def silent_when_leaning(states: FloatArray) -> FloatArray:
        return two(np.where(np.abs(states[:, 2]) > 0.1, np.nan, 0.5))

    played = trajectories([silent_when_leaning, coin], episodes=50, rules=Rules(), seed=7, keep=50)
    assert np.isnan(played.returns[0]).any()
    assert not np.isnan(played.returns[1]).any()
    for episode in np.flatnonzero(np.isnan(played.returns[0])):
        states = played.episode(0, int(episode))
        assert not played.terminated[0, episode]
        assert np.abs(states[-1, 2]) > 0.1
        assert (np.abs(states[:-1:2, 2]) <= 0.1).all()


def test_time_limit() -> None:
    """An episode that reaches the limit has its length as return and has not failed."""
    played = rollout([turn_then_lean], episodes=5, rules=Rules(max_steps=30), seed=0)
    assert (played.measures["return"] == 30).all()
    assert not played.terminated.any()
    assert len(played.states[0]) == 31


def test_greedy_tie_is_a_coin() -> None:
    """Playing greedily takes the likelier action, and throws a coin where neither is likelier."""
    greedy = rollout([coin], episodes=2_000, rules=Rules(greedy=True), seed=8)
    assert greedy.measures["return"].mean() == pytest.approx(18.7, abs=1.0)
    shy = rollout([lambda s: 0.5 + 0.2 * (lean(s) - 0.5), lean], episodes=20, rules=Rules(greedy=True), seed=8)
    np.testing.assert_array_equal(shy.measures["return"][0], shy.measures["return"][1])


@pytest.mark.parametrize("bad", [two([1.5]), two([-0.1]), np.full(1, 0.5), np.zeros((1, 2)), np.full((1, 3), 1 / 3)])
def test_refuses_what_is_no_probability(bad: npt.NDArray[np.float64]) -> None:
    """A policy that returns anything but one distribution per state is refused."""
    with pytest.raises(ValueError, match="probabilities"):
        rollout([lambda _: bad], episodes=1, rules=Rules(), seed=0)


def test_refuses_to_play_nothing() -> None:
    """No policies, no episodes or a negative seed are refused."""
    for policies, episodes, seed in (([], 1, 0), ([coin], 0, 0), ([coin], 1, -1)):
        with pytest.raises(ValueError, match="expected policies"):
            rollout(policies, episodes=episodes, rules=Rules(), seed=seed)
