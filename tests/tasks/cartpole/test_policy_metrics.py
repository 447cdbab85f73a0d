"""Numbers that describe how a policy acts."""

import numpy as np
import pytest
from two_options import two

from eep.core.arrays import FloatArray
from eep.tasks.cartpole import physics
from eep.tasks.cartpole.policy_metrics import policy_metrics
from eep.tasks.cartpole.rollout import Rules, trajectories
from eep.tasks.policies import PolicyFunction

STATES = np.random.default_rng(0).normal(size=(500, 4)) * [0.5, 0.5, 0.05, 0.5]


def constant(chance: float) -> PolicyFunction:
    """Return a policy that always answers ``chance``."""
    return lambda states: two(np.full(len(states), chance))


@pytest.mark.parametrize(
    ("column", "name"), [(0, "cart-position"), (1, "cart-velocity"), (3, "pole-angular-velocity"), (2, "pole-angle")]
)
def test_gain_is_the_slope_per_standard_deviation(column: int, name: str) -> None:
    """A policy linear in one variable has its slope times that variable's spread as gain, and 0 for the others."""
    found = policy_metrics(lambda states: two(0.5 + 0.05 * states[:, column]), STATES, hold=2)
    gains = {key: value for key, value in found.items() if key.startswith("gain ")}
    assert gains.pop(f"gain {name}") == pytest.approx(0.05 * STATES[:, column].std())
    assert list(gains.values()) == pytest.approx([0, 0, 0])


@pytest.mark.parametrize("chance", [0.0, 0.3, 0.5, 0.7, 1.0])
def test_policy_that_senses_nothing(chance: float) -> None:
    """A constant policy has a side, no gains, and switches as often as two of its throws differ."""
    found = policy_metrics(constant(chance), STATES, hold=2)
    assert found["side bias"] == pytest.approx(chance - 0.5)
    assert found["switching rate"] == pytest.approx(2 * chance * (1 - chance))
    assert found["dead zone"] == (chance == 0.5)
    assert [value for key, value in found.items() if key.startswith("gain ")] == [0, 0, 0, 0]


def test_fair_policy_has_no_side() -> None:
    """A policy that treats left and right alike has no side bias even where all states lie on one side."""
    right = np.abs(STATES)
    found = policy_metrics(lambda states: two(states[:, 2] > 0), right, hold=2)
    assert found["side bias"] == pytest.approx(0)


def test_switching_is_what_happens_in_play() -> None:
    """For a deterministic policy the switching rate is the share of its decisions that the next one reverses."""

    def lean(states: FloatArray) -> FloatArray:
        return two(states[:, 2] + 0.1 * states[:, 3] > 0)

    played = trajectories([lean], episodes=30, rules=Rules(), seed=0, keep=30)
    decisions = [part.astype(np.float64) for part in played.decisions(0)]
    switched = np.concatenate([lean(part)[1:, 1] != lean(part)[:-1, 1] for part in decisions])
    found = policy_metrics(lean, np.concatenate([part[:-1] for part in decisions]), hold=2)
    assert 0.05 < switched.mean() < 0.95
    assert found["switching rate"] == pytest.approx(switched.mean())


def test_unanswered_states_are_left_out() -> None:
    """States without an answer are left out of the means; a policy that never answers has no numbers."""

    def half(states: FloatArray) -> FloatArray:
        return two(np.where(states[:, 0] > 0, 0.9, np.nan))

    found = policy_metrics(half, STATES[STATES[:, 0] > 1], hold=2)
    assert np.isnan(found["side bias"])
    assert found["dead zone"] == 0
    silent = policy_metrics(constant(float("nan")), STATES, hold=2)
    assert all(np.isnan(value) for value in silent.values())


def test_variable_that_does_not_vary_has_no_gain() -> None:
    """From a single state no gain can be told, but the rest can."""
    found = policy_metrics(constant(0.5), STATES[:1], hold=2)
    assert np.isnan(found["gain pole-angle"])
    assert found["dead zone"] == 1


@pytest.mark.parametrize("states", [np.zeros((0, 4)), np.zeros((3, 3)), np.zeros(4)])
def test_refuses_what_is_no_state(states: FloatArray) -> None:
    """No states, or states of another shape, are refused."""
    with pytest.raises(ValueError, match="expected at least one state"):
        policy_metrics(constant(0.5), states, hold=2)


def test_physics_goes_on_beyond_failure() -> None:
    """Held actions are followed through a state that would end an episode."""
    fallen = np.array([[2.5, 1.0, 0.3, 1.0]])
    once = physics.advance(fallen, np.array([1]))
    twice = physics.advance(once.astype(np.float64), np.array([1]))
    np.testing.assert_array_equal(physics.advance(fallen, np.array([1]), steps=2), twice)
    assert physics.failed(fallen).all()
    assert twice[0, 0] > 2.5
