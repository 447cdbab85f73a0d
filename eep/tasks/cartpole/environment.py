"""CartPole as the experiments play it, as a Gymnasium environment: a decision is held for several steps."""

from typing import Any

import gymnasium
import numpy as np

from eep.tasks.cartpole.settings import CartPoleSettings


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


def environment(settings: CartPoleSettings, render_mode: str | None) -> "gymnasium.Env[Any, Any]":
    """Return ``CartPole-v1`` of the settings' length, one decision a step."""
    steps = gymnasium.make("CartPole-v1", render_mode=render_mode, max_episode_steps=settings.max_steps)
    return HoldAction(steps, settings.hold)
