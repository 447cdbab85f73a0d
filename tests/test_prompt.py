"""Prompts."""

import asking
from hypothesis import given
from hypothesis import strategies as st

from eep import prompt
from eep.persona import Wording
from eep.question import Message, Prompt
from eep.tasks.base import TaskQuestion


def test_a_prompt_is_wording_instructions_and_text() -> None:
    """The system text is the wording, a blank line and the instructions; the only message is the item's text."""
    built = prompt.build(
        Wording("plain", "You are Newton."), TaskQuestion("Push left or right.", "pole: left")
    )
    assert built == Prompt("You are Newton.\n\nPush left or right.", (Message("user", "pole: left"),))


@given(st.text(), st.text(), st.text())
def test_texts_arrive_verbatim(wording: str, instructions: str, text: str) -> None:
    """Whatever the texts hold, they are sent as they are: no template language reads them."""
    built = prompt.build(Wording("w", wording), TaskQuestion(instructions, text))
    assert built.system == wording + "\n\n" + instructions
    assert [message.content for message in built.messages] == [text]


def test_nothing_else_of_the_persona_is_sent() -> None:
    """Name, description and simulated weights of a persona are nowhere in a prompt."""
    asked = asking.question("pole: left")
    assert asked.prompt == Prompt(
        "You are Sir Isaac Newton.\n\nLeft or right?", (Message("user", "pole: left"),)
    )
