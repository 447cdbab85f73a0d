"""Numbers that describe how a policy acts, from the policy and a set of states alone.

They compare policies only on the same states. All of them are means over the states; states where the policy
has no answer are left out.
"""

from collections.abc import Mapping

import numpy as np

from eep.core.arrays import FloatArray
from eep.tasks.cartpole import physics, words
from eep.tasks.policies import PolicyFunction

#: Within this distance of a fair coin a policy is taken to be undecided.
UNDECIDED = 0.1
#: What the numbers are.
MEANINGS = {
    **{
        f"gain {axis.name}": f"how much likelier it pushes right when the {axis.name.replace('-', ' ')} alone is one standard "
        "deviation farther to the right"
        for axis in words.AXES
    },
    "side bias": "how much likelier than a fair coin it pushes right, over states and their mirror images; 0 treats both sides alike",
    "switching rate": "how likely its next push goes to the other side",
    "dead zone": "the share of states in which it is undecided, within 0.1 of a fair coin",
    "return": "the steps that the pole stays up",
}


def policy_metrics(policy: PolicyFunction, states: FloatArray, *, hold: int) -> Mapping[str, float]:
    """Return reaction gains, side bias, switching rate and dead zone on ``states`` (n, 4), n >= 1, in observation units.

    ``gain <variable>``, for each of the four: the mean change of the probability of pushing right when that
    variable alone rises from half a standard deviation (of ``states``) below its value to half above.
    ``side bias``: mean of (p(s) + p(-s)) / 2 - 1/2. CartPole is symmetric, so a policy that treats left and
    right alike has 0, whatever the states; 0.5 is a policy that always pushes right.
    ``switching rate``: chance that the next decision differs from this one, from every state exactly: each
    action is weighted by its probability, held for ``hold`` steps of the physics, and the policy asked again.
    ``dead zone``: share of states where the probability lies within 0.1 of a fair coin.
    NaN where nothing is left to average, or a variable does not vary.
    """
    if states.ndim != 2 or states.shape[1] != 4 or not len(states):
        raise ValueError(f"expected at least one state (n, 4); found shape {states.shape}")
    half = states.std(axis=0) / 2
    shifted = [states + sign * half * (np.arange(4) == axis.column) for axis in words.AXES for sign in (1, -1)]
    pushed = [physics.advance(states, np.full(len(states), action), steps=hold) for action in (0, 1)]
    right = policy(np.concatenate([states, -states, *pushed, *shifted]))[:, 1]
    asked = right.reshape(-1, len(states))
    here, mirrored, after_left, after_right = asked[:4]
    gains = {
        f"gain {axis.name}": _mean(asked[4 + 2 * place] - asked[5 + 2 * place]) if half[axis.column] else np.nan
        for place, axis in enumerate(words.AXES)
    }
    undecided = np.where(np.isnan(here), np.nan, np.abs(here - 0.5) < UNDECIDED)
    return {
        **gains,
        "side bias": _mean((here + mirrored) / 2 - 0.5),
        "switching rate": _mean(here * (1 - after_right) + (1 - here) * after_left),
        "dead zone": _mean(undecided),
    }


def _mean(values: FloatArray) -> float:
    """Return the mean of what is not NaN, NaN if there is nothing."""
    there = values[~np.isnan(values)]
    return float(there.mean()) if there.size else float("nan")
