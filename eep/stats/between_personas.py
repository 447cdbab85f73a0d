"""T6: whether what personas achieve in play differs beyond their wordings, and how much."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from eep.core.arrays import FloatArray
from eep.data import means
from eep.stats.estimates import Estimate, notes, number
from eep.stats.permutation import NAN, LabelArray, PValue, Relabellings, no_p, upper_tail

#: The agents whose cells are compared: teachers, and each kind of student.
ROLES = ("teacher", "student")
TOO_FEW = "cells of two personas in two wordings are needed"


@dataclass(frozen=True)
class BetweenPersonas:
    """Eta squared: the share of the variance of cells' means in a measure of play that lies between personas.

    The sum of squares between the personas' means, each weighed by its cells, over that of the cells. Cells are centred
    within their wording first, so that a wording that moves everybody counts for nobody. Personas are relabelled within
    wordings, all ways or a random set that counts the identity; the p-value is one-sided. Some share is between
    personas in any small table: "by chance" is the mean over the relabellings.

    Parameters
    ----------
    draws
        Random relabellings where all are too many, and how many are few enough to list.
    seed
        Fixes them.

    References
    ----------
    Fisher 1925 (correlation ratio); Phipson & Smyth 2010 (p-values of random permutations).
    """

    draws: int
    seed: tuple[int, ...]

    def __call__(self, returns: pl.DataFrame, about: Estimate) -> Iterator[Estimate]:
        """Yield the share of each agent in a task's measure of play (task and component of ``about``), then that of chance."""
        played = returns.filter(pl.col("role").is_in(ROLES), task=about.task, measure=about.component, arm="persona")
        cells = means.cells(played).drop_nulls("mean")
        for (_, agent), mine in cells.group_by("role", "agent", maintain_order=True):
            row = replace(about, test="T6", term="between personas", agent=str(agent), contrast="all")
            values = table(mine)
            found, chance = self.share(values)
            personas, wordings = values.shape
            row = replace(row, n_personas=personas, n_wordings=wordings, note=notes(about.note, found.reason))
            yield replace(
                row, estimate=number(found.statistic), p_value=number(found.value), method=_method(found, mine.height)
            )
            yield replace(row, term="between personas by chance", estimate=number(chance))

    def share(self, values: FloatArray) -> tuple[PValue, float]:
        """Return the share with its p-value, and the mean share over relabellings, of cells (personas, wordings); NaN for none."""
        there = ~np.isnan(values)
        kept = there.sum(axis=0) > 1
        values, there = values[:, kept], there[:, kept]
        if len(values) < 2 or values.shape[1] < 2 or there.sum() <= len(values):
            return no_p(TOO_FEW), NAN
        count = np.maximum(there.sum(axis=1), 1)
        centred = np.where(there, values - np.nanmean(values, axis=0), 0.0)
        whole = float((centred**2).sum())
        if whole <= 1e-12 * max(1.0, float(np.nanmax(np.abs(values))) ** 2):
            return no_p("no cell differs"), NAN
        movable = tuple(tuple(np.flatnonzero(rows).tolist()) for rows in there.T)
        personas, wordings = values.shape
        relabellings = Relabellings(personas, wordings, self.draws, self.draws, self.seed, movable)
        total = 0.0

        def statistic(labels: LabelArray) -> FloatArray:
            nonlocal total
            moved = np.take_along_axis(centred.T[:, :, None], labels, axis=1).sum(axis=0)
            shares: FloatArray = (moved**2 / count[:, None]).sum(axis=0) / whole
            total += float(shares.sum())
            return shares

        found = upper_tail(relabellings, statistic, 1.0)
        return found, total / found.size


def table(cells: pl.DataFrame) -> FloatArray:
    """Return cells' means (personas, wordings), NaN where a persona lacks a wording; samples are averaged."""
    by = cells.group_by("persona", "wording").agg(pl.col("mean").sort().mean()).sort("persona", "wording")
    wide = by.pivot(on="wording", index="persona", values="mean", sort_columns=True).drop("persona")
    return wide.select(pl.all().cast(pl.Float64).fill_null(float("nan"))).to_numpy()


def _method(found: PValue, cells: int) -> str:
    return f"personas relabelled within wordings over {cells} cells, {found.method}" if found.method else ""
