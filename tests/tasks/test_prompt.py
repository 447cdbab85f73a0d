"""Prompts."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from eep.data.persona import Wording
from eep.data.types import Message, Prompt
from eep.tasks import prompt
from eep.tasks.base import TaskQuestion


def test_a_prompt_is_wording_instructions_and_text() -> None:
    """The system text is the wording, a blank line and the instructions; the only message is the item's text."""
    built = prompt.build(Wording("plain", "You are Newton."), TaskQuestion("Push left or right.", "pole: left"))
    assert built == Prompt("You are Newton.\n\nPush left or right.", (Message("user", "pole: left"),))


@given(st.text(), st.text(), st.text())
def test_texts_arrive_verbatim(wording: str, instructions: str, text: str) -> None:
    """Whatever the texts hold, they are sent as they are: no template language reads them."""
    built = prompt.build(Wording("w", wording), TaskQuestion(instructions, text))
    assert built.system == wording + "\n\n" + instructions
    assert [message.content for message in built.messages] == [text]


OFFERED = TaskQuestion("Say which.", "{A} toad, 100 %", offer="Is it {} or {}?")


def test_options_are_offered_after_the_text() -> None:
    """In the order given; braces in the item's text are text."""
    built = prompt.build(Wording("plain", "You are Newton."), OFFERED, ("fine", "foul"))
    assert built.messages == (Message("user", "{A} toad, 100 %\n\nIs it fine or foul?"),)


def test_the_order_of_options_is_drawn_by_item_and_seed() -> None:
    """Either comes first about as often; the same item and seed have the same order, another seed another."""

    def orders(seed: int) -> list[tuple[str, ...]]:
        asked = [replace(OFFERED, text=f"toad {number}") for number in range(400)]
        return [prompt.offered(("fine", "foul"), one, seed=seed) for one in asked]

    first = [order[0] for order in orders(1)]
    assert 150 < first.count("fine") < 250
    assert orders(1) == orders(1) != orders(2)


def test_without_an_offer_the_order_is_fixed() -> None:
    """The instructions alone name the options then."""
    assert prompt.offered(("b", "a"), TaskQuestion("A or b?", "x"), seed=3) == ("b", "a")
