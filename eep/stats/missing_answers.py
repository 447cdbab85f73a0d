"""Answers that are missing: items and cells left out for it, and whether personas differ in how often they refuse."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import polars as pl

from eep.core.arrays import BoolArray, FloatArray
from eep.stats import unbalanced
from eep.stats.cells_present import layout
from eep.stats.estimates import Estimate, notes, number
from eep.stats.inheritance import ALL_JOINT
from eep.stats.permutation import LabelArray, PValue, no_p, upper_tail

#: Why there is nothing to test.
NONE = {"refused": "no answer was refused", "unparsable": "no answer was unparsable", "failed": "no question failed"}


@dataclass(frozen=True)
class RefusalRates:
    """Whether the rate of refused, unparsable or failed answers differs by persona beyond wording.

    r[p, w] is the share of a cell's questions (items of both splits, and samples) that got no valid answer of a
    kind. The statistic is the sum over personas of the squared sum over wordings of r[p, w] minus its wording's
    mean; cells are permuted between personas within each wording, one wording held fixed, as in T1: exact where all
    relabellings are listed, and exact in error rate where a random set counts the identity.

    The unit is the cell, as a refusal is mostly about the prompt. Fisher's exact test of the counts (Freeman &
    Halton 1951) would take every answer as an independent witness, so that one wording which a model declines to
    play would count several hundred times; it is left out for the reason that items are no unit of T2.

    Parameters
    ----------
    permutations
        Random relabellings where all are too many.
    seed
        Fixes them.
    """

    permutations: int
    seed: tuple[int, ...]

    def __call__(self, asked: pl.DataFrame, about: Estimate) -> list[Estimate]:
        """Return one row per kind of missing answer of the persona arm; ``asked`` is of `asked_of_teachers`."""
        counts = asked.filter(arm="persona")
        row = replace(about, component="response", test="refusals", agent="teacher", contrast="between personas")
        return [self._row(counts, replace(row, term=term)) for term in TERMS]

    def _row(self, counts: pl.DataFrame, row: Estimate) -> Estimate:
        rates, there = _rates(counts, row.term)
        found = self.test(rates, there)
        if not found.reason and not rates.any():
            found = no_p(NONE[row.term])
        return replace(
            row,
            estimate=number(float(rates[there].mean())) if there.any() else None,
            statistic=number(found.statistic),
            p_value=number(found.value),
            n_personas=len(rates),
            n_wordings=rates.shape[1],
            n_excluded=int(counts[row.term].sum()),
            method=found.method,
            note=notes(row.note, found.reason),
        )

    def test(self, rates: FloatArray, there: BoolArray) -> PValue:
        """Return the p-value for rates (K, W) of the cells that are ``there``; the rest of ``rates`` is 0."""
        cells = layout(there)
        if not cells.enough:
            return no_p("it takes two personas in two wordings to tell a persona's refusals from a wording's")
        some = np.ix_(*cells.kept)
        rates, there = rates[some], there[some]
        deviation = np.where(there, rates - rates.sum(axis=0) / there.sum(axis=0), 0.0)
        deviation = deviation[:, unbalanced.order(there)]
        relabellings = unbalanced.joint_relabellings(there, ALL_JOINT, self.permutations, self.seed)
        return upper_tail(relabellings, partial(_between, deviation), float((deviation**2).sum()))


def _between(deviation: FloatArray, labels: LabelArray) -> FloatArray:
    """Return the sum over personas of squared sums over wordings for each relabelling, (n,)."""
    total = deviation[:, 0, None] + sum(deviation[:, w + 1].take(labels[w]) for w in range(len(labels)))
    return np.asarray((total * total).sum(axis=0))


def asked_of_teachers(responses: pl.DataFrame, task: str) -> pl.DataFrame:
    """Return how many rows a task's teacher cells have of each status, and in all, sorted by persona, arm and wording."""
    lost = ((pl.col("status") == term).sum().alias(term) for term in TERMS)
    cells = responses.filter(task=task, role="teacher").group_by("persona", "arm", "wording")
    return cells.agg(pl.len().alias("rows"), *lost).sort("persona", "arm", "wording")


def _rates(counts: pl.DataFrame, status: str) -> tuple[FloatArray, BoolArray]:
    """Return the share of a status in every cell, (K, W), names sorted, and which cells were asked."""
    names = [sorted(set(counts[column])) for column in ("persona", "wording")]
    rates, there = np.zeros([len(axis) for axis in names]), np.zeros([len(axis) for axis in names], np.bool_)
    for persona, wording, total, lost in counts.select("persona", "wording", "rows", status).iter_rows():
        place = names[0].index(persona), names[1].index(wording)
        rates[place], there[place] = lost / total, True
    return rates, there


TERMS = ("refused", "unparsable", "failed")


@dataclass(frozen=True)
class Exclusions:
    """Share and count of the teacher's rows without a valid answer, per persona of every arm.

    Personas that refuse more than others are compared on items that are no longer like the others';
    the statistics leave such items out for all cells.
    """

    def __call__(self, asked: pl.DataFrame, about: Estimate) -> list[Estimate]:
        """Return the estimates of a task, personas sorted; ``asked`` is of `asked_of_teachers`."""
        counts = asked.group_by("persona").agg(pl.col("rows", *TERMS).sum()).sort("persona")
        return list(_rows(counts, replace(about, component="response", test="exclusions")))


def _rows(counts: pl.DataFrame, row: Estimate) -> Iterator[Estimate]:
    for persona in counts.iter_rows(named=True):
        for term in TERMS:
            yield replace(
                row,
                term=term,
                contrast=persona["persona"],
                estimate=persona[term] / persona["rows"],
                n_excluded=persona[term],
                method=f"of {persona['rows']} rows",
            )
