"""How fast Encounter is played and drawn: python -m benchmarks.encounter.

Played: steps of many meetings at once, without pictures, beside as many of Gymnasium's own CartPole poles, as vector
environments both, with random actions that are ready. Drawn: the 21 frames of an episode at 224 px, as `render` returns
them, and the SVG animation of the report; each animal once, nothing of it drawn before. Processor time of one process; of
steps, the best of several rounds in turn.
"""

import time
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import VectorEnv

from eep.tasks.encounter.animals import cast
from eep.tasks.encounter.animation import animation
from eep.tasks.encounter.dynamics import TURNS
from eep.tasks.encounter.environment import FRAMES, EncounterVectorEnv
from eep.tasks.encounter.scenery import picture
from eep.tasks.encounter.settings import EncounterSettings

#: Environments side by side, and steps of each in a round.
SIZES, STEPS = (16, 1024), 200
ROUNDS = 15
#: Animals that are drawn.
DRAWN = 16


def seconds(work: Callable[[], object]) -> float:
    """Return the processor seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def stepping(env: VectorEnv[Any, Any, Any]) -> Callable[[], None]:
    """Return what plays an environment for some steps."""
    env.reset(seed=0)
    env.action_space.seed(0)
    actions = [env.action_space.sample() for _ in range(STEPS)]

    def work() -> None:
        for action in actions:
            env.step(action)

    return work


def played(number: int) -> tuple[float, float]:
    """Return steps per second of so many meetings, and of as many poles."""
    ours = stepping(EncounterVectorEnv(number, pictures=False))
    pole = stepping(gymnasium.make_vec("CartPole-v1", num_envs=number, vectorization_mode="vector_entry_point"))
    times = [(seconds(ours), seconds(pole)) for _ in range(ROUNDS)]
    return number * STEPS / min(ours for ours, _ in times), number * STEPS / min(pole for _, pole in times)


def drawn() -> tuple[float, float]:
    """Return the milliseconds to draw an episode: its frames, and its animation."""
    senses = np.stack([np.linspace(6.0, 0.3, TURNS + 1), np.zeros(TURNS + 1), np.linspace(0.1, 0.9, TURNS + 1)], axis=1)
    animals = [subject.animal for subject in cast(EncounterSettings()).subjects[: 2 * DRAWN]]
    frames, films = animals[:DRAWN], animals[DRAWN:]

    def render() -> None:
        for animal in frames:
            for distance, _, arousal in senses.tolist():
                np.asarray(picture(animal, distance, arousal, FRAMES))

    def animate() -> None:
        for animal in films:
            animation(animal, senses, "title")

    return 1000 * seconds(render) / DRAWN, 1000 * seconds(animate) / DRAWN


def main() -> None:
    """Measure and print."""
    for number in SIZES:
        ours, pole = played(number)
        print(f"{number} side by side, steps per processor second")
        print(f"  Encounter           {ours:10,.0f}")
        print(f"  Gymnasium CartPole  {pole:10,.0f}")
        print(f"  ratio               {ours / pole:10.2f}")
    frames, film = drawn()
    print("an episode, drawn")
    print(f"  {TURNS + 1} frames, {FRAMES} px   {frames:10.0f} ms")
    print(f"  SVG animation       {film:10.1f} ms")


if __name__ == "__main__":
    main()
