"""A small neural network."""

import warnings
from typing import Any, Self

import numpy as np

from eep.core.threads import single_thread
from eep.students.base import FeatureArray, FloatArray, check_demonstrations, weighted_rows

#: Pieces that a feature's range is cut into, at most, and demonstrations that a piece must hold, at least.
PIECES, ROWS = 64, 4
HIDDEN = (8, 8)
#: Steps of L-BFGS; stopping early is part of the regularisation.
STEPS = 80
#: Inverse variance of the Gaussian prior on every weight.
PENALTY = 3.0


class Neural:
    """A network of two hidden layers of eight rectified units, on piecewise-linear encoded features.

    A plain network on standardised features draws smooth boundaries and needs thousands of steps for a teacher
    whose probabilities jump where one word gives way to the next. The piecewise-linear encoding (Gorishniy,
    Rubachev & Babenko 2022, "On embeddings for numerical features in tabular deep learning") lets it bend
    anywhere: each feature's range is cut at the quantiles of the demonstrations, and the network gets, for each
    piece, how much of it lies below the value. The cuts come from the features alone; where the teacher's
    words change is for the network to learn. Where features are many for the demonstrations there is one piece
    each, which is the standardised feature itself, held within the range seen in training.
    """

    def __init__(self) -> None:
        self._encoding = Encoding()
        self._network: Any = None
        self._constant = 0.5

    def fit(self, x: FeatureArray, p: FloatArray, *, seed: int) -> Self:
        """Learn from features (n, d) and probabilities (n,), see `eep.students.base.Student`.

        ``seed`` draws the initial weights.
        """
        check_demonstrations(x, p)
        encoded = self._encoding.fit(x).transform(x)
        self._network, self._constant = None, float(p.mean())
        # Without differences between labels or between states there is nothing to learn but the mean.
        if p.min() < p.max() and encoded.shape[1]:
            with single_thread("sklearn.neural_network"):
                self._network = train(encoded, p, seed)
        return self

    def predict(self, x: FeatureArray) -> FloatArray:
        """Return the probability of the option, (n,) float64."""
        if self._network is None or not len(x):  # scikit-learn refuses to predict nothing
            return np.full(len(x), self._constant)
        with single_thread("sklearn.neural_network"):
            probabilities: FloatArray = self._network.predict_proba(self._encoding.transform(x))[:, 1]
        return probabilities.astype(np.float64)


def train(encoded: FeatureArray, p: FloatArray, seed: int) -> Any:
    """Return a network fitted to encoded features (n, m) float32; single precision halves the time."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    network = MLPClassifier(HIDDEN, solver="lbfgs", alpha=PENALTY, max_iter=STEPS, random_state=seed)
    rows, labels, weights = weighted_rows(encoded, p)
    with warnings.catch_warnings():
        # It says that the steps ran out, which they are meant to.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return network.fit(rows, labels, sample_weight=weights)


class Encoding:
    """Standardised piecewise-linear encoding of features."""

    def __init__(self) -> None:
        self._feature = np.zeros(0, np.int64)
        self._low = self._width = self._mean = self._spread = np.zeros(0)

    def fit(self, x: FeatureArray) -> Self:
        """Cut each feature of ``x`` (n, d) at its quantiles; a feature that never changes has no pieces."""
        n, d = x.shape
        pieces = min(PIECES, max(1, n // (ROWS * max(d, 1))))
        shares = np.linspace(0, 1, pieces + 1)
        # Cuts at values that occur: between the two values of a flag there is nothing to cut.
        cuts = np.quantile(x.astype(np.float64), shares, axis=0, method="inverted_cdf")
        distinct = [np.unique(column) for column in cuts.T]
        self._feature = np.repeat(np.arange(d), [len(column) - 1 for column in distinct])
        self._low = np.concatenate([np.zeros(0), *(column[:-1] for column in distinct)])
        self._width = np.concatenate([np.zeros(0), *(np.diff(column) for column in distinct)])
        filled = self._filled(x)
        # No spread is 0: every piece has a state at or below its lower end and one at or above its upper end.
        self._mean, self._spread = filled.mean(axis=0), filled.std(axis=0)
        return self

    def transform(self, x: FeatureArray) -> FeatureArray:
        """Return (n, pieces) float32: how much of each piece lies below the value, standardised."""
        return ((self._filled(x) - self._mean) / self._spread).astype(np.float32)

    def _filled(self, x: FeatureArray) -> FloatArray:
        below = (x.astype(np.float64)[:, self._feature] - self._low) / self._width
        return np.clip(below, 0.0, 1.0, out=below)
