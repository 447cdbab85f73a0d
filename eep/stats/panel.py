"""From the responses table to arrays: the persona arm's teacher and student cells on the same held-out items."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from eep.core.arrays import BoolArray, FloatArray
from eep.data.means import cell_means
from eep.data.responses import one_option
from eep.stats import reasons
from eep.stats.cells_present import Absent, dropped, gaps_of, layout, listed, present
from eep.stats.reasons import Reason

#: Share of the cells that must have answered an item for it to be analysed.
LEAST = 0.5


@dataclass(frozen=True)
class Panel:
    """Teachers and their students, cell by cell: K personas x W wordings x N held-out items."""

    #: What was asked, the student kind, and the option whose probability is analysed.
    task: str
    agent: str
    option: str
    #: Names along the three axes, sorted.
    personas: tuple[str, ...]
    wordings: tuple[str, ...]
    items: tuple[str, ...]
    #: Each item's cluster, (N,).
    clusters: tuple[str, ...]
    #: (K, W, N) float64, probabilities of the option, averaged over samples (samples are not wordings); NaN where a cell
    #: has no valid answer to an item. Cells that are not there hold zeros.
    teacher: FloatArray
    student: FloatArray
    #: Mean variance of a teacher's averaged answer due to sampling alone, in squared probability; 0 where no question
    #: was asked twice (then it cannot be told from the wordings' idiosyncrasy).
    sampling: float = 0.0
    #: How many samples a teacher's average is over, as their harmonic mean.
    samples: float = 1.0
    #: Held-out items left out because fewer than half of the cells have a valid answer; of `listwise`, because one has not.
    n_excluded: int = 0
    #: Cells without a single valid answer on held-out items, in words, where too few others are left.
    gaps: tuple[str, ...] = ()
    #: Cells that are not there, teacher or student, in a panel that can do without: its rows are 0 and enter nothing.
    absent: Absent = ()
    #: What was left out for want of valid answers, cells or whole personas, in words.
    missing: tuple[str, ...] = ()
    #: The neutral persona's teacher and student cells in the same wordings on the same items, (W, N) each; None where there
    #: is not exactly one neutral persona that has them all.
    neutral: tuple[FloatArray, FloatArray] | None = None

    @property
    def present(self) -> BoolArray:
        """Which cells are there, (K, W)."""
        return present(len(self.personas), len(self.wordings), self.absent)

    @cached_property
    def listwise(self) -> "Panel":
        """The panel of the items that every cell answered, for what would be misled by others: levels are.

        Where a persona refuses what it would have said no to, its level over the items that it answered is too high.
        """
        return self.only(np.asarray(np.isfinite(self.teacher).all((0, 1)) & np.isfinite(self.student).all((0, 1))))

    @property
    def answered_by_neutral(self) -> "Panel":
        """The panel of the items that the neutral cells answered; the same where there are none."""
        if self.neutral is None:
            return self
        return self.only(np.asarray(np.isfinite(self.neutral[0]).all(0) & np.isfinite(self.neutral[1]).all(0)))

    def only(self, kept: BoolArray) -> "Panel":
        """Return the panel of some of its items, (N,)."""
        if kept.all():
            return self
        return replace(
            self,
            items=tuple(item for item, keep in zip(self.items, kept.tolist(), strict=True) if keep),
            clusters=tuple(cluster for cluster, keep in zip(self.clusters, kept.tolist(), strict=True) if keep),
            teacher=np.ascontiguousarray(self.teacher[:, :, kept]),
            student=np.ascontiguousarray(self.student[:, :, kept]),
            neutral=None if self.neutral is None else (self.neutral[0][:, kept], self.neutral[1][:, kept]),
            n_excluded=self.n_excluded + int((~kept).sum()),
        )

    def __post_init__(self) -> None:
        shape = (len(self.personas), len(self.wordings), len(self.items))
        if self.teacher.shape != shape or self.student.shape != shape or len(self.clusters) != shape[2]:
            raise ValueError(
                f"expected teacher and student of shape {shape} and {shape[2]} clusters; found "
                f"{self.teacher.shape}, {self.student.shape} and {len(self.clusters)}"
            )

    def reason(self) -> Reason:
        """Return why personas cannot be compared across wordings at all; empty if they can."""
        if len(self.personas) < 2:
            found = f"there is {_number(len(self.personas), 'persona')}, and a persona shows only beside another"
            return reasons.reason(reasons.TOO_SMALL, found, "six personas or more are advised")
        if len(self.wordings) < 2:
            found = (
                f"there is {_number(len(self.wordings), 'wording')}, "
                "so nothing tells a persona from the words that describe it"
            )
            return reasons.reason(reasons.TOO_SMALL, found, "two wordings of every persona would do")
        if self.gaps:
            return reasons.reason(reasons.MISSING, f"no valid held-out answers from {listed(self.gaps)}")
        if not self.items:
            found = f"none of the {self.n_excluded} held-out items was validly answered in enough cells"
            return reasons.reason(reasons.MISSING, found)
        return reasons.NONE

    def neutral_reason(self) -> Reason:
        """Return why no persona can be compared with the neutral voice; empty if it can."""
        if self.neutral is not None:
            return reasons.NONE
        found = (
            "there is not exactly one neutral persona, with a teacher and a student in every wording, to compare with"
        )
        return reasons.reason(reasons.TOO_SMALL, found, "add the neutral persona in the same wordings")


def build(responses: pl.DataFrame, *, task: str, agent: str, option: str | None = None) -> Panel:
    """Return the persona arm's panel of one task and one student kind.

    Parameters
    ----------
    responses
        A responses table (see `eep.data.responses`); controls and other arms are left aside.
    task, agent
        Which task and which student kind.
    option
        Which option's probability is analysed; not needed where the task scores one.

    Raises
    ------
    ValueError
        If several teachers answered, or there are several readouts and none is named.
    """
    teachers, students = _held_out(responses, task, agent, option)
    clusters = dict(pl.concat([teachers, students]).select("item", "cluster").unique().iter_rows())
    axes = (_names(teachers, "persona"), _names(teachers, "wording"), tuple(sorted(clusters)))
    teacher, sampling, samples = _average(teachers, axes)
    student, *_ = _average(students, axes)
    gaps = (*gaps_of("teacher", teacher, axes), *gaps_of(f"{agent} student", student, axes))
    cells = layout(np.asarray(np.isfinite(teacher).any(axis=2) & np.isfinite(student).any(axis=2)))
    personas, wordings = (tuple(axes[n][i] for i in cells.kept[n]) for n in (0, 1))
    # A cell that is not there holds zeros, so that it never decides which items are kept.
    there = present(len(personas), len(wordings), cells.absent)[:, :, None]
    teacher, student = (np.where(there, x[np.ix_(*cells.kept)], 0.0) for x in (teacher, student))
    answered = np.isfinite(teacher) & np.isfinite(student)
    # Half of the cells or more are enough: what is missing is then left out cell by cell.
    kept = np.asarray((answered & there).sum((0, 1)) >= LEAST * there.sum())
    items = tuple(item for item, keep in zip(axes[2], kept.tolist(), strict=True) if keep)
    return Panel(
        task=task,
        agent=agent,
        option=option or "".join(teachers["option"].unique()),
        personas=personas,
        wordings=wordings,
        items=items,
        clusters=tuple(clusters[item] for item in items),
        teacher=np.ascontiguousarray(teacher[:, :, kept]),
        student=np.ascontiguousarray(student[:, :, kept]),
        sampling=sampling,
        samples=samples,
        n_excluded=int((~kept).sum()),
        gaps=() if cells.enough else gaps,
        absent=cells.absent,
        neutral=_neutral(responses, (task, agent, option), wordings, items),
        missing=(
            *(gaps if cells.enough else ()),
            *dropped(axes[0], personas, "fewer than two wordings"),
            *dropped(axes[1], wordings, "fewer than two personas"),
        ),
    )


def _held_out(responses: pl.DataFrame, task: str, agent: str, option: str | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows of the one teacher and of one student kind on held-out items of the persona arm."""
    asked = responses.filter(task=task, split="test", arm="persona")
    teachers = one_option(asked.filter(role="teacher"), option)
    if teachers["agent"].n_unique() > 1:
        found = ", ".join(sorted(teachers["agent"].unique()))
        raise ValueError(f"expected one teacher in task {task!r}; found {found}: analyse them one by one")
    return teachers, one_option(asked.filter(role="student", agent=agent), option)


def _neutral(
    responses: pl.DataFrame, key: tuple[str, str, str | None], wordings: tuple[str, ...], items: tuple[str, ...]
) -> tuple[FloatArray, FloatArray] | None:
    """Return the neutral persona's cells, (W, N) of teacher and student; None where there is not one that has them all."""
    asked = responses.filter(task=key[0], split="test", arm="neutral")
    names = _names(asked.filter(role="teacher"), "persona")
    return control_cells(asked, key, wordings, items).get(names[0]) if len(names) == 1 else None


def control_cells(
    responses: pl.DataFrame, key: tuple[str, str, str | None], wordings: tuple[str, ...], items: tuple[str, ...]
) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Return persona to its teacher and student cells, (W, N) each, where it has all wordings; ``key``: task, student kind, option."""
    _, agent, option = key
    teachers, students = responses.filter(role="teacher"), responses.filter(role="student", agent=agent)
    found: dict[str, tuple[FloatArray, FloatArray]] = {}
    for name in _names(teachers, "persona"):
        cells = [_average(one_option(rows, option), ((name,), wordings, items))[0][0] for rows in (teachers, students)]
        if all(np.isfinite(mine).any(axis=1).all() for mine in cells):
            found[name] = cells[0], cells[1]
    return found


def _names(rows: pl.DataFrame, column: str) -> tuple[str, ...]:
    return tuple(sorted(rows[column].unique()))


def _average(rows: pl.DataFrame, axes: tuple[tuple[str, ...], ...]) -> tuple[FloatArray, float, float]:
    """Return means over valid samples, NaN where there are none, their mean sampling variance, and how many samples they are over."""
    columns = ("persona", "wording", "item")
    known = (pl.col(column).is_in(list(names)) for column, names in zip(columns, axes, strict=True))
    means = cell_means(rows.filter(*known), columns)
    cell = tuple(
        means[column].cast(pl.Enum(names)).to_physical().to_numpy() for column, names in zip(columns, axes, strict=True)
    )
    mean = np.full([len(names) for names in axes], np.nan)
    mean[cell] = means["response"].to_numpy()
    within = means["variance"].drop_nulls().to_numpy()
    share = float(np.mean(1.0 / means["answers"].to_numpy())) if means.height else 1.0
    return mean, float(np.mean(within)) * share if within.size else 0.0, 1.0 / share


def _number(count: int, noun: str) -> str:
    return f"only {count} {noun}" if count else f"no {noun}"


def without_persona(cells: Panel, persona: str) -> Panel:
    """Return the panel with one persona left out, for analyses that ask what hangs on it."""
    kept = [place for place, name in enumerate(cells.personas) if name != persona]
    rest = layout(cells.present[kept])
    places = np.ix_([kept[p] for p in rest.kept[0]], rest.kept[1])
    return replace(
        cells,
        personas=tuple(cells.personas[kept[p]] for p in rest.kept[0]),
        wordings=tuple(cells.wordings[w] for w in rest.kept[1]),
        teacher=cells.teacher[places],
        student=cells.student[places],
        absent=rest.absent,
    )
