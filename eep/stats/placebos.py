"""Placebos on the scale of T2: how far a prompt that carries no persona resembles itself across wordings."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from eep.core.arrays import FloatArray
from eep.stats import panel
from eep.stats.components import PREFERENCE, Component, against_neutral, preference
from eep.stats.contrasts import own_similarity
from eep.stats.estimates import Estimate, notes, number
from eep.stats.held_out import HeldOut, with_placebo
from eep.stats.panel import Panel
from eep.stats.similarity import across_wordings, similarity

#: The two zero points: the mean of the personas, and the neutral cell of the same wording.
OWN, FROM_NEUTRAL = "own", "own from neutral"


@dataclass(frozen=True)
class PlaceboScale:
    """Own similarity of every persona, and of every placebo in turn as one more persona.

    Own is d_p = D[p, p] - (mean of row p + mean of column p, off the diagonal) / 2, with D the mean similarity of students (or
    teachers) with teachers in other wordings: how much more somebody resembles itself than others. Deviations are taken
    from the mean of the personas, as in T2, and from the neutral cell of the same wording, as in T7. The first zero
    point flatters a placebo: where all personas have something in common, their mean has it, and a placebo stands
    apart by lacking it, in all of its wordings. From the neutral voice it does not.

    Of the confirmatory student and of the teachers; descriptive.
    """

    def __call__(self, answers: HeldOut, about: Estimate, kind: str) -> Iterator[Estimate]:
        """Yield the rows of one task: of personas (T4), then of placebos; none without placebos."""
        placebos = sorted({answers.agents[place].persona for place in answers.places("teacher", arm="placebo")})
        row = replace(about, component=PREFERENCE, method="matched minus mismatched similarity")
        row = replace(row, note=notes(row.note, "descriptive"))
        if not placebos:
            return
        personas = panel.of(answers, kind)
        for agent, term, found, _ in _owns(personas, kind):
            # Of students from the mean T4 has it already.
            if agent == "teacher" or term == FROM_NEUTRAL:
                sized = _sized(replace(row, test="T4", agent=agent, term=term), personas)
                for persona, value in zip(personas.personas, found.tolist(), strict=False):
                    yield replace(sized, contrast=persona, estimate=number(value))
        for placebo in placebos:
            cells = panel.of(with_placebo(answers, placebo), kind)
            for agent, term, found, reason in _owns(cells, kind):
                sized = _sized(replace(row, test="placebo", agent=agent, term=term, contrast=placebo), cells)
                there = placebo in cells.personas
                why = reason or ("" if there else "it lacks too many cells to stand beside the personas")
                if why:
                    yield replace(sized, note=notes(row.note, why))
                    continue
                place = cells.personas.index(placebo)
                below = int((np.delete(found, place) < found[place]).sum())
                yield replace(
                    sized,
                    n_personas=len(cells.personas) - 1,
                    estimate=number(float(found[place])),
                    statistic=float(below),
                )


def _owns(cells: Panel, kind: str) -> Iterator[tuple[str, str, FloatArray, str]]:
    """Yield agent, term and own similarities (K,), or why there are none, of students and teachers from both zero points."""
    for term, component in ((OWN, preference(cells)), (FROM_NEUTRAL, against_neutral(cells, PREFERENCE))):
        for agent in (kind, "teacher"):
            yield agent, term, _own(component, teachers=agent == "teacher"), component.reason


def _own(component: Component, *, teachers: bool) -> FloatArray:
    if component.reason:
        return np.empty(0)
    left = component.teacher if teachers else component.student
    return own_similarity(across_wordings(similarity(left, component.teacher), component.present))


def _sized(row: Estimate, cells: Panel) -> Estimate:
    k, w, n = cells.teacher.shape
    return replace(row, n_personas=k, n_wordings=w, n_items=n, n_excluded=cells.n_excluded)
