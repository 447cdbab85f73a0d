"""One simulated experiment through the tests that a real one goes through."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from eep.core.arrays import FloatArray
from eep.stats import components
from eep.stats.components import COMPONENTS, Component, against_neutral
from eep.stats.holm import holm
from eep.stats.one_persona import OnePersona
from eep.stats.panel import Panel
from eep.stats.permutation import NAN, Relabellings
from eep.stats.regression import CrossWordingRegression
from eep.stats.similarity import across_wordings, combine, p_block, p_item, p_joint, p_split, similarity
from eep.stats.slope import InheritanceSlope

#: Tests whose p-values a trial gives, and what they are.
TESTS = {
    "P_T2": "T2, the largest of joint, block and item: what verdicts rest on",
    "joint": "T2, relabelling students and teachers together",
    "block": "T2, permuting the students' personas",
    "item": "T2, t over items or their clusters",
    "split": "T2, one student wording at a time (sensitivity)",
    "T1": "the manipulation check",
    "T5": "the cross-check by regression",
    "T7": "one persona: any of those without an effect, adjusted for the number of personas",
}
#: Tests over items, which level and gain do not have.
OVER_ITEMS = ("item", "T5")
#: What T3 gives.
SLOPES = ("slope", "low", "high", "numerator", "denominator")


@dataclass(frozen=True)
class Trial:
    """T1, T2 and T3 of a panel, with fewer relabellings than a real analysis draws.

    The error rate of a test does not depend on their number, as the identity counts (Phipson & Smyth 2010); its
    power does, by about a percent.

    Parameters
    ----------
    permutations
        Random relabellings where there are more than one more than that; else all are listed.
    """

    permutations: int = 999

    def __call__(self, panel: Panel, seed: tuple[int, ...], bystanders: int = 0) -> dict[str, float]:
        """Return numbers by name, ``"<test> <component>"``; NaN where there is none.

        T7's is the least adjusted p-value of the last ``bystanders`` personas, or of all where there are none.
        """
        found: dict[str, float] = {}
        for name, take in COMPONENTS.items():
            component = take(panel)
            numbers = {**self._tests(component, seed), **self._slope(component)}
            one = OnePersona(self.permutations, seed)(against_neutral(panel, name), panel.personas)
            numbers["T7"] = float(np.min(holm(one.p_values)[-bystanders:]))
            found |= {f"{test} {name}": value for test, value in numbers.items()}
        return found

    def sets(self, shape: tuple[int, ...], seed: tuple[int, ...]) -> tuple[Relabellings, Relabellings]:
        """Return the joint relabellings and the block permutations of rows or similarities (K, W, ...)."""
        personas, wordings = shape[:2]
        return (
            Relabellings(personas, wordings - 1, self.permutations + 1, self.permutations, seed),
            Relabellings(personas, 1, self.permutations + 1, self.permutations, seed),
        )

    def joint(self, left: FloatArray, right: FloatArray, seed: tuple[int, ...]) -> float:
        """Return the joint p-value of rows (K, W, D)."""
        return p_joint(similarity(left, right), self.sets(left.shape, seed)[0]).value

    def block(self, left: FloatArray, right: FloatArray, seed: tuple[int, ...]) -> float:
        """Return the block p-value of rows (K, W, D)."""
        there = np.ones(left.shape[:2], dtype=np.bool_)
        return p_block(across_wordings(similarity(left, right), there), self.sets(left.shape, seed)[1]).value

    def _tests(self, component: Component, seed: tuple[int, ...]) -> dict[str, float]:
        if component.reason:
            return dict.fromkeys(TESTS, NAN)
        student, teacher = component.student, component.teacher
        parts = {"joint": self.joint(student, teacher, seed), "block": self.block(student, teacher, seed)}
        if component.over_items:
            parts["item"] = p_item(component).value
        blocks = self.sets(student.shape, seed)[1]
        split = p_split(similarity(student, teacher), component.present, blocks)
        return {
            "item": NAN,
            **parts,
            "P_T2": max(parts.values()),
            "split": combine(split),
            "T1": self.joint(teacher, teacher, seed),
            "T5": CrossWordingRegression()(component).p_value,
        }

    def _slope(self, component: Component) -> dict[str, float]:
        found = InheritanceSlope()(component)
        numbers = (found.slope, found.conf_low, found.conf_high, found.numerator.sum(), found.denominator.sum())
        return {name: float(number) for name, number in zip(SLOPES, numbers, strict=True)}


#: A panel, the tests it may borrow from and a seed, to a p-value.
Procedure = Callable[[Panel, Trial, tuple[int, ...]], float]


@dataclass(frozen=True)
class InvalidProcedure:
    """A procedure that looks reasonable and is wrong, and the worlds that show it: measured beside the tests."""

    #: For tables; what it overlooks.
    name: str
    about: str
    #: Names of worlds.
    nulls: tuple[str, ...]
    #: The procedure.
    p_value: Procedure
    #: What it claims to find.
    component: str = components.PREFERENCE
