"""Logistic regression and its penalty."""

import numpy as np
import pytest
from two_options import two

from eep.core.arrays import FloatArray, logistic
from eep.students.logistic import EDGE, PENALTIES, Fold, Logistic, chosen_penalty, held_out_loss, softmax, solve


def soft(n: int, d: int, *, seed: int = 0, noise: float = 0.0) -> tuple[FloatArray, FloatArray]:
    """Return features and the soft labels of a logistic teacher with as much noise in its logits."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, d))
    return x, two(logistic(x @ np.linspace(-1, 1, d) + noise * rng.normal(size=n)))


@pytest.mark.parametrize("c", [0.01, 1.0, 100.0])
def test_solution_is_the_penalised_maximum(c: float) -> None:
    """At the weights found, the gradient of cross-entropy plus penalty is zero, and the errors sum to zero."""
    z, p = soft(200, 5, noise=1.0)
    weights, intercept = solve(z, p, c)
    errors = logistic(z @ weights[:, 0] + intercept[0]) - p[:, 1]
    np.testing.assert_allclose(z.T @ errors + weights[:, 0] / c, 0, atol=1e-7)
    assert abs(errors.sum()) < 1e-6


def test_solution_for_several_options_is_the_penalised_maximum() -> None:
    """With four options, of which one is never chosen, the gradient is zero as well, and no number is infinite."""
    rng = np.random.default_rng(0)
    z = rng.normal(size=(150, 3))
    p = np.column_stack([rng.dirichlet(np.ones(3), size=150), np.zeros(150)])
    weights, intercept = solve(z, p, 1.0)
    assert weights.shape == (3, 3)
    errors = (softmax(z @ weights + intercept) - p)[:, 1:]
    np.testing.assert_allclose(z.T @ errors + weights, 0, atol=1e-6)
    np.testing.assert_allclose(errors.sum(axis=0), 0, atol=1e-5)


def test_recovers_a_logistic_teacher() -> None:
    """A teacher that weighs what it sees is imitated to the third decimal place, whatever the units."""
    x, p = soft(4000, 4)
    units = np.array([1e-3, 1.0, 50.0, 1e4])
    q = Logistic().fit((x * units).astype(np.float32), p, seed=0).predict((x * units).astype(np.float32))
    np.testing.assert_allclose(q, p, atol=2e-3)


def test_penalty_is_chosen_by_held_out_loss() -> None:
    """Of the penalties walked through, the chosen one has the least loss on held-out folds; noise asks for more."""
    chosen = []
    for noise in (0.0, 4.0):
        z, p = soft(150, 60, noise=noise)
        fold = np.random.default_rng(5).permutation(150) % 5
        losses = [held_out_loss([Fold(z, p, fold == number) for number in range(5)], c) for c in PENALTIES]
        chosen.append(chosen_penalty(z, p, 5))
        place = PENALTIES.index(chosen[-1])
        assert losses[place] == min(losses[: place + 2])
    assert chosen[1] < chosen[0]


def test_penalty_is_not_searched_where_demonstrations_abound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty demonstrations per feature are enough for the plain penalty; nineteen call for a search."""
    asked: list[int] = []

    def spy(z: FloatArray, p: FloatArray, seed: int) -> float:
        asked.append(len(p))
        return chosen_penalty(z, p, seed)

    monkeypatch.setattr("eep.students.logistic.chosen_penalty", spy)
    for n in (80, 79):
        x, p = soft(n, 4)
        Logistic().fit(x.astype(np.float32), p, seed=0)
    assert asked == [79]


def test_folds_come_from_the_seed() -> None:
    """Another seed cuts other folds, which can tell in the penalty and so in the student."""
    x, p = soft(60, 30, noise=2.0)
    found = {chosen_penalty(x, p, seed) for seed in range(8)}
    assert len(found) > 1


def test_scores_of_any_size_give_probabilities() -> None:
    """Neither the logistic function nor its form for several options overflows, nor warns."""
    scores, expected = np.array([-1e300, -2.0, 0.0, 1e300]), [0, 0.119202922, 0.5, 1]
    np.testing.assert_allclose(logistic(scores), expected)
    np.testing.assert_allclose(softmax(scores[:, None]), two(expected))


def test_held_out_losses_are_those_of_fits_in_all_features() -> None:
    """Fitting in the span of few demonstrations, and from the fit before, gives the losses of plain fits."""
    z, p = soft(60, 90, noise=1.0)
    fold = np.random.default_rng(1).permutation(60) % 5
    folds = [Fold(z, p, fold == number) for number in range(5)]
    for c in PENALTIES[:6]:
        total = 0.0
        for number in range(5):
            out = fold == number
            weights, intercept = solve(z[~out], p[~out], c)
            q = np.clip(softmax(z[out] @ weights + intercept), EDGE, 1 - EDGE)
            total -= float(np.sum(p[out] * np.log(q)))
        assert held_out_loss(folds, c) == pytest.approx(total / 60, abs=1e-8)
