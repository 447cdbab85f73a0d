"""Weights for the simulated teacher: none, or drawn at random, so that a persona can be rehearsed before it is asked."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from eep.persona import SimulatedWeights
from eep.question import canonical_json
from eep.tasks import TASKS, task_class

#: Standard deviation of the drawn pull over a task's own items, in logits: as strong as in the personas that ship.
STRENGTH = 1.0
#: Traits that get a weight, at most, and the greatest level, in logits.
WEIGHED, LEVEL = 10, 0.6
#: Weights are written in steps of this.
STEP = 0.05


@dataclass(frozen=True)
class Planted:
    """What the simulated teacher of one task is to be told; ``option`` is what weights push towards."""

    task: str
    title: str
    option: str
    traits: tuple[str, ...]
    weights: SimulatedWeights


def planted(persona: str, *, drawn: bool) -> tuple[Planted, ...]:
    """Return a section for every task: weights drawn by the persona's id, or none.

    The draw takes some of a task's traits, gives each a weight of either sign, and scales them until the items of the task
    under its default settings differ by `STRENGTH`. The same id draws the same weights; another draws others.
    """
    return tuple(_of_task(task, persona, drawn=drawn) for task in sorted(TASKS))


def _of_task(task: str, persona: str, *, drawn: bool) -> Planted:
    about = task_class(task)
    weights = _draw(task, persona) if drawn else SimulatedWeights()
    return Planted(task, about.title, about.scored[0], tuple(about.traits), weights)


def _draw(task: str, persona: str) -> SimulatedWeights:
    import numpy as np

    content = canonical_json(["drawn weights", task, persona]).encode()
    rng = np.random.default_rng(int.from_bytes(hashlib.blake2b(content, digest_size=8).digest()))
    level = round(float(rng.uniform(-LEVEL, LEVEL)) / STEP) * STEP
    traits = task_class(task).traits
    chosen = sorted(rng.choice(len(traits), size=min(WEIGHED, len(traits)), replace=False).tolist())
    drawn = rng.uniform(0.5, 1.0, len(chosen)) * rng.choice([-1.0, 1.0], len(chosen))
    weights = {traits[place]: float(weight) for place, weight in zip(chosen, drawn, strict=True)}
    scale = STRENGTH / spread(task, weights)
    rounded = {trait: round(round(weight * scale / STEP) * STEP, 2) for trait, weight in weights.items()}
    return SimulatedWeights(round(level, 2), {trait: weight for trait, weight in rounded.items() if weight})


def pulls(task: str, weights: Mapping[str, float]) -> list[float]:
    """Return what weights add to the logit of each item of a task under its default settings."""
    about = task_class(task)
    items = about(about.Settings()).stimuli()
    return [sum(weight * item.traits.get(trait, 0.0) for trait, weight in weights.items()) for item in items]


def spread(task: str, weights: Mapping[str, float]) -> float:
    """Return the standard deviation of `pulls`, in logits."""
    import numpy as np

    return float(np.std(pulls(task, weights)))
