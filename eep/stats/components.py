"""What a persona can change: how often the option is chosen (level), and for which items (preference).

Every component is centred over the personas within a wording, so that what all personas share under one
prompt template is gone before anything is compared.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from eep.core.arrays import BoolArray, FloatArray
from eep.stats import reasons
from eep.stats.cells_present import Absent, present
from eep.stats.panel import Panel
from eep.stats.reasons import Reason

LEVEL = "level"
PREFERENCE = "preference"
#: Probabilities are kept this far from 0 and 1 before their logit is taken.
CLIP = 1e-3
#: What is smaller than this, relative to the numbers it came from, is rounding and counts as zero.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Component:
    """One component of a panel, K personas x W wordings."""

    #: ``"level"`` or ``"preference"``.
    name: str
    #: (K, W, D) rows whose inner product is the similarity of two cells: the level centred over personas (D = 1), or
    #: the preference scaled to unit length (D = N, so that the similarity is a cosine).
    teacher: FloatArray
    student: FloatArray
    #: (K, W, D) deviations in units of probability, for covariances: the same centred level, or the double-centred
    #: probabilities.
    teacher_deviation: FloatArray
    student_deviation: FloatArray
    #: (D,) cluster numbers of the items, for tests over items; empty where D is no item axis.
    clusters: npt.NDArray[np.intp]
    #: Variance that sampling alone adds to an entry of ``teacher_deviation``.
    sampling: float
    #: Why the component cannot be tested; empty if it can.
    reason: Reason
    #: Cells that are not there; their rows are 0.
    absent: Absent = ()

    @property
    def present(self) -> BoolArray:
        """Which cells are there, (K, W)."""
        return present(self.student.shape[0], self.student.shape[1], self.absent)


def level(panel: Panel) -> Component:
    """Return how often each cell chooses the option: mean probability over items, centred over personas."""
    reason = panel.reason()
    if reason:
        return _untestable(LEVEL, panel, reason)
    teacher = centred(panel.teacher.mean(axis=2, keepdims=True), panel.present)
    student = centred(panel.student.mean(axis=2, keepdims=True), panel.present)
    return Component(
        name=LEVEL,
        teacher=teacher,
        student=student,
        teacher_deviation=teacher,
        student_deviation=student,
        clusters=np.empty(0, dtype=np.intp),
        sampling=panel.sampling / len(panel.items),
        reason=_constant(teacher, student, "choose the option equally often"),
        absent=panel.absent,
    )


def preference(panel: Panel) -> Component:
    """Return which items each cell favours, beyond its level and any curve of what is generic.

    The generic part is removed by projection on `generic_basis`; the rest is centred over personas within a
    wording and scaled to unit length, so that one cell with erratic answers cannot dominate. Students enter
    as logits, teachers as probabilities (sampled answers have no logit).

    Notes
    -----
    Removing curves of the generic score matters: personas that differ in nothing but how often they choose
    the option also differ in probabilities item by item, because probabilities saturate (an interaction that
    a change of scale removes; Loftus 1978, Wagenmakers et al. 2012).
    """
    reason = panel.reason()
    if reason:
        return _untestable(PREFERENCE, panel, reason)
    there, logits = panel.present, logit(panel.student)
    basis = generic_basis(panel.teacher, logits, there)
    if len(panel.items) < basis.shape[1] + 2:
        return _untestable(PREFERENCE, panel, _too_few(panel, basis.shape[1]))
    teacher, student = (unit_rows(centred(residual(x, basis), there), x) for x in (panel.teacher, logits))
    return Component(
        name=PREFERENCE,
        teacher=teacher,
        student=student,
        teacher_deviation=double_centred(panel.teacher, there),
        student_deviation=double_centred(panel.student, there),
        clusters=np.unique(np.array(panel.clusters), return_inverse=True)[1],
        sampling=panel.sampling,
        reason=_constant(teacher, student, "favour exactly the same items"),
        absent=panel.absent,
    )


def _too_few(panel: Panel, columns: int) -> Reason:
    """Return that items are too few beside so many columns, and whether the design or missing answers made them few."""
    few, enough = f"too few beside the {columns} columns of the generic part", columns + 2
    there = len(panel.items)
    in_all = there + panel.n_excluded
    if in_all < enough:
        found = f"{there} held-out items are {few}"
        return reasons.reason(reasons.TOO_SMALL, found, f"{enough} or more would do")
    found = f"{there} of {in_all} held-out items were validly answered in every cell, {few}"
    return reasons.reason(reasons.MISSING, found)


def slope_on_generic(panel: Panel) -> FloatArray:
    """Return how steeply each teacher cell follows what all cells share: (K, W), NaN for absent cells.

    The regression of its probabilities on the generic score (the items' means over all teacher cells), in probability
    per standard deviation of that score; NaN throughout where all items are alike in it. Descriptive, as level
    contaminates it: who chooses the option nearly always has a flat slope, whatever it shares.
    """
    basis = generic_basis(panel.teacher, logit(panel.student), panel.present)
    if basis.shape[1] < 2:
        return np.full(panel.teacher.shape[:2], np.nan)
    slopes = np.einsum("pwi,i->pw", panel.teacher, basis[:, 1]) / np.sqrt(len(panel.items))
    return np.where(panel.present, slopes, np.nan)


def logit(probability: FloatArray) -> FloatArray:
    """Return the logit of probabilities clipped to [0.001, 0.999]."""
    clipped = np.clip(probability, CLIP, 1.0 - CLIP)
    return np.asarray(np.log(clipped / (1.0 - clipped)))


def residualised(panel: Panel, component: Component) -> Component:
    """Return a preference component whose deviations are probabilities beyond the generic curves, too.

    The deviations of `preference` are double-centred probabilities, in which a difference of level leaves a
    trace, as probabilities saturate; here that trace is projected out before the slope is taken, at the price
    of the little of the persona that follows the generic curves.
    """
    basis = generic_basis(panel.teacher, logit(panel.student), panel.present)
    teacher, student = (centred(residual(x, basis), panel.present) for x in (panel.teacher, panel.student))
    return replace(component, teacher_deviation=teacher, student_deviation=student)


def generic_basis(teacher: FloatArray, student_logits: FloatArray, there: BoolArray | None = None) -> FloatArray:
    """Return an orthonormal basis, (N, r <= 8), of curves of what all cells share.

    Columns 1, t, t^2, t^3, s, s^2, s^3, t*s, with t and s the z-scores over items of the mean teacher
    probability and the mean student logit. Being functions of means over all cells, they do not change when
    personas are relabelled. Columns that add nothing (s = t, constant means) are dropped. ``there``, (K, W), says
    which cells take part; all by default.
    """
    complete = there is None or there.all()
    t, s = (_z(x.mean(axis=(0, 1)) if complete else x[there].mean(axis=0)) for x in (teacher, student_logits))
    kept: list[FloatArray] = []
    for column in (np.ones_like(t), t, t**2, t**3, s, s**2, s**3, t * s):
        rest = column
        # Twice, as one pass of Gram-Schmidt loses orthogonality; einsum, as threads never reorder its sums.
        for _ in range(2):
            for q in kept:
                rest = rest - q * np.einsum("i,i", q, rest)
        length = np.sqrt(np.einsum("i,i", rest, rest))
        if length > ROUNDING * np.sqrt(np.einsum("i,i", column, column)):
            kept.append(rest / length)
    return np.stack(kept, axis=1)


def residual(x: FloatArray, basis: FloatArray) -> FloatArray:
    """Return ``x`` (..., N) minus its projection on the columns of ``basis`` (N, r)."""
    weights = np.einsum("...i,ir->...r", x, basis)
    return np.asarray(x - np.einsum("...r,ir->...i", weights, basis))


def centred(x: FloatArray, there: BoolArray | None = None) -> FloatArray:
    """Return ``x`` (K, W, ...) minus its mean over personas within each wording; 0 where a cell is not ``there``."""
    if there is None or there.all():
        deviation = x - x.mean(axis=0, keepdims=True)
    else:
        some = there.reshape(*there.shape, *([1] * (x.ndim - 2)))
        mean = np.where(some, x, 0.0).sum(axis=0, keepdims=True) / some.sum(axis=0, keepdims=True)
        deviation = np.where(some, x - mean, 0.0)
    return np.where(np.abs(deviation) > ROUNDING * np.abs(x).max(initial=0.0), deviation, 0.0)


def double_centred(x: FloatArray, there: BoolArray | None = None) -> FloatArray:
    """Return ``x`` (K, W, N) minus each cell's level and minus the mean over personas within each wording."""
    return centred(x - x.mean(axis=2, keepdims=True), there)


def unit_rows(rows: FloatArray, before: FloatArray) -> FloatArray:
    """Return ``rows`` (..., N) at unit length; rows that are mere rounding of ``before`` become zero."""
    length = np.sqrt(np.einsum("...i,...i->...", rows, rows))[..., None]
    scale = np.sqrt(np.einsum("...i,...i->...", before, before))[..., None]
    real = length > ROUNDING * scale
    return np.where(real, rows / np.where(real, length, 1.0), 0.0)


def _z(x: FloatArray) -> FloatArray:
    spread = x.std()
    if spread <= ROUNDING * max(1.0, float(np.abs(x).max(initial=0.0))):
        return np.zeros_like(x)
    return np.asarray((x - x.mean()) / spread)


def _constant(teacher: FloatArray, student: FloatArray, doing: str) -> Reason:
    for kind, who, rows in ((reasons.NOTHING, "teachers", teacher), (reasons.ALIKE, "students", student)):
        if not rows.any():
            return reasons.reason(kind, f"the {who} of all personas {doing}")
    return reasons.NONE


def _untestable(name: str, panel: Panel, reason: Reason) -> Component:
    empty = np.empty((len(panel.personas), len(panel.wordings), 0))
    return Component(name, empty, empty, empty, empty, np.empty(0, dtype=np.intp), 0.0, reason)
