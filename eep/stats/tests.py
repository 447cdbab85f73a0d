"""The tests of one task and one kind of student, component by component: T1, T2, T3 and T5."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from eep.stats.components import COMPONENTS, LEVEL, PREFERENCE, against_neutral
from eep.stats.contrasts import own_preference
from eep.stats.estimates import Estimate, notes
from eep.stats.inheritance import Inheritance, InheritanceResult, ManipulationCheck, ManipulationResult
from eep.stats.one_persona import OnePersona, OnePersonaResult
from eep.stats.panel import Panel
from eep.stats.regression import CrossWordingRegression, RegressionResult
from eep.stats.reliability_rows import rows as reliability_rows
from eep.stats.slope import InheritanceSlope, SlopeResult
from eep.stats.variance_components import Shares, generic_slopes
from eep.stats.verdict import Evidence


@dataclass(frozen=True)
class ComponentTests:
    """The tests of one task, student kind and component; ``confirmatory`` if its verdict counts."""

    panel: Panel
    component: str
    confirmatory: bool
    manipulation: ManipulationResult
    inheritance: InheritanceResult
    slope: SlopeResult
    regression: RegressionResult
    one_persona: OnePersonaResult

    @property
    def key(self) -> tuple[str, str]:
        """Task and component."""
        return self.panel.task, self.component

    def about(self, seed: int) -> Estimate:
        """Return what the estimates of this panel and component have in common."""
        left_out = f"left out: {', '.join(self.panel.missing)}" if self.panel.missing else ""
        return Estimate(
            task=self.panel.task,
            component=self.component,
            test="",
            term="",
            agent=self.panel.agent,
            n_personas=len(self.panel.personas),
            n_wordings=len(self.panel.wordings),
            n_items=len(self.panel.items),
            n_excluded=self.panel.n_excluded,
            seed=seed,
            note=notes("" if self.confirmatory else "exploratory", left_out),
        )

    def teacher_rows(self, seed: int) -> Iterator[Estimate]:
        """Yield the rows that are about the teachers alone: shares, slopes on the generic score and reliability, once per panel, and T1."""
        about = replace(self.about(seed), agent="teacher")
        if self.component == LEVEL:
            yield from Shares()(self.panel).rows(about)
            yield from generic_slopes(self.panel, about)
        if self.component == PREFERENCE:
            # Of all components: this panel has the items that some cells did not answer.
            yield from reliability_rows(self.panel, about)
        yield from self.manipulation.rows(about)

    def student_rows(self, seed: int, *, p_adjusted: float | None, alpha: float) -> Iterator[Estimate]:
        """Yield the rows of T2, the similarity matrix, T3, T7, once per panel reliability, and for preference T4's and T5's."""
        about = self.about(seed)
        yield from self.inheritance.rows(about, p_adjusted=p_adjusted)
        yield from self.slope.rows(about)
        yield from self.one_persona.rows(about, alpha=alpha)
        if self.component == PREFERENCE:
            yield from reliability_rows(self.panel, about)
            yield from self.regression.rows(about)
            yield from own_preference(self.inheritance, about)

    def evidence(self, p_adjusted: float) -> Evidence:
        """Return what a verdict rests on."""
        return Evidence(
            task=self.panel.task,
            option=self.panel.option,
            component=self.component,
            student=self.panel.agent,
            inheritance=self.inheritance,
            p_adjusted=p_adjusted,
            slope=self.slope,
            manipulation_p=self.manipulation.p_value.value,
            manipulation_least=self.manipulation.p_value.minimum,
        )


def run(cells: Panel, permutations: int, seed: tuple[int, ...], *, confirmatory: bool) -> Iterator[ComponentTests]:
    """Yield the tests of every component of a panel."""
    for name, take in COMPONENTS.items():
        component = take(cells)
        yield ComponentTests(
            panel=cells if component.over_items else cells.listwise,
            component=name,
            confirmatory=confirmatory,
            manipulation=ManipulationCheck(permutations, seed)(component),
            inheritance=Inheritance(permutations, seed)(component, cells.personas),
            slope=InheritanceSlope()(component),
            regression=CrossWordingRegression()(component),
            one_persona=OnePersona(permutations, seed)(against_neutral(cells, name), cells.personas),
        )
