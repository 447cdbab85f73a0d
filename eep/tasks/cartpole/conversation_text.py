"""A teacher with a memory: the words between it and the task, and how a moment is written as one text.

Each moment is a user message that tells the state; each answer is an assistant message. A new episode is announced
at the head of its first message, with how the last one ended. What a teacher is shown at a moment (the window: up
to so many past moments with its own answers, and the present one) is written as one text, from which the messages
can be read again: equal texts are equal questions.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from eep.data.types import Message
from eep.tasks.cartpole import words

#: Begins an answer's line; no message begins with it.
ANSWER = "> "
#: What the first message of an episode begins with, by how the one before ended.
FIRST = "Your first try begins."
FELL = "You failed, the pole fell too far. A new try begins."
RAN_OFF = "You failed, the cart ran off the track. A new try begins."
TIME_UP = "The time of that try is over and the pole still stood. A new try begins."
BROKEN_OFF = "That try was broken off. A new one begins."

#: A worked example, the same for everybody: cells and answers from (0.02 m, 0 m/s, 0.03 rad, 0 rad/s), each action
#: held for two steps, by pushing the way the pole turns; where it turns nowhere, the way it leans; where it does
#: neither, the other way than before.
EXAMPLE = (
    (41, "right"),
    (47, "left"),
    (40, "right"),
    (46, "left"),
    (39, "left"),
    (34, "right"),
    (41, "right"),
    (46, "left"),
    (40, "right"),
    (45, "left"),
)

REMEMBERED = """\
This goes on moment after moment, and you answer each time. Besides the present moment you see what came just \
before it, with your answers ({memory} at most), and you are told when a try has ended, and how."""
SHOWN = "Before your own tries stand a few moments of somebody else's, with the answers given there."
ASKED = """\
Push the way you, being who you are, would push. Answer with one word, left or right."""


class Turn(NamedTuple):
    """A past moment: the message that described it, and the answer that was taken."""

    observation: str
    answer: str


def observation_text(cell: int, style: words.Style, notice: str = "") -> str:
    """Return the message of a moment, headed by a notice where an episode begins."""
    state = words.text(cell, style)
    return f"{notice}\n{state}" if notice else state


def render(past: Iterable[Turn], present: str) -> str:
    """Return a window as one text: each message on its lines, each answer on a line of its own after ``> ``."""
    return "\n".join([*(f"{turn.observation}\n{ANSWER}{turn.answer}" for turn in past), present])


def parse(text: str) -> tuple[tuple[Turn, ...], str]:
    """Return the past and the present message of a rendered window.

    Raises ValueError if an answer has no message before it, or no message comes last.
    """
    past: list[Turn] = []
    message: list[str] = []
    for line in text.split("\n"):
        if not line.startswith(ANSWER):
            message.append(line)
            continue
        if not message:
            raise ValueError(f"expected a message before each answer; found none before {line!r} in {text!r}")
        past.append(Turn("\n".join(message), line.removeprefix(ANSWER)))
        message = []
    if not message:
        raise ValueError(f"expected a message after the last answer; found none in {text!r}")
    return tuple(past), "\n".join(message)


def example(number: int, style: words.Style) -> tuple[Turn, ...]:
    """Return the first moments of the worked example."""
    return tuple(Turn(words.text(cell, style), answer) for cell, answer in EXAMPLE[:number])


def messages(turns: Sequence[Turn]) -> tuple[Message, ...]:
    """Return turns as messages, user and assistant in turn."""
    pairs = [(Message("user", turn.observation), Message("assistant", turn.answer)) for turn in turns]
    return tuple(message for pair in pairs for message in pair)


def instructions(memory: int, few_shot: int) -> str:
    """Return what a teacher with a memory is asked, in the place of what one without is asked."""
    return " ".join([REMEMBERED.format(memory=memory), *([SHOWN] if few_shot else []), ASKED])
