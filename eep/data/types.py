"""What is asked and what is answered: items, prompts, questions and answers.

These are the types that tasks, teachers and the store share; none of them knows a particular task or model.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import fsum
from typing import Any, NamedTuple

from eep.core.hashing import canonical_json
from eep.data.persona import Persona, Wording


class Cell(NamedTuple):
    """One teacher cell: a persona in one wording."""

    persona: str
    wording: str


class Status(StrEnum):
    """How a question ended. Only ``OK`` carries probabilities: a failure never becomes an answer."""

    OK = "ok"
    REFUSED = "refused"
    UNPARSABLE = "unparsable"
    FAILED = "failed"


@dataclass(frozen=True)
class Item:
    """One stimulus."""

    #: Unique within its task.
    id: str
    #: Items of one cluster are not independent of each other (in CartPole: the text state).
    cluster: str
    #: ``"train"`` or ``"test"``; students never see test items.
    split: str
    #: What the teacher reads. Items with the same text share the teacher's answer.
    text: str
    #: The task's own name of the picture the student senses, if the task has pictures.
    image: str | None = None
    #: The state the student senses, in the task's own units, if the task has states.
    state: tuple[float, ...] | None = None
    #: What the simulated teacher's weights refer to; names are the task's own.
    traits: Mapping[str, float] = field(default_factory=dict)
    #: How strongly the item itself pulls every answerer, whoever it plays, up the task's analysed readout, in logits.
    #: Only the simulated teacher reads it; real models bring their own.
    generic: float = 0.0


@dataclass(frozen=True)
class Message:
    """One turn of a conversation; ``role`` is ``"user"`` or ``"assistant"``."""

    role: str
    content: str


@dataclass(frozen=True)
class Prompt:
    """Exactly what a model is sent: a system text and the turns that follow it."""

    system: str
    messages: tuple[Message, ...]


@dataclass(frozen=True)
class Question:
    """One question to a teacher: a persona in one wording, one item, one repeat (``sample``, from 0).

    ``options`` are all the answers there are, in the order in which the prompt offers them; ``readout`` weighs them
    as the task's analysed readout does, and is what simulated weights push towards.
    """

    persona: Persona
    wording: Wording
    task: str
    item: Item
    prompt: Prompt
    options: tuple[str, ...]
    readout: Mapping[str, float]
    sample: int

    def __post_init__(self) -> None:
        if not self.readout or not set(self.readout) <= set(self.options):
            raise ValueError(f"expected a readout of options among {self.options}; found {dict(self.readout)}")


@dataclass(frozen=True)
class Answer:
    """What came back for one question.

    Attributes
    ----------
    key
        16 bytes, see `answer_key`.
    status
        Only ``Status.OK`` comes with probabilities.
    probabilities
        Option to probability, over all options of the question, summing to 1; ``None`` unless the status is ok.
    text
        The reply as it came, or the reason of a refusal or failure.
    model
        The model that the reply names.
    usage
        Token counts under the names of `eep.teachers.limits.TOKENS`, where the teacher counts any.
    seconds
        Wall time of the answer.
    """

    key: bytes
    status: Status
    probabilities: Mapping[str, float] | None
    text: str
    model: str
    usage: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if (self.probabilities is not None) != (self.status is Status.OK):
            raise ValueError(
                f"expected probabilities exactly when the status is ok; "
                f"found status {self.status} with probabilities {self.probabilities}"
            )
        if self.probabilities is not None:
            values = self.probabilities.values()
            if not all(0.0 <= value <= 1.0 for value in values) or abs(sum(values) - 1.0) > 1e-6:
                raise ValueError(f"expected probabilities in [0, 1] that sum to 1; found {dict(self.probabilities)}")


def readout_value(probabilities: Mapping[str, float], readout: Mapping[str, float]) -> float:
    """Return the sum of the options' probabilities, weighed by ``readout``; options it does not name weigh nothing."""
    return fsum(weight * probabilities[option] for option, weight in readout.items())


def answer_key(request: Mapping[str, Any]) -> bytes:
    """Return the 16-byte content address of a request.

    ``request`` is everything that can change the answer: provider, base URL, model, the whole request with its
    sampling parameters, and the sample number.
    """
    return hashlib.blake2b(canonical_json(request).encode(), digest_size=16).digest()


@dataclass(frozen=True)
class Exchange:
    """One question to a teacher and its reply."""

    task: str
    persona: str
    wording: str
    item: str
    sample: int
    #: The system text and the turns after it, as much of them as is on record.
    system: str
    turns: tuple[Message, ...]
    #: The reply as it came, or the reason of a refusal or failure.
    reply: str
    #: ``ok``, or why there is no answer.
    status: str
    #: Of the option that is analysed; None where there is no answer.
    probability: float | None


@dataclass(frozen=True)
class Illustration:
    """An item to look at: the text that the teacher read, and the student's picture as the bytes of a PNG file."""

    text: str
    png: bytes
