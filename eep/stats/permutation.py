"""Sets of labellings: who could have been which persona, had the personas made no difference."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from math import factorial

import numpy as np
import numpy.typing as npt

from eep.stats.panel import FloatArray

LabelArray = npt.NDArray[np.intp]
#: Labellings handled at once; bounds memory whatever the number of labellings.
CHUNK = 8192
#: Two statistics closer than this, relative to the largest similarity, are a tie broken by rounding.
TIE = 1e-10
NAN = float("nan")


@dataclass(frozen=True)
class PValue:
    """A p-value and what it stands on.

    ``size`` counts the labellings, identity included, or the units of a t test; ``minimum`` is the least
    p-value that was attainable; ``reason`` says why ``value`` is NaN.
    """

    value: float
    statistic: float
    size: int
    method: str
    minimum: float
    reason: str = ""


def no_p(reason: str) -> PValue:
    """Return a p-value that could not be had, and why."""
    return PValue(NAN, NAN, 0, "", NAN, reason)


@dataclass(frozen=True)
class Labellings:
    """All, or a random set of, ways to relabel ``personas`` personas independently in ``free`` wordings.

    There are personas!^free. Up to ``enumerate_up_to`` they are all listed (exact p-values); beyond that the
    identity and ``draws`` random ones are (Monte-Carlo p-values that count the identity, so that their
    error rate is exact too; Phipson & Smyth 2010).

    Parameters
    ----------
    personas, free
        K >= 1 and the number of wordings that are relabelled.
    enumerate_up_to, draws
        See above.
    seed
        Fixes the random labellings.
    """

    personas: int
    free: int
    enumerate_up_to: int
    draws: int
    seed: tuple[int, ...]

    def __post_init__(self) -> None:
        if min(self.personas, self.free, self.draws) < 1:
            raise ValueError(
                f"expected at least one persona, relabelled wording and draw; "
                f"found {self.personas}, {self.free} and {self.draws}"
            )

    @property
    def exact(self) -> bool:
        """Whether all labellings are listed."""
        return self._all_of_them <= self.enumerate_up_to

    @property
    def size(self) -> int:
        """How many labellings are in the set, identity included."""
        return self._all_of_them if self.exact else self.draws + 1

    @property
    def _all_of_them(self) -> int:
        return int(factorial(self.personas) ** self.free)

    @property
    def method(self) -> str:
        """Return ``"exact (n)"`` or ``"random (n)"``."""
        return f"{'exact' if self.exact else 'random'} ({self.size})"

    def chunks(self) -> Iterator[LabelArray]:
        """Yield arrays (free, K, n): labelling j gives the place of persona p in wording w the label [w, p, j]."""
        return self._all() if self.exact else self._random()

    def _all(self) -> Iterator[LabelArray]:
        once = _permutations(self.personas)
        places = len(once) ** np.arange(self.free - 1, -1, -1)
        for start in range(0, self.size, CHUNK):
            numbers = np.arange(start, min(start + CHUNK, self.size))
            choices = numbers[:, None] // places % len(once)
            yield np.ascontiguousarray(once[choices].transpose(1, 2, 0))

    def _random(self) -> Iterator[LabelArray]:
        rng = np.random.default_rng(self.seed)
        identity = np.arange(self.personas, dtype=np.intp)[None, :, None]
        yield np.ascontiguousarray(np.broadcast_to(identity, (self.free, self.personas, 1)))
        for start in range(0, self.draws, CHUNK):
            shape = (self.free, self.personas, min(CHUNK, self.draws - start))
            yield rng.permuted(np.broadcast_to(identity, shape), axis=1)


@lru_cache(maxsize=4)
def _permutations(size: int) -> LabelArray:
    """Return all permutations, (size!, size), the identity first; kept, as every test of a design needs them."""
    array = np.array(list(permutations(range(size))), dtype=np.intp)
    array.flags.writeable = False
    return array


def upper_tail(labellings: Labellings, statistic: Callable[[LabelArray], FloatArray], scale: float) -> PValue:
    """Return the share of labellings whose statistic is at least that of the identity.

    Parameters
    ----------
    statistic
        Labels (free, K, n) to values (n,).
    scale
        Largest similarity in the statistic, for telling ties from rounding.
    """
    observed: float | None = None
    reached = 0
    for labels in labellings.chunks():
        values = statistic(labels)
        if observed is None:
            observed = float(values[0])  # both kinds of set list the identity first
        reached += int(np.count_nonzero(values >= observed - TIE * scale))
    size = labellings.size
    return PValue(reached / size, NAN if observed is None else observed, size, labellings.method, 1 / size)
