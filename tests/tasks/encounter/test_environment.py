"""The game as Gymnasium environments."""

import subprocess
import sys
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space

from eep.tasks.encounter import environment
from eep.tasks.encounter.environment import ID, EncounterEnv, EncounterVectorEnv

NAME = f"{environment.__name__}:{ID}"


def played(env: gymnasium.Env[Any, Any], seed: int, action: Any = 3) -> list[Any]:
    """Return what one sees and is told in an episode of one action."""
    found: list[Any] = [env.reset(seed=seed)]
    while len(found) == 1 or not found[-1][3]:
        found.append(env.step(action))
    return found


@pytest.mark.parametrize("pictures", [False, True])
@pytest.mark.parametrize("continuous", [False, True])
def test_gymnasium_finds_nothing_wrong(*, continuous: bool, pictures: bool) -> None:
    """Its own checker passes both kinds of action, with pictures and without; a warning would be an error here."""
    env = gymnasium.make(NAME, continuous=continuous, pictures=pictures, render_mode="rgb_array")
    check_env(env.unwrapped)
    assert env.observation_space.shape == ((35,) if pictures else (3,))


def test_the_name_alone_is_enough() -> None:
    """In a fresh process Gymnasium makes one or many by the name with its module, silently."""
    code = f"""if True:
        import gymnasium
        gymnasium.make({NAME!r}, pictures=False).reset(seed=0)
        gymnasium.make_vec({NAME!r}, num_envs=2, pictures=False).reset(seed=0)
        print(gymnasium.make({ID!r}, pictures=False).spec.id)
    """
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == (ID, "")


def test_registering_again_changes_nothing() -> None:
    """Gymnasium would warn of an environment that replaces another."""
    before = gymnasium.registry[ID]
    environment.register()
    assert gymnasium.registry[ID] is before


def test_an_episode_has_twenty_turns_without_reward() -> None:
    """It is cut off after the twentieth, nothing terminates it, and nothing is gained."""
    first, *turns = played(EncounterEnv(pictures=False), seed=1, action=4)
    assert 4.5 <= first[0][0] < 7.5
    assert [cut for _, _, _, cut, _ in turns] == [False] * 19 + [True]
    assert {(reward, over) for _, reward, over, _, _ in turns} == {(0.0, False)}


def test_the_same_seed_gives_the_same_episode() -> None:
    """And another seed another one."""
    env = EncounterEnv(pictures=False)
    one, two, other = (played(env, seed) for seed in (3, 3, 4))
    for (seen, *_, told), (again, *_, known) in zip(one, two, strict=True):
        np.testing.assert_array_equal(seen, again)
        assert told == known
    assert one[-1][0].tolist() != other[-1][0].tolist()


def test_speeds_are_the_same_in_both_kinds_of_action() -> None:
    """Rushing closer is a metre a turn."""
    discrete, continuous = (EncounterEnv(pictures=False, continuous=kind) for kind in (False, True))
    rushed = [
        played(env, 5, action)[-1][0] for env, action in ((discrete, 4), (continuous, np.array([1.0], np.float32)))
    ]
    np.testing.assert_array_equal(*rushed)


def test_it_is_told_what_the_meeting_came_to() -> None:
    """Who rushes at a bear or crocodile is near, startles it and is bitten; who rushes away is not."""
    env = EncounterEnv(pictures=False)
    wild = int(np.argmax(env._herd.cast.temperament.danger))
    told = {}
    for action in (0, 4):
        total = dict.fromkeys(("contact_turns", "near_turns", "bites", "startles"), 0.0)
        closest = []
        for seed in range(20):
            env.reset(seed=seed, options={"animal": wild})
            for _ in range(20):
                *_, info = env.step(action)
            assert info["animal"] == wild
            total = {name: value + info[name] for name, value in total.items()}
            closest.append(info["closest_distance"])
        told[action] = (total, min(closest))
    away, rush = told[0], told[4]
    assert away[0]["bites"] == away[0]["contact_turns"] == 0
    assert away[1] > 3.0
    assert rush[1] == 0.0
    assert min(rush[0].values()) > 0
    assert rush[0]["near_turns"] > rush[0]["contact_turns"]


@pytest.mark.parametrize("animal", [-1, 144, 1_000, 10**30, "cat", 1.5, True, [1, 2, 3], [[1], [1, 2]], {}])
def test_animals_that_are_none_are_refused(animal: Any) -> None:
    """The error says which there are, of one meeting and of many."""
    with pytest.raises(ValueError, match=r"^expected an animal from 0 to 143; found"):
        EncounterEnv(pictures=False).reset(options={"animal": animal})
    with pytest.raises(ValueError, match=r"^expected an animal from 0 to 143, or 2 of them; found"):
        EncounterVectorEnv(2, pictures=False).reset(options={"animal": animal})


def test_many_meet_the_animals_that_are_asked_for() -> None:
    """All the same one, or each its own; those that begin by themselves afterwards draw theirs."""
    vector = EncounterVectorEnv(3, pictures=False)
    for asked, met in ((7, [7, 7, 7]), (np.array([3, 1, 2]), [3, 1, 2]), ([0, 143, 0], [0, 143, 0])):
        _, told = vector.reset(seed=0, options={"animal": asked})
        assert told["animal"].tolist() == met
    for _ in range(21):
        *_, told = vector.step(np.full(3, 2))
    assert told["animal"].tolist() != [0, 143, 0]
    with pytest.raises(ValueError, match="found 144"):
        vector.reset(options={"animal": 144})


@pytest.mark.parametrize("options", ["animal", 3, [("animal", 3)]])
def test_options_that_are_none_are_refused(options: Any) -> None:
    """They are a mapping, as Gymnasium has them."""
    for env in (EncounterEnv(pictures=False), EncounterVectorEnv(2, pictures=False)):
        with pytest.raises(ValueError, match=r"expected options as a mapping, such as \{'animal': 3\}; found"):
            env.reset(options=options)


def test_nothing_is_played_or_drawn_before_a_meeting() -> None:
    """Which a sentence says, also of the environment without Gymnasium's wrappers."""
    env = EncounterEnv(pictures=False, render_mode="rgb_array")
    vector = EncounterVectorEnv(2, pictures=False)
    for play, name in ((lambda: env.step(0), "step"), (env.render, "render"), (lambda: vector.step([0, 0]), "step")):
        with pytest.raises(ResetNeeded, match=rf"^expected reset\(\) before the first {name}\(\)"):
            play()


@pytest.mark.parametrize("number", [0, -1, True, 2.0])
def test_there_are_as_many_meetings_as_a_whole_number(number: Any) -> None:
    """One at least."""
    with pytest.raises(ValueError, match="expected num_envs as a whole number from 1; found"):
        EncounterVectorEnv(number, pictures=False)


def test_a_wrong_vector_is_told_shortly() -> None:
    """However many meetings there are."""
    vector = EncounterVectorEnv(4096, pictures=False)
    vector.reset(seed=0)
    for actions in (np.full(4096, 7), np.zeros(3, np.int64), [[1], [1, 2]], list(range(4096))):
        with pytest.raises(ValueError, match=r"expected actions of Discrete\(5\), 4096 of them; found") as raised:
            vector.step(actions)
        assert len(str(raised.value)) < 140
        assert "\n" not in str(raised.value)


def test_actions_that_are_none_are_refused() -> None:
    """One by one and side by side, of either kind."""
    cases: list[tuple[bool, Any]] = [
        (False, True),
        (False, 5),
        (False, -1),
        (False, 2.5),
        (True, np.array([1.5], np.float32)),
    ]
    for continuous, action in cases:
        env = EncounterEnv(pictures=False, continuous=continuous)
        env.reset(seed=0)
        with pytest.raises(ValueError, match="expected an action of"):
            env.step(action)
        vector = EncounterVectorEnv(2, pictures=False, continuous=continuous)
        vector.reset(seed=0)
        with pytest.raises(ValueError, match="expected actions of"):
            vector.step(np.array([action, action]))


@pytest.mark.parametrize("continuous", [False, True])
def test_side_by_side_it_is_the_same_game(*, continuous: bool) -> None:
    """Spaces are those of one meeting, batched, and a vector of one plays the very episode of the single environment."""
    single = EncounterEnv(pictures=False, continuous=continuous)
    vector = gymnasium.make_vec(NAME, num_envs=7, pictures=False, continuous=continuous)
    assert isinstance(vector.unwrapped, EncounterVectorEnv)
    assert vector.single_observation_space == single.observation_space
    assert vector.single_action_space == single.action_space
    assert vector.observation_space == batch_space(single.observation_space, 7)
    assert vector.action_space == batch_space(single.action_space, 7)
    one = EncounterVectorEnv(1, pictures=False, continuous=continuous)
    action: Any = np.array([0.4], np.float32) if continuous else 3
    seen, told = one.reset(seed=9)
    for number, (expected, *rest, info) in enumerate(played(single, 9, action)):
        if number:
            seen, reward, over, cut, told = one.step(np.array([action]))
            assert (reward[0], over[0], cut[0]) == tuple(rest)
        np.testing.assert_array_equal(seen[0], expected)
        assert {name: values[0] for name, values in told.items()} == info


def test_finished_meetings_begin_anew_in_the_step_after() -> None:
    """Which is what its metadata promises; what the last ones came to is forgotten then, and not before."""
    vector = EncounterVectorEnv(50, pictures=False)
    assert vector.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP
    vector.reset(seed=0)
    rush = np.full(50, 4)
    for _ in range(20):
        seen, _, _, cut, told = vector.step(rush)
    assert cut.all()
    assert told["near_turns"].sum() > 50
    animals = told["animal"]
    seen, _, _, cut, told = vector.step(rush)
    assert not cut.any()
    assert (seen[:, 0] >= 4.5).all()
    assert told["near_turns"].sum() == 0
    np.testing.assert_array_equal(told["closest_distance"].astype(np.float32), seen[:, 0])
    assert (told["animal"] != animals).any()
    assert [vector.step(rush)[3].all() for _ in range(20)] == [False] * 19 + [True]


def test_the_picture_shows_how_near_it_is() -> None:
    """An RGB array: the animal is larger when it is near, and another animal is another picture; silent without a mode."""
    env = EncounterEnv(pictures=False, render_mode="rgb_array")
    shown = {}
    for animal in (0, 1):
        env.reset(seed=0, options={"animal": animal})
        shown[animal, "far"] = env.render()
        env._herd.meeting.distance[:] = 0.5
        shown[animal, "near"] = env.render()
    for picture in shown.values():
        assert picture is not None
        assert picture.shape == (224, 224, 3)
        assert picture.dtype == np.uint8
    assert len({picture.tobytes() for picture in shown.values() if picture is not None}) == 4
    silent = EncounterEnv(pictures=False)
    silent.reset(seed=0)
    assert silent.render() is None
