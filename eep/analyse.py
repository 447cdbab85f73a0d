"""From responses and returns to estimates and verdicts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol
from zlib import crc32

import polars as pl

from eep.stats import components, estimates, panel, verdict
from eep.stats.agreement import OwnTeacherAgreement
from eep.stats.estimates import Estimate
from eep.stats.exclusions import Exclusions
from eep.stats.holm import holm
from eep.stats.inheritance import Inheritance, InheritanceResult, ManipulationCheck, ManipulationResult
from eep.stats.returns import MeanReturn
from eep.stats.shares import Shares
from eep.stats.slope import InheritanceSlope, SlopeResult

COMPONENTS = {components.LEVEL: components.level, components.PREFERENCE: components.preference}


class Settings(Protocol):
    """The settings that an analysis needs: see the analysis section of an experiment."""

    @property
    def alpha(self) -> float:
        """Family-wise error rate of the verdicts."""
        ...

    @property
    def smallest_slope(self) -> float:
        """Smallest inheritance slope of interest."""
        ...

    @property
    def permutations(self) -> int:
        """Random labellings where all are too many."""
        ...


@dataclass(frozen=True)
class Analysed:
    """The estimates table (`eep.stats.estimates`) and the verdicts table (`eep.stats.verdict`)."""

    estimates: pl.DataFrame
    verdicts: pl.DataFrame


@dataclass(frozen=True)
class _Tested:
    """The tests of one task, student kind and component."""

    panel: panel.Panel
    component: str
    confirmatory: bool
    manipulation: ManipulationResult
    inheritance: InheritanceResult
    slope: SlopeResult


def analyse(
    responses: pl.DataFrame,
    returns: pl.DataFrame | None,
    *,
    experiment: str,
    settings: Settings,
    students: Mapping[str, tuple[str, ...]],
    seed: int,
    options: Mapping[str, str] | None = None,
) -> Analysed:
    """Return all estimates and the verdicts of an experiment.

    Parameters
    ----------
    responses, returns
        The tables of all tasks; ``returns`` may be None or empty where nothing was played.
    experiment
        Its id, for the estimates table.
    settings
        Error rate, smallest slope of interest, number of random labellings.
    students
        Task id to student kinds. The first kind is confirmatory: only its tests make verdicts, and Holm's
        family is {level, preference} x tasks. The others are exploratory.
    seed
        Fixes the random labellings; the same arguments give the same tables to the last bit.
    options
        Task id to the option that is analysed; not needed for tasks that score one.

    Raises
    ------
    ValueError
        If a task has several teachers, or several scored options and none is named.
    """
    chosen = options or {}
    tested = [
        result
        for task, kinds in students.items()
        for kind in kinds
        for result in _test(
            panel.build(responses, task=task, agent=kind, option=chosen.get(task)),
            settings,
            seed,
            confirmatory=kind == kinds[0],
        )
    ]
    adjusted = _adjusted(tested)
    rows = [
        row
        for task in students
        for row in (
            *_tests(tested, adjusted, task, seed),
            *OwnTeacherAgreement(chosen.get(task))(responses, _about(task, seed)),
            *([] if returns is None else MeanReturn()(returns, _about(task, seed))),
            *Exclusions()(responses, _about(task, seed)),
        )
    ]
    judge = verdict.Judge(settings.alpha, len(adjusted), settings.smallest_slope)
    return Analysed(
        estimates=estimates.frame(rows, experiment=experiment),
        verdicts=verdict.frame(judge(_evidence(test, adjusted)) for test in tested if test.confirmatory),
    )


def _test(cells: panel.Panel, settings: Settings, seed: int, *, confirmatory: bool) -> Iterator[_Tested]:
    """Yield the tests of every component of a panel."""
    # The labellings' seed depends on the task's name alone: adding a task changes no other task's numbers.
    seeds = (seed, crc32(cells.task.encode()))
    for name, take in COMPONENTS.items():
        component = take(cells)
        yield _Tested(
            panel=cells,
            component=name,
            confirmatory=confirmatory,
            manipulation=ManipulationCheck(settings.permutations, seeds)(component),
            inheritance=Inheritance(settings.permutations, seeds)(component, cells.personas),
            slope=InheritanceSlope()(component),
        )


def _adjusted(tested: list[_Tested]) -> dict[tuple[str, str], float]:
    """Return Holm-adjusted p-values of the confirmatory tests, by task and component."""
    family = {(t.panel.task, t.component): t.inheritance.p_value for t in tested if t.confirmatory}
    return dict(zip(family, holm(list(family.values())), strict=True))


def _tests(
    tested: list[_Tested], adjusted: dict[tuple[str, str], float], task: str, seed: int
) -> Iterator[Estimate]:
    """Yield one task's rows of shares, T1, T2, the similarity matrix and T3."""
    mine = [test for test in tested if test.panel.task == task]
    first = [test for test in mine if test.confirmatory]
    for test in first[:1]:
        yield from Shares()(test.panel).rows(replace(_sized(test, seed), agent="teacher"))
    for test in first:
        yield from test.manipulation.rows(replace(_sized(test, seed), agent="teacher"))
    for test in mine:
        about = _sized(test, seed)
        p_adjusted = adjusted[task, test.component] if test.confirmatory else None
        yield from test.inheritance.rows(about, p_adjusted=p_adjusted)
        yield from test.slope.rows(about)


def _about(task: str, seed: int) -> Estimate:
    """Return what all estimates of a task have in common; test and term are for each statistic to fill in."""
    return Estimate(task=task, component="", test="", term="", seed=seed)


def _sized(test: _Tested, seed: int) -> Estimate:
    """Return what the estimates of one panel and component have in common."""
    return replace(
        _about(test.panel.task, seed),
        component=test.component,
        agent=test.panel.agent,
        n_personas=len(test.panel.personas),
        n_wordings=len(test.panel.wordings),
        n_items=len(test.panel.items),
        n_excluded=test.panel.n_excluded,
        note="" if test.confirmatory else "exploratory",
    )


def _evidence(test: _Tested, adjusted: dict[tuple[str, str], float]) -> verdict.Evidence:
    return verdict.Evidence(
        task=test.panel.task,
        option=test.panel.option,
        component=test.component,
        student=test.panel.agent,
        inheritance=test.inheritance,
        p_adjusted=adjusted[test.panel.task, test.component],
        slope=test.slope,
        manipulation_p=test.manipulation.p_value.value,
    )
