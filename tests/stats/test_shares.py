"""Shares of the variance of the teachers' answers."""

import numpy as np
import pytest
from cells import panel, random_panel

from eep.core.arrays import FloatArray
from eep.stats.estimates import Estimate
from eep.stats.panel import Panel
from eep.stats.variance_components import TERMS, Shares, components, generic_slopes

ABOUT = Estimate(task="task", component="", test="", term="", agent="teacher")


def _teachers(x: FloatArray) -> Panel:
    return panel(x, np.zeros_like(x))


def _simulated(deviations: dict[str, float], shape: tuple[int, int, int], seed: int) -> FloatArray:
    """Return a sum of independent effects with the given standard deviations."""
    rng = np.random.default_rng(seed)
    total = np.zeros(shape)
    for effect, deviation in deviations.items():
        size = [n if letter in effect else 1 for letter, n in zip("pwi", shape, strict=True)]
        total += deviation * rng.normal(size=size)
    return total


def test_components_are_unbiased() -> None:
    """Averaged over small designs every component is what was put in; noise and idiosyncrasy are no persona."""
    deviations = {"i": 1.0, "w": 0.3, "pw": 0.3, "wi": 0.5, "pwi": 1.0}
    found = [components(_simulated(deviations, (4, 3, 15), seed)) for seed in range(400)]
    for effect in ("p", "w", "i", "pw", "pi", "wi", "pwi"):
        expected = deviations.get(effect, 0.0) ** 2
        assert np.mean([one[effect] for one in found]) == pytest.approx(expected, abs=0.04), effect


def test_shares_sum_to_one() -> None:
    """Shares are none below zero and sum to one."""
    shares = Shares()(random_panel(4, 3, 20, seed=0)).shares
    assert min(shares) >= 0.0
    assert sum(shares) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("effect", "term"), [("i", "generic"), ("p", "level"), ("pi", "preference"), ("wi", "wording"), ("pwi", "rest")]
)
def test_each_source_has_its_share(effect: str, term: str) -> None:
    """Answers that vary in one way only have (nearly) all their variance in that share."""
    shares = Shares()(_teachers(_simulated({effect: 1.0}, (8, 6, 200), seed=1))).shares
    assert shares[TERMS.index(term)] > 0.98


@pytest.mark.parametrize(
    ("x", "reason"),
    [
        (np.full((3, 2, 9), 0.4), "all teachers gave the same answer to every item"),
        (np.random.default_rng(0).random((3, 2, 1)), "there is only one held-out item"),
        (
            np.random.default_rng(0).random((1, 2, 9)),
            (
                "the design is too small: there is only 1 persona, and a persona shows only beside another; "
                "six personas or more are advised"
            ),
        ),
    ],
)
def test_what_has_no_shares_has_a_reason(x: FloatArray, reason: str) -> None:
    """Without variance, or without several items or personas, shares are null and the note says why."""
    rows = Shares()(_teachers(x)).rows(ABOUT)
    assert [row.term for row in rows] == list(TERMS)
    assert all(row.estimate is None and row.note == reason for row in rows)


def test_every_persona_has_its_slope_on_what_all_share() -> None:
    """A row per persona, the mean over its wordings; where all items are alike, no number and the reason."""
    generic = np.linspace(-0.2, 0.2, 12)
    strength = np.array([[0.5, 1.5], [3.0, 1.0]])
    rows = list(generic_slopes(_teachers(0.5 + strength[:, :, None] * generic), ABOUT))
    assert [(row.test, row.term, row.contrast) for row in rows] == [
        ("generic", "slope", "p000"),
        ("generic", "slope", "p001"),
    ]
    assert [row.estimate for row in rows] == pytest.approx([generic.std(), 2 * generic.std()])
    (flat, _) = generic_slopes(_teachers(np.full((2, 2, 12), 0.5)), ABOUT)
    assert (flat.estimate, flat.note) == (None, "descriptive; on average the teachers answer alike to all items")
