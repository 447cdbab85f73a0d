"""What agents achieve in closed-loop play: mean returns, with the trained agent (cell) as the unit."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Any

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
        for (_, agent), cells_of in groupby(agents.iter_rows(named=True), itemgetter("role", "agent")):
            mine, about = list(cells_of), replace(row, agent=agent)
            for persona, some in groupby(mine, itemgetter("persona")):
                yield self._mean(list(some), replace(about, contrast=persona))
            everyone = [cell for cell in mine if cell["arm"] == "persona"]
            yield self._mean(everyone or mine, replace(about, contrast="all"))

    def _mean(self, mine: list[dict[str, Any]], row: Estimate) -> Estimate:
        values = np.array([cell["mean"] for cell in mine if cell["mean"] is not None], np.float64)
        personas, unanswered = {cell["persona"] for cell in mine}, sum(cell["unanswered"] for cell in mine)
        row = replace(row, n_personas=len(personas), n_excluded=unanswered)
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
