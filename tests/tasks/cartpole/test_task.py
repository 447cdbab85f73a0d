"""The CartPole task, where the contract of tasks leaves it free."""

import re

import numpy as np
import pytest
from pydantic import ValidationError

from eep.tasks.cartpole import words
from eep.tasks.cartpole.settings import CartPoleSettings
from eep.tasks.cartpole.task import CartPole


def test_stimuli_are_the_81_texts() -> None:
    """There is one stimulus per text, numbered in the order of the texts, with the words as traits."""
    stimuli = CartPole(CartPoleSettings()).stimuli()
    assert [item.text for item in stimuli] == list(words.texts())
    assert [item.id for item in stimuli] == [f"text-{cell:02}" for cell in range(81)]
    assert all(set(item.traits.values()) <= {-1.0, 0.0, 1.0} for item in stimuli)


@pytest.mark.parametrize("style", ["words", "numbers"])
def test_instructions_name_what_is_told(style: words.Style) -> None:
    """The instructions name every variable, and every word or unit in which it is told."""
    task = CartPole(CartPoleSettings(text=style))
    instructions = task.question(task.stimuli()[0]).instructions
    for axis in words.AXES:
        assert axis.name in instructions
        for term in axis.words if style == "words" else [axis.unit]:
            assert term in instructions


def test_instructions_leave_the_push_to_the_persona() -> None:
    """The instructions say what can happen, not which push is right, and that there is no memory."""
    task = CartPole(CartPoleSettings())
    instructions = task.question(task.stimuli()[0]).instructions
    assert not re.search(r"push (it )?(to the )?(left|right) (when|if)", instructions)
    assert "nothing of what came before" in instructions


def test_table_in_other_order_is_the_same_policy() -> None:
    """A table is found by what its texts tell, in whatever form they were recorded."""
    task = CartPole(CartPoleSettings())
    signs = np.array([words.digits(cell) for cell in range(81)]) - 1.0
    states = np.empty((81, 4))
    states[:, [axis.column for axis in words.AXES]] = signs * [2 * axis.threshold for axis in words.AXES]
    table = {text: {"left": 1 - n / 100, "right": n / 100} for n, text in enumerate(words.texts())}
    recorded = {"\n".join(reversed(text.split("; "))): answer for text, answer in table.items()}
    np.testing.assert_array_equal(task.table_policy(recorded)(states)[:, 1], np.arange(81) / 100)
    np.testing.assert_array_equal(task.table_policy(table)(states), task.table_policy(recorded)(states))


def test_stimuli_cannot_be_sensed() -> None:
    """A stimulus has a text but no state; asking for its features is an error."""
    task = CartPole(CartPoleSettings())
    with pytest.raises(ValueError, match="found one without"):
        task.features(task.stimuli()[:1])


@pytest.mark.parametrize("setting", [{"hold": 0}, {"text": "verse"}, {"students": ()}, {"holds": 2}])
def test_settings_refuse(setting: dict[str, object]) -> None:
    """Impossible values and unknown settings are refused."""
    with pytest.raises(ValidationError, match=next(iter(setting))):
        CartPoleSettings.model_validate(setting)
