"""Counts of answers that are none, and refusal rates between personas."""

from itertools import permutations, product

import numpy as np
import pytest
from cells import names, row

from eep.core.arrays import BoolArray, FloatArray
from eep.data import responses
from eep.stats.estimates import Estimate
from eep.stats.missing_answers import Exclusions, RefusalRates, asked_of_teachers

ABOUT = Estimate(task="task", component="", test="", term="")
TEST = RefusalRates(9_999, (0,))


def test_each_kind_is_counted_per_persona() -> None:
    """Refused, unparsable and failed rows are counted per persona, train and test, teachers only."""
    rows = [
        row("teacher", "p", "w", "a", 0.5),
        row("teacher", "p", "w", "b", None, split="train"),
        row("teacher", "p", "w", "c", None),
        row("teacher", "p", "w", "d", None, status="failed"),
        row("teacher", "neutral", "w", "a", 0.5, arm="neutral"),
        row("student", "p", "w", "c", None, status="unparsable"),
    ]
    found = Exclusions()(asked_of_teachers(responses.build(rows), ABOUT.task), ABOUT)
    counts = {(one.contrast, one.term): (one.estimate, one.n_excluded) for one in found}
    assert counts == {
        ("p", "refused"): (0.5, 2),
        ("p", "unparsable"): (0.0, 0),
        ("p", "failed"): (0.25, 1),
        **{("neutral", term): (0.0, 0) for term in ("refused", "unparsable", "failed")},
    }
    assert {one.method for one in found} == {"of 4 rows", "of 1 rows"}


def _naive(rates: FloatArray, there: BoolArray) -> tuple[float, int]:
    """Return the exact p-value by enumeration, the fullest wording held fixed, and how many relabellings there are."""
    places = [list(np.flatnonzero(there[:, w])) for w in range(rates.shape[1])]
    fixed = max(range(len(places)), key=lambda w: len(places[w]))
    values = []
    for labels in product(*([mine] if w == fixed else permutations(mine) for w, mine in enumerate(places))):
        sums = [0.0] * len(rates)
        for w, moved in enumerate(labels):
            for p, source in zip(places[w], moved, strict=True):
                sums[p] += rates[source, w] - rates[places[w], w].mean()
        values.append(sum(value**2 for value in sums))
    return sum(value >= values[0] - 1e-12 for value in values) / len(values), len(values)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("gone", "size"), [((), 576), (((1, 2), (2, 0)), 36)], ids=["complete", "unequal"])
def test_exact_p_equals_enumeration(gone: tuple[tuple[int, int], ...], size: int, seed: int) -> None:
    """Cells are permuted within wordings among those that are there, all but the fullest wording's."""
    there = np.ones((4, 3), np.bool_)
    there[tuple(np.array(gone, dtype=np.intp).reshape(-1, 2).T)] = False
    rates = np.where(there, np.random.default_rng(seed).random((4, 3)), 0.0)
    found = TEST.test(rates, there)
    expected, relabellings = _naive(rates, there)
    assert found.value == pytest.approx(expected)
    assert (found.method, relabellings) == (f"exact ({size})", size)


def _refused(rates: FloatArray, asked: int = 10) -> Estimate:
    """Return the row about refusals of teachers that refuse these shares of ``asked`` questions."""
    frame = responses.build(
        row("teacher", p, w, f"i{n}", None if n < round(asked * rates[a, b]) else 0.5)
        for a, p in enumerate(names("p", len(rates)))
        for b, w in enumerate(names("w", rates.shape[1]))
        for n in range(asked)
    )
    return next(one for one in TEST(asked_of_teachers(frame, ABOUT.task), ABOUT) if one.term == "refused")


def test_a_persona_that_refuses_in_every_wording() -> None:
    """Refusing in all three wordings comes up once in K^2 relabellings, however many questions were refused."""
    rates = np.zeros((5, 3))
    rates[2] = 0.9
    for asked in (10, 100):
        found = _refused(rates, asked)
        assert found.p_value == pytest.approx(1 / 25, abs=0.01)
    assert found.estimate == pytest.approx(0.18)
    assert found.n_excluded == 270


def test_one_wording_refused_is_no_persona() -> None:
    """Hundreds of refusals of a single prompt are no evidence about its persona."""
    rates = np.zeros((5, 3))
    rates[2, 1] = 1.0
    assert _refused(rates, 100).p_value == 1.0


def test_nothing_to_test() -> None:
    """Without refusals, or with one wording, there is a reason and no p-value."""
    none = _refused(np.zeros((3, 2)))
    assert (none.p_value, none.estimate, none.note) == (None, 0.0, "no answer was refused")
    one = _refused(np.array([[0.5], [0.0]]))
    assert one.p_value is None
    assert one.note.startswith("it takes two personas in two wordings")
