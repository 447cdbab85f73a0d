"""From a persona's wording and a task's question to exactly what a model is sent."""

from eep.persona import Wording
from eep.question import Message, Prompt
from eep.tasks.base import TaskQuestion


def build(wording: Wording, question: TaskQuestion) -> Prompt:
    """Return the prompt of one question.

    The system text is the wording, a blank line and the task's instructions; the one user message is the item's
    text. Nothing else of the persona reaches a model, and every arm goes through here.
    """
    return Prompt(
        system=f"{wording.text}\n\n{question.instructions}",
        messages=(Message(role="user", content=question.text),),
    )
