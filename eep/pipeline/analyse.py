"""From responses and returns to estimates and verdicts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from eep.config.experiment import Analysis
from eep.stats import estimates, panel, tests, verdict
from eep.stats.agreement import OwnTeacherAgreement
from eep.stats.agreement_across import AcrossWordings
from eep.stats.between_personas import BetweenPersonas
from eep.stats.closed_loop import ClosedLoopReturns
from eep.stats.contrasts import NeutralContrasts
from eep.stats.estimates import Estimate
from eep.stats.held_out import HeldOut, held_out
from eep.stats.holm import holm
from eep.stats.missing_answers import Exclusions, RefusalRates, asked_of_teachers
from eep.stats.permutation import NAN, seed_of
from eep.stats.placebos import PlaceboScale
from eep.stats.policies import PolicyNumbers
from eep.stats.profile import Profiles
from eep.stats.returns import MeanReturn
from eep.stats.sensitivity import Sensitivity
from eep.stats.tests import ComponentTests


@dataclass(frozen=True)
class Analysed:
    """The estimates table (`eep.stats.estimates`) and the verdicts table (`eep.stats.verdict`)."""

    estimates: pl.DataFrame
    verdicts: pl.DataFrame


def analyse(  # noqa: PLR0913 - what an analysis rests on stands in one place, by name
    responses: pl.DataFrame,
    returns: pl.DataFrame | None,
    *,
    experiment: str,
    settings: Analysis,
    students: Mapping[str, tuple[str, ...]],
    seed: int,
    options: Mapping[str, str] | None = None,
    attributes: pl.DataFrame | None = None,
    phrases: Mapping[str, Mapping[str, str]] | None = None,
    policies: pl.DataFrame | None = None,
) -> Analysed:
    """Return all estimates and the verdicts of an experiment.

    Raises ValueError if a task has several teachers, or several readouts and none is named.

    Parameters
    ----------
    responses, returns
        The tables of all tasks; ``returns`` may be None or empty where nothing was played.
    experiment
        Its id, for the estimates table.
    students
        Task id to student kinds. The first kind is confirmatory: only its tests make verdicts, and Holm's
        family is {level, gain, preference} x tasks. The others are exploratory.
    seed
        Fixes the random relabellings; the same arguments give the same tables to the last bit.
    options
        Task id to the option that is analysed; not needed for tasks that score one.
    attributes
        What the items are like, in the columns `eep.stats.profile.ATTRIBUTES`, for profiles of personas; none by default.
    phrases
        Task id to component to what that is, in words, see `eep.stats.verdict.Judge`.
    policies
        The table of numbers about policies; none by default.
    """
    chosen = options or {}
    answers = {task: held_out(responses, task, chosen.get(task)) for task in students}
    tested = [
        result
        for task, kinds in students.items()
        for kind in kinds
        for result in tests.run(
            panel.of(answers[task], kind),
            settings.permutations,
            seed_of(seed, task),
            confirmatory=kind == kinds[0],
        )
    ]
    family = {one.key: one.inheritance.p_value for one in tested if one.confirmatory}
    adjusted = dict(zip(family, holm(list(family.values())), strict=True))
    judge = verdict.Judge(settings.alpha, len(adjusted), settings.smallest_slope, phrases=phrases or {})
    rows: list[Estimate] = []
    for task, kinds in students.items():
        # Test and term are for each statistic to fill in.
        about = Estimate(task=task, component="", test="", term="", seed=seed)
        mine = [one for one in tested if one.panel.task == task]
        sensitivity = Sensitivity(settings.permutations, seed_of(seed, task), judge)
        rows += [row for one in mine if one.confirmatory for row in one.teacher_rows(seed)]
        for one in mine:
            rows += one.student_rows(
                seed, p_adjusted=adjusted[one.key] if one.confirmatory else None, alpha=settings.alpha
            )
        rows += (replace(row, seed=seed) for row in _sensitivity(mine, family, adjusted, sensitivity))
        rows += _answers(responses, answers[task], settings, about, kinds)
        if attributes is not None and not attributes.is_empty():
            rows += Profiles()(answers[task], attributes, about, kinds)
        if returns is not None:
            rows += _returns(returns, settings, about, kinds)
        if policies is not None:
            rows += PolicyNumbers()(policies, about)
    return Analysed(
        estimates=estimates.frame(rows, experiment=experiment),
        verdicts=verdict.frame(judge(one.evidence(adjusted[one.key])) for one in tested if one.confirmatory),
    )


def _sensitivity(
    mine: Sequence[ComponentTests],
    family: Mapping[tuple[str, str], float],
    adjusted: Mapping[tuple[str, str], float],
    sensitivity: Sensitivity,
) -> Iterator[Estimate]:
    """Yield the rows of the sensitivity analysis of one task's tests; ``family`` are all tasks' p-values."""
    for one in mine:
        if one.confirmatory:
            yield from sensitivity(
                one.panel,
                one.evidence(adjusted[one.key]),
                one.regression,
                [other.evidence(NAN) for other in mine if other.key == one.key and not other.confirmatory],
                [p for key, p in family.items() if key != one.key],
            )


def _answers(
    responses: pl.DataFrame, answers: HeldOut, settings: Analysis, about: Estimate, kinds: Sequence[str]
) -> Iterator[Estimate]:
    """Yield the rows that need no panel: agreement, also across wordings, T4, exclusions, refusals."""
    yield from OwnTeacherAgreement()(answers, about)
    yield from AcrossWordings()(answers, about)
    contrasts = NeutralContrasts(settings.equivalence_margin)
    yield from contrasts(answers, about, role="teacher", agent="teacher")
    for kind in kinds:
        note = "" if kind == kinds[0] else "exploratory"
        yield from contrasts(answers, replace(about, note=note), role="student", agent=kind)
    yield from PlaceboScale()(answers, about, kinds[0])
    asked = asked_of_teachers(responses, about.task)
    yield from Exclusions()(asked, about)
    yield from RefusalRates(settings.permutations, seed_of(about.seed or 0, about.task))(asked, about)


def _returns(returns: pl.DataFrame, settings: Analysis, about: Estimate, kinds: Sequence[str]) -> Iterator[Estimate]:
    """Yield the mean of every measure of play, and T6, between agents and between personas."""
    seeds = seed_of(about.seed or 0, about.task)
    for measure in returns.filter(task=about.task)["measure"].unique(maintain_order=True):
        of_measure = replace(about, component=measure)
        yield from MeanReturn()(returns, of_measure)
        yield from ClosedLoopReturns(settings.permutations, seeds)(returns, of_measure, kinds)
        yield from BetweenPersonas(settings.permutations, seeds)(returns, of_measure)
