"""Weights for the simulated teacher: none, or drawn at random, so that a persona can be rehearsed before it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from eep.core.arrays import FloatArray
from eep.core.hashing import seed_from
from eep.data.persona import SimulatedWeights
from eep.tasks import TASKS, task_class
from eep.tasks.base import analysed_readout

#: Standard deviation of the drawn pull over a task's own items, in logits times `unit`: as strong as in the personas that
#: ship.
STRENGTH = 1.0
#: Traits that get a weight, at most, and the greatest level, in logits times `unit`.
WEIGHED, LEVEL = 10, 0.6
#: Weights are written in steps of this.
STEP = 0.05


@dataclass(frozen=True)
class Planted:
    """The weights of one task's simulated teacher; ``option`` is what they push towards."""

    task: str
    title: str
    option: str
    traits: tuple[str, ...]
    weights: SimulatedWeights


def draw_weights(persona: str) -> tuple[Planted, ...]:
    """Return drawn weights for every task.

    Some of a task's traits get a weight of either sign, scaled so that the task's items, under its default settings,
    differ by `STRENGTH` times the task's `unit`. The draw is by ``persona``, an id: another id draws others.
    """
    return tuple(_section(task, _draw(task, persona)) for task in sorted(TASKS))


def no_weights() -> tuple[Planted, ...]:
    """Return a section without weights for every task."""
    return tuple(_section(task, SimulatedWeights()) for task in sorted(TASKS))


def _section(task: str, weights: SimulatedWeights) -> Planted:
    about = task_class(task)
    return Planted(task, about.title, analysed_readout(about), tuple(about.traits), weights)


def _draw(task: str, persona: str) -> SimulatedWeights:
    rng = np.random.default_rng(seed_from(["drawn weights", task, persona]))
    traits = task_class(task).traits
    level = unit(task) * float(rng.uniform(-LEVEL, LEVEL))
    drawn = np.zeros(len(traits))
    chosen = rng.choice(len(traits), size=min(WEIGHED, len(traits)), replace=False)
    drawn[chosen] = rng.uniform(0.5, 1.0, len(chosen)) * rng.choice([-1.0, 1.0], len(chosen))
    drawn *= unit(task) * STRENGTH / float((_present(task) @ drawn).std())
    weights = {trait: _stepped(weight) for trait, weight in zip(traits, drawn.tolist(), strict=True)}
    return SimulatedWeights(_stepped(level), {trait: weight for trait, weight in weights.items() if weight})


def unit(task: str) -> float:
    """Return how many logits move a task's readout as much as one logit moves the choice between two options.

    At even chances the readout's slope is the variance of its weights over the options, and that of a choice is 1/4.
    """
    about = task_class(task)
    scale = about.readouts[analysed_readout(about)]
    return 0.25 / float(np.var([scale.get(option, 0.0) for option in about.options]))


def _stepped(weight: float) -> float:
    return round(round(weight / STEP) * STEP, 2)


@cache
def _present(task: str) -> FloatArray:
    """Return the traits of a task's items under its default settings, (items, traits)."""
    about = task_class(task)
    items = about(about.Settings()).stimuli()
    return np.array([[item.traits.get(trait, 0.0) for trait in about.traits] for item in items])


def pulls(task: str, weights: Sequence[Mapping[str, float]]) -> FloatArray:
    """Return what each of several weights adds to the logits of a task's items, (weights, items)."""
    traits = task_class(task).traits
    rows = np.array([[each.get(trait, 0.0) for trait in traits] for each in weights])
    return rows @ _present(task).T
