"""How reliable a persona's level and profile are, and how many wordings, samples and items would make them so."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np

from eep.core.arrays import BoolArray, FloatArray
from eep.stats.components import LEVEL, PREFERENCE
from eep.stats.permutation import NAN
from eep.stats.rows import centred
from eep.stats.slope import cross_covariance, total_variance
from eep.stats.variance_components import components

#: What a persona shows beyond its level, gain included: the interaction of persona and item.
PROFILE = "profile"
#: What errors are averaged over.
FACETS = ("wordings", "samples", "items")
#: A number of wordings that is a whole one but for rounding.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Source:
    """A source of error: its variance in one answer, and the facets over which it is averaged."""

    name: str
    variance: float
    averaged: tuple[str, ...]

    def left(self, sizes: Mapping[str, float]) -> float:
        """Return what averaging leaves of it."""
        return self.variance / float(np.prod([sizes[facet] for facet in self.averaged]))


@dataclass(frozen=True)
class Reliability:
    """The variances of one component of one kind of agent, and what follows from them.

    The coefficient is Brennan's generalisability coefficient (relative error): the expected squared correlation of what is
    observed with what would be observed in all wordings, samples and, for level, items.
    """

    component: str
    #: Variance between personas that survives a change of wording.
    persona: float
    sources: tuple[Source, ...]
    #: Facet to how many of it there are.
    sizes: Mapping[str, float]

    def coefficient(self, **sizes: float) -> float:
        """Return the coefficient of this design, or of one with other ``sizes``; NaN where nothing varies."""
        error = sum(one.left({**self.sizes, **sizes}) for one in self.sources)
        return self.persona / (self.persona + error) if self.persona + error > 0.0 else NAN

    def needed(self, facet: str, wanted: float) -> float:
        """Return how many of a facet reach the ``wanted`` coefficient, all else as it is; infinity where none do."""
        bearable = self.persona * (1.0 - wanted) / wanted
        one = {**self.sizes, facet: 1.0}
        falling = sum(source.left(one) for source in self.sources if facet in source.averaged)
        staying = sum(source.left(one) for source in self.sources if facet not in source.averaged)
        if bearable <= staying:
            return float("inf")
        return float(max(1, ceil(falling / (bearable - staying) - _ROUNDING)))

    @property
    def two_wordings(self) -> float:
        """Expected correlation of what two wordings show on the same items.

        A student that copies its teacher is expected to reach as much with teachers of other wordings; more, only one that
        smooths out its teacher's whims.
        """
        shared = self.persona + sum(one.left(self.sizes) for one in self.sources if "wordings" not in one.averaged)
        total = self.persona + sum(one.left({**self.sizes, "wordings": 1.0}) for one in self.sources)
        return shared / total if total > 0.0 else NAN


def of_answers(x: FloatArray, component: str, noise: "Noise") -> Reliability:
    """Return the reliability of the level or profile of answers ``x`` (K, W, N).

    With variance components s of persona p, wording w and item i (`eep.stats.variance_components`), negative ones set to 0,
    and s(e) of a single sample, the persona stands against

    - profile, what is chosen for which item beyond level: s(pi) against s(pwi) / W + s(e) / (W n). Items do not enter: more of
      them show the profile more fully, not each entry of it more surely.
    - level: s(p) against s(pw) / W + s(pi) / N + s(pwi) / (W N) + s(e) / (W n N).
    """
    found = {effect: max(value, 0.0) for effect, value in components(x).items()}
    sizes = dict(zip(FACETS, (float(x.shape[1]), noise.samples, float(x.shape[2])), strict=True))
    if component == PROFILE:
        return Reliability(component, found["pi"], noise.split(found["pwi"], "wording", ("wordings",)), sizes)
    sources = (
        Source("wording", found["pw"], ("wordings",)),
        Source("item", found["pi"], ("items",)),
        *noise.split(found["pwi"], "wording x item", ("wordings", "items")),
    )
    return Reliability(component, found["p"], sources, sizes)


def of_deviations(x: FloatArray, there: BoolArray, noise: "Noise", ways: FloatArray | None = None) -> Reliability:
    """Return the reliability of preference from the deviations ``x`` (K, W, N) and ``ways`` of its component, as T3 takes them apart."""
    persona = max(cross_covariance(x, x, there, ways).sum(), 0.0)
    rest = max(total_variance(x, there) - persona, 0.0)
    wordings = float(there.sum(axis=1).mean())
    sizes = dict(zip(FACETS, (wordings, noise.samples, float(x.shape[2])), strict=True))
    return Reliability(PREFERENCE, float(persona), noise.split(rest, "wording", ("wordings",)), sizes)


@dataclass(frozen=True)
class Noise:
    """What sampling adds: ``sampling``, the variance of an average of ``samples`` answers; None where nothing is sampled."""

    sampling: float | None = None
    samples: float = 1.0

    def split(self, rest: float, name: str, averaged: tuple[str, ...]) -> tuple[Source, ...]:
        """Return what is left over, ``rest``, as whims of wordings called ``name`` and, a part of it, sampling."""
        if self.sampling is None:
            return (Source(name, rest, averaged),)
        added = min(self.sampling, rest)
        return (
            Source(name, rest - added, averaged),
            Source("sampling", added * self.samples, (*averaged, "samples")),
        )


@dataclass(frozen=True)
class Agreement:
    """How students' deviations correlate with those of their persona's teachers in other wordings."""

    #: As they are, and with both sides' noise taken out.
    observed: float
    disattenuated: float


def agreement(student: FloatArray, teacher: FloatArray, there: BoolArray, ways: FloatArray | None = None) -> Agreement:
    """Return the agreement of deviations (K, W, D) of students with those of teachers, over pairs of different wordings.

    Covariances between wordings w != v hold neither whims of wordings nor noise. The observed correlation divides the one
    of students with teachers by both variances within a wording; the disattenuated one by the covariances of students and of
    teachers among themselves (Spearman 1904), NaN where one of them is not positive.
    """
    pairs = ((student, teacher), (student, student), (teacher, teacher))
    st, ss, tt = (float(cross_covariance(one, other, there, ways).sum()) for one, other in pairs)
    within = total_variance(student, there) * total_variance(teacher, there)
    return Agreement(
        observed=st / sqrt(within) if within > 0.0 else NAN,
        disattenuated=st / sqrt(ss * tt) if min(ss, tt) > 0.0 else NAN,
    )


def deviations(x: FloatArray, name: str) -> FloatArray:
    """Return levels (K, W, 1), or profiles (K, W, N) beyond level, centred over the personas of a wording."""
    level = x.mean(axis=2, keepdims=True)
    return centred(level if name == LEVEL else x - level)
