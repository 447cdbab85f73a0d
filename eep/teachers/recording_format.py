"""The format of a recording: a folder of answers that were given elsewhere.

====================  ======================================================================================
recording.toml        what it is: `About`
personas.json         persona id -> `PersonaTexts`: every wording's text as it was sent
<task>-items.jsonl    one `ItemLine` per item
answers.jsonl         one `AnswerLine` per answer and option
<task>-grid.json      for answers that are choices and many: `Grid`
<task>-choices.jsonl  with a grid, one `ChoicesLine` per cell
====================  ======================================================================================
"""

import re
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from eep.core.toml.models import TEXT_PATTERN

Text = Annotated[str, Field(pattern=TEXT_PATTERN)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class About(_Strict):
    """What a recording says about itself, in recording.toml."""

    id: Text = Field(description="Names the recording.")
    model: Text = Field(description="Who answered; lines may name a more exact model.")
    provenance: Text = Field(description="One sentence: who answered, when, and how it was asked.")
    limits: tuple[Text, ...] = Field(default=(), description="Sentences on what cannot be concluded from it.")
    instructions: dict[str, Text] = Field(default={}, description="Task to its instructions, as far as known.")


class AnswerLine(_Strict):
    """One line of answers.jsonl.

    The item is named by its id or given by its text. An answer has a choice, probabilities, or both; with more
    than two options, it has one line per option with that option's probability (one option may be left out and
    has the rest). A refused or unparsable answer has neither.
    """

    task: str
    persona: str
    wording: str
    item: str | None = None
    text: str | None = None
    sample: int = Field(default=0, ge=0)
    status: Literal["ok", "refused", "unparsable"] = "ok"
    option: str | None = None
    probability: float | None = Field(default=None, ge=0, le=1, allow_inf_nan=False)
    choice: str | None = None
    reply: str | None = None
    model: str | None = None
    provenance: str | None = None

    def malformed(self) -> str:
        """Return what the keys together lack or have too much, or an empty string."""
        answers = [name for name in ("choice", "probability") if getattr(self, name) is not None]
        if (self.item is None) == (self.text is None):
            return "expected the item's id or its text; found both or neither"
        if self.status != "ok" and answers:
            return f"expected no answer where the status is {self.status}; found {' and '.join(answers)}"
        if self.status == "ok" and not answers:
            return "expected a choice, or an option and its probability; found neither"
        if self.probability is not None and self.option is None:
            return "expected the option that the probability is of; found none"
        return ""


class ItemLine(BaseModel):
    """One line of <task>-items.jsonl; other keys are for other readers."""

    model_config = ConfigDict(frozen=True, strict=True)
    item: str
    text: str


class Grid(_Strict):
    """How a task's choices are packed: every item was asked with each of several endings."""

    options: tuple[str, ...] = Field(min_length=2, max_length=9)
    endings: tuple[str, ...] = Field(min_length=1)


class ChoicesLine(_Strict):
    """One line of <task>-choices.jsonl: what a cell chose.

    ``choices`` has a string for each item, with a digit for each ending of the grid: the place of the option, from 1.
    The text that was answered is the item's, a space, and the ending.
    """

    persona: str
    wording: str
    sample: int = Field(default=0, ge=0)
    choices: dict[str, str]


class PersonaTexts(_Strict):
    """One persona's wordings: id to the text as it was sent."""

    wordings: dict[str, str]
    arm: str = ""


@lru_cache(maxsize=1 << 16)
def canonical(text: str) -> str:
    """Return the form in which texts are compared.

    A text made of ``name: value`` parts (split by semicolons or lines) is the same in any order, spacing and
    case; any other text is the same in any spacing only.
    """
    parts = [" ".join(part.split()) for part in re.split(r"[;\n]", text) if part.strip()]
    named = [re.fullmatch(r"([^:]+?) ?: ?([^:]+)", part) for part in parts]
    if len(parts) > 1 and all(named):
        return "; ".join(sorted(f"{match[1]}: {match[2]}".lower() for match in named if match))
    return " ".join(text.split())
