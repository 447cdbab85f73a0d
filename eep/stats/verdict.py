"""The verdict on one component: inherited, absent, inconclusive or not testable, in a sentence anyone can read."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from math import factorial, isnan

import polars as pl

from eep.core.numbers import percent, probability, significant
from eep.stats import reasons, sentences
from eep.stats.estimates import number
from eep.stats.inheritance import InheritanceResult
from eep.stats.reasons import NONE, Reason
from eep.stats.slope import SlopeResult

INHERITED = "inherited"
ABSENT = "absent"
INCONCLUSIVE = "inconclusive"
NOT_TESTABLE = "not testable"

SCHEMA = pl.Schema(
    {
        "task": pl.String(),
        "component": pl.String(),
        "student": pl.String(),
        "verdict": pl.String(),
        "p_value": pl.Float64(),
        "p_adjusted": pl.Float64(),
        "minimum_p": pl.Float64(),
        "slope": pl.Float64(),
        "slope_low": pl.Float64(),
        "slope_high": pl.Float64(),
        "manipulation_p": pl.Float64(),
        "sentence": pl.String(),
        "kind": pl.String(),
        "reason": pl.String(),
    }
)


@dataclass(frozen=True)
class Verdict:
    """One row of the verdicts table; ``kind``, of `eep.stats.estimates.KINDS`, and ``reason`` are empty unless it is "not testable"."""

    task: str
    component: str
    student: str
    verdict: str
    p_value: float | None
    p_adjusted: float | None
    minimum_p: float | None
    slope: float | None
    slope_low: float | None
    slope_high: float | None
    manipulation_p: float | None
    sentence: str
    kind: str
    reason: str


@dataclass(frozen=True)
class Evidence:
    """All that a verdict rests on: the option that is analysed, T2 and its Holm-adjusted p-value, T3, and the p-value of T1."""

    task: str
    option: str
    component: str
    student: str
    inheritance: InheritanceResult
    p_adjusted: float
    slope: SlopeResult
    manipulation_p: float
    #: The least p-value that T1 could give.
    manipulation_least: float = 0.0


@dataclass(frozen=True)
class Judge:
    """The rule, fixed before the first question is asked.

    1. *not testable* if there is no p-value, or none that the design can give passes Holm's first step,
       alpha / family;
    2. *inherited* if the adjusted p-value of T2 is at most alpha;
    3. *not testable* if the slope's interval is unbounded: absence cannot be told from nothing to inherit;
    4. *absent* if the slope's interval lies below the smallest slope of interest;
    5. *inconclusive* otherwise.

    Parameters
    ----------
    alpha
        Family-wise error rate.
    family
        Number of confirmatory tests: components x tasks.
    smallest_slope
        Smallest slope of interest.
    confidence
        Of the slope's interval, for the sentence.
    phrases
        Task to component to what that is, for tasks whose analysed readout is not the probability of an option.
    """

    alpha: float
    family: int
    smallest_slope: float
    confidence: float = 0.95
    phrases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __call__(self, evidence: Evidence) -> Verdict:
        """Return the verdict."""
        verdict, reason = self._decide(evidence)
        found, slope = evidence.inheritance, evidence.slope
        return Verdict(
            task=evidence.task,
            component=evidence.component,
            student=evidence.student,
            verdict=verdict,
            p_value=number(found.p_value),
            p_adjusted=number(evidence.p_adjusted),
            minimum_p=number(found.minimum),
            slope=number(slope.slope),
            slope_low=number(slope.conf_low),
            slope_high=number(slope.conf_high),
            manipulation_p=number(evidence.manipulation_p),
            sentence=self._sentence(evidence, verdict, reason),
            kind=reason.kind,
            reason=str(reason),
        )

    def _decide(self, evidence: Evidence) -> tuple[str, Reason]:
        """Return the verdict, and the reason if there can be none."""
        found, slope = evidence.inheritance, evidence.slope
        if found.reason:
            return NOT_TESTABLE, found.reason
        if found.minimum > self.alpha / self.family:
            return NOT_TESTABLE, self._out_of_reach(found)
        if evidence.p_adjusted <= self.alpha:
            return INHERITED, NONE
        if isnan(slope.conf_low):
            return NOT_TESTABLE, slope.reason
        return (ABSENT if slope.conf_high < self.smallest_slope else INCONCLUSIVE), NONE

    def _out_of_reach(self, found: InheritanceResult) -> Reason:
        needed = self.alpha / self.family
        text = f"with {len(found.personas)} personas the test can give no p-value below {probability(found.minimum)}"
        if found.minimum > self.alpha:
            text += f", which is above {probability(self.alpha)} however clear the data"
        else:
            text += f", and Holm's correction of {self.family} tests leaves no room: the least must reach {significant(needed).removeprefix('0')}"
        personas = next(k for k in range(2, 100) if factorial(k) * needed >= 1.0)
        larger = personas > len(found.personas)
        more = f"{personas} personas or more" if larger else "more wordings or more random relabellings"
        return reasons.reason(reasons.TOO_SMALL, text, f"{more} would do")

    def _sentence(self, evidence: Evidence, verdict: str, reason: str) -> str:
        slope, p = evidence.slope, evidence.inheritance.p_value
        own = self.phrases.get(evidence.task, {})
        what = own.get(evidence.component) or sentences.what(evidence.component, evidence.option)
        unit = "points on a scale of 100" if own else "percentage points"
        size = sentences.share(slope, confidence=self.confidence, unit=unit)
        smallest = f"the smallest share of interest, {percent(self.smallest_slope)}."
        small = slope.conf_high < self.smallest_slope
        how_much = f"That is real, but less than {smallest}" if small else sentences.unbounded(slope)
        close = (
            ""
            if isnan(p)
            else sentences.chance(p, evidence.p_adjusted, family=self.family, least=evidence.inheritance.minimum)
        )
        parts = {
            INHERITED: (
                f"On average the students resemble their own persona, whatever the wording, in {what}: {close}.",
                size,
                how_much,
            ),
            ABSENT: (
                f"The students do not take over the persona in {what}: {close}.",
                size,
                f"That is less than {smallest}",
            ),
            INCONCLUSIVE: (
                f"The data leave open whether the students take over the persona in {what}: {close}.",
                size,
                f"That does not rule out {smallest}",
            ),
            NOT_TESTABLE: (
                f"Whether the students take over the persona in {what} cannot be tested here, as {reason}.",
                f"For the record, {close}." if close else "",
                size,
            ),
        }[verdict]
        check = sentences.manipulation(evidence.manipulation_p, alpha=self.alpha, least=evidence.manipulation_least)
        return " ".join(part for part in (*parts, check) if part)


def frame(verdicts: Iterable[Verdict]) -> pl.DataFrame:
    """Return the verdicts table, rows in the order given."""
    return pl.DataFrame([asdict(verdict) for verdict in verdicts], schema=SCHEMA, orient="row")
