"""Reliability against plain loops: sums of squares written out, and a design grown one by one until it is reliable."""

from itertools import product
from math import sqrt

import numpy as np
import pytest
from cells import random_panel

from eep.core.arrays import FloatArray
from eep.stats.components import LEVEL, preference
from eep.stats.estimates import Estimate
from eep.stats.reliability import PROFILE, Noise, Reliability, agreement, deviations, of_answers, of_deviations
from eep.stats.reliability_rows import rows

K, W, N = 5, 3, 9
NOISE = Noise(0.002, 2.0)
ABOUT = Estimate(task="task", component="", test="", term="", agent="teacher")


def mean(values: list[float]) -> float:
    """Return the mean of a list."""
    return sum(values) / len(values)


def naive(x: FloatArray) -> dict[str, float]:
    """Return the components p, pw, pi and pwi, each from its own sum of squares and the expected mean squares."""
    m = {
        (p, w, i): mean(
            [
                float(x[a, b, c])
                for a in (range(K) if p is None else [p])
                for b in (range(W) if w is None else [w])
                for c in (range(N) if i is None else [i])
            ]
        )
        for p, w, i in product([None, *range(K)], [None, *range(W)], [None, *range(N)])
    }
    g = m[None, None, None]
    p_, w_, i_ = range(K), range(W), range(N)
    ms_p = W * N * sum((m[p, None, None] - g) ** 2 for p in p_) / (K - 1)
    ms_pw = sum((m[p, w, None] - m[p, None, None] - m[None, w, None] + g) ** 2 for p in p_ for w in w_)
    ms_pw *= N / ((K - 1) * (W - 1))
    ms_pi = sum((m[p, None, i] - m[p, None, None] - m[None, None, i] + g) ** 2 for p in p_ for i in i_)
    ms_pi *= W / ((K - 1) * (N - 1))
    ms_pwi = 0.0
    for p, w, i in product(p_, w_, i_):
        rest = m[p, w, i] - m[p, w, None] - m[p, None, i] - m[None, w, i]
        ms_pwi += (rest + m[p, None, None] + m[None, w, None] + m[None, None, i] - g) ** 2
    ms_pwi /= (K - 1) * (W - 1) * (N - 1)
    return {
        "p": max((ms_p - ms_pw - ms_pi + ms_pwi) / (W * N), 0.0),
        "pw": max((ms_pw - ms_pwi) / N, 0.0),
        "pi": max((ms_pi - ms_pwi) / W, 0.0),
        "pwi": max(ms_pwi, 0.0),
    }


@pytest.mark.parametrize("seed", range(4))
def test_coefficients_are_those_of_loops(seed: int) -> None:
    """Of level and of profile, with what sampling adds taken out of the residual and divided anew."""
    x = random_panel(K, W, N, seed=seed).teacher
    v, e = naive(x), 0.002 * 2
    whims = v["pwi"] - 0.002
    for w, n, i in ((W, 2, N), (5, 4, 30), (1, 1, 1)):
        sizes = {"wordings": w, "samples": n, "items": i}
        level = v["p"] / (v["p"] + v["pw"] / w + v["pi"] / i + whims / (w * i) + e / (w * n * i))
        profile = v["pi"] / (v["pi"] + whims / w + e / (w * n))
        assert of_answers(x, LEVEL, NOISE).coefficient(**sizes) == pytest.approx(level, abs=1e-9)
        assert of_answers(x, PROFILE, NOISE).coefficient(**sizes) == pytest.approx(profile, abs=1e-9)
    above = v["p"] + v["pi"] / N
    assert of_answers(x, LEVEL, NOISE).two_wordings == pytest.approx(above / (above + v["pw"] + v["pwi"] / N), abs=1e-9)
    assert of_answers(x, PROFILE, NOISE).two_wordings == pytest.approx(v["pi"] / (v["pi"] + v["pwi"]), abs=1e-9)


def grown(found: Reliability, facet: str, wanted: float, most: int = 3000) -> float:
    """Return the least number of a facet that reaches a coefficient, by trying one after the other."""
    for count in range(1, most):
        if found.coefficient(**{facet: count}) >= wanted - 1e-12:
            return float(count)
    return float("inf")


@pytest.mark.parametrize("seed", range(4))
def test_what_is_needed_is_what_trying_finds(seed: int) -> None:
    """How many wordings, samples or items reach .8 or .9, and that some never do."""
    x = random_panel(K, W, N, seed=seed, effect=0.6).teacher
    for component, wanted in product((LEVEL, PROFILE), (0.8, 0.9)):
        found = of_answers(x, component, NOISE)
        facets = ("wordings", "samples", "items") if component == LEVEL else ("wordings", "samples")
        for facet in facets:
            least = found.needed(facet, wanted)
            assert grown(found, facet, wanted) == (least if least < 3000 else float("inf"))


def correlation(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Return observed and disattenuated correlation of deviations over pairs of different wordings, by loops."""

    def products(a: FloatArray, b: FloatArray, *, same: bool) -> float:
        pairs = [(w, v) for w in range(W) for v in range(W) if (w == v) == same]
        return mean([float(a[p, w, i] * b[p, v, i]) for w, v in pairs for p in range(K) for i in range(a.shape[2])])

    across = products(x, y, same=False)
    observed = across / sqrt(products(x, x, same=True) * products(y, y, same=True))
    return observed, across / sqrt(products(x, x, same=False) * products(y, y, same=False))


@pytest.mark.parametrize("name", [LEVEL, PROFILE])
def test_agreement_is_that_of_loops(name: str) -> None:
    """Of students with teachers in other wordings, as it is and with both sides' noise taken out."""
    cells = random_panel(K, W, N, seed=7)
    student, teacher = (deviations(x, name) for x in (cells.student, cells.teacher))
    found = agreement(student, teacher, cells.present)
    observed, disattenuated = correlation(student, teacher)
    assert found.observed == pytest.approx(observed, abs=1e-9)
    assert found.disattenuated == pytest.approx(disattenuated, abs=1e-9)


def test_reliability_of_preference_is_that_of_loops() -> None:
    """Products of deviations in different wordings are the persona's variance, what else there is the wordings'."""
    cells = random_panel(K, W, 30, seed=3)
    component = preference(cells)
    x = component.teacher_deviation
    total = sum(float(v) ** 2 for v in x.ravel()) / ((K - 1) * W * 30)
    pairs = [(w, v) for w in range(W) for v in range(W) if w != v]
    shared = sum(float(x[p, w, i] * x[p, v, i]) for w, v in pairs for p in range(K) for i in range(30))
    shared /= (K - 1) * 30 * len(pairs)
    found = of_deviations(x, component.present, Noise())
    assert found.persona == pytest.approx(shared, abs=1e-9)
    assert found.coefficient() == pytest.approx(shared / (shared + (total - shared) / W), abs=1e-9)
    assert found.two_wordings == pytest.approx(shared / total, abs=1e-9)


def test_standard_errors_leave_out_one_persona_at_a_time() -> None:
    """The jackknife over personas, by loops."""
    cells = random_panel(K, W, N, seed=2)
    (row,) = [row for row in rows(cells, ABOUT) if (row.component, row.term) == (PROFILE, "coefficient")]
    left = []
    for out in range(K):
        kept = np.stack([cells.teacher[p] for p in range(K) if p != out])
        left.append(of_answers(kept, PROFILE, Noise()).coefficient())
    centre = mean(left)
    assert row.std_error == pytest.approx(sqrt((K - 1) / K * sum((value - centre) ** 2 for value in left)), abs=1e-9)
