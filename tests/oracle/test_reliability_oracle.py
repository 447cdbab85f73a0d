"""Reliability against plain loops: sums of squares written out, and a design grown one by one until it is reliable."""

from dataclasses import replace
from itertools import product
from math import sqrt

import numpy as np
import pytest
from cells import random_panel
from naive import double_centred, level, minus_persona_mean, preference_covariance

from eep.core.arrays import FloatArray
from eep.stats.components import LEVEL, PREFERENCE, preference
from eep.stats.estimates import Estimate
from eep.stats.reliability import PROFILE, Noise, Reliability, Source, agreement, deviations, of_answers, of_deviations
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
    take = level if name == LEVEL else double_centred
    student, teacher = (np.array(take(x.tolist())) for x in (cells.student, cells.teacher))
    assert deviations(cells.student, name) == pytest.approx(student, abs=1e-9)
    found = agreement(deviations(cells.student, name), deviations(cells.teacher, name), cells.present)
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


def test_preference_is_without_the_ways_of_the_other_wordings() -> None:
    """Covariances between wordings, of teachers and of both sides, are those of loops that take out what other wordings give."""
    component = preference(random_panel(K, W, 30, seed=3))
    assert component.ways is not None
    ways, there = component.ways.tolist(), component.present
    a, b = (x.tolist() for x in (component.student_deviation, component.teacher_deviation))
    st, tt, ss = (preference_covariance(x, y, ways) for x, y in ((a, b), (b, b), (a, a)))
    within = [sum(v**2 for p in x for row in p for v in row) / ((K - 1) * W * 30) for x in (a, b)]
    found = of_deviations(component.teacher_deviation, there, Noise(), component.ways)
    assert found.persona == pytest.approx(tt, abs=1e-9)
    assert found.coefficient() == pytest.approx(tt / (tt + (within[1] - tt) / W), abs=1e-9)
    both = agreement(component.student_deviation, component.teacher_deviation, there, component.ways)
    assert both.observed == pytest.approx(st / sqrt(within[0] * within[1]), abs=1e-9)
    assert both.disattenuated == pytest.approx(st / sqrt(ss * tt), abs=1e-9)


def test_wordings_that_a_persona_lacks_are_none_of_its_average() -> None:
    """With a cell missing, what is left of the wordings' variance is divided by how many wordings personas have on average."""
    component = preference(random_panel(4, 3, 30, seed=3, absent=((1, 2), (3, 0))))
    found = of_deviations(component.teacher_deviation, component.present, Noise())
    (rest,) = found.sources
    assert found.sizes["wordings"] == pytest.approx(10 / 4)
    assert found.coefficient() == pytest.approx(found.persona / (found.persona + rest.variance / 2.5), abs=1e-9)


def test_sampling_is_no_more_than_there_is() -> None:
    """Where samples vary more than all that is left over, all of it is sampling and nothing the wordings'."""
    x = random_panel(K, W, N, seed=0).teacher
    whims, sampling = of_answers(x, PROFILE, Noise(5.0, 2.0)).sources
    assert whims.variance == 0.0
    assert sampling.variance == pytest.approx(2 * naive(x)["pwi"], abs=1e-9)


def test_standard_errors_leave_out_one_persona_at_a_time() -> None:
    """The jackknife over personas, by loops; of preference, who is left is centred again."""
    cells = random_panel(K, W, 30, seed=2)
    component = preference(cells)
    found = {(row.component, row.term): row.std_error for row in rows(cells, ABOUT)}
    left: dict[tuple[str, str], list[float]] = {}
    for out in range(K):
        kept = [p for p in range(K) if p != out]
        again = np.array(minus_persona_mean([component.teacher_deviation[p].tolist() for p in kept]))
        there = np.ones((K - 1, W), np.bool_)
        for name, one in (
            (PROFILE, of_answers(cells.teacher[kept], PROFILE, Noise())),
            (PREFERENCE, of_deviations(again, there, Noise(), component.ways)),
        ):
            left.setdefault((name, "coefficient"), []).append(one.coefficient())
            left.setdefault((name, "two wordings"), []).append(one.two_wordings)
    for key, values in left.items():
        spread = sum((value - mean(values)) ** 2 for value in values)
        assert found[key] == pytest.approx(sqrt((K - 1) / K * spread), abs=1e-9)


def test_students_rows_are_of_the_students() -> None:
    """Of a kind of student, level, profile and preference are judged by its own answers, without sampling."""
    cells = random_panel(K, W, 30, seed=2)
    found = {
        row.component: row.estimate
        for row in rows(replace(cells, sampling=0.01), replace(ABOUT, agent="kind"))
        if row.term == "coefficient"
    }
    component = preference(cells)
    assert found == {
        LEVEL: of_answers(cells.student, LEVEL, Noise()).coefficient(),
        PROFILE: of_answers(cells.student, PROFILE, Noise()).coefficient(),
        PREFERENCE: of_deviations(
            component.student_deviation, component.present, Noise(), component.ways
        ).coefficient(),
    }


def test_a_whole_number_that_suffices_is_not_rounded_up() -> None:
    """Three wordings that reach exactly what is wanted are enough."""
    one = Reliability(PROFILE, 1.0, (Source("wording", 0.75, ("wordings",)),), {"wordings": 2.0})
    assert one.needed("wordings", 0.8) == 3.0
