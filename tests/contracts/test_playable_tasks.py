"""What every task that can be played keeps to."""

from typing import Any
from xml.etree import ElementTree as ET

import gymnasium
import numpy as np
import pytest
from registered_tasks import NAMES, answers, items, task

from eep.tasks.base import actions
from eep.tasks.playable import Playable

pytestmark = pytest.mark.parametrize("name", NAMES)


def playable(name: str) -> Any:
    """Return a task that can be played; skips the others."""
    if not isinstance(task(name), Playable):
        pytest.skip(f"{name} is not played in a loop")
    return task(name)


def test_table_policy_answers_like_its_table(name: str) -> None:
    """In a state of an item the policy gives the table's answer for the item's text, NaN where there is none."""
    stage = playable(name)
    columns, some = actions(stage), items(name, 0)
    states = np.array([item.state for item in some])
    for table in answers(name).values():
        nothing = dict.fromkeys(columns, np.nan)
        expected = [[table.get(item.text, nothing)[option] for option in columns] for item in some]
        np.testing.assert_array_equal(stage.table_policy(table)(states), expected)


def test_texts_of_states_are_the_items_texts(name: str) -> None:
    """In a state of an item a teacher reads the item's text."""
    some = items(name, 0)
    assert list(playable(name).texts(np.array([item.state for item in some]))) == [item.text for item in some]


def test_episodes_of_the_environment_begin_alike(name: str) -> None:
    """There are options for every episode, the same under a seed, which the environment takes."""
    stage = playable(name)
    options = stage.start_options(7, 3)
    assert len(options) == 7
    assert options == stage.start_options(7, 3)
    if stage.environment_id:
        environment = gymnasium.make(stage.environment_id, **stage.environment_arguments())
        firsts = [environment.reset(seed=5, options=one)[0] for one in (*options[:2], options[0])]
        np.testing.assert_array_equal(firsts[0], firsts[2])


def test_random_policy_prefers_nothing(name: str) -> None:
    """The random policy takes every option equally often, everywhere."""
    states, options = np.array([item.state for item in items(name, 0)]), len(task(name).options)
    said = playable(name).random_policy()(states)
    np.testing.assert_array_equal(said, np.full((len(states), options), 1 / options))


def test_rules_answer_everywhere(name: str) -> None:
    """Every rule gives a distribution in every state, and not the same in all of them."""
    states = np.array([item.state for item in items(name, 0)])
    for rule in playable(name).rules().values():
        said = rule(states)
        assert ((said >= 0) & (said <= 1)).all()
        np.testing.assert_allclose(said.sum(axis=1), 1)
        assert len(np.unique(said, axis=0)) > 1


def test_rollouts_keep_their_shapes(name: str) -> None:
    """Rollouts have a value per measure, policy and episode, repeat under a seed, and start all policies alike."""
    stage = playable(name)
    policies = [stage.random_policy(), *map(stage.table_policy, answers(name).values())]
    played = stage.rollout(policies, episodes=5, greedy=False, seed=0)
    assert played.measures
    for values in played.measures.values():
        assert values.shape == played.terminated.shape == (4, 5)
        assert not (played.terminated & np.isnan(values)).any()
    assert len(played.states) == 4
    for states in played.states:
        assert states.dtype == np.float32
        np.testing.assert_array_equal(states[0], played.states[0][0])
    again = stage.rollout(policies, episodes=5, greedy=False, seed=0)
    other = stage.rollout(policies, episodes=5, greedy=False, seed=1)
    for measure, values in played.measures.items():
        np.testing.assert_array_equal(again.measures[measure], values)
    assert any((other.measures[measure] != values).any() for measure, values in played.measures.items())


def test_policies_have_numbers(name: str) -> None:
    """Every policy has the same named numbers, none infinite."""
    stage = playable(name)
    states = np.array([item.state for item in items(name, 0)[:100]])
    found = [stage.policy_metrics(stage.table_policy(table), states) for table in answers(name).values()]
    assert len({tuple(numbers) for numbers in found}) == 1
    assert not any(np.isinf(value) for numbers in found for value in numbers.values())


def test_numbers_are_explained(name: str) -> None:
    """Every number about a policy and, of several measures of play, each one is explained, and nothing else is."""
    stage = playable(name)
    states = np.array([item.state for item in items(name, 0)[:100]])
    measures = set(stage.rollout([stage.random_policy()], episodes=1, greedy=False, seed=0).measures)
    assert set(stage.meanings) == {*stage.policy_metrics(stage.random_policy(), states), *measures}


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


def test_changed_bodies_ask_the_same_and_play_otherwise(name: str) -> None:
    """Another body has the task's questions, options and tables of answers; what comes of acting differs, and repeats."""
    stage = playable(name)
    if not (bodies := stage.changed_bodies()):
        pytest.skip(f"{name} has one body")
    table = next(iter(answers(name).values()))  # it answers everything
    own = stage.rollout([stage.table_policy(table)], episodes=6, greedy=False, seed=1)
    for body in bodies.values():
        assert [item.text for item in body.stimuli()] == [item.text for item in stage.stimuli()]
        assert actions(body) == actions(stage)
        policy = body.table_policy(table)
        played, again = (body.rollout([policy], episodes=6, greedy=False, seed=1) for _ in range(2))
        states = played.met[0].astype(np.float64)
        assert len(body.clusters(states)) == len(states)
        assert np.isfinite(policy(states)).all()
        np.testing.assert_array_equal(played.met[0], again.met[0])
        # What is seen, or what becomes of it, is not what it is in the task's own body.
        assert played.met[0].shape != own.met[0].shape or (played.met[0] != own.met[0]).any()
