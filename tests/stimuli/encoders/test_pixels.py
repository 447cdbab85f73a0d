"""Pixels as features, and their principal components."""

import numpy as np
from PIL import Image

from eep.stimuli.encoders.cache import features
from eep.stimuli.encoders.encoder import Pixels, principal
from eep.stimuli.picture import Picture


def flat(grey: int) -> Image.Image:
    """Return a picture of one grey."""
    return Image.new("RGB", (20, 20), (grey, grey, grey))


def test_pixels_are_means_of_parts() -> None:
    """Each number is the mean of a block of one colour, from 0 to 1, rounded once for each side; the sides are cut off."""
    pixels = np.random.default_rng(0).integers(0, 256, size=(32, 48, 3)).astype(np.uint8)
    found = Pixels(4).encode([Image.fromarray(pixels)])
    blocks = pixels[:, 8:40].reshape(4, 8, 4, 8, 3).mean(axis=(1, 3)) / 255
    assert found.shape == (1, Pixels(4).width)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.reshape(4, 4, 3), blocks, atol=1 / 255)


def test_pixels_stand_where_an_encoder_does() -> None:
    """Pictures go through the same stage, in their order; of no picture there are no features."""
    shown = [Picture("black", "0", lambda: flat(0)), Picture("white", "255", lambda: flat(255))]
    np.testing.assert_array_equal(features(shown, Pixels(2), None), np.repeat([[0.0], [1.0]], 12, axis=1))
    assert Pixels(2).encode([]).shape == (0, 12)


def test_components_are_those_of_the_train_rows() -> None:
    """Scores are uncorrelated, the first varies most, and test rows change nothing about the train rows."""
    rng = np.random.default_rng(1)
    train = (rng.normal(size=(40, 9)) * np.arange(1, 10)).astype(np.float32)
    test = rng.normal(size=(7, 9)).astype(np.float32)
    scores, others = principal(train, test, 4)
    assert (scores.shape, others.shape) == ((40, 4), (7, 4))
    covariance = np.cov(scores.T)
    np.testing.assert_allclose(covariance, np.diag(np.diag(covariance)), atol=1e-3)
    assert (np.diff(np.diag(covariance)) < 0).all()
    np.testing.assert_array_equal(principal(train, test[:1], 4)[0], scores)


def test_there_are_never_more_components_than_rows_can_have() -> None:
    """Three rows span two directions; all of their distances survive."""
    train = np.random.default_rng(2).normal(size=(3, 50)).astype(np.float32)
    scores, _ = principal(train, train, 64)
    assert scores.shape == (3, 2)
    distances = [np.linalg.norm(rows[0] - rows[2]) for rows in (train, scores)]
    assert abs(distances[0] - distances[1]) < 1e-4
