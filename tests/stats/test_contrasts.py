"""T4, contrasts with neutral."""

from collections.abc import Mapping

import numpy as np
import pytest
from cells import names, random_panel, row
from scipy import stats as scipy_stats

from eep.core.arrays import FloatArray
from eep.data import responses
from eep.stats import components
from eep.stats.contrasts import NeutralContrasts, own_preference
from eep.stats.estimates import Estimate
from eep.stats.held_out import held_out
from eep.stats.inheritance import Inheritance

ABOUT = Estimate(task="task", component="", test="", term="")
RNG = np.random.default_rng(3)
LEVELS = {p: 0.5 + 0.05 * RNG.normal(size=3) for p in ("a", "b", "c", "neutral")}


def _rows(levels: Mapping[str, FloatArray], margin: float = 0.1) -> dict[tuple[str, str], Estimate]:
    """Return T4 of teachers whose cells have these levels over two items."""
    frame = responses.build(
        row("teacher", p, w, item, float(level) + shift, arm="neutral" if p.startswith("neutral") else "persona")
        for p, values in levels.items()
        for w, level in zip(names("w", len(values)), values, strict=True)
        for item, shift in (("i0", 0.1), ("i1", -0.1))
    )
    found = NeutralContrasts(margin)(held_out(frame, ABOUT.task), ABOUT, role="teacher", agent="teacher")
    return {(one.term, one.contrast): one for one in found}


@pytest.mark.parametrize(("mine", "neutral"), [(3, 3), (2, 3), (3, 2)])
def test_pooled_t_equals_scipy_with_one_persona(mine: int, neutral: int) -> None:
    """With a single persona the test is Student's t test of two samples, of unequal size where a prompt lacks wordings."""
    two = {"a": LEVELS["a"][:mine], "neutral": LEVELS["neutral"][:neutral]}
    expected = scipy_stats.ttest_ind(two["a"], two["neutral"])
    found = _rows(two)["difference", "a"]
    assert found.estimate == pytest.approx(two["a"].mean() - two["neutral"].mean())
    assert found.statistic == pytest.approx(expected.statistic)
    assert found.p_value == pytest.approx(expected.pvalue)
    low, high = expected.confidence_interval()
    assert found.conf_low == pytest.approx(low)
    assert found.conf_high == pytest.approx(high)
    assert found.method == f"pooled t, {mine + neutral - 2} df"


def test_the_variance_is_pooled_over_all_prompts() -> None:
    """The error of every contrast comes from the wordings of all K + 1 prompts, df = (K+1)(W-1), Holm over personas."""
    found = _rows(LEVELS)
    variance = np.mean([values.var(ddof=1) for values in LEVELS.values()])
    p_values = [found["difference", p].p_value for p in "abc"]
    for p in "abc":
        assert found["difference", p].std_error == pytest.approx(np.sqrt(variance * 2 / 3))
        assert found["difference", p].method == "pooled t, 8 df"
    smallest = min(range(3), key=lambda i: p_values[i] or 0.0)
    assert found["difference", "abc"[smallest]].p_adjusted == pytest.approx(min(1, 3 * min(p_values)))  # type: ignore[type-var,operator]


def test_equivalence_is_two_one_sided_tests() -> None:
    """TOST's p-value is the larger of two one-sided t tests against the margins."""
    found = _rows(LEVELS, margin=0.08)["equivalence", "b"]
    assert found.estimate is not None
    assert found.std_error is not None
    below, above = ((found.estimate + side * 0.08) / found.std_error for side in (1, -1))
    expected = max(scipy_stats.t.sf(below, 8), scipy_stats.t.cdf(above, 8))
    assert found.p_value == pytest.approx(expected)
    assert found.conf_high == pytest.approx(found.estimate + scipy_stats.t.ppf(0.95, 8) * found.std_error)


def test_no_neutral_no_contrast() -> None:
    """Without a neutral persona there are no rows; with two of them, null and the reason."""
    assert _rows({"a": LEVELS["a"]}) == {}
    found = _rows(LEVELS | {"neutral-2": LEVELS["neutral"]})
    assert {one.estimate for one in found.values()} == {None}
    assert {one.note for one in found.values()} == {"expected one neutral persona to compare with, found 2"}


@pytest.mark.parametrize(
    ("wordings", "words"), [(1, "one wording of each prompt shows no variance"), (2, "exactly the same level")]
)
def test_no_variance_no_test(wordings: int, words: str) -> None:
    """One wording, or wordings without any variance, leave the differences without tests."""
    found = _rows({"a": np.full(wordings, 0.75), "neutral": np.full(wordings, 0.25)})
    assert found["difference", "a"].estimate == 0.5
    assert (found["difference", "a"].p_value, found["equivalence", "a"].conf_low) == (None, None)
    assert words in found["difference", "a"].note


def test_items_that_a_cell_lacks_are_left_out() -> None:
    """Levels are means over the items that every cell answered, samples averaged first."""
    rows = [
        row("teacher", p, w, item, 0.5, arm="neutral" if p == "neutral" else "persona")
        for p in ("a", "neutral")
        for w in ("w0", "w1")
        for item in ("i0", "i1")
    ]
    rows[0]["response"] = 0.2
    rows[3] |= {"response": None, "status": "refused"}
    rows += [row("teacher", "a", "w0", "i0", 0.4, sample=1)]
    found = NeutralContrasts(0.05)(held_out(responses.build(rows), ABOUT.task), ABOUT, role="teacher", agent="teacher")[
        0
    ]
    assert found.n_items == 1
    assert found.estimate == pytest.approx((0.3 + 0.5) / 2 - 0.5)


def test_own_preference() -> None:
    """d_p is the diagonal minus the mean of its row and column elsewhere; the d_p average matched minus mismatched."""
    component = components.preference(random_panel(4, 3, 30, seed=0))
    found = Inheritance(99, (0,))(component, names("p", 4))
    rows = list(own_preference(found, ABOUT))
    d = found.similarity
    assert rows[1].estimate == pytest.approx(d[1, 1] - (d[1, [0, 2, 3]].mean() + d[[0, 2, 3], 1].mean()) / 2)
    assert np.mean([one.estimate for one in rows]) == pytest.approx(found.matched - found.mismatched)
    assert {(one.p_value, one.note) for one in rows} == {(None, "descriptive")}
