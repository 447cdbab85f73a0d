"""T3: the slope, its interval and the variance components."""

from dataclasses import replace

import numpy as np
import pytest
from cells import panel, random_panel
from hypothesis import given, settings
from hypothesis import strategies as st

from eep.core.arrays import FloatArray
from eep.stats import components
from eep.stats.components import Component
from eep.stats.estimates import Estimate
from eep.stats.slope import InheritanceSlope, cross_covariance, linearised_error

ABOUT = Estimate(task="task", component="preference", test="", term="", agent="kind")


def _planted(slope: float, *, k: int = 6, noise: float = 0.0, wording: float = 0.0, seed: int = 0) -> Component:
    """Return a component whose students show ``slope`` of the teachers' persona effect, plus idiosyncrasy and noise.

    A student copies its own teacher's idiosyncrasy with the same slope.
    """
    rng = np.random.default_rng([k, seed])
    persona = 0.1 * rng.normal(size=(k, 1, 400))
    cell = persona + wording * rng.normal(size=(k, 3, 400))
    teacher = 0.5 + cell + noise * rng.normal(size=(k, 3, 400))
    return components.preference_with_gain(panel(teacher, 0.5 + slope * cell))


def test_a_planted_slope_comes_back() -> None:
    """Without idiosyncrasy the slope is exact and its interval collapses on it."""
    found = InheritanceSlope()(_planted(0.4))
    assert found.slope == pytest.approx(0.4)
    assert found.conf_low == pytest.approx(0.4) == found.conf_high
    assert found.correlation == pytest.approx(1.0)
    assert found.reason == ""


def test_idiosyncrasy_and_noise_do_not_bias_the_slope() -> None:
    """Idiosyncrasies as large as the persona and noise twice as large leave the slope where it was."""
    found = InheritanceSlope()(_planted(0.4, wording=0.1, noise=0.2))
    assert found.slope == pytest.approx(0.4, abs=0.05)
    assert found.conf_low < 0.4 < found.conf_high
    assert found.persona_variance_teacher == pytest.approx(0.01, rel=0.1)
    assert found.wording_variance_teacher == pytest.approx(0.01 + 0.04, rel=0.1)


@given(st.integers(0, 2**31), st.integers(2, 9))
@settings(deadline=None)
def test_the_interval_solves_its_inequality(seed: int, k: int) -> None:
    """Bounds of a bounded interval lie on the t test's edge, the slope within; an unbounded one holds large slopes."""
    from scipy.special import stdtrit

    rng = np.random.default_rng(seed)
    d: FloatArray = rng.gamma(3.0, size=k)
    a = 0.5 * d + 0.3 * rng.normal(size=k)
    low, high = InheritanceSlope().fieller(a, d)
    limit = stdtrit(k - 1, 0.975)

    def t(b: float) -> float:
        rest = a - b * d
        return float(abs(rest.mean()) / (rest.std(ddof=1) / np.sqrt(k)))

    if np.isnan(low):
        assert t(1e6) <= limit * (1 + 1e-4)
    else:
        assert low <= a.sum() / d.sum() <= high
        assert t(low) == pytest.approx(limit, rel=1e-5)
        assert t(high) == pytest.approx(limit, rel=1e-5)


def test_no_persona_variance() -> None:
    """Teachers without a persistent persona difference leave no slope and no interval, and the reason says so."""
    rng = np.random.default_rng(1)
    teacher = rng.normal(size=(4, 2, 50))
    teacher[:, 1] = -teacher[:, 0]
    component = components.preference(panel(0.5 + 0.1 * teacher, rng.random((4, 2, 50))))
    found = InheritanceSlope()(component)
    assert np.isnan([found.slope, found.conf_low, found.std_error, found.correlation]).all()
    assert found.reason.startswith(
        "nothing to inherit was found: the teachers show no difference between personas that persists across wordings; "
    )
    slope = found.rows(ABOUT)[0]
    assert (slope.estimate, slope.conf_low, slope.conf_high) == (None, None, None)
    assert slope.note.startswith("not estimable; nothing to inherit was found: the teachers show no difference")


def test_an_unbounded_interval_keeps_the_estimate() -> None:
    """Where the interval is unbounded, bounds are null and noted, and the point estimate stays."""
    found = InheritanceSlope()(_planted(0.4, k=3, noise=2.0, seed=1))
    slope = found.rows(replace(ABOUT, note="exploratory"))[0]
    assert slope.estimate is not None
    assert (slope.conf_low, slope.conf_high) == (None, None)
    assert slope.note.startswith("exploratory; not estimable; the share that arrives has no bounds: ")


def test_two_personas_have_no_interval() -> None:
    """Two personas mirror each other about their mean, so a slope is estimated but no interval."""
    found = InheritanceSlope()(_planted(0.4, k=2, noise=0.3))
    assert found.numerator[0] == pytest.approx(found.numerator[1])
    assert np.isfinite(found.slope)
    assert np.isnan([found.conf_low, found.conf_high]).all()
    assert found.reason.startswith("the design is too small: two personas mirror each other")


def test_sampling_variance_of_a_level_is_that_of_a_mean() -> None:
    """Level is a mean over items, so sampling adds to its variance between wordings an item's share, divided by their number."""
    cells = random_panel(5, 3, 40, seed=2)
    for take, items in ((components.level, 40), (components.preference, 1)):
        with_noise = InheritanceSlope()(take(replace(cells, sampling=0.02)))
        without = InheritanceSlope()(take(cells))
        taken_off = without.wording_variance_teacher - with_noise.wording_variance_teacher
        assert taken_off == pytest.approx(0.02 / items)


def test_contributions_sum_to_the_covariance() -> None:
    """Contributions of personas sum to the mean product over pairs of different wordings, unbiased by K/(K-1)."""
    a, b = np.random.default_rng(0).normal(size=(2, 5, 3, 7))
    products = np.einsum("pwi,pvi->wv", a, b)[~np.eye(3, dtype=bool)]
    assert cross_covariance(a, b, np.ones((5, 3), np.bool_)).sum() == pytest.approx(5 / 4 * products.mean() / (5 * 7))


def test_standard_error_needs_six_personas() -> None:
    """The linearised standard error is shown from six personas on."""
    for k, shown in ((5, False), (6, True)):
        found = InheritanceSlope()(_planted(0.4, k=k, wording=0.1))
        assert (found.rows(ABOUT)[0].std_error is not None) is shown
        assert found.std_error == linearised_error(found.numerator, found.denominator)


def test_a_wider_interval_for_more_confidence() -> None:
    """More confidence gives a wider interval around the same slope."""
    component = _planted(0.4, wording=0.1, noise=0.1)
    narrow, wide = InheritanceSlope(0.5)(component), InheritanceSlope(0.95)(component)
    assert wide.conf_low < narrow.conf_low < narrow.slope == wide.slope < narrow.conf_high < wide.conf_high


def test_what_is_untestable_has_no_slope() -> None:
    """A component that cannot be tested gives null rows with its reason."""
    found = InheritanceSlope()(components.level(random_panel(1, 3, 20, seed=0)))
    rows = found.rows(ABOUT)
    assert [row.term for row in rows[:2]] == ["slope", "correlation"]
    assert all(row.estimate is None for row in rows)
    assert "only 1 persona" in rows[0].note
