"""Where the variance of the teachers' answers comes from."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from eep.core.arrays import FloatArray
from eep.stats.estimates import Estimate, notes, number
from eep.stats.generic import mean_over_cells, slope
from eep.stats.panel import Panel
from eep.stats.permutation import NAN
from eep.stats.rows import z_score

TERMS = ("generic", "level", "preference", "wording", "rest")
#: The axes of the teachers' answers, as letters: persona, wording, item.
AXES = "pwi"


@dataclass(frozen=True)
class SharesResult:
    """``shares`` of the variance in the order of `TERMS`, summing to 1, or all NaN with a ``reason``."""

    shares: tuple[float, ...]
    reason: str

    def rows(self, about: Estimate) -> list[Estimate]:
        """Return the estimates; ``about`` holds what they have in common."""
        row = replace(about, test="shares", component="response", method="variance components")
        row = replace(row, note=notes(about.note, self.reason))
        return [replace(row, term=term, estimate=number(share)) for term, share in zip(TERMS, self.shares, strict=True)]


@dataclass(frozen=True)
class Shares:
    """Shares of the variance of the teachers' answers, from random-effects variance components.

    A teacher's probability is taken apart into effects of persona p, wording w, item i and their
    interactions; each component is estimated from mean squares, so that answer noise is not counted as
    persona, a negative estimate is set to zero, and all are divided by their sum:

    - *generic*: i, what all personas say about an item in all wordings;
    - *level*: p, how often a persona chooses the option;
    - *preference*: p x i, which items a persona favours whatever the wording;
    - *wording*: w, p x w and w x i, what a wording does to answers overall, by persona or by item;
    - *rest*: p x w x i, what one prompt does to one item, and sampling noise.

    References
    ----------
    Brennan 2001, Generalizability Theory (the crossed p x w x i design).
    """

    def __call__(self, panel: Panel) -> SharesResult:
        """Return the shares of a panel's teachers."""
        reason: str = panel.reason()
        if not reason and len(panel.items) < 2:
            reason = "there is only one held-out item"
        if not reason and panel.absent:
            reason = "shares of variance need every persona in every wording"
        if reason:
            return SharesResult((NAN,) * len(TERMS), reason)
        found = {effect: max(value, 0.0) for effect, value in components(panel.teacher).items()}
        parts = (found["i"], found["p"], found["pi"], found["w"] + found["pw"] + found["wi"], found["pwi"])
        total = sum(parts)
        if total <= 0.0:
            return SharesResult((NAN,) * len(TERMS), "all teachers gave the same answer to every item")
        return SharesResult(tuple(part / total for part in parts), "")


def generic_slopes(panel: Panel, about: Estimate) -> Iterator[Estimate]:
    """Yield each persona's slope on the generic score, the mean over its wordings; descriptive.

    The regression of a teacher cell's probabilities on what all cells share, in probability per standard deviation of
    that score. Level contaminates it: who chooses the option nearly always has a flat slope, whatever it shares. The gain
    (`eep.stats.generic.gain`) is the slope beyond level.
    """
    reason: str = panel.reason()
    if reason:
        return
    t = z_score(mean_over_cells(panel.teacher, panel.present))
    slopes = slope(panel.teacher, t)
    flat = "" if t.any() else "on average the teachers answer alike to all items"
    for persona, mine, there in zip(panel.personas, slopes, panel.present, strict=True):
        yield replace(
            about,
            test="generic",
            component="response",
            term="slope",
            contrast=persona,
            estimate=None if flat else number(float(mine[there].mean())),
            method="regression on the mean of all teacher cells",
            note=notes(about.note, "descriptive", flat),
        )


def components(x: FloatArray) -> dict[str, float]:
    """Return the unbiased variance components of ``x`` (K, W, N) by effect: p, w, i, pw, pi, wi, pwi.

    The expected mean square of an effect is the sum of the components of all effects that contain it, each
    times the number of observations per level; solved from the highest interaction down.
    """
    size = dict(zip(AXES, x.shape, strict=True))
    effects = ["".join(axes) for order in (3, 2, 1) for axes in combinations(AXES, order)]
    found: dict[str, float] = {}
    for effect in effects:
        above = sum(_repeats(other, size) * found[other] for other in found if set(effect) < set(other))
        found[effect] = (_mean_square(x, effect) - above) / _repeats(effect, size)
    return found


def _mean_square(x: FloatArray, effect: str) -> float:
    """Return the mean square of one effect of a fully crossed design."""
    rest = x.mean(axis=tuple(axis for axis, letter in enumerate(AXES) if letter not in effect), keepdims=True)
    for axis, letter in enumerate(AXES):
        if letter in effect:
            rest = rest - rest.mean(axis=axis, keepdims=True)
    freedom = np.prod([x.shape[AXES.index(letter)] - 1 for letter in effect])
    return float((rest * rest).sum() * (x.size / rest.size) / freedom)


def _repeats(effect: str, size: dict[str, int]) -> int:
    return int(np.prod([size[letter] for letter in AXES if letter not in effect], dtype=int))
