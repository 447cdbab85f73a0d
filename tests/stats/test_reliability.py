"""Reliability of levels and profiles, and what a better one needs."""

from dataclasses import replace

import numpy as np
import pytest
from cells import panel, random_panel, row

from eep.core.arrays import FloatArray
from eep.data import responses
from eep.stats import panel as panels
from eep.stats.components import LEVEL, PREFERENCE
from eep.stats.estimates import Estimate
from eep.stats.reliability import PROFILE, Noise, Reliability, of_answers
from eep.stats.reliability_rows import INSEPARABLE, NOTHING, rows

ABOUT = Estimate(task="task", component="", test="", term="", agent="teacher")


def simulated(shape: tuple[int, int, int], samples: int, seed: int, **deviations: float) -> tuple[FloatArray, float]:
    """Return averages of noisy samples of a sum of effects with these standard deviations, and their sampling variance."""
    rng = np.random.default_rng(seed)
    total = np.zeros(shape)
    for effect, deviation in deviations.items():
        if effect != "e":
            total += deviation * rng.normal(size=[n if x in effect else 1 for x, n in zip("pwi", shape, strict=True)])
    drawn = total + deviations["e"] * rng.normal(size=(samples, *shape))
    return drawn.mean(axis=0), float(drawn.var(axis=0, ddof=1).mean()) / samples


def test_known_components_come_back() -> None:
    """Averaged over simulated experiments, persona, wording, item and sampling have the variances that were put in."""
    known = {"p": 0.3, "w": 0.2, "i": 1.0, "pw": 0.2, "pi": 0.5, "wi": 0.3, "pwi": 0.4, "e": 0.6}
    found: dict[tuple[str, str], list[float]] = {}
    for seed in range(200):
        x, sampling = simulated((12, 4, 40), 3, seed, **known)
        for component in (LEVEL, PROFILE):
            one = of_answers(x, component, Noise(sampling, 3.0))
            for name, value in {"persona": one.persona, **{s.name: s.variance for s in one.sources}}.items():
                found.setdefault((component, name), []).append(value)
    expected = {
        (LEVEL, "persona"): 0.09,
        (LEVEL, "wording"): 0.04,
        (LEVEL, "item"): 0.25,
        (LEVEL, "wording x item"): 0.16,
        (LEVEL, "sampling"): 0.36,
        (PROFILE, "persona"): 0.25,
        (PROFILE, "wording"): 0.16,
        (PROFILE, "sampling"): 0.36,
    }
    assert {key: float(np.mean(values)) for key, values in found.items()} == pytest.approx(expected, rel=0.08)


def test_two_wordings_correlate_as_is_said() -> None:
    """The mean correlation of the profiles that two wordings really show is the ceiling that is estimated."""
    said, seen = [], []
    for seed in range(40):
        x, sampling = simulated((10, 2, 60), 2, seed, p=0.3, i=1.0, pi=0.5, pwi=0.4, e=0.4)
        said.append(of_answers(x, PROFILE, Noise(sampling, 2.0)).two_wordings)
        y = x - x.mean(axis=2, keepdims=True)
        y -= y.mean(axis=0)
        seen.append(float(np.corrcoef(y[:, 0].ravel(), y[:, 1].ravel())[0, 1]))
    assert np.mean(said) == pytest.approx(0.25 / (0.25 + 0.16 + 0.08), abs=0.01)
    assert np.mean(said) == pytest.approx(np.mean(seen), abs=0.01)


def test_standard_errors_are_the_spread_of_the_estimates() -> None:
    """Over simulated experiments, the jackknife's standard error is on average how much the coefficient really varies."""
    estimates, errors = [], []
    for seed in range(150):
        x, _ = simulated((8, 3, 60), 2, seed, p=0.2, i=1.0, pi=0.3, wi=0.3, pwi=0.5, e=0.0)
        (one,) = [r for r in rows(panel(x, x), ABOUT) if (r.component, r.term) == (PROFILE, "coefficient")]
        assert one.estimate is not None
        assert one.std_error is not None
        estimates.append(one.estimate)
        errors.append(one.std_error)
    assert np.mean(estimates) == pytest.approx(0.09 / (0.09 + 0.25 / 3), abs=0.01)
    assert np.mean(errors) == pytest.approx(np.std(estimates), rel=0.15)


def test_samples_are_told_from_wordings_where_questions_were_asked_twice() -> None:
    """From the responses table: how many samples an average is over, and what they add."""
    rng = np.random.default_rng(0)
    answers = responses.build(
        row(role, p, w, f"i{i}", float(rng.random()), sample=sample)
        for role, samples in (("teacher", 4), ("student", 1))
        for p in "abcde"
        for w in "uv"
        for i in range(30)
        for sample in range(samples)
    )
    found = panels.build(answers, task="task", agent="kind")
    assert found.samples == 4
    assert found.sampling == pytest.approx(1 / 12 / 4, rel=0.1)
    terms = {(one.component, one.term): one.estimate for one in rows(found, ABOUT)}
    assert terms[PROFILE, "sampling"] == pytest.approx(1 / 12, rel=0.15)
    assert (PROFILE, "items for 0.8") not in terms


def test_what_cannot_be_known_is_no_number() -> None:
    """Without repeated questions sampling is unknown; where nothing survives a change of wording nothing helps."""
    found = {(one.component, one.term): one for one in rows(random_panel(5, 3, 20, seed=0), ABOUT)}
    for term in ("sampling", "samples for 0.8"):
        assert found[PROFILE, term].estimate is None
        assert INSEPARABLE in found[PROFILE, term].note
    x = np.random.default_rng(3).random((5, 2, 20))
    x[:, 1] = 1 - x[:, 0]
    nothing = {(one.component, one.term): one for one in rows(panel(x, x), ABOUT)}
    assert nothing[PROFILE, "coefficient"].estimate == 0.0
    assert nothing[PROFILE, "coefficient"].std_error is None
    assert NOTHING in nothing[PROFILE, "coefficient"].note
    assert nothing[PROFILE, "wordings for 0.8"].estimate is None
    assert "no number of wordings alone would do" in nothing[PROFILE, "wordings for 0.8"].note


def test_students_have_their_agreement_and_no_samples() -> None:
    """A student is as reliable as its wordings let it be; a faithful one agrees as far as two wordings of a teacher do."""
    cells = random_panel(6, 3, 40, seed=1)
    found = {
        (one.component, one.term): one
        for one in rows(replace(cells, student=cells.teacher), replace(ABOUT, agent="kind"))
    }
    for component in (LEVEL, PROFILE, PREFERENCE):
        assert (component, "samples for 0.8") not in found
        assert found[component, "disattenuated"].estimate == pytest.approx(1.0)
    assert found[PREFERENCE, "agreement"].estimate == pytest.approx(found[PREFERENCE, "two wordings"].estimate)


def test_a_design_without_reliability_says_why() -> None:
    """One wording, or a cell that is not there: one row of each component with the reason."""
    x = np.random.default_rng(0).random((4, 1, 9))
    alone = list(rows(panel(x, x), ABOUT))
    assert [one.term for one in alone] == ["coefficient"] * 3
    assert all(one.estimate is None and "only 1 wording" in one.note for one in alone)
    gap = replace(random_panel(4, 3, 20, seed=0), absent=((0, 0),))
    found = {(one.component, one.term): one.note for one in rows(gap, ABOUT)}
    assert found[LEVEL, "coefficient"] == "descriptive; reliability needs every persona in every wording"


def test_nothing_that_varies_has_no_coefficient() -> None:
    """Where there is neither persona nor error the coefficient is no number."""
    assert np.isnan(Reliability(PROFILE, 0.0, (), {}).coefficient())
