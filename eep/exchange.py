"""What was said to a teacher and what it answered, for a reader of the report."""

from dataclasses import dataclass

from eep.question import Message


@dataclass(frozen=True)
class Exchange:
    """One question to a teacher and its reply.

    Attributes
    ----------
    task, persona, wording, item, sample
        Which question it was.
    system, turns
        What the teacher was told first, and what was said after that; as much of it as is on record.
    reply
        The reply as it came, or the reason of a refusal or failure.
    status
        ``ok``, or why there is no answer.
    probability
        Of the option that is analysed; None where there is no answer.
    """

    task: str
    persona: str
    wording: str
    item: str
    sample: int
    system: str
    turns: tuple[Message, ...]
    reply: str
    status: str
    probability: float | None
