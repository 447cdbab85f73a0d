"""The network and the encoding of what it senses."""

import numpy as np
import pytest
from two_options import two

from eep.core.arrays import FeatureArray, FloatArray
from eep.students.boosted import Boosted
from eep.students.neural import ACTIVATION, ERROR, INPUT, PIECES, ROWS, WEIGHT, Encoding, Neural, activations, train


def worded_states(n: int, seed: int) -> FeatureArray:
    """Return states whose four parts have different units and heavy tails."""
    x = np.random.default_rng(seed).standard_t(4, size=(n, 4)) * np.array([0.3, 0.4, 0.06, 0.5])
    return np.asarray(x, np.float32)


def worded_teacher(x: FeatureArray, seed: int) -> FloatArray:
    """Return the answers of a teacher who reads three words for each part of a state."""
    edges = np.array([0.15, 0.2, 0.02, 0.3])
    words = (x > edges).astype(int) - (x < -edges)
    rng = np.random.default_rng(seed)
    by_text = {text: rng.normal(0, 0.4) for text in map(tuple, words.tolist())}
    own = np.array([by_text[text] for text in map(tuple, words.tolist())])
    weights = np.array([0.4, 0.7, 1.6, 1.2]) + rng.normal(0, 0.3, size=4)
    return np.asarray(1 / (1 + np.exp(-(words @ weights + own))))


@pytest.mark.parametrize("seed", [0, 1])
def test_keeps_up_with_boosted_trees(seed: int) -> None:
    """Of a teacher that reads words, the network learns the choices within .03 of what boosted trees learn."""
    x = worded_states(6000, seed)
    p = worded_teacher(x, seed)
    chosen = p[4000:] > 0.5
    agreement = [
        float(((student.fit(x[:4000], two(p[:4000]), seed=0).predict(x[4000:])[:, 1] > 0.5) == chosen).mean())
        for student in (Boosted(), Neural())
    ]
    assert agreement[0] > 0.96
    assert agreement[1] > agreement[0] - 0.03


def test_seed_draws_the_first_weights() -> None:
    """Another seed begins with other weights and ends as another, not very different, network."""
    x = worded_states(800, 0)
    p = two(worded_teacher(x, 0))
    one, other = (Neural().fit(x, p, seed=seed).predict(x) for seed in (0, 1))
    assert (one != other).any()
    assert np.abs(one - other).mean() < 0.05


def test_encoding_is_standardised() -> None:
    """Every piece has mean 0 and standard deviation 1 over the demonstrations, to the third decimal place."""
    states = worded_states(4 * PIECES * ROWS, 0)
    encoded = Encoding().fit(states).transform(states)
    assert encoded.shape == (len(states), 4 * PIECES)
    np.testing.assert_allclose(encoded.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(encoded.std(axis=0), 1, atol=1e-3)


def test_encoding_keeps_the_order_and_the_range() -> None:
    """No piece falls as its feature rises, and values beyond those seen look like the outermost ones seen."""
    encoding = Encoding().fit(worded_states(400, 0))
    line = np.linspace(-0.5, 0.5, 101, dtype=np.float32)[:, None].repeat(4, axis=1)
    assert (np.diff(encoding.transform(line), axis=0) >= 0).all()
    ends = worded_states(400, 0)
    top, bottom = ends.max(axis=0, keepdims=True), ends.min(axis=0, keepdims=True)
    np.testing.assert_array_equal(encoding.transform(np.abs(top) * 1e6), encoding.transform(top))
    np.testing.assert_array_equal(encoding.transform(-np.abs(bottom) * 1e6), encoding.transform(bottom))


def test_encoding_of_wide_features_is_the_feature() -> None:
    """With few demonstrations for the features each is one piece, its own standardised value."""
    x = np.random.default_rng(0).normal(size=(240, 128)).astype(np.float32)
    expected = (x - x.mean(axis=0, dtype=np.float64)) / x.std(axis=0, dtype=np.float64)
    np.testing.assert_allclose(Encoding().fit(x).transform(x), expected, atol=1e-3)


def test_encoding_of_few_values() -> None:
    """A feature of two values has one piece however many quantiles there are, a constant one has none."""
    x = np.zeros((500, 2), np.float32)
    x[::2, 1] = 1
    encoded = Encoding().fit(x).transform(x)
    assert encoded.shape == (500, 1)
    np.testing.assert_allclose(encoded[:, 0], np.where(x[:, 1] == 1, 1, -1))


@pytest.mark.slow
@pytest.mark.parametrize(("n", "d"), [(4000, 4), (240, 256)])
def test_products_are_exact(n: int, d: int) -> None:
    """Every product of training sums whole numbers below 2^53 of its grid, so that no order of summing can matter."""
    rng = np.random.default_rng(0)
    x = rng.standard_t(3, size=(n, d)).astype(np.float32)
    p = rng.dirichlet(np.full(5, 0.3), size=n)
    inputs = Encoding().fit(x).transform(x).T
    layers = train(inputs, p.T, np.random.default_rng(0))
    *outputs, scores = activations(layers, inputs)
    assert (np.abs(layers[0].weights.T) @ np.abs(inputs)).max() < 2.0 ** (53 - INPUT - WEIGHT)
    for hidden, layer in zip(outputs[1:], layers[1:], strict=True):
        assert (np.abs(layer.weights.T) @ np.abs(hidden)).max() < 2.0 ** (53 - ACTIVATION - WEIGHT)
    assert np.abs(outputs[0]).sum(axis=1).max() < 2.0 ** (53 - INPUT - ERROR)
    assert max(np.abs(hidden).sum(axis=1).max() for hidden in outputs[1:]) < 2.0 ** (53 - ACTIVATION - ERROR)
    assert np.isfinite(scores).all()
