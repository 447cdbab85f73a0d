"""Rejection rates of many experiments, with the interval that their number allows."""

from dataclasses import dataclass

import numpy as np

from eep.core.arrays import FloatArray
from eep.stats.permutation import NAN


@dataclass(frozen=True)
class Rate:
    """A share of experiments and its Clopper-Pearson interval; ``missing`` had no p-value and count as no rejection."""

    count: int
    of: int
    low: float
    high: float
    missing: int = 0

    @property
    def value(self) -> float:
        """The share, NaN of no experiments."""
        return self.count / self.of if self.of else NAN


def rejections(p_values: FloatArray, *, alpha: float = 0.05) -> Rate:
    """Return how often p-values (n,) were at most ``alpha``."""
    missing = int(np.isnan(p_values).sum())
    return rate(int(np.count_nonzero(p_values <= alpha)), len(p_values), missing=missing)


def rate(count: int, of: int, *, confidence: float = 0.95, missing: int = 0) -> Rate:
    """Return ``count`` out of ``of`` with its exact interval (Clopper & Pearson 1934)."""
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(count, of, alpha=1.0 - confidence, method="beta") if of else (0.0, 1.0)
    return Rate(count, of, float(low), float(high), missing)
