"""Returns of play: T6, and means with the cell as the unit."""

from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
import polars as pl
import pytest
from scipy import stats as scipy_stats

from eep.core.arrays import FloatArray
from eep.data.returns import RETURNS
from eep.stats.closed_loop import ClosedLoopReturns, interquartile_mean
from eep.stats.estimates import Estimate
from eep.stats.returns import MeanReturn

ABOUT = Estimate(task="cart", component="return", test="", term="")
T6 = ClosedLoopReturns(1_000, (0,))
Row = dict[str, object]


def _episodes(agent: str, persona: str, wording: str, values: Sequence[float | None], **other: object) -> list[Row]:
    """Return a cell's episodes; without a value, one was not answered."""
    cell = {"task": "cart", "role": "student", "agent": agent, "persona": persona, "arm": "persona", "wording": wording}
    return [
        {**cell, "sample": 0, "episode": episode, "measure": "return", "value": value}
        | {"ended": "unanswered" if value is None else "terminated", **other}
        for episode, value in enumerate(values)
    ]


def _frame(rows: Iterable[Row]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=RETURNS, orient="row")


def _found(cells: dict[tuple[str, str], FloatArray]) -> dict[tuple[str, str], Estimate]:
    """Return T6 of two episodes per cell around its mean: (role, agent) to means (K, W)."""
    rows: list[Row] = []
    for (role, agent), means in cells.items():
        for (p, w), mean in np.ndenumerate(means):
            rows += _episodes(agent, f"p{p}", f"w{w}", (mean - 1.0, mean + 1.0), role=role)
    return {(one.agent, one.contrast): one for one in T6(_frame(rows), ABOUT, ("kind",))}


RNG = np.random.default_rng(1)
TEACHER = 100 + 10 * RNG.normal(size=(4, 3))
CELLS = {
    ("teacher", "x:y"): TEACHER,
    ("student", "kind"): TEACHER + RNG.normal(size=(4, 3)),
    ("control", "permuted"): 20 + RNG.normal(size=(4, 3)),
}


def test_iqm_equals_scipy() -> None:
    """The interquartile mean is the mean trimmed by a quarter at either end, over cells."""
    found = _found(CELLS)
    for (_, agent), means in CELLS.items():
        row = found[agent, "all"]
        assert row.estimate == pytest.approx(scipy_stats.trim_mean(means.ravel(), 0.25))
        assert row.conf_low < row.estimate < row.conf_high  # type: ignore[operator]
    assert interquartile_mean(np.array([[9.0, 1.0, 2.0]])) == pytest.approx(4.0)


def test_differences_are_between_the_same_cells() -> None:
    """Student minus own teacher and minus permuted labels, tested by exact flips of the cells' signs."""
    found = _found(CELLS)
    for other, rival in (("teacher", ("teacher", "x:y")), ("permuted", ("control", "permuted"))):
        difference = (CELLS["student", "kind"] - CELLS[rival]).ravel()
        expected = scipy_stats.permutation_test((difference,), np.mean, permutation_type="samples", n_resamples=np.inf)
        row = found["kind", f"student-{other}"]
        assert row.estimate == pytest.approx(difference.mean())
        assert row.p_value == pytest.approx(expected.pvalue)
        assert row.method == "sign flips over 12 cells, exact (4096)"


def test_many_cells_are_flipped_at_random() -> None:
    """With more cells than can be listed the p-value is near the t test's and repeats with the seed."""
    difference = np.random.default_rng(2).normal(0.3, 1, size=40)
    found = T6.flipped(difference)
    assert found.method == "random (1001)"
    assert found.value == pytest.approx(scipy_stats.ttest_1samp(difference, 0.0).pvalue, abs=0.03)
    assert T6.flipped(difference) == found
    assert ClosedLoopReturns(1_000, (1,)).flipped(difference).value != found.value


def test_the_bootstrap_keeps_personas_apart() -> None:
    """Persona means far apart do not widen the interval, as resampling is within personas."""
    close = 0.01 * np.random.default_rng(0).normal(size=(4, 3))
    apart = close + 100.0 * np.arange(4)[:, None]
    row = _found({("student", "kind"): apart})["kind", "all"]
    assert row.conf_high - row.conf_low < 0.1  # type: ignore[operator]


@pytest.mark.parametrize("wordings", [2, 3])
def test_few_cells_are_stretched(wordings: int) -> None:
    """The bootstrap's variance of a mean is the unbiased one: sum over personas of s^2/n, over their number squared."""
    means = np.random.default_rng(4).normal(100, 5, size=(6, wordings))
    strata = [f"p{p}" for p in range(6) for _ in range(wordings)]
    drawn = ClosedLoopReturns(20_000, (0,))._resampled(means.ravel(), strata, "").mean(axis=1)
    expected = float((means.var(axis=1, ddof=1) / wordings).sum()) / 36
    assert drawn.var() == pytest.approx(expected, rel=0.05)


def test_the_interval_covers_the_truth() -> None:
    """With three cells per persona the interval of the interquartile mean covers it in nine of ten experiments."""
    rng = np.random.default_rng(0)
    cells = np.linspace(60.0, 140.0, 8)[:, None] + 20.0 * rng.normal(size=(2_100, 8, 3))
    truth = float(interquartile_mean(cells[100:].reshape(2_000, -1)).mean())
    strata = [f"p{p}" for p in range(8) for _ in range(3)]
    covered = 0
    for means in cells[:100]:
        draws = interquartile_mean(ClosedLoopReturns(300, (0,))._resampled(means.ravel(), strata, ""))
        low, high = np.quantile(draws, [0.025, 0.975])
        covered += int(low <= truth <= high)
    assert covered >= 88


def test_another_agent_changes_no_interval() -> None:
    """Adding an agent leaves the others' numbers as they are, to the last bit."""
    alone = _found({("student", "kind"): CELLS["student", "kind"]})["kind", "all"]
    assert _found(CELLS)["kind", "all"] == alone


def test_degenerate_returns_have_a_reason() -> None:
    """One cell per persona has no interval; students that equal their teachers have no test; none played, no rows."""
    one = {key: means[:, :1] for key, means in CELLS.items()}
    row = _found(one)["kind", "all"]
    assert (row.conf_low, row.note) == (None, "one cell of each persona has no bootstrap interval")
    same = _found({("teacher", "x:y"): TEACHER, ("student", "kind"): TEACHER})["kind", "student-teacher"]
    assert (same.p_value, same.note) == (None, "no cell differs")
    assert T6(pl.DataFrame(schema=RETURNS), ABOUT, ("kind",)) == []


def _means(*cells: list[Row]) -> dict[tuple[str, str], Estimate]:
    return {(one.agent, one.contrast): one for one in MeanReturn()(_frame(chain(*cells)), ABOUT)}


def test_the_unit_is_the_episodes() -> None:
    """A mean over cells, whatever their numbers of episodes, with a t interval over cells."""
    found = _means(
        _episodes("kind", "p", "w1", [10.0, 20.0]),
        _episodes("kind", "p", "w2", [30.0, 30.0, 30.0, 30.0]),
        _episodes("kind", "q", "w1", [60.0]),
    )
    everyone, values = found["kind", "all"], np.array([15.0, 30.0, 60.0])
    error = values.std(ddof=1) / np.sqrt(3)
    assert found["kind", "p"].estimate == pytest.approx(22.5)
    assert everyone.estimate == pytest.approx(35.0)
    assert everyone.std_error == pytest.approx(error)
    assert everyone.conf_low == pytest.approx(35.0 - scipy_stats.t.ppf(0.975, 2) * error)
    assert everyone.conf_high == pytest.approx(35.0 + scipy_stats.t.ppf(0.975, 2) * error)
    assert (everyone.n_personas, everyone.method) == (2, "t over 3 cells")


def test_one_cell_has_no_interval() -> None:
    """A single cell has a mean, no interval, and a note."""
    one = _means(_episodes("kind", "p", "w1", [1.0, 3.0]))["kind", "p"]
    assert (one.estimate, one.std_error, one.conf_low, one.note) == (2.0, None, None, "one cell has no interval")


def test_unanswered_episodes_are_counted_not_scored() -> None:
    """Episodes without an answer have no return; they are excluded and counted."""
    found = _means(_episodes("kind", "p", "w1", [4.0, None]), _episodes("kind", "q", "w1", [None, None]))
    assert (found["kind", "p"].estimate, found["kind", "p"].n_excluded) == (4.0, 1)
    assert (found["kind", "q"].estimate, found["kind", "q"].note) == (None, "no episode was answered")
    assert (found["kind", "all"].estimate, found["kind", "all"].n_excluded) == (4.0, 3)


def test_all_means_the_persona_arm_where_there_is_one() -> None:
    """The mean over all leaves the neutral arm out, unless an agent has no other cells."""
    found = _means(
        _episodes("kind", "p", "w1", [1.0]),
        _episodes("kind", "neutral", "w1", [9.0], arm="neutral"),
        _episodes("random", "none", "none", [5.0], arm="neutral", role="control"),
    )
    assert found["kind", "all"].estimate == 1.0
    assert found["kind", "neutral"].estimate == 9.0
    assert found["random", "all"].estimate == found["random", "none"].estimate == 5.0


def test_other_tasks_are_left_aside() -> None:
    """Returns of another task give no rows."""
    assert _means(_episodes("kind", "p", "w1", [1.0], task="other")) == {}
