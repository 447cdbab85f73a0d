"""Does the verdict survive? The same rule of verdicts, on the same data, with one part of the analysis exchanged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from eep.stats import components
from eep.stats.components import COMPONENTS, PREFERENCE, Component
from eep.stats.estimates import Estimate
from eep.stats.holm import holm
from eep.stats.inheritance import Inheritance, InheritanceResult
from eep.stats.mixed_model import mixed_model
from eep.stats.panel import Panel, without_persona
from eep.stats.permutation import PValue
from eep.stats.regression import RegressionResult
from eep.stats.similarity import combine
from eep.stats.slope import InheritanceSlope
from eep.stats.verdict import Evidence, Judge

PARTS = ("joint", "block", "item")


@dataclass(frozen=True)
class Variant:
    """One analysis of the table: its name, what it is about, how it was done, and what the verdict would rest on.

    ``failed`` says why the analysis could not be done; it then has no verdict.
    """

    term: str
    contrast: str
    method: str
    evidence: Evidence
    failed: str = ""


@dataclass(frozen=True)
class Sensitivity:
    """One row per analysis: what the verdict would have been under it.

    - *reference*: the analysis that the verdict rests on;
    - *joint*, *block*, *item*: each p-value of T2 alone, none of which guards against everything;
    - *split*: a block test for each student wording, combined (Liu & Xie 2020); very conservative with few personas;
    - *T5*: the regression's p-value instead of T2's; parametric;
    - *mixed model*: that of a linear mixed model (`eep.stats.mixed_model`); parametric, and exploratory at that;
    - *double-centred slope*: T3 on double-centred probabilities, in which differences of level and gain leave a trace;
    - *including gain*: preference before ways of following the common curve are taken out;
    - *without*: each persona left out in turn; centring, generic part, tests and slope are done anew with K - 1;
    - *student*: the other kinds of students.

    Each variant's p-value replaces the reference's in Holm's family, the other tests as they are. A verdict that
    hangs on one persona or one part shows it here; the table has no error rate of its own and changes no verdict.

    Parameters
    ----------
    permutations, seed
        As in `eep.stats.inheritance.Inheritance`.
    judge
        The rule of verdicts.
    """

    permutations: int
    seed: tuple[int, ...]
    judge: Judge

    def __call__(
        self,
        panel: Panel,
        evidence: Evidence,
        regression: RegressionResult,
        others: Sequence[Evidence],
        family: Sequence[float],
    ) -> list[Estimate]:
        """Return the rows of one confirmatory test.

        Parameters
        ----------
        panel, evidence, regression
            The test's data, what its verdict rests on, and T5.
        others
            The evidence of other kinds of students on the same component.
        family
            P-values of the other confirmatory tests.
        """
        rows = []
        for variant in self._variants(panel, evidence, regression, others):
            p_adjusted = holm([variant.evidence.inheritance.p_value, *family])[0]
            rows.append(self._row(variant, replace(variant.evidence, p_adjusted=p_adjusted)))
        return rows

    def _variants(
        self, panel: Panel, evidence: Evidence, regression: RegressionResult, others: Sequence[Evidence]
    ) -> Iterator[Variant]:
        yield Variant("reference", "", "T2 and T3", evidence)
        found = evidence.inheritance
        if found.reason:
            return
        for name, method, p_value in _p_values(found, panel, evidence.component, regression):
            only = replace(found, joint=p_value, block=p_value, item=None)
            yield Variant(name, "", method, replace(evidence, inheritance=only), p_value.reason)
        if evidence.component == PREFERENCE:
            component = components.double_centred_deviations(panel, components.preference(panel))
            slope = InheritanceSlope(self.judge.confidence)(component)
            yield Variant("double-centred slope", "", "T2 and double-centred T3", replace(evidence, slope=slope))
            whole = self._anew(components.preference_with_gain(panel), panel, evidence)
            yield Variant("including gain", "", "T2 and T3 of preference including gain", whole)
        for persona in panel.personas if len(panel.personas) > 2 else ():
            rest = without_persona(panel, persona)
            anew = self._anew(COMPONENTS[evidence.component](rest), rest, evidence)
            yield Variant("without", persona, "T2 and T3 without a persona", anew)
        for other in others:
            yield Variant("student", other.student, "T2 and T3 of another student", other)

    def _anew(self, component: Component, panel: Panel, evidence: Evidence) -> Evidence:
        """Return the evidence with T2 and T3 of another component in the place of its own."""
        return replace(
            evidence,
            inheritance=Inheritance(self.permutations, self.seed)(component, panel.personas),
            slope=InheritanceSlope(self.judge.confidence)(component),
        )

    def _row(self, variant: Variant, evidence: Evidence) -> Estimate:
        row = Estimate(
            task=evidence.task,
            component=evidence.component,
            test="sensitivity",
            term=variant.term,
            contrast=variant.contrast,
            agent=evidence.student,
            n_personas=len(evidence.inheritance.personas),
            method=variant.method,
            note=variant.failed,
        )
        if variant.failed:
            return row
        found = self.judge(evidence)
        return replace(
            row,
            estimate=found.slope,
            conf_low=found.slope_low,
            conf_high=found.slope_high,
            p_value=found.p_value,
            p_adjusted=found.p_adjusted,
            verdict=found.verdict,
            kind=found.kind,
            note=found.reason,
        )


def _p_values(
    found: InheritanceResult, panel: Panel, name: str, regression: RegressionResult
) -> Iterator[tuple[str, str, PValue]]:
    """Yield name, method and p-value of the tests that could take T2's place for the component ``name``."""
    for part in PARTS:
        p_value: PValue | None = getattr(found, part)
        if p_value is not None:
            yield part, f"{part} alone", p_value
    split = replace(found.block, value=combine(found.split), method="split")
    yield "split", "block tests by student wording, combined", split
    if not regression.reason:
        parametric = PValue(regression.p_value, regression.statistic, 0, "T5", 0.0)
        yield "T5", "regression, parametric", parametric
    if name == PREFERENCE:
        yield "mixed model", "linear mixed model, parametric", mixed_model(components.preference(panel))
