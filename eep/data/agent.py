"""Who answers or acts: the key by which every table tells agents apart."""

from typing import NamedTuple


class Agent(NamedTuple):
    """A teacher, student or control in one task, of one persona in one wording."""

    #: A task's id.
    task: str
    #: ``"teacher"``, ``"student"`` or ``"control"``.
    role: str
    #: The model of a teacher, the kind of a student, what a control controls for.
    agent: str
    #: Whose answers it gives, or learned from.
    persona: str
    arm: str
    wording: str
    #: Tells agents apart that are alike in all else, from 0.
    sample: int = 0


def untrained(task: str, name: str) -> Agent:
    """Return a control that learned from nobody: a coin, a rule."""
    return Agent(task, "control", name, "none", "neutral", "none")
