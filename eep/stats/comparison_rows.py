"""The table of a comparison of runs: one row per number, the same columns for all of them.

Vocabulary: what stands in ``test`` and ``term``. ``other`` is the second run of a pair, and empty in rows about one run.

| test | term | content |
|---|---|---|
| differ | persona_variance_teacher | of one run: variance between the teachers' personas (T3) |
| differ | difference | of a pair: difference of these, interval and p-value over personas |
| arrive | slope | of one run: share that arrives (T3), Fieller interval |
| arrive | P_T2 | of one run: p-value of T2 on what is compared |
| arrive | difference | of a pair: difference of slopes, interval and p-value over personas |
| agree | joint, block, item | of a pair and a ``role``: statistic and p-value of each part of T2 between runs |
| agree | maximum | the largest of these p-values; matched minus mismatched similarity |
| wrong | items as the unit | the difference of slopes as if items were independent evidence; not to be used |
| wrong | one inherited, the other not | ``verdict`` is what comparing verdicts would claim: differ, alike; not to be used |
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import polars as pl

from eep.stats.comparison import (
    ROLES,
    Difference,
    agreement,
    aligned,
    items_as_unit,
    slope_difference,
    variance_difference,
)
from eep.stats.components import COMPONENTS, PREFERENCE, Component
from eep.stats.estimates import number
from eep.stats.holm import holm
from eep.stats.inheritance import Inheritance, InheritanceResult
from eep.stats.panel import Panel
from eep.stats.permutation import NAN
from eep.stats.slope import InheritanceSlope, SlopeResult

SCHEMA = pl.Schema(
    {
        **dict.fromkeys(("task", "component", "run", "student", "other", "other_student"), pl.String()),
        **dict.fromkeys(("test", "term", "role"), pl.String()),
        **dict.fromkeys(("estimate", "std_error", "conf_low", "conf_high", "statistic"), pl.Float64()),
        **dict.fromkeys(("p_value", "p_adjusted"), pl.Float64()),
        **dict.fromkeys(("n_personas", "n_wordings", "n_items"), pl.Int32()),
        **dict.fromkeys(("method", "verdict", "note"), pl.String()),
    }
)
#: Said where both runs have the teachers' answers of the same source: then there is nothing to compare about teachers.
SAME = "the teachers' answers are the same in both"
#: Test to the term whose p-value answers its question; Holm's families.
ANSWERS = {"differ": "difference", "arrive": "difference", "agree": "maximum"}


@dataclass(frozen=True)
class Row:
    """One row of `SCHEMA`; ``None`` is "does not apply", and a number that could not be had is ``None`` with a ``note``."""

    task: str
    component: str
    run: str
    student: str
    other: str = ""
    other_student: str = ""
    test: str = ""
    term: str = ""
    role: str = ""
    estimate: float | None = None
    std_error: float | None = None
    conf_low: float | None = None
    conf_high: float | None = None
    statistic: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    n_personas: int | None = None
    n_wordings: int | None = None
    n_items: int | None = None
    method: str = ""
    verdict: str = ""
    note: str = ""


@dataclass(frozen=True)
class Comparison:
    """Compares runs, component by component, and pair by pair.

    Parameters
    ----------
    permutations, seed
        As in `eep.stats.inheritance.Inheritance`.
    same_items
        Whether items of one name are the same in all runs; without, every run keeps its own.
    alpha
        At which a verdict of one run would be "inherited", for the wrong way that compares verdicts.
    """

    permutations: int
    seed: tuple[int, ...]
    same_items: bool = True
    alpha: float = 0.05

    def __call__(self, panels: Mapping[str, Panel]) -> Iterator[Row]:
        """Yield the rows of one task; ``panels`` is run to panel, of the same personas and wordings, in the same order."""
        for name, take in COMPONENTS.items():
            whole = panels if name == PREFERENCE else {run: panel.listwise for run, panel in panels.items()}
            chosen = aligned(whole) if self.same_items else dict(whole)
            parts = {run: take(panel) for run, panel in chosen.items()}
            slopes = {run: InheritanceSlope()(part) for run, part in parts.items()}
            tests = {
                run: Inheritance(self.permutations, self.seed)(part, chosen[run].personas)
                for run, part in parts.items()
            }
            about = {run: _about(run, panel, name) for run, panel in chosen.items()}
            for run in chosen:
                yield from _rows_of_one(about[run], slopes[run], tests[run])
            for run, other in combinations(chosen, 2):
                row = replace(about[run], other=other, other_student=chosen[other].agent)
                same = self.same_items and np.array_equal(chosen[run].teacher, chosen[other].teacher, equal_nan=True)
                yield from _differences(row, slopes[run], slopes[other], chosen[run].personas, same=same)
                yield from self._agreements(row, parts[run], parts[other], chosen[run].personas, same=same)
                yield from self._wrong(row, (parts[run], parts[other]), (tests[run], tests[other]))

    def _agreements(
        self, row: Row, one: Component, other: Component, personas: tuple[str, ...], *, same: bool
    ) -> Iterator[Row]:
        for role in ROLES:
            mine = replace(row, test="agree", role=role)
            if same and role == "teacher":
                yield replace(mine, term="maximum", note=SAME)
                continue
            found = agreement(one, other, role, personas, self.permutations, self.seed, same_items=self.same_items)
            parts = {"joint": found.joint, "block": found.block} | ({"item": found.item} if found.item else {})
            for term, part in parts.items():
                yield replace(
                    mine,
                    term=term,
                    statistic=number(part.statistic),
                    p_value=number(part.value),
                    method=part.method,
                    note=part.reason,
                )
            yield replace(
                mine,
                term="maximum",
                estimate=number(found.matched - found.mismatched),
                p_value=number(found.p_value),
                method=f"largest of {len(parts)}; least possible {found.minimum:.2g}" if not found.reason else "",
                note=found.reason,
            )

    def _wrong(
        self, row: Row, parts: tuple[Component, Component], tests: tuple[InheritanceResult, InheritanceResult]
    ) -> Iterator[Row]:
        if parts[0].over_items:
            found = items_as_unit(*parts, same_items=self.same_items)
            yield replace(difference_row(row, found), test="wrong", term="items as the unit", method="t over items")
        p = [test.p_value for test in tests]
        claims = "" if np.isnan(p).any() else "differ" if (p[0] <= self.alpha) != (p[1] <= self.alpha) else "alike"
        yield replace(row, test="wrong", term="one inherited, the other not", verdict=claims)


def compare(panels: Mapping[str, Mapping[str, Panel]], comparisons: Mapping[str, Comparison]) -> list[Row]:
    """Return all rows of all tasks, task to run to panel, with Holm's adjustment for each of the three questions."""
    return adjusted([row for task, mine in panels.items() for row in comparisons[task](mine)])


def _about(run: str, panel: Panel, component: str) -> Row:
    return Row(
        task=panel.task,
        component=component,
        run=run,
        student=panel.agent,
        n_personas=len(panel.personas),
        n_wordings=len(panel.wordings),
        n_items=len(panel.items),
    )


def _rows_of_one(about: Row, slope: SlopeResult, test: InheritanceResult) -> Iterator[Row]:
    variance = number(slope.persona_variance_teacher)
    yield replace(about, test="differ", term="persona_variance_teacher", estimate=variance, note=slope.reason)
    yield replace(
        about,
        test="arrive",
        term="slope",
        estimate=number(slope.slope),
        conf_low=number(slope.conf_low),
        conf_high=number(slope.conf_high),
        method="Fieller over personas",
        note=slope.reason,
    )
    yield replace(about, test="arrive", term="P_T2", p_value=number(test.p_value), note=test.reason)


def _differences(
    row: Row, one: SlopeResult, other: SlopeResult, personas: tuple[str, ...], *, same: bool
) -> Iterator[Row]:
    variance = replace(row, test="differ", term="difference")
    if same:
        yield replace(variance, note=SAME)
    else:
        yield replace(difference_row(variance, variance_difference(one, other)), method="paired t over personas")
    slope = replace(row, test="arrive", term="difference", method="t over personas, linearised")
    yield difference_row(slope, slope_difference(one, other, personas))


def difference_row(row: Row, found: Difference) -> Row:
    """Return ``row`` with the numbers of a difference."""
    return replace(
        row,
        estimate=number(found.estimate),
        std_error=number(found.std_error),
        conf_low=number(found.conf_low),
        conf_high=number(found.conf_high),
        statistic=number(found.statistic),
        p_value=number(found.p_value),
        note=found.reason,
    )


def adjusted(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with Holm's adjustment, a family for each question: all its tasks, components, pairs and roles."""
    found = list(rows)
    for test, term in ANSWERS.items():
        # Where both runs have the same teachers there is no test about them.
        places = [n for n, row in enumerate(rows) if (row.test, row.term) == (test, term) and row.note != SAME]
        p_values = [NAN if (p := rows[place].p_value) is None else p for place in places]
        for place, p in zip(places, holm(p_values), strict=True):
            found[place] = replace(rows[place], p_adjusted=number(p))
    return found


def frame(rows: Iterable[Row]) -> pl.DataFrame:
    """Return the table, rows in the order given."""
    return pl.DataFrame([vars(row) for row in rows], schema=SCHEMA, orient="row")
