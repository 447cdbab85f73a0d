"""Procedures that look reasonable and are wrong, so that their error can be measured and shown.

None of them is used by an analysis. Each has a world (`eep.stats.simulation.nulls`) in which nothing is inherited and it
still finds something, more often than its nominal 5 %.
"""

from dataclasses import replace

import numpy as np

from eep.core.arrays import FloatArray
from eep.stats import components
from eep.stats.generic import generic_basis
from eep.stats.panel import Panel
from eep.stats.permutation import LabelArray, Relabellings, upper_tail
from eep.stats.rows import centred, logit, residual
from eep.stats.similarity import across_wordings, p_block, p_item, similarity
from eep.stats.simulation.trial import InvalidProcedure, Trial


def own_teacher(panel: Panel, trial: Trial, seed: tuple[int, ...]) -> float:
    """Return the p-value of students resembling the very cell that taught them more than other personas'."""
    component = components.preference(panel)
    m = similarity(component.student, component.teacher)
    same = np.mean([m[:, w, :, w] for w in range(m.shape[1])], axis=0)
    return p_block(same, trial.sets(m.shape, seed)[1]).value


def items_as_unit(panel: Panel, trial: Trial, seed: tuple[int, ...]) -> float:
    """Return the t test over items alone."""
    del trial, seed
    return p_item(replace(components.preference(panel), clusters=np.arange(len(panel.items)))).value


def items_against_one(panel: Panel, trial: Trial, seed: tuple[int, ...]) -> float:
    """Return the least p-value, times their number, of paired t tests over items of the others against the first persona."""
    from scipy.special import stdtr  # scipy.stats would take a second to import

    del trial, seed
    answers = panel.teacher.mean(axis=1)
    differences = answers[1:] - answers[:1]
    n = differences.shape[1]
    t = differences.mean(axis=1) / (differences.std(axis=1, ddof=1) / np.sqrt(n))
    return float(min(1.0, len(t) * np.min(2.0 * stdtr(n - 1, -np.abs(t)))))


def blocks_only(panel: Panel, trial: Trial, seed: tuple[int, ...]) -> float:
    """Return T2's block p-value alone."""
    component = components.preference(panel)
    return trial.block(component.student, component.teacher, seed)


def joint_only(panel: Panel, trial: Trial, seed: tuple[int, ...]) -> float:
    """Return T2's joint p-value alone."""
    component = components.preference(panel)
    return trial.joint(component.student, component.teacher, seed)


def teachers_relabelled(panel: Panel, trial: Trial, seed: tuple[int, ...]) -> float:
    """Return the p-value of T2's statistic when teachers are relabelled per wording and students are left."""
    component = components.preference(panel)
    m = similarity(component.student, component.teacher)
    personas, wordings = m.shape[:2]
    apart = [sum(m[:, w, :, v] for w in range(wordings) if w != v) for v in range(wordings)]
    labels = Relabellings(personas, wordings, trial.permutations + 1, trial.permutations, seed)

    def statistic(label: LabelArray) -> FloatArray:
        columns = (np.asarray(apart[v])[p].take(label[v, p]) for v in range(wordings) for p in range(personas))
        return np.asarray(np.sum(list(columns), axis=0))

    return upper_tail(labels, statistic, float(np.abs(m).max()) * wordings).value


def double_centred(panel: Panel, trial: Trial, seed: tuple[int, ...]) -> float:
    """Return P_T2 on probabilities less their means over items and over personas, by inner products."""
    component = components.double_centred_deviations(panel, components.preference(panel))
    student, teacher = component.student_deviation, component.teacher_deviation
    item = p_item(replace(component, student=student, teacher=teacher)).value
    return max(trial.joint(student, teacher, seed), trial.block(student, teacher, seed), item)


def inner_products(panel: Panel, trial: Trial, seed: tuple[int, ...]) -> float:
    """Return max(joint, block) on preference rows that were not brought to unit length."""
    logits = logit(panel.student)
    basis = generic_basis(panel.teacher, logits)
    teacher, student = (centred(residual(x, basis)) for x in (panel.teacher, logits))
    return max(trial.joint(student, teacher, seed), trial.block(student, teacher, seed))


def students_alike(panel: Panel, trial: Trial, seed: tuple[int, ...]) -> float:
    """Return the joint p-value of students of one persona resembling each other across wordings."""
    component = components.preference(panel)
    return trial.joint(component.student, component.student, seed)


def personas_as_unit(panel: Panel, trial: Trial, seed: tuple[int, ...]) -> float:
    """Return the one-sided t test over personas of matched less mismatched similarity."""
    from scipy.special import stdtr  # scipy.stats would take a second to import

    del trial, seed
    component = components.preference(panel)
    d = across_wordings(similarity(component.student, component.teacher), component.present)
    k = len(d)
    matched = np.diag(d)
    gain = matched - (d.sum(axis=1) - matched) / (k - 1)
    return float(stdtr(k - 1, -gain.mean() / (gain.std(ddof=1) / np.sqrt(k))))


def episodes_as_unit(one: FloatArray, other: FloatArray) -> float:
    """Return the two-sided Mann-Whitney test of all episodes (cells, episodes) of one persona against another's."""
    from scipy.stats import mannwhitneyu

    return float(mannwhitneyu(one.ravel(), other.ravel()).pvalue)


def cells_as_unit(one: FloatArray, other: FloatArray) -> float:
    """Return the two-sided t test of the cells' mean returns: what `episodes_as_unit` should have been."""
    from scipy.stats import ttest_ind

    return float(ttest_ind(one.mean(axis=1), other.mean(axis=1)).pvalue)


INVALID_PROCEDURES = (
    InvalidProcedure(
        "own teacher",
        "compares students with the very answers that taught them: any whim of a prompt counts as persona",
        ("N2",),
        own_teacher,
    ),
    InvalidProcedure(
        "items as the unit",
        "t over items: all items share their cell's whims, so they are no independent evidence",
        ("N2", "N2s"),
        items_as_unit,
    ),
    InvalidProcedure(
        "items as the unit, level",
        "paired t over items of every persona against one, with Bonferroni",
        ("N2",),
        items_against_one,
        components.LEVEL,
    ),
    InvalidProcedure(
        "personas as the unit",
        "t over personas: they share the others they are compared with",
        ("N2", "N2hs"),
        personas_as_unit,
    ),
    InvalidProcedure(
        "block permutation alone",
        "students' whims come from their teachers' and go along unseen",
        ("N2s-W2",),
        blocks_only,
    ),
    InvalidProcedure(
        "teachers relabelled, students fixed",
        "breaks the tie of each student to its own teacher",
        ("N2s-W2",),
        teachers_relabelled,
    ),
    InvalidProcedure(
        "joint relabelling alone", "rejects where teachers differ and students do not", ("N3a", "N3b"), joint_only
    ),
    InvalidProcedure(
        "double-centred probabilities",
        "probabilities saturate, so a difference in level alone looks like one in taste",
        ("N4",),
        double_centred,
    ),
    InvalidProcedure(
        "inner products instead of cosines", "one erratic persona dominates", ("N2h", "N2hs"), inner_products
    ),
    InvalidProcedure(
        "students resemble each other",
        "students that share train items share what they got wrong",
        ("N3b",),
        students_alike,
    ),
)
