"""A small neural network, trained in exact arithmetic."""

from collections.abc import Mapping
from itertools import pairwise
from typing import ClassVar, NamedTuple, Self

import numpy as np

from eep.core.arrays import FeatureArray, FloatArray
from eep.core.threads import single_thread
from eep.students.base import StudentFileError, check_demonstrations, pack, unpack

#: Pieces that a feature's range is cut into, at most, and demonstrations that a piece must hold, at least.
PIECES, ROWS = 64, 32
HIDDEN = (8, 8)
#: Passes over all demonstrations; stopping early is part of the regularisation.
STEPS = 200
#: Inverse variance of the Gaussian prior on every weight.
PENALTY = 3.0
#: Resilient propagation: a weight's step grows while its gradient keeps its sign and shrinks where that turns.
GROW, SHRINK, LEAST, GREATEST, FIRST = 1.2, 0.5, 1e-6, 1.0, 0.1
#: Binary digits behind the point of inputs, weights, activations and errors.
INPUT, WEIGHT, ACTIVATION, ERROR = 10, 20, 10, 20


class Layer(NamedTuple):
    """Weights (inputs, outputs) and biases (outputs,)."""

    weights: FloatArray
    biases: FloatArray


class Neural:
    """A network of two hidden layers of eight rectified units, on piecewise-linear encoded features.

    A plain network on standardised features draws smooth boundaries and needs thousands of steps for a teacher
    whose probabilities jump where one word gives way to the next. The piecewise-linear encoding (Gorishniy,
    Rubachev & Babenko 2022, "On embeddings for numerical features in tabular deep learning") lets it bend
    anywhere: each feature's range is cut at the quantiles of the demonstrations, and the network gets, for each
    piece, how much of it lies below the value. Where features are many for the demonstrations there is one piece
    each, which is the standardised feature itself, held within the range seen in training.

    Training a network amplifies the last bit of a sum, and another linear algebra kernel sums in another order: with
    L-BFGS the slope of a whole experiment moved from .99 to .70. So every factor of a product is rounded to a grid
    coarse enough that products and their sums are exact in double precision, in any order; probabilities come from
    square roots and quotients alone, which every processor rounds alike; and resilient propagation (Riedmiller &
    Braun 1993; without backtracking, Igel & Hüsken 2003) uses the gradient's signs. The network is the same to the
    bit everywhere. It agrees with its teacher as a network trained by L-BFGS did, on held-out states of the first matrix's
    CartPole. Pieces that hold 32 demonstrations each do as well there as pieces of four (.963 and .961 over eleven cells),
    better where features are many (Encounter: .52 and .49 of five options), and take half to a quarter of the time.
    """

    suffix: ClassVar[str] = ".npz"

    def __init__(self) -> None:
        #: What it says where it learned but the mean, (k,), and its layers otherwise.
        self.constant = np.zeros(0)
        self.layers: list[Layer] = []
        self._encoding = Encoding()
        self.shape = (0, 0)

    def fit(self, x: FeatureArray, p: FloatArray, *, seed: int) -> Self:
        """Learn from features (n, d) and probabilities (n, k), see `eep.students.base.Student`.

        ``seed`` draws the initial weights.
        """
        check_demonstrations(x, p)
        self.shape = (x.shape[1], p.shape[1])
        encoded = self._encoding.fit(x).transform(x)
        self.layers, self.constant = [], p.mean(axis=0)
        # Without differences between labels or between states there is nothing to learn but the mean.
        if (p != p[0]).any() and encoded.shape[1]:
            with single_thread():
                self.layers = train(encoded.T, p.T, np.random.default_rng(seed))
        return self

    def predict(self, x: FeatureArray) -> FloatArray:
        """Return the probabilities of the options, (n, k) float64."""
        if not self.layers:
            return np.tile(self.constant, (len(x), 1))
        with single_thread():
            return probabilities(activations(self.layers, self._encoding.transform(x).T)[-1]).T

    @property
    def pieces(self) -> dict[str, FloatArray]:
        """Each piece's feature, lower end, width, and mean and spread in the demonstrations, (m,) each."""
        return self._encoding.pieces

    def dump(self) -> bytes:
        """Return the encoding's pieces (m,), and each layer's weights (inputs, outputs) and biases (outputs,).

        A student that learned but the mean has no layers.
        """
        numbered = enumerate(self.layers, start=1)
        layers = {f"{name}-{place}": values for place, layer in numbered for name, values in layer._asdict().items()}
        return pack({**self._encoding.pieces, "constant": self.constant, "senses": np.array([self.shape[0]]), **layers})

    @classmethod
    def load(cls, content: bytes) -> Self:
        """Return the student of a file; see `eep.students.base.Student`."""
        student, places = cls(), range(1, len(HIDDEN) + 2)
        plain = dict.fromkeys([*student._encoding.pieces, "constant", "senses"], 1)
        found = unpack(
            content, plain, plain | {f"{n}-{p}": d for p in places for n, d in (("weights", 2), ("biases", 1))}
        )
        student._encoding.pieces, student.constant = found, found["constant"]
        if f"weights-{places[0]}" in found:
            student.layers = [Layer(found[f"weights-{place}"], found[f"biases-{place}"]) for place in places]
        student.shape = (int(found["senses"][0]) if found["senses"].size else 0, len(student.constant))
        student._check()
        return student

    def _check(self) -> None:
        """Raise `StudentFileError` unless all parts fit together."""
        pieces = self._encoding.pieces
        sizes = [len(pieces["low"]), *(len(layer.biases) for layer in self.layers)]
        sound = (
            [layer.weights.shape for layer in self.layers] == list(pairwise(sizes)),
            not self.layers or sizes[-1] == self.shape[1],
            ((pieces["feature"] >= 0) & (pieces["feature"] < self.shape[0])).all(),
            (pieces["width"] > 0).all() and (pieces["spread"] > 0).all(),
        )
        if not all(sound):
            raise StudentFileError(
                f"expected layers and pieces that fit together; found sizes {sizes} for {self.shape}"
            )


def on_grid(values: FloatArray, digits: int) -> FloatArray:
    """Return values rounded to so many binary digits behind the point."""
    return np.asarray(np.rint(values * 2.0**digits) * 2.0**-digits)


def activations(layers: list[Layer], inputs: FloatArray) -> list[FloatArray]:
    """Return the inputs (m, n), the hidden units' outputs, and the options' scores (k, n): a column each demonstration.

    NumPy adds and divides long rows much faster than many short ones.
    """
    found = [inputs]
    for layer in layers:
        if len(found) > 1:
            found[-1] = on_grid(np.maximum(found[-1], 0.0), ACTIVATION)
        found.append(on_grid(layer.weights.T, WEIGHT) @ found[-1] + layer.biases[:, None])
    return found


def probabilities(scores: FloatArray) -> FloatArray:
    """Return (k, n): proportional to ``s + sqrt(1 + s^2)``, a softmax made of exactly rounded operations."""
    odds = on_grid(scores + np.sqrt(1.0 + scores**2), WEIGHT) + 2.0**-WEIGHT
    return np.asarray(odds / odds.sum(axis=0))


def train(inputs: FloatArray, p: FloatArray, rng: np.random.Generator) -> list[Layer]:
    """Return a network fitted to encoded features (m, n) and probabilities (k, n)."""
    sizes = (len(inputs), *HIDDEN, len(p))
    layers = []
    for ins, outs in pairwise(sizes):
        layers.append(Layer(rng.uniform(-1, 1, size=(ins, outs)) * np.sqrt(6 / ins), np.zeros(outs)))
    parameters = [values for layer in layers for values in layer]
    steps = [np.full_like(v, FIRST * np.sqrt(2 / len(layer.weights))) for layer in layers for v in layer]
    before = [np.zeros_like(step) for step in steps]
    for _ in range(STEPS):
        found = gradients(layers, inputs, p)
        for place, (values, gradient) in enumerate(zip(parameters, found, strict=True)):
            turned = gradient * before[place]
            steps[place] *= np.where(turned > 0, GROW, np.where(turned < 0, SHRINK, 1.0))
            np.clip(steps[place], LEAST, GREATEST, out=steps[place])
            before[place] = np.where(turned < 0, 0.0, gradient)
            np.subtract(values, np.sign(before[place]) * steps[place], out=values)
    return layers


def gradients(layers: list[Layer], inputs: FloatArray, p: FloatArray) -> list[FloatArray]:
    """Return the gradient of cross-entropy plus penalty for each layer's weights and biases, in their order."""
    *outputs, scores = activations(layers, inputs)
    error = on_grid((probabilities(scores) - p) / np.sqrt(1.0 + scores**2), ERROR)
    found: list[FloatArray] = []
    for place in reversed(range(len(layers))):
        weights = layers[place].weights
        found[:0] = [outputs[place] @ error.T + PENALTY * weights, error.sum(axis=1)]
        if place:
            error = on_grid((on_grid(weights, WEIGHT) @ error) * (outputs[place] > 0), ERROR)
    return found


class Encoding:
    """Standardised piecewise-linear encoding of features."""

    def __init__(self) -> None:
        self._feature = np.zeros(0, np.int64)
        self._low = self._width = self._mean = self._spread = np.zeros(0)

    @property
    def pieces(self) -> dict[str, FloatArray]:
        """Each piece's feature, lower end, width, and mean and spread in the demonstrations, (m,) each."""
        names = ("feature", "low", "width", "mean", "spread")
        values = (self._feature.astype(np.float64), self._low, self._width, self._mean, self._spread)
        return dict(zip(names, values, strict=True))

    @pieces.setter
    def pieces(self, found: Mapping[str, FloatArray]) -> None:
        if len({len(found[name]) for name in self.pieces}) > 1:
            raise StudentFileError("expected equally many of everything that describes a piece; found other numbers")
        self._feature = found["feature"].astype(np.int64)
        self._low, self._width, self._mean, self._spread = (found[name] for name in ("low", "width", "mean", "spread"))

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

    def transform(self, x: FeatureArray) -> FloatArray:
        """Return (n, pieces) float64 on a grid: how much of each piece lies below the value, standardised."""
        return on_grid((self._filled(x) - self._mean) / self._spread, INPUT)

    def _filled(self, x: FeatureArray) -> FloatArray:
        below = (x.astype(np.float64)[:, self._feature] - self._low) / self._width
        return np.clip(below, 0.0, 1.0, out=below)
