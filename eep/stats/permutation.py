"""Sets of relabellings: who could have been which persona, had the personas made no difference."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from math import factorial, prod
from zlib import crc32

import numpy as np
import numpy.typing as npt

from eep.core.arrays import FloatArray
from eep.stats.reasons import NONE, Reason

LabelArray = npt.NDArray[np.intp]
#: Relabellings handled at once; bounds memory whatever the number of relabellings.
CHUNK = 8192
#: Relabellings of up to so many labels are kept.
KEPT = 1_000_000
#: Two statistics closer than this, relative to the largest similarity, are a tie broken by rounding.
TIE = 1e-10
NAN = float("nan")


@dataclass(frozen=True)
class PValue:
    """A p-value and what it stands on.

    ``size`` counts the relabellings, identity included, or the units of a t test; ``minimum`` is the least
    p-value that was attainable; ``reason`` says why ``value`` is NaN.
    """

    value: float
    statistic: float
    size: int
    method: str
    minimum: float
    reason: Reason = NONE


def no_p(reason: str) -> PValue:
    """Return a p-value that could not be had, and why."""
    return PValue(NAN, NAN, 0, "", NAN, reason if isinstance(reason, Reason) else Reason(reason))


def seed_of(seed: int, task: str) -> tuple[int, int]:
    """Return the seed of a task's random relabellings: of its name, so that adding a task changes no other's numbers."""
    return seed, crc32(task.encode())


@dataclass(frozen=True)
class Relabellings:
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
        Fixes the random relabellings.
    movable
        Places that are relabelled among themselves in each of the ``free`` wordings; all of them by default.
    ties
        How many relabellings differ from the identity in name only, itself included.
    """

    personas: int
    free: int
    enumerate_up_to: int
    draws: int
    seed: tuple[int, ...]
    movable: tuple[tuple[int, ...], ...] = ()
    ties: int = 1

    def __post_init__(self) -> None:
        if min(self.personas, self.free, self.draws) < 1:
            raise ValueError(
                f"expected at least one persona, relabelled wording and draw; "
                f"found {self.personas}, {self.free} and {self.draws}"
            )

    @property
    def exact(self) -> bool:
        """Whether all relabellings are listed."""
        return self._all_of_them <= self.enumerate_up_to

    @property
    def size(self) -> int:
        """How many relabellings are in the set, identity included."""
        return self._all_of_them if self.exact else self.draws + 1

    @property
    def _all_of_them(self) -> int:
        return prod(factorial(len(places)) for places in self._groups)

    @property
    def _groups(self) -> tuple[tuple[int, ...], ...]:
        return self.movable or (tuple(range(self.personas)),) * self.free

    @property
    def minimum(self) -> float:
        """The least p-value that these relabellings can give."""
        return max(1 / self.size, self.ties / self._all_of_them)

    @property
    def method(self) -> str:
        """Return ``"exact (n)"`` or ``"random (n)"``."""
        return f"{'exact' if self.exact else 'random'} ({self.size})"

    def chunks(self) -> Iterator[LabelArray]:
        """Yield arrays (free, K, n): relabelling j gives the place of persona p in wording w the label [w, p, j]."""
        few = self.size * self.free * self.personas <= KEPT
        return iter(_listed(self)) if few else self.made()

    def made(self) -> Iterator[LabelArray]:
        """Yield what `chunks` does, made anew."""
        return self._all() if self.exact else self._random()

    def _all(self) -> Iterator[LabelArray]:
        each = [_within(places, self.personas) for places in self._groups]
        steps = [prod(len(later) for later in each[wording + 1 :]) for wording in range(self.free)]
        for start in range(0, self.size, CHUNK):
            numbers = np.arange(start, min(start + CHUNK, self.size))
            chosen = [once[numbers // step % len(once)] for once, step in zip(each, steps, strict=True)]
            yield np.ascontiguousarray(np.stack(chosen).transpose(0, 2, 1))

    def _random(self) -> Iterator[LabelArray]:
        rng = np.random.default_rng(self.seed)
        identity = np.arange(self.personas, dtype=np.intp)[None, :, None]
        yield np.ascontiguousarray(np.broadcast_to(identity, (self.free, self.personas, 1)))
        for start in range(0, self.draws, CHUNK):
            shape = (self.free, self.personas, min(CHUNK, self.draws - start))
            if not self.movable:
                yield rng.permuted(np.broadcast_to(identity, shape), axis=1)
                continue
            labels = np.broadcast_to(identity, shape).copy()
            for wording, places in enumerate(self.movable):
                labels[wording, list(places)] = rng.permuted(labels[wording, list(places)], axis=0)
            yield labels


@lru_cache(maxsize=4)
def _listed(relabellings: Relabellings) -> tuple[LabelArray, ...]:
    """Return all chunks; kept, as tests of several components and students go through the same ones."""
    chunks = tuple(relabellings.made())
    for labels in chunks:
        labels.flags.writeable = False
    return chunks


@lru_cache(maxsize=4)
def _permutations(size: int) -> LabelArray:
    """Return all permutations, (size!, size), the identity first; kept, as every test of a design needs them."""
    array = np.array(list(permutations(range(size))), dtype=np.intp)
    array.flags.writeable = False
    return array


def _within(places: tuple[int, ...], size: int) -> LabelArray:
    """Return all permutations of ``places`` among themselves, (n, size), every other place its own."""
    if len(places) == size:
        return _permutations(size)
    labels = np.tile(np.arange(size, dtype=np.intp), (factorial(len(places)), 1))
    labels[:, list(places)] = np.array(places, dtype=np.intp)[_permutations(len(places))]
    return labels


def upper_tail(relabellings: Relabellings, statistic: Callable[[LabelArray], FloatArray], scale: float) -> PValue:
    """Return the share of relabellings whose statistic is at least that of the identity.

    Parameters
    ----------
    statistic
        Labels (free, K, n) to values (n,).
    scale
        Largest similarity in the statistic, for telling ties from rounding.
    """
    observed: float | None = None
    reached = 0
    for labels in relabellings.chunks():
        values = statistic(labels)
        if observed is None:
            observed = float(values[0])  # both kinds of set list the identity first
        reached += int(np.count_nonzero(values >= observed - TIE * scale))
    size = relabellings.size
    statistic_observed = NAN if observed is None else observed
    return PValue(reached / size, statistic_observed, size, relabellings.method, relabellings.minimum)
