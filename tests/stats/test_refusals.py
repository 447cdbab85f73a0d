"""Refusal rates between personas."""

from itertools import permutations, product

import numpy as np
import pytest
from cells import names, row

from eep.core.arrays import FloatArray
from eep.data import responses
from eep.stats.estimates import Estimate
from eep.stats.missing_answers import RefusalRates

ABOUT = Estimate(task="task", component="", test="", term="")
TEST = RefusalRates(9_999, (0,))


def _naive(rates: FloatArray) -> float:
    """Return the exact p-value by a plain enumeration."""
    personas, wordings = rates.shape
    values = []
    for moved in product(permutations(range(personas)), repeat=wordings - 1):
        labels = [tuple(range(personas)), *moved]
        means = [sum(rates[labels[w][p], w] - rates[:, w].mean() for w in range(wordings)) for p in range(personas)]
        values.append(sum(mean**2 for mean in means))
    return sum(bool(value >= values[0] - 1e-12) for value in values) / len(values)


def _refused(rates: FloatArray, asked: int = 10) -> Estimate:
    """Return the row about refusals of teachers that refuse these shares of ``asked`` questions."""
    frame = responses.build(
        row("teacher", p, w, f"i{n}", None if n < round(asked * rates[a, b]) else 0.5)
        for a, p in enumerate(names("p", len(rates)))
        for b, w in enumerate(names("w", rates.shape[1]))
        for n in range(asked)
    )
    return next(one for one in TEST(frame, ABOUT) if one.term == "refused")


@pytest.mark.parametrize("seed", range(3))
def test_exact_p_equals_enumeration(seed: int) -> None:
    """The p-value equals a plain enumeration of all relabellings of cells within wordings."""
    rates = np.random.default_rng(seed).random((4, 3))
    found = TEST.test(rates, np.ones((4, 3), np.bool_))
    assert (found.value, found.method) == (_naive(rates), "exact (576)")


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


def test_cells_that_were_not_asked() -> None:
    """A persona that lacks a wording is permuted among the cells that are there."""
    there = np.array([[True, True], [True, True], [True, False], [True, True]])
    found = TEST.test(np.where(there, 0.5, 0.0), there)
    assert (found.value, found.method) == (1.0, "exact (6)")


def test_exact_p_of_unequal_wordings_equals_enumeration() -> None:
    """The fullest wording is held fixed, wherever it stands, and the cells that others have are permuted among themselves."""
    there = np.array([[True, True, True], [True, True, False], [False, True, True], [True, True, True]])
    for seed in range(3):
        rates = np.where(there, np.random.default_rng(seed).random((4, 3)), 0.0)
        rest = [
            [rates[p, w] - rates[there[:, w], w].mean() if there[p, w] else 0.0 for p in range(4)] for w in range(3)
        ]
        places = {w: [p for p in range(4) if there[p, w]] for w in (0, 2)}
        values = []
        for first, last in product(permutations(places[0]), permutations(places[2])):
            sums = list(rest[1])
            for w, moved in ((0, first), (2, last)):
                for p, source in zip(places[w], moved, strict=True):
                    sums[p] += rest[w][source]
            values.append(sum(value**2 for value in sums))
        expected = sum(value >= values[0] - 1e-12 for value in values) / len(values)
        found = TEST.test(rates, there)
        assert found.value == pytest.approx(expected)
        assert found.size == 36
