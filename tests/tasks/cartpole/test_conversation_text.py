"""What teachers with a memory read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from talking import NOTICES

from eep.tasks.cartpole import conversation_text as text
from eep.tasks.cartpole import physics, words
from eep.tasks.cartpole.conversation_text import Turn
from eep.tasks.cartpole.settings import CartPoleSettings
from eep.tasks.cartpole.task import CartPole
from eep.teachers.recording_format import canonical

STYLES: tuple[words.Style, ...] = ("words", "numbers")
messages = st.builds(
    text.observation_text, st.integers(0, words.CELLS - 1), st.sampled_from(STYLES), st.sampled_from(("", *NOTICES))
)
turns = st.lists(st.builds(Turn, messages, st.sampled_from(("left", "right"))), max_size=6)


@given(turns, messages)
def test_a_window_can_be_read_again(past: list[Turn], present: str) -> None:
    """Whatever was said, the text of a window tells all of it, so that equal texts are equal questions."""
    assert text.parse(text.render(past, present)) == (tuple(past), present)


@given(turns, messages)
def test_windows_are_not_taken_for_lists_of_values(past: list[Turn], present: str) -> None:
    """Recordings sort texts made of ``name: value`` parts; of a window with a past or a notice no part may move."""
    window = text.render(past, present)
    if past or present.startswith(NOTICES):
        assert canonical(window) == " ".join(window.split())


@pytest.mark.parametrize("broken", ["> left", "cart: left\n> left\n> right\ncart: left", "cart: left\n> left"])
def test_what_is_no_window_is_refused(broken: str) -> None:
    """An answer to nothing, and a window that asks nothing, are errors."""
    with pytest.raises(ValueError, match="expected a message"):
        text.parse(broken)


def test_the_example_is_what_happens() -> None:
    """Physics leads through the worked example's moments, under the rule that its comment tells."""
    start = np.array([[0.02, 0.0, 0.03, 0.0]])
    environment, states, before = physics.start(start), start.astype(np.float32), 0.0
    for cell, answer in text.EXAMPLE:
        traits = words.traits(cell)
        way = traits["pole-angular-velocity"] or traits["pole-angle"] or -before
        assert words.cells(states)[0] == cell
        assert answer == ("right" if way > 0 else "left")
        before = way
        for _ in range(2):
            states = environment.step(np.array([int(way > 0)]))[0]


@pytest.mark.parametrize("style", STYLES)
def test_messages_alternate_and_end_with_the_present(style: words.Style) -> None:
    """First the example, then the past, then the present moment: user and assistant in turn, the user last."""
    task = CartPole(CartPoleSettings(memory=2, few_shot=3, text=style))
    past = [Turn(text.observation_text(40, style, text.FIRST), "left"), Turn(text.observation_text(39, style), "right")]
    (item,) = (one for one in task.stimuli() if one.id == "text-07")
    window = text.render(past, item.text)
    question = task.question(type(item)("x", item.cluster, "test", window))
    assert [turn.role for turn in question.turns] == ["user", "assistant"] * 5
    assert [turn.content for turn in question.turns[1::2]] == ["right", "left", "right", "left", "right"]
    assert question.turns[6].content == f"{text.FIRST}\n{words.text(40, style)}"
    assert question.text == item.text
    assert question.instructions.startswith(CartPole(CartPoleSettings()).question(item).instructions[:200])


def test_instructions_tell_of_memory_and_example() -> None:
    """How far the memory goes, and the example only where there is one."""
    item = CartPole(CartPoleSettings()).stimuli()[0]
    instructions = CartPole(CartPoleSettings(memory=5)).question(item).instructions
    assert "with your answers (5 at most)" in instructions
    assert "somebody else's" in instructions
    assert "nothing of what came before" not in instructions
    alone = CartPole(CartPoleSettings(memory=5, few_shot=0)).question(item)
    assert "somebody else's" not in alone.instructions
    assert alone.turns == ()
