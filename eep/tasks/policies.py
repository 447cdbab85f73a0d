"""Policies: states to probabilities of the options, and actions drawn by them."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from eep.core.arrays import FloatArray, IntArray

#: states (n, d) float -> probabilities (n, k) float64 of a task's actions, rows summing to 1; a row of NaN where the
#: policy has no answer (a refused text): the episode then ends unanswered, it is never pushed anywhere.
PolicyFunction = Callable[[FloatArray], FloatArray]


def ordered_options(options: Sequence[str], readouts: Mapping[str, Mapping[str, float]]) -> tuple[str, ...]:
    """Return the options from the lowest to the highest weight in the analysed readout, the first one.

    They are a task's actions: the columns of what its policies and students say.
    """
    weights = next(iter(readouts.values()))
    return tuple(sorted(options, key=lambda option: weights.get(option, 0.0)))


def uniform_policy(options: int) -> PolicyFunction:
    """Return the policy that takes each of so many options equally often, which it also does when play is greedy."""

    def policy(states: FloatArray) -> FloatArray:
        return np.full((len(states), options), 1.0 / options)

    return policy


def probabilities_of(policy: PolicyFunction, states: FloatArray, options: int) -> FloatArray:
    """Return a policy's probabilities (n, options); raises ValueError unless rows are distributions or NaN."""
    found = np.asarray(policy(states), dtype=np.float64)
    shape = (len(states), options)
    if found.shape == shape:
        unanswered = np.isnan(found).all(axis=1)
        sound = (found >= 0).all(axis=1) & (np.abs(found.sum(axis=1) - 1.0) <= 1e-6)
        if (unanswered | sound).all():
            return found
    raise ValueError(
        f"expected a policy to return {shape} probabilities in [0, 1] whose rows sum to 1, or NaN for no answer; "
        f"found shape {found.shape}, values {np.unique(found)[:5]}"
    )


def choose(probabilities: FloatArray, noise: FloatArray, *, greedy: bool) -> IntArray:
    """Return the options (n,) drawn by ``probabilities`` (n, k) with ``noise`` (n,), uniform in [0, 1).

    Greedy choice takes the likeliest option, and each of several that are equally likely equally often. The smaller
    the noise, the later the option.
    """
    if greedy:
        best = probabilities == probabilities.max(axis=1, keepdims=True)
        probabilities = best / best.sum(axis=1, keepdims=True)
    later = np.cumsum(probabilities[:, :0:-1], axis=1)
    return np.asarray((noise[:, None] < later).sum(axis=1), dtype=np.int64)
