"""T6: returns of closed-loop play with intervals and tests over cells, permuted-label students beside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from zlib import crc32

import numpy as np
import polars as pl

from eep.core.arrays import FloatArray, IntArray
from eep.data import means
from eep.stats.estimates import Estimate, notes, number
from eep.stats.permutation import NAN, TIE, PValue, no_p

#: Up to this many flips of signs are listed one and all.
ALL_FLIPS = 10_000
#: The share cut off at either end for the interquartile mean.
CUT = 0.25
PERMUTED = "permuted"


@dataclass(frozen=True)
class ClosedLoopReturns:
    """T6: the interquartile mean return over cells, and differences between agents that share a cell.

    The unit is the cell, a trained student or its teacher; episodes of one cell share one policy and are averaged
    first. Comparing episodes instead (Mann-Whitney) finds a difference in half of all cases where there is none.

    - *iqm*: the mean of the middle half of the persona arm's cells; percentile bootstrap that draws, within each
      persona, as many of its n cells as there are, with replacement, their deviations from the persona's mean
      stretched by sqrt(n/(n-1)): drawing from so few cells would else show too little of their variance. Measured
      coverage of 95 %: .92 to .95 with three wordings, .87 to .91 with two (unstretched .85 to .90 and .76 to .81).
    - *difference*: mean over cells of student minus its own teacher, and of student minus the permuted-label
      students of the same cell (averaged); signs of the cells' differences are flipped, all 2^n or a random set
      that counts the identity; two-sided. Its interval is the same bootstrap.

    Permuted-label students learned the same answers shuffled among the items: what they earn, the task gives away.

    Parameters
    ----------
    draws
        Bootstrap samples, and random flips where all are too many.
    seed
        Fixes them.
    confidence
        Of the intervals.

    References
    ----------
    Agarwal et al. 2021 (interquartile mean, stratified bootstrap); Rao & Wu 1988 (rescaled draws in small strata).
    """

    draws: int
    seed: tuple[int, ...]
    confidence: float = 0.95

    def __call__(self, returns: pl.DataFrame, about: Estimate, students: Sequence[str]) -> list[Estimate]:
        """Return the estimates of a task's measure of play (task and component of ``about``): teacher, students, permuted."""
        played = returns.filter(task=about.task, measure=about.component, arm="persona")
        cells = means.cells(played).drop_nulls("mean")
        row = replace(about, test="T6")
        return [*self._means(cells, replace(row, term="iqm", contrast="all")), *self._differences(cells, row, students)]

    def _means(self, cells: pl.DataFrame, row: Estimate) -> Iterator[Estimate]:
        for (_, agent), mine in cells.group_by("role", "agent", maintain_order=True):
            values, strata = mine["mean"].to_numpy(), mine["persona"].to_list()
            yield self._interval(
                replace(row, agent=str(agent), method=f"{len(values)} cells"),
                values,
                strata,
                (
                    float(interquartile_mean(values[None, :])[0]),
                    interquartile_mean(self._resampled(values, strata, str(agent))),
                ),
            )

    def _differences(self, cells: pl.DataFrame, row: Estimate, students: Sequence[str]) -> Iterator[Estimate]:
        place = ["persona", "wording"]
        learned = cells.filter(pl.col("role") == "student")
        for other, rivals in (
            ("teacher", cells.filter(pl.col("role") == "teacher")),
            (PERMUTED, cells.filter(pl.col("role") == "control", pl.col("agent") == PERMUTED)),
        ):
            theirs = rivals.group_by(place, maintain_order=True).agg(pl.col("mean").alias("other"))
            theirs = theirs.with_columns(pl.col("other").list.mean())
            for kind in students:
                both = learned.filter(agent=kind).join(theirs, on=place).sort(place)
                if both.height:
                    about = replace(row, term="difference", agent=kind, contrast=f"student-{other}")
                    yield self._difference(both, about)

    def _difference(self, both: pl.DataFrame, row: Estimate) -> Estimate:
        values, strata = (both["mean"] - both["other"]).to_numpy(), both["persona"].to_list()
        found = self.flipped(values)
        row = replace(
            row,
            statistic=number(found.statistic),
            p_value=number(found.value),
            method=f"sign flips over {len(values)} cells, {found.method}" if found.method else "",
            note=notes(row.note, found.reason),
        )
        resampled = self._resampled(values, strata, row.agent + row.contrast).mean(axis=1)
        return self._interval(row, values, strata, (float(values.mean()), resampled))

    def _interval(
        self, row: Estimate, values: FloatArray, strata: Sequence[str], found: tuple[float, FloatArray]
    ) -> Estimate:
        """Return the row with its estimate and the bootstrap's percentiles; none where no persona has two cells."""
        estimate, resampled = found
        repeated = len(values) > len(set(strata))
        tail = (1 - self.confidence) / 2
        low, high = np.quantile(resampled, [tail, 1 - tail]) if repeated else (NAN, NAN)
        reason = "" if repeated else "one cell of each persona has no bootstrap interval"
        return replace(
            row,
            estimate=number(estimate),
            conf_low=number(float(low)),
            conf_high=number(float(high)),
            n_personas=len(set(strata)),
            note=notes(row.note, reason),
        )

    def _resampled(self, values: FloatArray, strata: Sequence[str], name: str) -> FloatArray:
        """Return bootstrap samples (draws, n), drawn and stretched within each stratum."""
        names = np.array(strata)
        groups = [np.flatnonzero(names == stratum) for stratum in sorted(set(strata))]
        # Seeded by the agent's name: another agent in the table changes no interval.
        drawn = _drawn((*self.seed, crc32(name.encode())), tuple(map(len, groups)), self.draws)
        stretched = np.empty(len(values))
        for group in groups:
            mine, n = values[group], len(group)
            stretched[group] = mine.mean() + np.sqrt(n / max(n - 1, 1)) * (mine - mine.mean())
        return np.asarray(stretched[np.concatenate(groups)][drawn])

    def flipped(self, differences: FloatArray) -> PValue:
        """Return the two-sided p-value of flipping the signs of cells' differences (n,)."""
        n = len(differences)
        scale = float(np.abs(differences).max(initial=0.0))
        if scale == 0.0:
            return no_p("no cell differs")
        exact = 2**n <= ALL_FLIPS
        if exact:
            signs = 1.0 - 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1)
        else:
            signs = _flips(self.seed, n, self.draws)
        means = np.abs(np.einsum("bn,n->b", signs, differences)) / n
        reached = int(np.count_nonzero(means >= means[0] - TIE * scale))
        size = len(signs)
        return PValue(
            reached / size, float(differences.mean()), size, f"{'exact' if exact else 'random'} ({size})", 2 / size
        )


@lru_cache(maxsize=16)
def _drawn(seed: tuple[int, ...], sizes: tuple[int, ...], draws: int) -> IntArray:
    """Return which cells bootstrap samples take, (draws, n), groups of cells of these sizes one after another.

    An agent's samples are the same for every measure of play.
    """
    rng, starts = np.random.default_rng(list(seed)), np.cumsum([0, *sizes[:-1]])
    parts = [start + rng.integers(size, size=(draws, size)) for start, size in zip(starts, sizes, strict=True)]
    return np.concatenate(parts, axis=1)


@lru_cache(maxsize=4)
def _flips(seed: tuple[int, ...], n: int, draws: int) -> FloatArray:
    """Return random signs (draws + 1, n), none of them flipped in the first."""
    rng = np.random.default_rng([*seed, n])
    return np.concatenate([np.ones((1, n)), rng.choice([-1.0, 1.0], size=(draws, n))])


def interquartile_mean(samples: FloatArray) -> FloatArray:
    """Return the mean of the middle half of each row of ``samples`` (B, n): int(n/4) values are cut at either end."""
    cut = int(CUT * samples.shape[1])
    return np.asarray(np.sort(samples, axis=1)[:, cut : samples.shape[1] - cut].mean(axis=1))
