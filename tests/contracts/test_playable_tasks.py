"""What every task that can be played keeps to."""

from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from registered_tasks import NAMES, answers, items, task

from eep.tasks.base import Playable


def playable(name: str) -> Any:
    """Return a task that can be played; skips the others."""
    if not isinstance(task(name), Playable):
        pytest.skip(f"{name} is not played in a loop")
    return task(name)


@pytest.mark.parametrize("name", NAMES)
def test_table_policy_answers_like_its_table(name: str) -> None:
    """In a state of an item the policy gives the table's answer for the item's text, NaN where there is none."""
    stage = playable(name)
    (option, *_), some = stage.scored, items(name, 0)
    states = np.array([item.state for item in some])
    for table in answers(name).values():
        expected = [table[item.text][option] if item.text in table else np.nan for item in some]
        np.testing.assert_array_equal(stage.table_policy(table)(states), expected)


@pytest.mark.parametrize("name", NAMES)
def test_random_policy_is_a_coin(name: str) -> None:
    """The random policy answers one half everywhere."""
    states = np.array([item.state for item in items(name, 0)])
    assert set(playable(name).random_policy()(states)) == {0.5}


@pytest.mark.parametrize("name", NAMES)
def test_rules_answer_everywhere(name: str) -> None:
    """Every rule gives a probability in every state, and not the same in all of them."""
    states = np.array([item.state for item in items(name, 0)])
    for rule in playable(name).rules().values():
        chances = rule(states)
        assert ((chances >= 0) & (chances <= 1)).all()
        assert len(set(chances)) > 1


@pytest.mark.parametrize("name", NAMES)
def test_rollouts_keep_their_shapes(name: str) -> None:
    """Rollouts have a return per policy and episode, repeat under a seed, and start all policies alike."""
    stage = playable(name)
    policies = [stage.random_policy(), *map(stage.table_policy, answers(name).values())]
    played = stage.rollout(policies, episodes=5, greedy=False, seed=0)
    assert played.returns.shape == played.terminated.shape == (4, 5)
    assert not (played.terminated & np.isnan(played.returns)).any()
    assert len(played.states) == 4
    for states in played.states:
        assert states.dtype == np.float32
        np.testing.assert_array_equal(states[0], played.states[0][0])
    again = stage.rollout(policies, episodes=5, greedy=False, seed=0)
    np.testing.assert_array_equal(again.returns, played.returns)
    other = stage.rollout(policies, episodes=5, greedy=False, seed=1)
    assert (other.returns != played.returns).any()


@pytest.mark.parametrize("name", NAMES)
def test_policies_have_numbers(name: str) -> None:
    """Every policy has the same named numbers, none infinite."""
    stage = playable(name)
    states = np.array([item.state for item in items(name, 0)[:100]])
    found = [stage.policy_features(stage.table_policy(table), states) for table in answers(name).values()]
    assert len({tuple(numbers) for numbers in found}) == 1
    assert not any(np.isinf(value) for numbers in found for value in numbers.values())


@pytest.mark.parametrize("name", NAMES)
def test_animation_is_a_small_picture(name: str) -> None:
    """An episode's animation is a well-formed, self-contained SVG of a few kilobytes that shows its title as text."""
    stage = playable(name)
    played = stage.rollout([stage.random_policy()], episodes=1, greedy=False, seed=0)
    svg = stage.animation(played.states[0], "a < b & c")
    root = ET.fromstring(svg)  # noqa: S314 - our own text
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "a < b & c" in "".join(root.itertext())
    assert len(svg) < 20_000
    assert "href" not in svg
    assert "<script" not in svg
