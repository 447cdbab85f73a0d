"""What was compared with what, in numbers: the design as the report tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from eep.data.responses import ARMS


@dataclass(frozen=True)
class TaskDesign:
    """One task of an experiment."""

    #: The task's id and its name for readers.
    task: str
    title: str
    option: str  #: The option whose probability the responses are.
    #: Numbers of items in each split, and of clusters among the test items.
    items_train: int
    items_test: int
    clusters: int
    students: tuple[str, ...]  #: Student kinds; the first is the confirmatory one.


@dataclass(frozen=True)
class Design:
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
) -> Design:
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

    Raises
    ------
    ValueError
        If the teacher's rows lack a task of ``titles``.
    """
    rows = responses.filter(pl.col("role") == "teacher")
    return Design(
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
