"""Personas as everything works with them; `eep.config.persona` reads them from their files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

#: No strength, level or weight of the simulated teacher is larger, in logits: from 10 on an answer is as good as certain.
MOST_LOGITS = 100.0


class Arm(StrEnum):
    """Which part of the comparison a persona belongs to. Arms are data: no code branches on a persona's name."""

    PERSONA = "persona"
    NEUTRAL = "neutral"
    PLACEBO = "placebo"


@dataclass(frozen=True)
class Wording:
    """One paraphrase of a persona's prompt; ``text`` is sent to the model verbatim."""

    id: str
    text: str


@dataclass(frozen=True)
class SimulatedWeights:
    """How the offline simulated teacher plays a persona in one task; never sent to a real model.

    ``level`` pushes up the task's analysed readout, in logits, whatever the item; ``weights`` multiply the item's traits.
    """

    level: float = 0.0
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Persona:
    """A persona as its file defines it."""

    id: str
    name: str
    arm: Arm
    #: For the reader of a report.
    about: str
    #: Where the description comes from; empty if from nowhere.
    source: str
    #: At least one paraphrase; only these texts reach a model.
    wordings: tuple[Wording, ...]
    #: Task id to the simulated teacher's weights.
    simulated: Mapping[str, SimulatedWeights] = field(default_factory=dict)
