"""Whether the persona survives a change of body: students beside teachers in states that the changed body leads to.

The states are moments of everyone's play in that body. What teachers and students would do there makes a panel like that of
the held-out items, and T2 and T3 are done on it. These tests are exploratory.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from eep.core.arrays import FloatArray
from eep.stats.estimates import Estimate, notes, number
from eep.stats.panel import Panel
from eep.stats.tests import run

#: The body that was learned in.
OWN = "own body"
#: Fewer personas have no order worth a number.
FEWEST = 3


@dataclass(frozen=True)
class Transfer:
    """T8: T2 and T3 in each body, and whether personas keep their order in what play comes to.

    Parameters
    ----------
    permutations, seed
        As in `eep.stats.inheritance.Inheritance`.
    """

    permutations: int
    seed: tuple[int, ...]

    def shown(self, cells: Panel, body: str, about: Estimate) -> Iterator[Estimate]:
        """Yield similarity (matched less mismatched) with T2's p-value, and T3's slope, of each component in a body."""
        for one in run(cells, self.permutations, self.seed, confirmatory=False):
            found = one.about(about.seed or 0)
            row = replace(found, test="T8", term=body, note=notes("exploratory", one.inheritance.reason))
            difference = one.inheritance.matched - one.inheritance.mismatched
            p = number(one.inheritance.p_value)
            yield replace(row, contrast="similarity", estimate=number(difference), p_value=p)
            yield replace(
                row,
                contrast="slope",
                estimate=number(one.slope.slope),
                conf_low=number(one.slope.conf_low),
                conf_high=number(one.slope.conf_high),
                note=notes("exploratory", one.slope.reason),
            )

    def outcomes(self, own: FloatArray, here: FloatArray, body: str, about: Estimate) -> Iterator[Estimate]:
        """Yield the students' mean of a measure of play, (K,) personas' means in their own body and ``here``, and how the order is kept.

        The order is Spearman's correlation of the personas' means in the two bodies.
        """
        row = replace(about, test="T8", term=body, n_personas=len(here), note="exploratory")
        yield replace(row, contrast="mean", estimate=number(float(np.mean(here))))
        there = np.isfinite(own) & np.isfinite(here)
        if body != OWN and there.sum() >= FEWEST and np.ptp(own[there]) > 0 and np.ptp(here[there]) > 0:
            from scipy.stats import spearmanr

            order = float(spearmanr(own[there], here[there]).statistic)
            yield replace(row, contrast="order", estimate=number(order), method="Spearman over personas")
