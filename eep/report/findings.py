"""Everything a report needs, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from eep.data.phrases import PreferencePhrases
from eep.data.responses import SCHEMA as RESPONSES
from eep.data.returns import POLICIES, RETURNS
from eep.data.types import Exchange, Illustration
from eep.report.design import Design
from eep.report.numbers import plain
from eep.stats.estimates import SCHEMA as ESTIMATES

KINDS = ("simulated", "recorded", "live")

#: Columns of the verdicts table, which has a row per task and component.
VERDICTS = (
    "task",
    "component",
    "student",
    "verdict",
    "p_value",
    "p_adjusted",
    "minimum_p",
    "slope",
    "slope_low",
    "slope_high",
    "manipulation_p",
    "sentence",
    "kind",
    "reason",
)


class Provenance(Protocol):
    """Who answered: what a reader must know before reading any number."""

    @property
    def kind(self) -> str:
        """One of `KINDS`."""
        ...

    @property
    def agent(self) -> str:
        """The teacher as the responses table names it."""
        ...

    @property
    def sentence(self) -> str:
        """Who answered and how."""
        ...

    @property
    def caveats(self) -> tuple[str, ...]:
        """Sentences on what that forbids to conclude."""
        ...


@dataclass(frozen=True)
class Findings:
    """The results of one experiment, ready to be told.

    Attributes
    ----------
    experiment, title, question
        The experiment's id, its title and what it asks.
    provenance
        Who the teacher was.
    plan_sha256, plan_answers, plan_changes
        The registered plan, how many answers there were before it, and in sentences what has changed since.
    design
        What was compared with what.
    names
        Persona id to its name for readers; a persona without a name is shown by its id.
    responses, returns, policies, estimates
        The tables of `eep.data.responses`, `eep.data.returns` and `eep.stats.estimates`; returns and policies may be empty.
    verdicts
        The columns `VERDICTS`; empty if no verdict was given.
    seeds, versions
        Name to seed, and library to version.
    animations
        Name to the SVG text of an episode; ``task-role-agent-persona`` is found by the text, others are linked.
    gallery
        Task id to item id to the item's picture and caption, in the order in which readers see them; see
        `eep.report.most_discriminating_items`.
    tastes
        Task id to the words for its personas' preferences; tasks without any are told in plainer words.
    measured, measured_by
        Task id to what ``eep calibrate`` and ``eep power`` measured of this design, as far as they did: ``rates``,
        ``coverage`` and ``power``; and ``calibration`` and ``power`` to the commands that did.
    advice
        Task id to what would make an inconclusive verdict conclusive.
    exchanges
        Questions and replies to read: a sample.

    Raises
    ------
    ValueError
        If a table lacks columns, the teacher's kind is unknown, or a verdict is about a task that the design
        does not have.
    """

    experiment: str
    title: str
    question: str
    provenance: Provenance
    plan_sha256: str
    plan_answers: int
    plan_changes: tuple[str, ...]
    design: Design
    names: Mapping[str, str]
    responses: pl.DataFrame
    returns: pl.DataFrame
    policies: pl.DataFrame
    estimates: pl.DataFrame
    verdicts: pl.DataFrame
    seeds: Mapping[str, int]
    versions: Mapping[str, str]
    animations: Mapping[str, str]
    gallery: Mapping[str, Mapping[str, Illustration]] = field(default_factory=dict)
    tastes: Mapping[str, PreferencePhrases] = field(default_factory=dict)
    measured: Mapping[str, Mapping[str, pl.DataFrame]] = field(default_factory=dict)
    measured_by: Mapping[str, str] = field(default_factory=dict)
    advice: Mapping[str, str] = field(default_factory=dict)
    exchanges: tuple[Exchange, ...] = ()

    def __post_init__(self) -> None:
        if self.provenance.kind not in KINDS:
            raise ValueError(f"expected a teacher of kind {', '.join(KINDS)}; found {self.provenance.kind!r}")
        _columns("responses", self.responses, tuple(RESPONSES))
        _columns("returns", self.returns, tuple(RETURNS))
        _columns("policies", self.policies, tuple(POLICIES))
        _columns("estimates", self.estimates, tuple(ESTIMATES))
        _columns("verdicts", self.verdicts, VERDICTS)
        strangers = set(self.verdicts["task"]) - {task.task for task in self.design.tasks}
        if strangers:
            raise ValueError(f"expected verdicts on the design's tasks; found {', '.join(sorted(strangers))}")

    def labels(self) -> dict[str, str]:
        """Return persona id to the name that readers see: one line, and told apart where two are the same."""
        names = {
            persona: plain(self.names.get(persona, "")) or plain(persona)
            for persona in self.design.persona_ids
        }
        shared = {name for name in names.values() if list(names.values()).count(name) > 1}
        return {persona: f"{name} ({persona})" if name in shared else name for persona, name in names.items()}

    def teacher(self) -> str:
        """Return the few words about the teacher that stand on every chart."""
        kind = self.provenance.kind
        agent = plain(self.provenance.agent).removeprefix(f"{kind}:")
        said = {
            "simulated": "SIMULATED teacher",
            "recorded": f"recorded answers of {agent}",
            "live": f"live answers of {agent}",
        }
        return said[kind]


def _columns(name: str, frame: pl.DataFrame, expected: tuple[str, ...]) -> None:
    missing = [column for column in expected if column not in frame.columns]
    if missing:
        raise ValueError(
            f"expected {name} with the columns {', '.join(expected)}; {', '.join(missing)} missing"
        )
