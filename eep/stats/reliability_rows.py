"""Reliability as rows of the estimates: of teachers and of students, with standard errors and what a better one would need."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from math import inf

import numpy as np

from eep.core.arrays import FloatArray
from eep.stats.components import LEVEL, PREFERENCE, Component, preference
from eep.stats.estimates import Estimate, notes, number
from eep.stats.panel import Panel
from eep.stats.permutation import NAN
from eep.stats.reliability import (
    FACETS,
    PROFILE,
    Agreement,
    Noise,
    Reliability,
    agreement,
    deviations,
    of_answers,
    of_deviations,
)
from eep.stats.rows import centred

#: What a reliability can be wanted of: above .8 groups can be compared, above .9 single personas.
WANTED = (0.8, 0.9)
#: Fewer personas have no standard error: one is left out at a time.
LEAST = 4
INSEPARABLE = "no question was asked twice, so what sampling adds cannot be told from the wordings"
NOTHING = "no variance between personas survives a change of wording"


def rows(panel: Panel, about: Estimate) -> Iterator[Estimate]:
    """Yield the reliability of the teachers' levels, profiles and preferences, or of the students' with their agreement.

    ``about.agent`` says whose: "teacher", or a kind of student. Where it cannot be estimated there is one row with the reason.
    """
    whole, component = panel.listwise, preference(panel)
    teachers = about.agent == "teacher"
    noise = Noise(panel.sampling, panel.samples) if teachers else Noise()
    row = replace(about, test="reliability", note=notes(about.note, "descriptive"))
    reason = why_not(whole)
    answers = whole.teacher if teachers else whole.student
    for name in (LEVEL, PROFILE):
        mine = replace(row, component=name, method="generalisability, p x w x i")
        mine = replace(mine, n_items=len(whole.items), n_excluded=whole.n_excluded)
        if reason:
            yield replace(mine, term="coefficient", note=notes(mine.note, reason))
            continue
        yield from _rows(partial(of_answers, component=name, noise=noise), answers, mine)
        if not teachers:
            student, teacher = (deviations(x, name) for x in (whole.student, whole.teacher))
            yield from _agreed(agreement(student, teacher, whole.present), mine)
    mine = replace(row, component=PREFERENCE, method="covariances between wordings")
    mine = replace(mine, n_items=len(panel.items), n_excluded=panel.n_excluded)
    if component.reason:
        yield replace(mine, term="coefficient", note=notes(mine.note, component.reason))
        return
    yield from _preference(component, mine, noise, teachers=teachers)


def why_not(panel: Panel) -> str:
    """Return why there is no reliability of a panel; empty if there is one."""
    if reason := panel.reason():
        return reason
    if panel.absent:
        return "reliability needs every persona in every wording"
    return "" if len(panel.items) > 1 else "there is only one held-out item that all answered"


def _preference(component: Component, row: Estimate, noise: Noise, *, teachers: bool) -> Iterator[Estimate]:
    there = component.present
    x = component.teacher_deviation if teachers else component.student_deviation

    def of(some: FloatArray) -> Reliability:
        # Of fewer personas: what is left is centred again.
        kept = there if len(some) == len(there) else np.ones(some.shape[:2], dtype=np.bool_)
        return of_deviations(centred(some, kept), kept, noise, component.ways)

    yield from _rows(of, x, row, jackknifed=bool(there.all()))
    if not teachers:
        yield from _agreed(
            agreement(component.student_deviation, component.teacher_deviation, there, component.ways), row
        )


def _agreed(found: Agreement, row: Estimate) -> Iterator[Estimate]:
    row = replace(row, method="covariances between wordings", contrast="student-teacher")
    yield replace(row, term="agreement", estimate=number(found.observed))
    yield replace(row, term="disattenuated", estimate=number(found.disattenuated))


def _rows(
    of: Callable[[FloatArray], Reliability], x: FloatArray, row: Estimate, *, jackknifed: bool = True
) -> Iterator[Estimate]:
    """Yield the rows of the reliability that ``of`` finds in ``x``, with standard errors over its personas."""
    found = of(x)
    inseparable = INSEPARABLE if any(one.name == "sampling" and not one.variance for one in found.sources) else ""
    yield replace(row, term="persona", estimate=number(found.persona))
    for source in found.sources:
        unknown = inseparable if source.name == "sampling" else ""
        value = NAN if unknown else source.variance
        yield replace(row, term=source.name, estimate=number(value), note=notes(row.note, unknown))
    # At the border of what can be estimated the jackknife would say that nothing is uncertain.
    jackknifed = jackknifed and len(x) >= LEAST and found.persona > 0.0
    some = [of(np.delete(x, place, axis=0)) for place in range(len(x))] if jackknifed else []
    none = notes(row.note, "" if found.persona > 0.0 else NOTHING)
    yield replace(
        row,
        term="coefficient",
        estimate=number(found.coefficient()),
        std_error=number(_jackknife([one.coefficient() for one in some])),
        note=none,
    )
    yield replace(
        row,
        term="two wordings",
        estimate=number(found.two_wordings),
        std_error=number(_jackknife([one.two_wordings for one in some])),
        note=none,
    )
    for wanted, facet in product(WANTED, FACETS):
        if any(facet in source.averaged for source in found.sources):
            unknown = inseparable if facet == "samples" else ""
            count = NAN if unknown else found.needed(facet, wanted)
            beyond = f"no number of {facet} alone would do" if count == inf else ""
            yield replace(
                row,
                term=f"{facet} for {wanted:g}",
                estimate=number(count),
                note=notes(row.note, unknown or beyond),
            )


def _jackknife(left_out: Sequence[float]) -> float:
    """Return the standard error of what was estimated without each persona in turn; NaN of nothing."""
    values = np.array(left_out)
    k = len(values)
    return float(np.sqrt((k - 1) / k * ((values - values.mean()) ** 2).sum())) if k else NAN
