"""Weights for the simulated teacher: none, or drawn at random, so that a persona can be rehearsed before it is asked."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from eep.core.hashing import canonical_json
from eep.data.persona import Persona, SimulatedWeights
from eep.tasks import TASKS, task_class

FloatArray = npt.NDArray[np.float64]

#: Standard deviation of the drawn pull over a task's own items, in logits: as strong as in the personas that ship.
STRENGTH = 1.0
#: Traits that get a weight, at most, and the greatest level, in logits.
WEIGHED, LEVEL = 10, 0.6
#: Weights are written in steps of this.
STEP = 0.05
#: Draws out of which the one least like any other persona is taken.
DRAWS = 32


@dataclass(frozen=True)
class Planted:
    """What the simulated teacher of one task is to be told; ``option`` is what weights push towards."""

    task: str
    title: str
    option: str
    traits: tuple[str, ...]
    weights: SimulatedWeights


def draw_weights(persona: str, others: Sequence[Persona]) -> tuple[Planted, ...]:
    """Return drawn weights for every task.

    A draw takes some of a task's traits and gives each a weight of either sign. Of several draws the one counts whose
    pull on the task's items correlates least with that of any of ``others``: two personas with the same pull would be
    one. It is scaled until the items, under the task's default settings, differ by `STRENGTH`. The draw is by
    ``persona``, an id: another id draws others.
    """
    return tuple(_section(task, _draw(task, persona, others)) for task in sorted(TASKS))


def no_weights() -> tuple[Planted, ...]:
    """Return a section without weights for every task."""
    return tuple(_section(task, SimulatedWeights()) for task in sorted(TASKS))


def _section(task: str, weights: SimulatedWeights) -> Planted:
    about = task_class(task)
    return Planted(task, about.title, next(iter(about.readouts)), tuple(about.traits), weights)


def _draw(task: str, persona: str, others: Sequence[Persona]) -> SimulatedWeights:
    content = canonical_json(["drawn weights", task, persona]).encode()
    rng = np.random.default_rng(int.from_bytes(hashlib.blake2b(content, digest_size=8).digest()))
    traits = task_class(task).traits
    present = _present(task)
    level = float(rng.uniform(-LEVEL, LEVEL))
    draws = np.stack([_one_draw(len(traits), rng) for _ in range(DRAWS)])
    pulls = draws @ present.T
    theirs = [
        _row(traits, other.simulated[task].weights) @ present.T for other in others if task in other.simulated
    ]
    chosen = draws[int(np.argmin(_greatest_correlation(pulls, theirs)))]
    scaled = chosen * STRENGTH / float((chosen @ present.T).std())
    weights = {trait: _stepped(weight) for trait, weight in zip(traits, scaled.tolist(), strict=True)}
    return SimulatedWeights(_stepped(level), {trait: weight for trait, weight in weights.items() if weight})


def _one_draw(traits: int, rng: np.random.Generator) -> FloatArray:
    """Return one weight per trait, (traits,), most of them 0; those that are not lie between .5 and 1 in size."""
    found = np.zeros(traits)
    chosen = rng.choice(traits, size=min(WEIGHED, traits), replace=False)
    found[chosen] = rng.uniform(0.5, 1.0, len(chosen)) * rng.choice([-1.0, 1.0], len(chosen))
    return found


def _greatest_correlation(pulls: FloatArray, theirs: Sequence[FloatArray]) -> FloatArray:
    """Return for each draw, (draws,), its greatest correlation with what any other persona plants; -1 with none."""
    found = [np.full(len(pulls), -1.0), *(_correlations(pulls, each) for each in theirs if each.std())]
    return np.asarray(np.stack(found).max(axis=0))


def _correlations(pulls: FloatArray, one: FloatArray) -> FloatArray:
    mine = pulls - pulls.mean(axis=1, keepdims=True)
    other = one - one.mean()
    return np.asarray(mine @ other / (np.linalg.norm(mine, axis=1) * np.linalg.norm(other)))


def _stepped(weight: float) -> float:
    return round(round(weight / STEP) * STEP, 2)


@cache
def _present(task: str) -> FloatArray:
    """Return the traits of a task's items under its default settings, (items, traits)."""
    about = task_class(task)
    items = about(about.Settings()).stimuli()
    return np.array([[item.traits.get(trait, 0.0) for trait in about.traits] for item in items])


def _row(traits: Sequence[str], weights: Mapping[str, float]) -> FloatArray:
    return np.array([weights.get(trait, 0.0) for trait in traits])


def pulls(task: str, weights: Sequence[Mapping[str, float]]) -> FloatArray:
    """Return what each of several weights adds to the logits of a task's items, (weights, items)."""
    traits = task_class(task).traits
    return np.stack([_row(traits, each) for each in weights]) @ _present(task).T
