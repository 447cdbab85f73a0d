"""What finished runs share in a task: personas in the same words, and items; and what is left out, in sentences."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import polars as pl

from eep.core.hashing import canonical_json
from eep.core.numbers import grouped
from eep.data.types import Cell
from eep.pipeline.finished import FinishedRun
from eep.pipeline.plan import PLAN, read
from eep.stats import panel
from eep.stats.cells_present import LEAST
from eep.stats.panel import Panel
from eep.tasks import TASKS, task_class
from eep.tasks.base import analysed_readout

#: What is compared item by item: items that all runs held out; else texts, each the mean over the items that stand for
#: it; else every run has items of its own.
Unit = Literal["items", "texts", "own"]

#: The key of a task's settings that takes only the first of its stimuli.
NUMBER = "number"
#: Said where a run answered more than what is shared.
OTHER_SLOPES = (
    "Shares and slopes may differ from those in the runs' own reports, which rest on all that each run answered."
)


@dataclass(frozen=True)
class Side:
    """One run as it is compared: its name for readers, its tables, and the kind of student that was named, if any."""

    label: str
    run: FinishedRun
    kind: str = ""

    @cached_property
    def plan(self) -> Mapping[str, Any]:
        """The content of the registered plan."""
        return read(self.run.folder / PLAN).plan.content

    @property
    def seed(self) -> int:
        """The experiment's seed."""
        return int(self.plan["experiment"]["seed"])

    def settings(self, task: str) -> Mapping[str, Any]:
        """Return the settings of a task, as the plan has them."""
        found: Mapping[str, Any] = self.plan["experiment"].get("tasks", {}).get(task, {})
        return found

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks of the run."""
        return tuple(self.run.verdicts["task"].unique(maintain_order=True))

    def kinds(self, task: str) -> tuple[str, ...]:
        """Return the kinds of students of a task, the confirmatory one first."""
        students = self.run.responses.filter(task=task, role="student")["agent"].unique().sort()
        first = self.run.verdicts.filter(task=task)["student"].unique()
        return tuple(sorted(students, key=lambda kind: (kind not in first, kind)))

    def student(self, task: str) -> str:
        """Return the kind of student that is compared in a task: the one that was named, or the confirmatory one; "" for none."""
        kinds = self.kinds(task)
        return (self.kind if self.kind in kinds else "") if self.kind else next(iter(kinds), "")

    def answers(self, task: str, option: str) -> pl.DataFrame:
        """Return the valid answers of the personas' teachers and students to held-out items."""
        rows = self.run.responses.filter(task=task, split="test", arm="persona", option=option, status="ok")
        mine = (pl.col("role") == "student") & (pl.col("agent") == self.student(task))
        return rows.filter((pl.col("role") == "teacher") | mine)

    def option(self, task: str) -> str:
        """Return what is analysed of a task's answers."""
        found = self.run.responses.filter(task=task, role="teacher", split="test")["option"].unique().sort().to_list()
        first = analysed_readout(task_class(task)) if task in TASKS else ""
        return first if first in found else next(iter(found), "")

    def words(self, cell: Cell) -> str | None:
        """Return the words of a persona in a wording, as the plan has them."""
        found = self.plan["personas"].get(cell.persona, {}).get("wordings", {}).get(cell.wording)
        return None if found is None else str(found)


@dataclass(frozen=True)
class SharedTask:
    """What all runs share in a task, as panels: run to panel."""

    task: str
    option: str
    panels: Mapping[str, Panel]
    unit: Unit
    #: What is left out, and what that means, in sentences.
    notes: tuple[str, ...]


@dataclass(frozen=True)
class NotShared:
    """Why a task is left out."""

    task: str
    reason: str


def shared(sides: Sequence[Side]) -> list[SharedTask | NotShared]:
    """Return what the runs share, task by task, in the order of the first run that has the task."""
    tasks = dict.fromkeys(task for side in sides for task in side.tasks)
    return [_task(task, sides) for task in tasks]


def differ_in_number_alone(sides: Sequence[Side], task: str) -> bool:
    """Return whether the runs' stimuli of a task are others because one run takes more of the same."""
    numbers = {side.settings(task).get(NUMBER) for side in sides}
    rest = {canonical_json({**side.settings(task), NUMBER: None, "students": None}) for side in sides}
    return len(numbers) > 1 and len(rest) == 1


def _task(task: str, sides: Sequence[Side]) -> SharedTask | NotShared:
    if reason := next(_obstacles(task, sides), ""):
        return NotShared(task, reason)
    option = sides[0].option(task)
    answers = {side.label: side.answers(task, option) for side in sides}
    notes: list[str] = []
    cells = _cells(sides, answers, notes)
    unit = _items(task, sides, answers, notes)
    rows = {label: _restricted(frame, cells, answers, unit) for label, frame in answers.items()}
    answered = set.intersection(*(_answered(frame) for frame in rows.values()))
    if lost := ", ".join(f"{cell.persona} ({cell.wording})" for cell in sorted(cells - answered)):
        notes.append(f"Left out, as not every run has their answers to what is shared: {lost}.")
    cells = answered
    personas, wordings = ({cell[place] for cell in cells} for place in (0, 1))
    if min(len(personas), len(wordings)) < LEAST:
        found = f"{_counted(len(personas), 'persona')} and {_counted(len(wordings), 'wording')}"
        return NotShared(task, " ".join([f"Two of each are needed; in common are {found}.", *notes]))
    kept = pl.DataFrame(sorted(cells), schema=["persona", "wording"], orient="row")
    rows = {label: frame.join(kept, on=["persona", "wording"], how="semi") for label, frame in rows.items()}
    panels = {
        side.label: panel.build(rows[side.label], task=task, agent=side.student(task), option=option) for side in sides
    }
    if any(frame.height < answers[label].height for label, frame in rows.items()):
        notes.append(OTHER_SLOPES)
    return SharedTask(task, option, panels, unit, tuple(notes))


def _obstacles(task: str, sides: Sequence[Side]) -> Iterator[str]:
    """Yield why runs cannot be compared in a task at all."""
    for side in sides:
        if task not in side.tasks:
            yield f"{side.label} does not have it."
        elif not side.student(task):
            yield f"{side.label} has no students of that kind in it, only {', '.join(side.kinds(task)) or 'none'}."
    if len(options := dict.fromkeys(side.option(task) for side in sides)) > 1:
        yield f"The runs analyse different options: {', '.join(options)}."
    seen: dict[tuple[object, str], str] = {}
    for side in sides:
        key = side.run.folder.resolve(), side.student(task)
        if key in seen:
            yield f"{seen[key]} and {side.label} are the same students here ({side.student(task)})."
        seen[key] = side.label


def _answered(frame: pl.DataFrame) -> set[Cell]:
    """Return the cells of which teacher and student gave valid answers."""
    roles = [
        frame.filter(role=role).select("persona", "wording").unique().iter_rows() for role in ("teacher", "student")
    ]
    teachers, students = ({Cell(*row) for row in rows} for rows in roles)
    return teachers & students


def _cells(sides: Sequence[Side], answers: Mapping[str, pl.DataFrame], notes: list[str]) -> set[Cell]:
    """Return the cells that all runs have, in the same words; add to the notes what some have."""
    cells = [_answered(answers[side.label]) for side in sides]
    common, every = set.intersection(*cells), set.union(*cells)
    for place, what in ((0, "personas"), (1, "wordings")):
        some = sorted({cell[place] for cell in every} - {cell[place] for cell in common})
        if some:
            notes.append(f"Left out, as not every run has them: {what} {', '.join(some)}.")
    other = {cell for cell in common if len({side.words(cell) for side in sides}) > 1}
    if other:
        listed = ", ".join(f"{cell.persona} ({cell.wording})" for cell in sorted(other))
        notes.append(f"Left out, as the runs have other words for them: {listed}.")
    return common - other


def _items(task: str, sides: Sequence[Side], answers: Mapping[str, pl.DataFrame], notes: list[str]) -> Unit:
    """Return what can be compared item by item, and add to the notes what that is."""
    same_stimuli = len({side.plan["stimuli"].get(task) for side in sides}) == 1
    items, texts = (_common(answers.values(), column) for column in ("item", "cluster"))
    sizes = {label: frame["item"].n_unique() for label, frame in answers.items()}
    fewer = not same_stimuli and differ_in_number_alone(sides, task)
    why = _why(sides, same_stimuli=same_stimuli, fewer=fewer)
    each = ", ".join(f"{size:,} of {label}" for label, size in sizes.items())
    if not same_stimuli or not texts:
        notes.append(
            f"{'Held-out items are not matched' if fewer else 'No held-out items are shared'} ({each}).{why} Every run keeps its own: what differs may be due to the items, "
            "and nothing can be said item by item."
        )
        return "own"
    if len(items) >= len(texts):
        if any(size > len(items) for size in sizes.values()):
            notes.append(grouped(f"{len(items)} held-out items are shared ({each}).{why} The others are left out."))
        return "items"
    notes.append(
        f"{len(texts)} held-out texts are shared, but {f'only {len(items)}' if items else 'none'} of the items that stand for them "
        f"({each}).{why} So each text counts as one item, with the mean answer to what stands for it."
    )
    return "texts"


def _common(frames: Iterable[pl.DataFrame], column: str) -> set[str]:
    return set.intersection(*(set(frame[column].unique()) for frame in frames))


def _why(sides: Sequence[Side], *, same_stimuli: bool, fewer: bool) -> str:
    if fewer:
        return " The runs take other numbers of the stimuli, and hold out others of them."
    if not same_stimuli:
        return " The stimuli, or the words that teachers read of them, are others."
    if len({side.seed for side in sides}) > 1:
        return " The seeds differ, and a seed draws which items are held out."
    if len({side.run.teachers for side in sides}) > 1:
        return " The items are drawn by play, in which other teachers come to other states."
    return ""


def _restricted(frame: pl.DataFrame, cells: set[Cell], answers: Mapping[str, pl.DataFrame], unit: Unit) -> pl.DataFrame:
    """Return the rows of some cells on what is compared, texts as items if need be."""
    kept = pl.DataFrame(sorted(cells), schema={"persona": pl.String, "wording": pl.String}, orient="row")
    rows = frame.join(kept, on=["persona", "wording"], how="semi")
    if unit == "own":
        return rows
    column = "item" if unit == "items" else "cluster"
    rows = rows.filter(pl.col(column).is_in(sorted(_common(answers.values(), column))))
    if unit == "items":
        return rows
    keys = [name for name in rows.columns if name not in {"item", "response"}]
    means = rows.group_by(keys).agg(pl.col("response").sort().mean()).with_columns(pl.col("cluster").alias("item"))
    return means.select(rows.columns)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
