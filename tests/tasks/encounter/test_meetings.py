"""Closed-loop play on the meadow."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from eep.core.arrays import FloatArray
from eep.tasks import task_class
from eep.tasks.encounter.rollout import Episodes, Stage, play, rollouts
from eep.tasks.encounter.situations import SITUATIONS, situations
from eep.tasks.policies import PolicyFunction
from eep.teachers.recorded import SHIPPED
from eep.teachers.recording import open_recording

TASK = task_class("encounter")(task_class("encounter").Settings())
HELD_OUT = np.flatnonzero(TASK.cast.held_out(1 / 3, 1))


def always(move: int) -> PolicyFunction:
    """Return the policy that always makes one move."""
    return lambda states: np.tile(np.eye(5)[move], (len(states), 1))


def meet(*policies: PolicyFunction, episodes: int = 60, greedy: bool = False, seed: int = 0) -> Episodes:
    """Let policies meet the held-out animals."""
    stage = Stage(TASK.seen, TASK.cast.temperament)
    return play(policies, stage, HELD_OUT, episodes=episodes, greedy=greedy, seed=seed)


@cache
def recorded() -> tuple[PolicyFunction, ...]:
    """Return the policies of all recorded cells."""
    tables: dict[tuple[str, str], dict[str, dict[str, float]]] = {}
    for cell, reply in open_recording(SHIPPED / "first-matrix").replies.items():
        if cell.task == TASK.id:
            chosen = {option: float(option == reply.choice) for option in TASK.options}
            tables.setdefault((cell.persona, cell.wording), {})[cell.text] = chosen
    return tuple(map(TASK.table_policy, tables.values()))


def test_everybody_meets_the_same_animals_from_the_same_places() -> None:
    """Policies that do the same have the same episodes, and what others do does not change them."""
    alone, together = meet(always(3)), meet(always(3), always(3), always(0))
    np.testing.assert_array_equal(together.animals, alone.animals)
    np.testing.assert_array_equal(together.distance[:, 0], together.distance[:, 1])
    np.testing.assert_array_equal(together.distance[:, 0], alone.distance[:, 0])
    np.testing.assert_array_equal(together.shown[2][0], together.shown[0][0])
    assert (together.distance[-1, 2] > together.distance[-1, 0]).mean() > 0.9


def test_only_held_out_animals_are_met() -> None:
    """Each about equally often."""
    counts = np.bincount(meet(always(2), episodes=100).animals, minlength=144)
    assert set(counts[HELD_OUT].tolist()) == {2, 3}
    assert counts.sum() == counts[HELD_OUT].sum()


def test_all_situations_occur_where_recorded_personas_play() -> None:
    """All twenty, and the recording answers in each of them."""
    assert len(recorded()) == 33
    played = meet(*recorded(), episodes=30)
    assert played.answered.all()
    assert (played.visits > 0).all()
    assert played.visits.sum() == 33 * 30 * 20


def test_a_policy_without_an_answer_ends_without_numbers() -> None:
    """Its episodes have no measures, those of others do; one that lacks a single situation ends only where it comes up."""

    def speechless(states: FloatArray) -> FloatArray:
        return np.full((len(states), 5), np.nan)

    def wordless_when_near(states: FloatArray) -> FloatArray:
        said = np.tile(np.eye(5)[3], (len(states), 1))
        said[situations(states[:, -3:]) >= SITUATIONS - 5] = np.nan
        return said

    played = rollouts(meet(speechless, wordless_when_near, always(3)))
    for values in played.measures.values():
        assert np.isnan(values[0]).all()
        assert np.isnan(values[1]).any()
        assert not np.isnan(values[2]).any()
    ended = np.isnan(played.measures["bites"][1])
    # Who touches in the last turn only is not asked any more.
    touched = played.measures["contact turns"][2] > 0
    assert (touched[ended]).all()
    assert not played.terminated.any()


def test_measures_say_what_was_done() -> None:
    """Who rushes in is near at once, touches and startles; who rushes away never is, and has retreated all the time."""
    found: dict[str, Any] = {name: values.mean(axis=1) for name, values in meet(always(4), always(0)).measures.items()}
    rush, away = ({name: float(values[place]) for name, values in found.items()} for place in (0, 1))
    assert rush["turns until near"] < 8 < away["turns until near"] == 20
    assert rush["contact turns"] > 3 > away["contact turns"] == 0
    assert rush["startles"] > 0.5 > away["startles"] == 0
    assert rush["bites"] > 0 == away["bites"]
    assert 10 * rush["closest distance"] < 5 < away["closest distance"]
    assert (rush["turns spent retreating"], away["turns spent retreating"]) == (0, 20)


def test_greedy_policies_do_the_likeliest() -> None:
    """Sampled ones do the rest, too, as often as they say."""

    def mostly_stays(states: FloatArray) -> FloatArray:
        return np.tile([0.1, 0.0, 0.7, 0.2, 0.0], (len(states), 1))

    assert (meet(mostly_stays, greedy=True).actions == 2).all()
    sampled = meet(mostly_stays, episodes=300).actions
    assert np.bincount(sampled.ravel(), minlength=5) / sampled.size == pytest.approx([0.1, 0, 0.7, 0.2, 0], abs=0.03)


@pytest.mark.parametrize("wrong", [{"episodes": 0}, {"seed": -1}])
def test_nothing_to_play_is_refused(wrong: dict[str, Any]) -> None:
    """The error says what was there."""
    with pytest.raises(ValueError, match="expected policies, animals, at least one episode and a seed from 0"):
        meet(always(2), **wrong)
    with pytest.raises(ValueError, match="found 0 policies"):
        meet()
