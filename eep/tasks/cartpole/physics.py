"""CartPole's physics, batched: gymnasium's own vector environment, started from any states."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from eep.core.arrays import FeatureArray, FloatArray, IntArray

if TYPE_CHECKING:
    from gymnasium.envs.classic_control.cartpole import CartPoleVectorEnv

#: An episode fails beyond these: cart position in m, pole angle in rad.
POSITION_LIMIT, ANGLE_LIMIT = 2.4, 12 * np.pi / 180
#: Seconds per step.
STEP = 0.02


class Body(NamedTuple):
    """What the cart and its pole are like; CartPole-v1's own unless changed."""

    #: Half the pole's length in m, and newtons that push the cart.
    length: float = 0.5
    force: float = 10.0
    #: Standard deviation of what is added to each sensed number, in units of its `SPREAD`.
    noise: float = 0.0


OWN = Body()
#: Bodies that nobody learned in, by name.
CHANGED = {
    "pole twice as long": Body(length=1.0),
    "pole half as long": Body(length=0.25),
    "half the force": Body(force=5.0),
    "noisy senses": Body(noise=0.5),
}
#: About how much position (m), velocity (m/s), angle (rad) and angular velocity (rad/s) vary while a pole is balanced.
SPREAD = np.array([0.5, 0.5, 0.05, 0.5])


def start(states: FloatArray, *, max_steps: int = 500, body: Body = OWN) -> "CartPoleVectorEnv":
    """Return a running vector environment whose copies stand in ``states`` (n, 4)."""
    from gymnasium.envs.classic_control.cartpole import CartPoleVectorEnv

    environment = CartPoleVectorEnv(num_envs=len(states), max_episode_steps=max_steps)
    environment.reset(seed=0)
    # gymnasium gives this attribute no type but that of its first value.
    environment.state = np.array(states, dtype=np.float64).T  # type: ignore[assignment]
    environment.length, environment.force_mag = body.length, body.force
    environment.polemass_length = environment.masspole * body.length
    return environment


def initial_states(episodes: int, seed: int) -> FloatArray:
    """Return the states (episodes, 4) that CartPole-v1 itself starts from under ``seed``."""
    from gymnasium.envs.classic_control.cartpole import CartPoleVectorEnv

    environment = CartPoleVectorEnv(num_envs=episodes)
    environment.reset(seed=seed)
    return np.array(environment.state, dtype=np.float64).T


def advance(states: FloatArray, actions: IntArray, *, steps: int = 1) -> FeatureArray:
    """Return the states (n, 4) float32 after holding ``actions`` (n,), 0 left and 1 right, for ``steps`` steps.

    States that fail on the way are stepped on, as if the episode had not ended: each of the steps starts a new
    environment, because a vector environment would reset them.
    """
    reached = np.asarray(states, dtype=np.float32)
    for _ in range(steps):
        reached = start(reached.astype(np.float64)).step(actions)[0]
    return reached


def failed(states: FloatArray) -> npt.NDArray[np.bool_]:
    """Tell which states (n, 4) end an episode: the cart off the track, or the pole too far down."""
    return np.asarray((np.abs(states[:, 0]) > POSITION_LIMIT) | (np.abs(states[:, 2]) > ANGLE_LIMIT))
