"""Saved students at work: in Gymnasium's environments, by the conventions of others, and before pictures."""

import shutil
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from PIL import Image

import eep

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def driver(bodies_run: eep.Run) -> eep.StudentPolicy:
    """Return the rally driver at the pole."""
    return eep.load_student(bodies_run.folder, task="cartpole", persona="rally-driver")


def evaluate(model: Any, env: Any, episodes: int, *, deterministic: bool) -> list[float]:
    """Return episodes' returns as Stable-Baselines3's ``evaluate_policy`` finds them, by its documented protocol.

    A vectorised environment, ``predict`` with the observations, states and beginnings by name, actions as an array.
    """
    returns: list[float] = []
    observations, _ = env.reset(seed=0)
    starts, states, running = np.ones(env.num_envs, bool), None, np.zeros(env.num_envs)
    while len(returns) < episodes:
        actions, states = model.predict(observations, state=states, episode_start=starts, deterministic=deterministic)
        observations, rewards, ended, cut, _ = env.step(actions)
        starts = ended | cut
        running += rewards
        returns += running[starts].tolist()
        running[starts] = 0
    return returns[:episodes]


@pytest.mark.parametrize("deterministic", [True, False])
def test_acts_by_the_protocol_of_evaluators(driver: eep.StudentPolicy, *, deterministic: bool) -> None:
    """A body plays vectorised environments by the protocol of Stable-Baselines3's ``evaluate_policy``."""
    env = gymnasium.make_vec("CartPole-v1", num_envs=3)
    returns = evaluate(driver, env, 6, deterministic=deterministic)
    env.close()
    assert all(1 <= value <= 500 for value in returns)
    assert np.mean(returns) > 15


def test_predicts_one_observation_and_many(driver: eep.StudentPolicy) -> None:
    """One observation gives an action without dimensions, several give one each, and the state is handed back."""
    action, state = driver.predict(np.zeros(4), deterministic=True)
    assert action.shape == ()
    assert state is None
    actions, _ = driver(np.zeros((5, 4)), None, np.zeros(5, bool))
    assert actions.shape == (5,)
    assert np.issubdtype(actions.dtype, np.integer)


def test_likeliest_and_drawn_actions(bodies_run: eep.Run, driver: eep.StudentPolicy) -> None:
    """Deterministic actions are the likeliest options; drawn ones come as often as their probabilities say, and by the seed."""
    states = np.random.default_rng(1).normal(size=(4000, 4)).astype(np.float32) / 10
    p = driver.distribution(states)
    likeliest, _ = driver.predict(states, deterministic=True)
    np.testing.assert_array_equal(likeliest, p.argmax(axis=1))
    drawn = driver.act(states, np.random.default_rng(0))
    assert drawn.mean() == pytest.approx(p[:, 1].mean(), abs=0.03)
    twice = [
        eep.load_student(bodies_run.folder, task="cartpole", persona="rally-driver", seed=5).predict(states)[0]
        for _ in range(2)
    ]
    np.testing.assert_array_equal(*twice)
    assert isinstance(driver.act(states[0], np.random.default_rng(0)), int)


@pytest.mark.parametrize("observation", [np.zeros(3), np.zeros((2, 2, 4)), [np.nan] * 4, 1.0, "left"])
def test_refuses_what_it_does_not_sense(driver: eep.StudentPolicy, observation: Any) -> None:
    """An observation of another form, or one that is not finite, is refused."""
    with pytest.raises(ValueError, match=r"expected observations|could not convert"):
        driver.distribution(observation)


@pytest.mark.parametrize("task", ["cartpole", "encounter"])
def test_plays_the_environment_of_its_experiment(bodies_run: eep.Run, task: str) -> None:
    """The environment of a body observes what it senses and takes its options; an episode repeats under its seeds."""
    policy = eep.load_student(bodies_run.folder, task=task, persona="herpetologist")
    played = []
    for _ in range(2):
        env, rng, actions = policy.environment(), np.random.default_rng(3), []
        assert env.action_space.n == len(policy.options)
        assert env.observation_space.shape == (len(policy.senses),)
        state, _ = env.reset(seed=3)
        ended = cut = False
        while not (ended or cut):
            actions.append(policy.act(state, rng))
            state, _, ended, cut, _ = env.step(actions[-1])
        played.append(actions)
    assert played[0] == played[1]


def test_a_decision_at_the_pole_is_held(driver: eep.StudentPolicy) -> None:
    """At the pole the environment holds each action for the experiment's two steps and counts both rewards."""
    env = driver.environment()
    env.reset(seed=0)
    _, reward, *_ = env.step(0)
    assert reward == 2.0


def test_judges_a_picture_file(bodies_run: eep.Run, tmp_path: Path) -> None:
    """From a picture file to a judgement: the answers with their probabilities."""
    policy = eep.load_student(bodies_run.folder, task="cute", persona="rally-driver")
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "animal.png")
    found = policy.judge(tmp_path / "animal.png")
    assert set(found) == set(policy.options)
    assert sum(found.values()) == pytest.approx(1)
    with pytest.raises(eep.UserError, match="expected a task with a Gymnasium environment"):
        policy.environment()


def test_what_is_no_picture_is_refused(bodies_run: eep.Run, driver: eep.StudentPolicy, tmp_path: Path) -> None:
    """A missing file, one that is no picture, and a picture where more is sensed are refused in words."""
    policy = eep.load_student(bodies_run.folder, task="cute", persona="rally-driver")
    (tmp_path / "text.png").write_text("no picture")
    for path in (tmp_path / "missing.png", tmp_path / "text.png"):
        with pytest.raises(eep.UserError, match="expected"):
            policy.judge(path)
    Image.new("RGB", (8, 8)).save(tmp_path / "grey.png")
    with pytest.raises(eep.UserError, match="looking at a picture alone"):
        driver.judge(tmp_path / "grey.png")


def test_a_run_shows_its_students_and_charts(bodies_run: eep.Run, tmp_path: Path) -> None:
    """A run has a table of its students, its report's charts as altair objects, and exports a persona."""
    students = bodies_run.students
    assert set(students["task"]) == {"cartpole", "cute", "encounter"}
    assert students.filter(kind="generic").height == 3
    assert students["mean_absolute_difference"].max() < 1  # type: ignore[operator]
    shares = bodies_run.charts["shares"]
    assert '"mark"' in shares.to_json()
    files = bodies_run.export(tmp_path / "body", task="cartpole", persona="rally-driver")
    assert (tmp_path / "body" / "policy.onnx") in files


def test_charts_that_are_not_there_are_missed_in_words(small_run: eep.Run, tmp_path: Path) -> None:
    """Without the file of charts the error says how they are made."""
    folder = Path(shutil.copytree(small_run.folder, tmp_path / "runs" / "small"))
    (folder / "charts.json").unlink()
    with pytest.raises(eep.UserError, match="eep report small makes them"):
        _ = eep.open_run(folder).charts
