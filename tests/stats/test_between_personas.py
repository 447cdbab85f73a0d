"""How much of what play comes to lies between personas, and numbers about policies over cells."""

from collections.abc import Iterable

import numpy as np
import polars as pl
import pytest
from scipy import stats as scipy_stats

from eep.core.arrays import FloatArray
from eep.data.returns import AGENT, POLICIES, RETURNS
from eep.stats.between_personas import TOO_FEW, BetweenPersonas
from eep.stats.estimates import Estimate
from eep.stats.policies import PolicyNumbers

ABOUT = Estimate(task="walk", component="steps", test="", term="")
SHARE = BetweenPersonas(999, (0,))


def _cell(persona: int, wording: int, role: str = "teacher", agent: str = "x:y") -> dict[str, object]:
    """Return the key of a cell."""
    key = dict.fromkeys(AGENT, "") | {"task": "walk", "role": role, "agent": agent, "arm": "persona", "sample": 0}
    return key | {"persona": f"p{persona}", "wording": f"w{wording}"}


def _returns(means: FloatArray, **changes: object) -> pl.DataFrame:
    """Return two episodes around each cell's mean (personas, wordings); none where that is NaN."""
    rows = [
        _cell(p, w)
        | {"episode": episode, "measure": "steps", "value": mean + (episode - 0.5), "ended": "truncated"}
        | changes
        for (p, w), mean in np.ndenumerate(means)
        for episode in range(2)
        if np.isfinite(mean)
    ]
    return pl.DataFrame(rows, schema=RETURNS, orient="row")


def _found(returns: pl.DataFrame) -> dict[str, Estimate]:
    return {row.term: row for row in SHARE(returns, ABOUT)}


def test_personas_far_apart_are_nearly_everything() -> None:
    """Where personas differ far more than wordings, the share is near 1, and hardly a relabelling reaches it."""
    means = np.arange(5)[:, None] + 0.01 * np.random.default_rng(0).normal(size=(5, 3))
    row = _found(_returns(means))["between personas"]
    assert row.estimate == pytest.approx(1.0, abs=0.001)
    assert row.p_value == 1 / 1000
    assert (row.n_personas, row.n_wordings) == (5, 3)
    assert row.method == "personas relabelled within wordings over 15 cells, random (1000)"


def test_a_wording_that_moves_everybody_counts_for_nobody() -> None:
    """Adding a constant to all cells of a wording changes neither share nor p-value."""
    means = np.random.default_rng(1).normal(size=(5, 3))
    one, other = (_found(_returns(means + shift)) for shift in (0.0, np.array([0.0, 9.0, -4.0])))
    for term, row in one.items():
        assert other[term].estimate == pytest.approx(row.estimate)
        assert other[term].p_value == row.p_value


def test_without_a_difference_the_p_value_is_uniform() -> None:
    """Of 300 tables without a difference about a twentieth have a p-value up to .05, and shares are those of chance."""
    rng = np.random.default_rng(2)
    share = BetweenPersonas(99, (0,))
    found = [share.share(rng.normal(size=(4, 3))) for _ in range(300)]
    assert np.mean([p.value <= 0.05 for p, _ in found]) == pytest.approx(0.05, abs=0.035)
    assert np.mean([p.statistic for p, _ in found]) == pytest.approx(np.mean([chance for _, chance in found]), abs=0.02)


@pytest.mark.parametrize(
    ("means", "reason"),
    [(np.ones((3, 3)), "no cell differs"), (np.arange(3.0)[:, None], TOO_FEW), (np.arange(3.0)[None], TOO_FEW)],
)
def test_nothing_to_compare_is_said(means: FloatArray, reason: str) -> None:
    """Cells that are all the same, one wording, or one persona have no share, and the note says why."""
    row = _found(_returns(means))["between personas"]
    assert (row.estimate, row.p_value, row.note) == (None, None, reason)


def test_only_the_persona_arm_of_teachers_and_students_counts() -> None:
    """Controls have no share, and cells of other arms change none."""
    means = np.random.default_rng(3).normal(size=(4, 3))
    alone = _found(_returns(means))
    others = [_returns(9 * means, role="control", agent="permuted"), _returns(9 * means + 1, arm="neutral")]
    assert _found(pl.concat([_returns(means), *others])) == alone


def _policies(values: Iterable[float | None], **changes: object) -> pl.DataFrame:
    """Return a number of a persona's cells."""
    rows = [_cell(0, w) | {"feature": "boldness", "value": value} | changes for w, value in enumerate(values)]
    return pl.DataFrame(rows, schema=POLICIES, orient="row")


def test_numbers_about_policies_have_t_intervals_over_cells() -> None:
    """Mean and 95 % interval are scipy's; cells without the number are counted and left out."""
    values = (0.2, 0.5, 0.4)
    (row,) = PolicyNumbers()(_policies((*values, None)), ABOUT)
    low, high = scipy_stats.t.interval(0.95, 2, np.mean(values), scipy_stats.sem(values))
    assert row.estimate == pytest.approx(np.mean(values))
    assert row.conf_low == pytest.approx(low)
    assert row.conf_high == pytest.approx(high)
    assert (row.test, row.component, row.contrast, row.n_excluded) == ("policy", "boldness", "p0", 1)


def test_one_cell_has_no_interval_and_none_has_no_number() -> None:
    """A note says so."""
    (one,) = PolicyNumbers()(_policies((0.2,)), ABOUT)
    assert (one.estimate, one.conf_low, one.note) == (0.2, None, "one cell has no interval")
    (none,) = PolicyNumbers()(_policies((None,)), ABOUT)
    assert (none.estimate, none.note) == (None, "no cell has a number")
