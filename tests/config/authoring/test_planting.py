"""Weights for the simulated teacher of a new persona."""

import numpy as np
import pytest

from eep.config.authoring.planting import LEVEL, STRENGTH, WEIGHED, draw_weights, no_weights, pulls
from eep.config.library import persona_paths
from eep.config.persona import load_persona
from eep.core.paths import shipped
from eep.data.persona import Persona
from eep.tasks import TASKS, task_class

OTHERS: list[Persona] = [load_persona(path) for path in persona_paths([shipped("personas")]).values()]


def test_nothing_is_planted_unless_drawn() -> None:
    """Every task has its section, with level 0 and no weights, and tells its traits and what weights push towards."""
    found = no_weights()
    assert [section.task for section in found] == sorted(TASKS)
    for section in found:
        assert (section.weights.level, dict(section.weights.weights)) == (0.0, {})
        assert section.traits == tuple(task_class(section.task).traits)
        assert section.option == next(iter(task_class(section.task).readouts))


@pytest.mark.parametrize("name", ["marie-curie", "ada", "x"])
def test_drawn_effects_are_of_usual_strength_and_unlike_others(name: str) -> None:
    """The items differ by about 1 logit, and the pull is no copy of any persona's that ships."""
    for section in draw_weights(name, OTHERS):
        weights = section.weights.weights
        assert 0 < len(weights) <= WEIGHED
        assert set(weights) <= set(section.traits)
        assert abs(section.weights.level) <= LEVEL
        mine = pulls(section.task, [weights])[0]
        assert mine.std() == pytest.approx(STRENGTH, abs=0.1)
        for other in OTHERS:
            planted = other.simulated[section.task].weights
            if planted:
                theirs = pulls(section.task, [planted])[0]
                assert np.corrcoef(mine, theirs)[0, 1] < 0.7, other.id


def test_the_draw_is_by_the_id() -> None:
    """The same id draws the same weights, another draws others, and no others are needed."""
    assert draw_weights("ada", OTHERS) == draw_weights("ada", OTHERS)
    assert draw_weights("ada", OTHERS) != draw_weights("eva", OTHERS)
    assert draw_weights("ada", []) != no_weights()
