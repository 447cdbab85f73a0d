"""T4: contrasts with neutral: whether a persona chooses the option more, less, or just as often."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from eep.core.arrays import FloatArray
from eep.stats.estimates import Estimate, notes, number
from eep.stats.held_out import CellAnswers, HeldOut, cell_answers
from eep.stats.holm import holm
from eep.stats.inheritance import InheritanceResult
from eep.stats.permutation import NAN

TERMS = ("difference", "equivalence")


@dataclass(frozen=True)
class Difference:
    """One persona against neutral, in units of probability."""

    #: Difference of the mean cell levels, its pooled standard error and degrees of freedom.
    estimate: float
    std_error: float
    freedom: int
    #: Two-sided p-value of no difference.
    p_different: float
    #: The larger of two one-sided p-values of a difference beyond the margin (TOST).
    p_equivalent: float


@dataclass(frozen=True)
class NeutralContrasts:
    """T4: each persona's level against the neutral persona's, with cells (persona x wording) as data.

    The level of a cell is its mean probability of the option over the held-out items that every cell answered,
    samples averaged first. The variance between wordings of one prompt is pooled over all K + 1 prompts, so that
    df = (K + 1)(W - 1); two-sided t tests, Holm over personas. Equivalence is shown by two one-sided tests with
    the same standard error at +-``margin``: no difference found is not yet no difference. Where a persona lacks a
    wording, its mean is over those it has, and sum over prompts of (wordings - 1) is the df.

    Items as the unit are left out: with them the family-wise error of these contrasts is .3 to .6, as items share
    the accidents of their prompt. So are variances of each pair of prompts by itself, which cost most of the power.

    Parameters
    ----------
    margin
        Differences of probability smaller than this count as none.
    confidence
        Of the interval of the difference; the interval beside equivalence is the matching one, 1 - 2 (1 - confidence).

    References
    ----------
    Schuirmann 1987 (two one-sided tests); Holm 1979.
    """

    margin: float
    confidence: float = 0.95

    def __call__(self, answers: HeldOut, about: Estimate, *, role: str, agent: str) -> list[Estimate]:
        """Return the rows of one kind of agent of a task: ``role`` teacher, or student of kind ``agent``."""
        places = answers.places(role, None if role == "teacher" else agent)
        answered = cell_answers(answers, [place for place in places if answers.agents[place].arm != "placebo"])
        cells = levels(answered)
        row = replace(about, component="level", test="T4", agent=agent, n_items=len(answered.items))
        personas = sorted(name for name, (arm, _) in cells.items() if arm == "persona")
        neutral = [values for arm, values in cells.values() if arm == "neutral"]
        if not personas or not neutral:
            return []
        reason = f"expected one neutral persona to compare with, found {len(neutral)}"
        if len(neutral) > 1:
            return [replace(row, term=term, note=notes(row.note, reason)) for term in TERMS]
        found, reason = self.compare([cells[name][1] for name in personas], neutral[0])
        row = replace(row, n_personas=len(personas), n_wordings=len(neutral[0]), note=notes(row.note, reason))
        return list(self._rows(row, personas, found))

    def compare(self, cells: list[FloatArray], neutral: FloatArray) -> tuple[list[Difference], str]:
        """Return the contrasts of each persona's cell levels with the neutral ones, and why there are no p-values."""
        from scipy.special import stdtr  # scipy.stats would take a second to import

        prompts = [*cells, neutral]
        freedom = sum(len(values) - 1 for values in prompts)
        squares = sum(float(((values - values.mean()) ** 2).sum()) for values in prompts)
        variance = squares / freedom if freedom else NAN
        reason = "" if freedom else "one wording of each prompt shows no variance between wordings"
        if freedom and variance <= 0.0:
            reason = "the wordings of every prompt have exactly the same level"
        found = []
        for values in cells:
            difference = float(values.mean() - neutral.mean())
            error = float(np.sqrt(variance * (1 / len(values) + 1 / len(neutral))))
            if reason:
                found.append(Difference(difference, NAN, freedom, NAN, NAN))
                continue
            two_sided = 2 * float(stdtr(freedom, -abs(difference) / error))
            within = float(stdtr(freedom, -(self.margin - abs(difference)) / error))
            found.append(Difference(difference, error, freedom, two_sided, within))
        return found, reason

    def _rows(self, row: Estimate, personas: list[str], found: list[Difference]) -> Iterator[Estimate]:
        for term, p_values, confidence, method in (
            ("difference", [one.p_different for one in found], self.confidence, "pooled t"),
            (
                "equivalence",
                [one.p_equivalent for one in found],
                2 * self.confidence - 1,
                f"TOST within {self.margin:g}",
            ),
        ):
            for persona, one, p, adjusted in zip(personas, found, p_values, holm(p_values), strict=True):
                half = one.std_error * t_quantile(one.freedom, confidence)
                yield replace(
                    row,
                    term=term,
                    contrast=persona,
                    estimate=number(one.estimate),
                    std_error=number(one.std_error),
                    conf_low=number(one.estimate - half),
                    conf_high=number(one.estimate + half),
                    statistic=number(one.estimate / one.std_error) if term == "difference" else None,
                    p_value=number(p),
                    p_adjusted=number(adjusted),
                    method=f"{method}, {one.freedom} df",
                )


def own_similarity(d: FloatArray) -> FloatArray:
    """Return d_p = D[p, p] - (mean of row p + mean of column p, off the diagonal) / 2 of every persona, (K,)."""
    others = max(len(d) - 1, 1)
    own = np.diag(d)
    return np.asarray(own - ((d.sum(axis=1) - own) / others + (d.sum(axis=0) - own) / others) / 2)


def own_preference(found: InheritanceResult, about: Estimate) -> Iterator[Estimate]:
    """Yield d_p = D[p, p] - (mean of row p + mean of column p, off the diagonal) / 2 for every persona.

    It tells which personas carry the mean that T2 tests; descriptive, for one persona has no test of its own.
    """
    d = found.similarity
    for persona, value in zip(found.personas if d.size else (), own_similarity(d).tolist(), strict=False):
        yield replace(
            about,
            test="T4",
            term="own",
            contrast=persona,
            estimate=number(value),
            method="matched minus mismatched similarity",
            note=notes(about.note, "descriptive"),
        )


def levels(cells: CellAnswers) -> dict[str, tuple[str, FloatArray]]:
    """Return each persona's arm and cell levels, wordings sorted."""
    every = zip(cells.agents, cells.values, strict=True)
    return {
        persona: (arm, np.array([values.mean() for _, values in some]))
        for (persona, arm), some in groupby(every, lambda one: (one[0].persona, one[0].arm))
    }


def t_quantile(freedom: int, confidence: float) -> float:
    """Return the t quantile of a central interval."""
    from scipy.special import stdtrit  # scipy.stats would take a second to import

    return float(stdtrit(freedom, 0.5 + confidence / 2)) if freedom > 0 else NAN
