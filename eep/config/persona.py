"""Persona files: one TOML file each, controls (neutral, placebo) included."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from eep.core.toml.document import Document, read
from eep.core.toml.errors import Problems
from eep.core.toml.models import ID_PATTERN, TEXT_PATTERN, validate
from eep.data.persona import MOST_LOGITS, Arm, Persona, SimulatedWeights, Wording
from eep.tasks import TASKS, task_class

#: Names that the results' tables use for controls and totals.
RESERVED_PERSONAS = ("all", "none")
RESERVED_WORDINGS = ("none", "pooled")
#: What no prompt holds on purpose; tabs and line ends may stay.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

Id = Annotated[str, Field(pattern=ID_PATTERN, max_length=80)]
Text = Annotated[str, Field(min_length=1, pattern=TEXT_PATTERN)]
Logits = Annotated[float, Field(ge=-MOST_LOGITS, le=MOST_LOGITS)]


class Section(BaseModel):
    """A table of a file: frozen, and no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SimulatedSection(Section):
    """``[simulated.<task>]`` of a persona's file."""

    level: Logits = Field(
        default=0.0, description="Pushes up what the task analyses (in CartPole: right), in logits, whatever the item."
    )
    weights: dict[str, Logits] = Field(
        default={}, description="Trait to weight in logits: how the item's traits pull this persona to that option."
    )


class PersonaFile(Section):
    """A persona: who is played, in several wordings. Only the wordings are ever sent to a model."""

    id: Id = Field(description="The file's name without .toml.")
    name: Text = Field(description="What the report calls the persona.")
    arm: Arm = Field(
        description="persona: takes part in the comparison; neutral: no persona; placebo: a persona that should not matter."
    )
    about: Text = Field(description="Who this is, for the reader of a report; never sent to a model.")
    source: str = Field(default="", description="Where the description comes from.")
    wordings: dict[Id, Text] = Field(
        min_length=1,
        description="Wording id to system prompt, sent verbatim. What survives a change of wording is the persona.",
    )
    simulated: dict[str, SimulatedSection] = Field(
        default={}, description="Task id to how the offline simulated teacher plays this persona."
    )


def load_persona(path: str | Path) -> Persona:
    """Read a persona's file, such as ``personas/sir-isaac-newton.toml``.

    Raises `eep.core.errors.TomlError` if anything is wrong with it; lists everything that is.
    """
    return read_persona(Path(path))[0]


def read_persona(path: Path) -> tuple[Persona, str]:
    """Return a persona and the SHA-256 (hex) of its file; raises as `load_persona`."""
    document = read(path)
    return from_document(document), document.sha256


def from_document(document: Document) -> Persona:
    """Return the persona of a document, whose path need not exist yet; raises as `load_persona`."""
    problems = Problems(document)
    found = validate(problems, PersonaFile, document.data)
    _check_id(problems, document.path.stem)
    _check_wordings(problems, document)
    _check_simulated(problems, document)
    problems.raise_any()
    if found is None:  # then there were problems
        raise AssertionError(f"expected problems in {document.path}; found none")
    return _persona(found)


def _persona(found: PersonaFile) -> Persona:
    return Persona(
        found.id,
        found.name,
        found.arm,
        found.about.strip(),
        found.source.strip(),
        tuple(Wording(name, text) for name, text in found.wordings.items()),
        {task: SimulatedWeights(section.level, dict(section.weights)) for task, section in found.simulated.items()},
    )


def _check_id(problems: Problems, stem: str) -> None:
    found = problems.document.value(("id",))
    if not isinstance(found, str):
        return
    if found != stem:
        problems.add(("id",), f"{stem!r}, as the file is called", known=[stem])
    elif found in RESERVED_PERSONAS:
        problems.add(("id",), "an id that the results' tables do not use for something else")


def _check_wordings(problems: Problems, document: Document) -> None:
    wordings = document.value(("wordings",))
    if not isinstance(wordings, dict):
        return
    first: dict[str, str] = {}
    for name, text in wordings.items():
        if name in RESERVED_WORDINGS:
            problems.add_key(("wordings", name), "an id that the results' tables do not use for controls")
        if not isinstance(text, str) or not text.strip():
            continue
        if found := _CONTROL.search(text):
            problems.add(("wordings", name), "a text without control characters", f"{found[0]!r} in it")
        earlier = first.setdefault(" ".join(text.split()).casefold(), name)
        if earlier != name:
            problems.add(("wordings", name), "a text of its own", f"the same text as wordings.{earlier}")


def _check_simulated(problems: Problems, document: Document) -> None:
    simulated = document.value(("simulated",))
    for task in simulated if isinstance(simulated, dict) else ():
        if task not in TASKS:
            problems.add_unknown(("simulated", task), sorted(TASKS), "tasks")
            continue
        weights = document.value(("simulated", task, "weights"))
        traits = task_class(task).traits
        for trait in weights if isinstance(weights, dict) else ():
            if trait not in traits:
                problems.add_unknown(("simulated", task, "weights", trait), traits, "traits")
