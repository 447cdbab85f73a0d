"""T6, returns over cells."""

import numpy as np
import polars as pl
import pytest
from scipy import stats as scipy_stats

from eep.core.arrays import FloatArray
from eep.data.returns import RETURNS
from eep.stats.closed_loop import ClosedLoopReturns, interquartile_mean
from eep.stats.estimates import Estimate

ABOUT = Estimate(task="cart", component="return", test="", term="")
T6 = ClosedLoopReturns(1_000, (0,))


def _frame(cells: dict[tuple[str, str], FloatArray]) -> pl.DataFrame:
    """Return two episodes per cell around its mean: (role, agent) to means (K, W)."""
    rows = [
        {"task": "cart", "role": role, "agent": agent, "persona": f"p{p}", "arm": "persona", "wording": f"w{w}"}
        | {"sample": 0, "episode": episode, "measure": "return", "value": means[p, w] + shift, "ended": "terminated"}
        for (role, agent), means in cells.items()
        for p, w in np.ndindex(means.shape)
        for episode, shift in enumerate((-1.0, 1.0))
    ]
    return pl.DataFrame(rows, schema=RETURNS, orient="row")


def _found(cells: dict[tuple[str, str], FloatArray]) -> dict[tuple[str, str], Estimate]:
    return {(one.agent, one.contrast): one for one in T6(_frame(cells), ABOUT, ("kind",))}


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
    means = np.linspace(60.0, 140.0, 8)[:, None]
    truth = float(np.mean([interquartile_mean(_noisy(means, rng).reshape(1, -1))[0] for _ in range(2_000)]))
    strata = [f"p{p}" for p in range(8) for _ in range(3)]
    covered = 0
    for _ in range(100):
        draws = interquartile_mean(ClosedLoopReturns(300, (0,))._resampled(_noisy(means, rng).ravel(), strata, ""))
        low, high = np.quantile(draws, [0.025, 0.975])
        covered += int(low <= truth <= high)
    assert covered >= 88


def _noisy(means: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return three cells per persona around their mean."""
    return means + 20.0 * rng.normal(size=(len(means), 3))


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
