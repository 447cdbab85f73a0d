"""What a persona can change: level, gain and preference.

That is how often the option is chosen, how closely the cell follows what all choose it for, and for which items it is
chosen beyond that. Every component is centred over the personas within a wording, so that what all personas share under one
prompt template is gone before anything is compared.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from eep.core.arrays import BoolArray, FloatArray
from eep.stats import generic, reasons
from eep.stats.cells_present import Absent, present
from eep.stats.panel import Panel
from eep.stats.reasons import Reason
from eep.stats.rows import centred, double_centred, logit, residual, unit_rows, z_score

LEVEL = "level"
GAIN = "gain"
PREFERENCE = "preference"
#: Preference as it is before ways of following the common curve are taken out: for the sensitivity analysis.
WITH_GAIN = "preference including gain"
#: Fewer held-out items say nothing of how cells answer in general.
FEWEST = 8


@dataclass(frozen=True)
class Component:
    """One component of a panel, K personas x W wordings."""

    #: One of `COMPONENTS`, or `WITH_GAIN`.
    name: str
    #: (K, W, D) rows whose inner product is the similarity of two cells: the level or gain centred over personas (D = 1),
    #: or the preference scaled to unit length (D = N, so that the similarity is a cosine).
    teacher: FloatArray
    student: FloatArray
    #: (K, W, D) deviations in units of probability, for covariances: the same centred level or gain, or the probabilities
    #: beyond the generic curves.
    teacher_deviation: FloatArray
    student_deviation: FloatArray
    #: (D,) cluster numbers of the items, for tests over items; empty where D is no item axis.
    clusters: npt.NDArray[np.intp]
    #: Variance that sampling alone adds to an entry of ``teacher_deviation``.
    sampling: float
    #: Why the component cannot be tested; empty if it can.
    reason: Reason
    #: (W, r, N) directions that are taken out of the rows, by the wording whose teachers they come from; in covariances of two
    #: wordings, those of the others are taken out of the deviations (`eep.stats.slope.cross_covariance`).
    ways: FloatArray | None = None
    #: Cells that are not there; their rows are 0.
    absent: Absent = ()

    @property
    def over_items(self) -> bool:
        """Whether rows are over items, so that there can be tests over items."""
        return self.name in {PREFERENCE, WITH_GAIN}

    @property
    def present(self) -> BoolArray:
        """Which cells are there, (K, W)."""
        return present(self.student.shape[0], self.student.shape[1], self.absent)


def level(panel: Panel) -> Component:
    """Return how often each cell chooses the option: mean probability over the items that all answered, centred over personas."""
    return _component(LEVEL, panel.listwise)


def gain(panel: Panel) -> Component:
    """Return how steeply each cell follows what all cells share, beyond what its level explains, centred over personas.

    See `eep.stats.generic.gain`; over the items that all answered. Whoever has a gain above others does what everybody
    does, more consistently: for whatever reason, so that strong tastes of one's own lower it, too.
    """
    return _component(GAIN, panel.listwise)


def preference(panel: Panel) -> Component:
    """Return which items each cell favours, beyond its level and any way of following what is generic.

    Taken out are the curves of `eep.stats.generic.generic_basis`; the rest is centred over personas within a wording.
    Then the directions of `eep.stats.generic.ways_of_following` are taken out, and rows are scaled to unit length, so that
    one cell with erratic answers cannot dominate. Students enter as logits, teachers as probabilities (sampled answers have
    no logit).

    Notes
    -----
    Removing curves of the generic score matters: personas that differ in nothing but how often they choose
    the option also differ in probabilities item by item, because probabilities saturate (an interaction that
    a change of scale removes; Loftus 1978, Wagenmakers et al. 2012). Removing the directions matters where personas
    differ in how strongly they follow something that all share; docs/statistics.md.
    """
    return _component(PREFERENCE, panel)


def preference_with_gain(panel: Panel) -> Component:
    """Return preference without the last step: differences in how strongly personas follow what all share count, too."""
    return _component(WITH_GAIN, panel)


#: What gets a verdict in every task, in the order of tables.
COMPONENTS: Mapping[str, Callable[[Panel], Component]] = {LEVEL: level, GAIN: gain, PREFERENCE: preference}


def against_neutral(panel: Panel, name: str) -> Component:
    """Return a component of `COMPONENTS` as deviations from the neutral cell of the same wording, not from the personas' mean.

    What is generic is still what all personas share. Where seven personas have something in common that the eighth lacks,
    their mean has it, and the eighth would differ from the mean by lacking it; from the neutral voice it does not.
    """
    panel = panel if name == PREFERENCE else panel.answered_by_neutral.listwise
    return _component(name, panel, neutral=True)


def _component(name: str, panel: Panel, *, neutral: bool = False) -> Component:
    reason = panel.reason() or (panel.neutral_reason() if neutral else reasons.NONE)
    if reason:
        return _untestable(name, panel, reason)
    there, answers = panel.present, (panel.teacher, panel.student)
    if neutral and panel.neutral is not None:
        # As one more persona, which has no say in what is generic.
        answers = (
            np.concatenate([panel.teacher, panel.neutral[0][None]]),
            np.concatenate([panel.student, panel.neutral[1][None]]),
        )
        there = np.concatenate([there, np.zeros_like(there[:1])])
    if len(panel.items) < FEWEST:
        return _untestable(name, panel, _few(panel, FEWEST))
    if name in {PREFERENCE, WITH_GAIN}:
        return _rows(name, panel, *answers, there)
    t = z_score(generic.mean_over_cells(answers[0], there))
    values = (x.mean(axis=2) if name == LEVEL else generic.gain(x, t, there) for x in answers)
    teacher, student = (_deviation(x[:, :, None], there) for x in values)
    doing = "choose the option equally often" if name == LEVEL else "follow what all share equally closely"
    return Component(
        name=name,
        teacher=teacher,
        student=student,
        teacher_deviation=teacher,
        student_deviation=student,
        clusters=np.empty(0, dtype=np.intp),
        # Of a slope on a z-score, too: its weights have a mean square of 1.
        sampling=panel.sampling / len(panel.items),
        reason=_constant(teacher, student, doing),
        absent=panel.absent,
    )


def _rows(name: str, panel: Panel, teacher: FloatArray, student: FloatArray, there: BoolArray) -> Component:
    """Return the component of a row over items per cell."""
    followed, logits = generic.FOLLOWED * (name == PREFERENCE), logit(student)
    basis = generic.generic_basis(teacher, logits, there)
    columns = basis.shape[1] + followed
    if len(panel.items) < columns + 2:
        few = _few(panel, columns + 2, f" beside the {columns} columns that are taken out")
        return _untestable(name, panel, few)
    t = z_score(generic.mean_over_cells(teacher, there))
    left = [residual(answers, basis) for answers in (teacher, logits, student)]
    ways = generic.ways_of_following(teacher, t, centred(left[0], there), there, followed)
    personas = len(panel.personas)
    rows = [_deviation(answers, there) for answers in left]
    directions = generic.basis_of(ways)
    unit = [
        unit_rows(_without(row, _lacking(before, personas), directions) if followed else row, before[:personas])
        for row, before in zip(rows, (teacher, logits), strict=False)
    ]
    return Component(
        name=name,
        teacher=unit[0],
        student=unit[1],
        teacher_deviation=rows[0],
        student_deviation=rows[2],
        clusters=np.unique(np.array(panel.clusters), return_inverse=True)[1],
        sampling=panel.sampling,
        reason=_constant(unit[0], unit[1], "favour exactly the same items"),
        ways=ways if followed else None,
        absent=panel.absent,
    )


def _lacking(answers: FloatArray, personas: int) -> BoolArray:
    """Return where a persona's answer is missing, (K, W, N), or that of the neutral one which may come after ``personas``."""
    missing = np.isnan(answers)
    return np.asarray(missing[:personas] | missing[personas:].any(axis=0))


def _without(rows: FloatArray, lacking: BoolArray, directions: FloatArray) -> FloatArray:
    """Return ``rows`` without ``directions``, fitted where no answer is ``lacking``; 0 elsewhere."""
    return np.nan_to_num(residual(np.where(lacking, np.nan, rows), directions))


def _deviation(x: FloatArray, there: BoolArray) -> FloatArray:
    """Return ``x`` (K, W, D) less its mean over personas; of K + 1 personas, the last of which is neutral, less the neutral."""
    if there[-1].any():
        return centred(x, there)
    return np.where(there[:-1, :, None], np.nan_to_num(x[:-1] - x[-1]), 0.0)


def double_centred_deviations(panel: Panel, component: Component) -> Component:
    """Return a preference component whose deviations are double-centred probabilities.

    In these, a difference of level or gain leaves a trace, as probabilities saturate: for the sensitivity analysis.
    """
    teacher, student = (double_centred(x, panel.present) for x in (panel.teacher, panel.student))
    return replace(component, teacher_deviation=teacher, student_deviation=student, ways=None)


def _few(panel: Panel, least: int, beside: str = "") -> Reason:
    """Return that items are too few, and whether the design or missing answers made them so; ``beside`` says for what."""
    there, in_all = len(panel.items), len(panel.items) + panel.n_excluded
    if in_all < least:
        found = f"{there} held-out items are too few{beside}"
        return reasons.reason(reasons.TOO_SMALL, found, f"{least} or more would do")
    found = f"{there} of {in_all} held-out items were validly answered, which are too few{beside}"
    return reasons.reason(reasons.MISSING, found)


def _constant(teacher: FloatArray, student: FloatArray, doing: str) -> Reason:
    for kind, who, rows in ((reasons.NOTHING, "teachers", teacher), (reasons.ALIKE, "students", student)):
        if not rows.any():
            return reasons.reason(kind, f"the {who} of all personas {doing}")
    return reasons.NONE


def _untestable(name: str, panel: Panel, reason: Reason) -> Component:
    empty = np.empty((len(panel.personas), len(panel.wordings), 0))
    return Component(name, empty, empty, empty, empty, np.empty(0, dtype=np.intp), 0.0, reason)
