"""T7 against plain loops over all pseudo-personas."""

import dataclasses
import math
from collections.abc import Mapping
from itertools import product

import naive
import numpy as np
import pytest
from cells import random_panel

from eep.stats import components, one_persona
from eep.stats.cells_present import Absent, present
from eep.stats.components import Component
from eep.stats.one_persona import OnePersona
from eep.stats.panel import Panel
from eep.stats.rows import logit

CELLS = random_panel(6, 3, 30, seed=3, effect=0.7)
NEUTRAL = random_panel(1, 3, 30, seed=4)
PANEL = dataclasses.replace(CELLS, neutral=(NEUTRAL.teacher[0], NEUTRAL.student[0]))


def _as_one(place: int, other: int) -> Panel:
    """Return the panel in which one persona answers as another does, word for word."""
    teacher, student = PANEL.teacher.copy(), PANEL.student.copy()
    teacher[other], student[other] = teacher[place], student[place]
    return dataclasses.replace(PANEL, teacher=teacher, student=student)


def _with_holes(*absent: tuple[int, int]) -> Panel:
    there = present(6, 3, absent)[:, :, None]
    return dataclasses.replace(PANEL, teacher=PANEL.teacher * there, student=PANEL.student * there, absent=absent)


PANELS = {"complete": PANEL, "two alike": _as_one(1, 4), "holes": _with_holes((0, 0), (3, 1), (4, 1))}


def _mean(a: naive.Cells, b: naive.Cells, students: Mapping[int, int], teachers: Mapping[int, int]) -> float:
    """Return the mean over pairs of different wordings, given whose cell stands in each wording."""
    pairs = [(w, v) for w in students for v in students if w != v]
    return sum(naive.inner(a[students[w]][w], b[teachers[v]][v]) for w, v in pairs) / len(pairs)


def _ranks(component: Component, persona: int, absent: Absent) -> tuple[float, float, int]:
    """Return the joint and the students' p-value of one persona, and how many it is ranked among, itself included."""
    a, b = component.student.tolist(), component.teacher.tolist()
    wordings = [w for w in range(3) if (persona, w) not in absent]
    own = dict.fromkeys(wordings, persona)
    able = [[p for p in range(6) if (p, w) not in absent] for w in wordings]
    mixed = [dict(zip(wordings, chosen, strict=True)) for chosen in product(*able) if len(set(chosen)) > 1]
    observed = _mean(a, b, own, own)
    joint = 1 + sum(_mean(a, b, chosen, chosen) >= observed - naive.TIE for chosen in mixed)
    students = 1 + sum(_mean(a, b, chosen, own) >= observed - naive.TIE for chosen in mixed)
    return joint / (len(mixed) + 1), students / (len(mixed) + 1), len(mixed) + 1


@pytest.mark.parametrize("which", PANELS)
@pytest.mark.parametrize("name", components.COMPONENTS)
def test_one_persona_equals_enumeration(name: str, which: str) -> None:
    """Ranks equal a plain count of the pseudo-personas that come as high; the test over items equals scipy's of one persona."""
    from scipy.stats import ttest_1samp

    component = components.against_neutral(PANELS[which], name)
    found = OnePersona(999, (0,))(component, PANEL.personas)
    for persona, parts in enumerate(found.parts):
        *ranks, size = _ranks(component, persona, PANELS[which].absent)
        assert [parts[0].value, parts[1].value] == ranks
        assert parts[0].minimum == 1 / size
        if component.over_items:
            a, b = component.student.tolist(), component.teacher.tolist()
            values = naive.contributions([a[persona]], [b[persona]])
            assert parts[2].value == pytest.approx(ttest_1samp(values, 0.0, alternative="greater").pvalue, abs=1e-9)
        assert found.p_values[persona] == max(part.value for part in parts)
    if which == "complete":
        assert size == 6**3 - 6 + 1


def test_pseudo_personas_beyond_a_limit_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of too many to list some are drawn, in each wording among the cells there; pure ones are left out, the rest are ranked."""
    monkeypatch.setattr(one_persona, "ALL", 100)
    test, there = OnePersona(500, (0,)), PANELS["holes"].present
    drawn = test.pseudo_personas(there)
    assert [set(column) for column in drawn.T.tolist()] == [{1, 2, 3, 4, 5}, {0, 1, 2, 5}, {0, 1, 2, 3, 4, 5}]
    assert 450 < len(drawn) < 500
    assert all(len(set(chosen)) > 1 for chosen in drawn.tolist())
    assert len({tuple(chosen) for chosen in drawn.tolist()}) > 85
    component = components.against_neutral(PANELS["holes"], components.LEVEL)
    a, b = component.student.tolist(), component.teacher.tolist()
    observed = _mean(a, b, dict.fromkeys(range(3), 2), dict.fromkeys(range(3), 2))
    mixed = [dict(enumerate(chosen)) for chosen in drawn.tolist()]
    joint = 1 + sum(_mean(a, b, chosen, chosen) >= observed - naive.TIE for chosen in mixed)
    assert test(component, PANEL.personas).parts[2][0].value == joint / (len(drawn) + 1)


def _gain(row: naive.Row, curve: naive.Row, t: naive.Row) -> float:
    """Return a row's slope on t beyond that of the curve shifted to the row's level."""
    from scipy.optimize import brentq

    def at(shift: float) -> naive.Row:
        return [1 / (1 + math.exp(-(value + shift))) for value in curve]

    shift = brentq(lambda b: math.fsum(at(b)) - math.fsum(row), -40, 40, xtol=1e-14, rtol=1e-14)
    return naive.inner([x - y for x, y in zip(row, at(shift), strict=True)], t) / len(t)


def test_level_and_gain_against_neutral_equal_loops() -> None:
    """A level is the difference of two means; a gain, of two slopes beyond level; what is common is of the personas alone."""
    found = components.against_neutral(PANEL, components.LEVEL).teacher[:, :, 0]
    assert found == pytest.approx(CELLS.teacher.mean(axis=2) - NEUTRAL.teacher[0].mean(axis=1), abs=1e-12)
    gains = components.against_neutral(PANEL, components.GAIN)
    t = naive.z_scores_of_mean(CELLS.teacher.tolist())
    for mine, neutral, rows in (
        (CELLS.teacher, NEUTRAL.teacher, gains.teacher),
        (CELLS.student, NEUTRAL.student, gains.student),
    ):
        every = [row for persona in mine.tolist() for row in persona]
        common = [math.fsum(values) / len(values) for values in zip(*every, strict=True)]
        curve = naive.logits([[common]])[0][0]
        for p, w in np.ndindex(6, 3):
            expected = _gain(mine[p, w].tolist(), curve, t) - _gain(neutral[0, w].tolist(), curve, t)
            assert rows[p, w, 0] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("gone", [(), (4, 17)], ids=["complete", "gaps"])
def test_preference_against_neutral_equals_loops(gone: tuple[int, ...]) -> None:
    """Curves and ways are of the personas alone; the neutral row is taken off where it has an answer, then the ways."""
    neutral = NEUTRAL.teacher[0].copy(), NEUTRAL.student[0].copy()
    neutral[0][1, list(gone)] = neutral[1][2, list(gone[:1])] = np.nan
    found = components.against_neutral(dataclasses.replace(PANEL, neutral=neutral), components.PREFERENCE)
    teacher, logits = CELLS.teacher.tolist(), naive.logits(CELLS.student.tolist())
    columns = naive.curves(teacher, logits)
    ways = naive.ways_of_following(teacher, columns)
    others = neutral[0].tolist(), logit(neutral[1]).tolist()

    def beyond(row: naive.Row, of: list[naive.Row], items: list[int]) -> naive.Row:
        return naive.least_squares_residual([row[i] for i in items], [[column[i] for i in items] for column in of])

    for x, other, rows in zip((teacher, logits), others, (found.teacher, found.student), strict=True):
        for p, w in np.ndindex(2, 3):
            has = [i for i in range(30) if np.isfinite(other[w][i])]
            mine = beyond(x[p][w], columns, list(range(30)))
            difference = dict(zip(has, beyond(other[w], columns, has), strict=True))
            rest = beyond([mine[i] - difference.get(i, 0.0) for i in range(30)], ways, has)
            length = math.sqrt(naive.inner(rest, rest))
            assert rows[p, w, has].tolist() == pytest.approx([value / length for value in rest], abs=1e-9)
            assert not np.delete(rows[p, w], has).any()
