"""Rejection rates of many experiments, with the interval that their number allows."""

from dataclasses import dataclass

import numpy as np

from eep.stats.panel import FloatArray
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
    from scipy.special import betaincinv  # scipy.stats would take a second to import

    tail = (1.0 - confidence) / 2
    low = float(betaincinv(count, of - count + 1, tail)) if count else 0.0
    high = float(betaincinv(count + 1, of - count, 1.0 - tail)) if count < of else 1.0
    return Rate(count, of, low, high, missing)
