"""CartPole as the experiments play it, as a Gymnasium environment: a decision is held for several steps.

Importing this module makes it known to ``gymnasium.make`` as ``eep/CartPole-v0``; Gymnasium imports a module that stands
before the name::

    gymnasium.make("eep.tasks.cartpole.environment:eep/CartPole-v0", hold=2)
"""

from typing import Any

import gymnasium
import numpy as np

ID = "eep/CartPole-v0"


class HoldAction(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Repeats each action for ``hold`` steps, or until the episode ends, and sums the rewards.

    What was observed on the way, (n, 4), is in ``info["passed"]``.
    """

    def __init__(self, env: "gymnasium.Env[Any, Any]", hold: int) -> None:
        super().__init__(env)
        self.hold = hold

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Take one decision."""
        total, passed = 0.0, []
        for _ in range(self.hold):
            observation, reward, terminated, truncated, info = self.env.step(action)
            total += float(reward)
            passed.append(observation)
            if terminated or truncated:
                break
        return observation, total, terminated, truncated, {**info, "passed": np.stack(passed)}


def cartpole(render_mode: str | None = None, *, hold: int = 2, max_steps: int = 500) -> "gymnasium.Env[Any, Any]":
    """Return ``CartPole-v1`` of at most so many steps, in which every action is held for ``hold`` of them."""
    steps = gymnasium.make("CartPole-v1", render_mode=render_mode, max_episode_steps=max_steps)
    return HoldAction(steps, hold)


if ID not in gymnasium.registry:
    gymnasium.register(ID, entry_point=f"{__name__}:cartpole")
