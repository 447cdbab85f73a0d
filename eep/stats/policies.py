"""Numbers about how policies act: means with the trained agent or teacher (cell) as the unit."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from eep.data.returns import AGENT
from eep.stats.estimates import Estimate
from eep.stats.returns import over_cells


@dataclass(frozen=True)
class PolicyNumbers:
    """Mean of every number about a policy, of every agent by persona, with a t interval over the persona's cells.

    Cells without the number, whose policy had no answer for any state compared, are counted in ``n_excluded``.

    Parameters
    ----------
    confidence
        Of the interval.
    """

    confidence: float = 0.95

    def __call__(self, policies: pl.DataFrame, about: Estimate) -> Iterator[Estimate]:
        """Yield the estimates of a task's policies; the number's name is the component."""
        mine = policies.filter(task=about.task).sort(*AGENT, maintain_order=True)
        by = ("feature", "role", "agent", "persona")
        for (feature, _, agent, persona), cells in mine.group_by(*by, maintain_order=True):
            row = replace(about, component=str(feature), test="policy", term="mean", agent=str(agent))
            empty = int(cells["value"].null_count())
            values = cells["value"].drop_nulls().to_numpy()
            yield over_cells(
                values, replace(row, contrast=str(persona), n_personas=1, n_excluded=empty), self.confidence
            )
