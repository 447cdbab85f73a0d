"""What agents achieve in closed-loop play: mean returns, with the trained agent (cell) as the unit."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from eep.core.arrays import FloatArray
from eep.data.means import cells
from eep.stats.contrasts import t_quantile
from eep.stats.estimates import Estimate, notes, number
from eep.stats.permutation import NAN

#: What a number of cells forbids.
MISSING = {0: "no cell has a number", 1: "one cell has no interval"}


@dataclass(frozen=True)
class MeanReturn:
    """Mean return of every agent by persona, and as ``"all"`` over the persona arm (or over all its cells).

    Episodes of one cell share one policy, so they are no independent evidence about a persona: they are
    averaged first, and the interval is a t interval over cells. Unanswered episodes have no return; they are
    counted in ``n_excluded``.

    Parameters
    ----------
    confidence
        Of the interval.
    """

    confidence: float = 0.95

    def __call__(self, returns: pl.DataFrame, about: Estimate) -> list[Estimate]:
        """Return the estimates of a task's measure of play (task and component of ``about``); teachers first."""
        row = replace(about, test="returns", term="mean")
        return list(self._summaries(cells(returns.filter(task=about.task, measure=about.component)), row))

    def _summaries(self, agents: pl.DataFrame, row: Estimate) -> Iterator[Estimate]:
        for (_, agent), mine in agents.group_by("role", "agent", maintain_order=True):
            about = replace(row, agent=str(agent))
            for (persona,), some in mine.group_by("persona", maintain_order=True):
                yield self._mean(some, replace(about, contrast=str(persona)))
            everyone = mine.filter(arm="persona")
            yield self._mean(everyone if everyone.height else mine, replace(about, contrast="all"))

    def _mean(self, mine: pl.DataFrame, row: Estimate) -> Estimate:
        values = mine["mean"].drop_nulls().to_numpy()
        row = replace(row, n_personas=mine["persona"].n_unique(), n_excluded=int(mine["unanswered"].sum()))
        found = over_cells(values, row, self.confidence)
        return found if len(values) else replace(found, note=notes(row.note, "no episode was answered"))


def over_cells(values: FloatArray, row: Estimate, confidence: float) -> Estimate:
    """Return the row with the mean of cells' numbers (n,) and a t interval over them."""
    error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else NAN
    mean = float(np.mean(values)) if len(values) else NAN
    half = error * t_quantile(len(values) - 1, confidence)
    return replace(
        row,
        estimate=number(mean),
        std_error=number(error),
        conf_low=number(mean - half),
        conf_high=number(mean + half),
        method=f"t over {len(values)} cells",
        note=notes(row.note, MISSING.get(len(values), "")),
    )
