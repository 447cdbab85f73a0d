"""Weights for the simulated teacher of a new persona."""

import pytest

from eep.config.authoring.planting import LEVEL, STRENGTH, WEIGHED, draw_weights, no_weights, pulls
from eep.tasks import TASKS, task_class
from eep.tasks.base import analysed_readout


def test_nothing_is_planted_unless_drawn() -> None:
    """Every task has its section, with level 0 and no weights, and tells its traits and what weights push towards."""
    found = no_weights()
    assert [section.task for section in found] == sorted(TASKS)
    for section in found:
        assert (section.weights.level, dict(section.weights.weights)) == (0.0, {})
        assert section.traits == tuple(task_class(section.task).traits)
        assert section.option == analysed_readout(task_class(section.task))


@pytest.mark.parametrize("name", ["marie-curie", "ada", "x"])
def test_drawn_effects_are_of_usual_strength(name: str) -> None:
    """Some traits have a weight, and the items differ by about 1 logit."""
    for section in draw_weights(name):
        weights = section.weights.weights
        assert 0 < len(weights) <= WEIGHED
        assert set(weights) <= set(section.traits)
        assert abs(section.weights.level) <= LEVEL
        assert pulls(section.task, [weights])[0].std() == pytest.approx(STRENGTH, abs=0.1)


def test_the_draw_is_by_the_id() -> None:
    """The same id draws the same weights, and another draws others."""
    assert draw_weights("ada") == draw_weights("ada") != draw_weights("eva")
    assert draw_weights("ada") != no_weights()
