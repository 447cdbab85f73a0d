"""Everything a report needs, and nothing else: what was compared with what, in numbers, and what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from eep.data.balance import Balance
from eep.data.phrases import PreferencePhrases, Scale
from eep.data.responses import ARMS
from eep.data.responses import SCHEMA as RESPONSES
from eep.data.returns import POLICIES, RETURNS
from eep.data.types import Exchange, Illustration
from eep.report.numbers import plain
from eep.stats.estimates import SCHEMA as ESTIMATES


@dataclass(frozen=True)
class TaskDesign:
    """One task of an experiment."""

    #: The task's id and its name for readers.
    task: str
    title: str
    option: str  #: The readout that the responses are: an option whose probability they are, or the name of a scale.
    #: Numbers of items in each split, and of clusters among the test items.
    items_train: int
    items_test: int
    clusters: int
    students: tuple[str, ...]  #: Student kinds; the first is the confirmatory one.


@dataclass(frozen=True)
class StudyDesign:
    """The design of an experiment."""

    personas: Mapping[str, tuple[str, ...]]  #: Arm to the ids of its personas, in the order readers see them.
    wordings: tuple[str, ...]  #: Wording ids; every persona has each of them.
    samples: int  #: How often each question was asked.
    tasks: tuple[TaskDesign, ...]  #: One `TaskDesign` each, in the order readers see them.
    #: The settings of the analysis: family-wise error rate, smallest slope of interest, random labellings.
    alpha: float
    smallest_slope: float
    permutations: int

    @property
    def persona_ids(self) -> tuple[str, ...]:
        """Every persona of every arm, in the order readers see them."""
        return tuple(persona for arm in self.personas.values() for persona in arm)

    @property
    def first_arm(self) -> tuple[str, ...]:
        """The personas that are compared; those of the other arms stand beside them."""
        return next(iter(self.personas.values()), ())

    def task(self, task: str) -> TaskDesign:
        """Return the design of one task; raises `KeyError` if there is no such task."""
        return {design.task: design for design in self.tasks}[task]


def count_design(
    responses: pl.DataFrame,
    *,
    personas: Sequence[str],
    titles: Mapping[str, str],
    students: Mapping[str, tuple[str, ...]],
    alpha: float,
    smallest_slope: float,
    permutations: int,
) -> StudyDesign:
    """Return the design that a responses table shows.

    Parameters
    ----------
    responses
        The whole responses table; the teacher's rows are counted.
    personas
        Persona ids in the order readers see them; others that the table holds follow in the order of their ids.
    titles, students
        Task id to its title and to its student kinds; the order of ``titles`` is the readers' order.
    alpha, smallest_slope, permutations
        Settings of the analysis.

    Raises `ValueError` if the teacher's rows lack a task of ``titles``.
    """
    rows = responses.filter(pl.col("role") == "teacher")
    return StudyDesign(
        personas=_arms(rows, personas),
        wordings=tuple(rows["wording"].unique().sort()),
        samples=rows["sample"].n_unique(),
        tasks=tuple(_task(rows, task, title, students[task]) for task, title in titles.items()),
        alpha=alpha,
        smallest_slope=smallest_slope,
        permutations=permutations,
    )


def _arms(rows: pl.DataFrame, personas: Sequence[str]) -> dict[str, tuple[str, ...]]:
    arm_of = dict(rows.select("persona", pl.col("arm").cast(pl.String())).unique().iter_rows())
    # Some tasks bring a comparison of their own, such as a recording as it was published.
    order = [*personas, *sorted(set(arm_of) - set(personas))]
    present = [arm for arm in ARMS if arm in arm_of.values()]
    return {arm: tuple(persona for persona in order if arm_of.get(persona) == arm) for arm in present}


def _task(rows: pl.DataFrame, task: str, title: str, students: tuple[str, ...]) -> TaskDesign:
    mine = rows.filter(pl.col("task") == task)
    if mine.is_empty():
        raise ValueError(f"expected the teacher's answers in task {task}; found none")
    test = mine.filter(pl.col("split") == "test")
    return TaskDesign(
        task=task,
        title=title,
        option=" / ".join(mine["option"].unique().sort()),
        items_train=mine.filter(pl.col("split") == "train")["item"].n_unique(),
        items_test=test["item"].n_unique(),
        clusters=test["cluster"].n_unique(),
        students=students,
    )


KINDS = ("simulated", "recorded", "live")

#: Columns of the verdicts table, which has a row per task and component.
VERDICTS = (
    "task", "component", "student", "verdict", "p_value", "p_adjusted", "minimum_p", "slope", "slope_low",
    "slope_high", "manipulation_p", "sentence", "kind", "reason",
)  # fmt: skip


class Respondent(Protocol):
    """Who answered: what a reader must know before reading any number."""

    @property
    def kind(self) -> str:
        """One of `KINDS`."""

    @property
    def agent(self) -> str:
        """The teacher as the responses table names it."""

    @property
    def sentence(self) -> str:
        """Who answered and how."""

    @property
    def caveats(self) -> tuple[str, ...]:
        """Sentences on what that forbids to conclude."""


@dataclass(frozen=True)
class Findings:
    """The results of one experiment, ready to be told.

    Raises `ValueError` if a table lacks columns, the teacher's kind is unknown, or a verdict is about a task
    that the design does not have.
    """

    #: The experiment's id, its title and what it asks.
    experiment: str
    title: str
    question: str
    provenance: Respondent  #: Who the teacher was.
    #: The registered plan, how many answers there were before it, and in sentences what has changed since.
    plan_sha256: str
    plan_answers: int
    plan_changes: tuple[str, ...]
    design: StudyDesign  #: What was compared with what.
    #: Persona id to its name for readers; a persona without a name is shown by its id.
    names: Mapping[str, str]
    #: The tables of `eep.data.responses`, `eep.data.returns` and `eep.stats.estimates`; returns and policies may be
    #: empty.
    responses: pl.DataFrame
    returns: pl.DataFrame
    policies: pl.DataFrame
    estimates: pl.DataFrame
    verdicts: pl.DataFrame  #: The columns `VERDICTS`; empty if no verdict was given.
    #: Name to seed, and library to version.
    seeds: Mapping[str, int]
    versions: Mapping[str, str]
    #: Name to the SVG text of an episode; ``task-role-agent-persona`` is found by the text, others are linked.
    animations: Mapping[str, str]
    #: Task id to item id to the item's picture and caption, in the order in which readers see them; see
    #: `eep.report.most_discriminating_items`.
    gallery: Mapping[str, Mapping[str, Illustration]] = field(default_factory=dict)
    #: Task id to cluster to what all items of the cluster show; see `eep.report.most_discriminating_clusters`.
    portraits: Mapping[str, Mapping[str, Illustration]] = field(default_factory=dict)
    #: Task id to the scale that its analysed readout is; tasks where it is the probability of an option are absent.
    scales: Mapping[str, Scale] = field(default_factory=dict)
    #: Task id to what its measures of play and its policies' numbers are, by name, as far as it says so.
    meanings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    films: Mapping[str, str] = field(default_factory=dict)  #: Task id to what is seen in its animations, in a sentence.
    #: Task id to the words for its personas' preferences; tasks without any are told in plainer words.
    tastes: Mapping[str, PreferencePhrases] = field(default_factory=dict)
    #: Task id to what ``eep calibrate`` and ``eep power`` measured of this design, as far as they did: ``rates``,
    #: ``coverage`` and ``power``; and ``calibration`` and ``power`` to the commands that did.
    measured: Mapping[str, Mapping[str, pl.DataFrame]] = field(default_factory=dict)
    measured_by: Mapping[str, str] = field(default_factory=dict)
    #: Task id to what would make an inconclusive verdict conclusive.
    advice: Mapping[str, str] = field(default_factory=dict)
    prompts: Balance | None = None  #: How alike and how long the prompts of the compared personas are, where known.
    exchanges: tuple[Exchange, ...] = ()  #: Questions and replies to read: a sample.

    def __post_init__(self) -> None:
        if self.provenance.kind not in KINDS:
            raise ValueError(f"expected a teacher of kind {', '.join(KINDS)}; found {self.provenance.kind!r}")
        _require_columns("responses", self.responses, tuple(RESPONSES))
        _require_columns("returns", self.returns, tuple(RETURNS))
        _require_columns("policies", self.policies, tuple(POLICIES))
        _require_columns("estimates", self.estimates, tuple(ESTIMATES))
        _require_columns("verdicts", self.verdicts, VERDICTS)
        strangers = set(self.verdicts["task"]) - {task.task for task in self.design.tasks}
        if strangers:
            raise ValueError(f"expected verdicts on the design's tasks; found {', '.join(sorted(strangers))}")

    def labels(self) -> dict[str, str]:
        """Return persona id to the name that readers see: one line, and told apart where two are the same."""
        names = {persona: plain(self.names.get(persona, "")) or plain(persona) for persona in self.design.persona_ids}
        shared = {name for name in names.values() if list(names.values()).count(name) > 1}
        return {persona: f"{name} ({persona})" if name in shared else name for persona, name in names.items()}

    def teacher(self) -> str:
        """Return the few words about the teacher that stand on every chart."""
        kind = self.provenance.kind
        agent = plain(self.provenance.agent).removeprefix(f"{kind}:")
        words = {
            "simulated": "SIMULATED teacher",
            "recorded": f"recorded answers of {agent}",
            "live": f"live answers of {agent}",
        }
        return words[kind]


def _require_columns(name: str, frame: pl.DataFrame, expected: tuple[str, ...]) -> None:
    missing = [column for column in expected if column not in frame.columns]
    if missing:
        raise ValueError(f"expected {name} with the columns {', '.join(expected)}; {', '.join(missing)} missing")
