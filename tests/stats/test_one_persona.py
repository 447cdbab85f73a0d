"""T7: verdicts on single personas."""

import dataclasses

import numpy as np
import polars as pl
import pytest
from cells import random_panel, row, table

from eep.core.arrays import FloatArray
from eep.data import responses
from eep.stats import components, panel
from eep.stats.estimates import Estimate
from eep.stats.one_persona import OnePersona
from eep.stats.panel import Panel
from eep.stats.simulation.simulate import simulate
from eep.stats.simulation.world import Design, Effects

ABOUT = Estimate(task="task", component="preference", test="", term="", agent="kind")
STRONG = Effects(persona=2.0, wording=0.3, bystanders=1)


def _rows(cells: Panel) -> dict[str, Estimate]:
    component = components.against_neutral(cells, components.PREFERENCE)
    found = OnePersona(999, (0,))(component, cells.personas).rows(ABOUT, alpha=0.05)
    return {one.contrast: one for one in found if one.term == "maximum"}


def test_a_strong_persona_is_inherited_and_a_bystander_is_not() -> None:
    """Of six personas that favour something and are copied, some stand alone; the one that favours nothing never does."""
    rows = _rows(simulate(Design(personas=7, answers="probability"), STRONG, np.random.default_rng(0)))
    verdicts = [rows[f"persona {number}"].verdict for number in range(7)]
    assert verdicts.count("inherited") >= 2
    assert verdicts[6] == "inconclusive"


def test_verdicts_are_by_holm_over_personas() -> None:
    """Each persona's largest p-value is adjusted for all of them, and the verdict is of what is adjusted."""
    cells = simulate(Design(personas=7, answers="probability"), STRONG, np.random.default_rng(0))
    rows = sorted(_rows(cells).values(), key=lambda one: one.p_value or 0.0)
    least = 0.0
    for left, one in zip(range(7, 0, -1), rows, strict=True):
        least = max(least, min(1.0, left * (one.p_value or 0.0)))
        assert one.p_adjusted == pytest.approx(least, abs=1e-12)
        assert one.verdict == ("inherited" if least <= 0.05 else "inconclusive")
    assert any((one.p_value or 0.0) <= 0.05 < (one.p_adjusted or 0.0) for one in rows)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (random_panel(6, 3, 30, seed=0), "there is not exactly one neutral persona"),
        (random_panel(5, 3, 30, seed=0), "there are 5 personas, of whose cells too few others can be put together"),
    ],
)
def test_what_one_persona_needs(cells: Panel, reason: str) -> None:
    """Without a neutral persona, or with fewer than six personas, no persona is tested, and every row says why."""
    with_neutral = dataclasses.replace(cells, neutral=(cells.teacher[0], cells.student[0]))
    rows = _rows(cells if "neutral" in reason else with_neutral)
    assert {one.verdict for one in rows.values()} == {"not testable"}
    assert all(reason in one.note for one in rows.values())


def _neutral(x: FloatArray, role: str) -> list[dict[str, object]]:
    return [
        row(role, "neutral", f"w{w:03d}", f"i{i:03d}", float(x[w, i]), arm="neutral")
        for w in range(x.shape[0])
        for i in range(x.shape[1])
    ]


def test_the_neutral_cells_come_from_the_table() -> None:
    """A panel has the neutral persona's cells where there is one with teachers and students in all wordings, else none."""
    cells, other = random_panel(6, 3, 10, seed=1), random_panel(1, 3, 10, seed=2)
    rows = responses.build([*_neutral(other.teacher[0], "teacher"), *_neutral(other.student[0], "student")])
    found = panel.build(pl.concat([table(cells), rows]), task="task", agent="kind").neutral
    assert found is not None
    assert np.array_equal(found[0], other.teacher[0])
    assert np.array_equal(found[1], other.student[0])
    lacking = rows.filter((pl.col("wording") != "w001") | (pl.col("role") == "teacher"))
    assert panel.build(pl.concat([table(cells), lacking]), task="task", agent="kind").neutral is None
