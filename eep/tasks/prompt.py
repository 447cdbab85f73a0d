"""From a persona's wording and a task's question to exactly what a model is sent."""

import numpy as np

from eep.core.hashing import seed_from
from eep.data.persona import Wording
from eep.data.types import Message, Prompt
from eep.tasks.base import TaskQuestion


def build(wording: Wording, question: TaskQuestion, options: tuple[str, ...] = ()) -> Prompt:
    """Return the prompt of one question.

    The system text is the wording, a blank line and the task's instructions; the last message is the item's text
    and, where the question has one, the offer of ``options`` in their order. Before it stand the question's turns,
    if it has any. Nothing else of the persona reaches a model, and every arm goes through here.
    """
    offer = f"\n\n{question.offer.format(*options)}" if question.offer else ""
    return Prompt(
        system=f"{wording.text}\n\n{question.instructions}",
        messages=(*question.turns, Message(role="user", content=question.text + offer)),
    )


def offered(options: tuple[str, ...], question: TaskQuestion, *, seed: int) -> tuple[str, ...]:
    """Return the options in the order in which they are offered to a model.

    Models favour the option they are offered first, or last. Where a question has an offer, the order is therefore
    drawn for each item's text by the seed: the same for all personas and wordings, so that no difference between
    them can come of it.
    """
    if not question.offer:
        return options
    order = np.random.default_rng(seed_from([seed, question.text])).permutation(len(options))
    return tuple(options[place] for place in order.tolist())
