"""How far an animal is and what it does: numbers, words, and the way from one to the other and back.

There are twenty situations, four distances times five behaviours, numbered ``5 * distance + behaviour``.
"""

from collections.abc import Mapping

import numpy as np

from eep.core.arrays import FloatArray, IntArray
from eep.tasks.encounter.dynamics import BRISTLING, MOVING, REACH

#: What is sensed of an animal besides its picture: metres from the player; metres a turn by which it moves away by
#: itself (negative: it comes closer); and how aroused it is, about 0 to 1.
SENSES = ("distance", "velocity", "arousal")

DISTANCES = ("far off", "a few steps away", "within reach", "touching you")
BEHAVIOURS = ("at ease", "watching you", "coming towards you", "backing away", "bristling")
SITUATIONS = len(DISTANCES) * len(BEHAVIOURS)

#: Metres: far off is beyond the first, a few steps away from the second on, within reach from `REACH` on.
FAR, STEPS = 5.0, 2.0
#: It watches above this arousal.
WATCHING = 0.2

#: Where states to learn from are drawn for each distance, in metres: farther than 8 hardly anybody ever is.
_METRES = ((FAR, 8.0), (STEPS, FAR), (REACH, STEPS), (0.0, REACH))
#: The same for velocity and arousal of each behaviour.
_VELOCITY = ((-0.2, 0.2), (-0.2, 0.2), (-0.75, -0.2), (0.2, 0.9), (-0.6, 0.9))
_AROUSAL = ((0.0, 0.2), (0.2, 0.6), (0.0, 0.6), (0.0, 0.6), (0.6, 1.2))


def situations(senses: FloatArray) -> IntArray:
    """Return the situation (n,) that each row of `SENSES` (n, 3) falls under."""
    distance, velocity, arousal = np.asarray(senses, dtype=np.float64).T
    place = (distance <= FAR).astype(np.int64) + (distance < STEPS) + (distance < REACH)
    conditions = [arousal > BRISTLING, velocity < -MOVING, velocity > MOVING, arousal > WATCHING]
    behaviour = np.select(conditions, [4, 2, 3, 1], default=0)
    return np.asarray(len(BEHAVIOURS) * place + behaviour, dtype=np.int64)


def words(situation: int) -> tuple[str, str]:
    """Return the distance and the behaviour of a situation, in words."""
    place, behaviour = divmod(situation, len(BEHAVIOURS))
    return DISTANCES[place], BEHAVIOURS[behaviour]


def sentence(situation: int) -> str:
    """Return what a teacher reads of a situation, after the animal's caption."""
    return "It is {}, {}.".format(*words(situation))


def draw(rng: np.random.Generator, animals: int) -> FloatArray:
    """Return senses (animals, 20, 3): for each animal a state of every situation, uniform within its bounds.

    Bounds belong to neither side, so that a state stays in its situation in single precision, too.
    """
    place, behaviour = np.divmod(np.arange(SITUATIONS), len(BEHAVIOURS))
    bounds = np.stack([np.array(_METRES)[place], np.array(_VELOCITY)[behaviour], np.array(_AROUSAL)[behaviour]])
    low, high = bounds[:, :, 0].T, bounds[:, :, 1].T
    share = rng.uniform(0.001, 0.999, size=(animals, SITUATIONS, len(SENSES)))
    return np.asarray(low + share * (high - low))


def typical(situation: int) -> tuple[float, float, float]:
    """Return the senses in the middle of a situation's bounds, to draw it."""
    place, behaviour = divmod(situation, len(BEHAVIOURS))
    bounds = (_METRES[place], _VELOCITY[behaviour], _AROUSAL[behaviour])
    distance, velocity, arousal = (sum(bound) / 2 for bound in bounds)
    return distance, velocity, arousal


def traits(situation: int) -> Mapping[str, float]:
    """Return what the simulated teacher knows of a situation: nearness from -1 to 1, and flags of the behaviour."""
    place, behaviour = divmod(situation, len(BEHAVIOURS))
    near = 2 * place / (len(DISTANCES) - 1) - 1
    return {"near": near} | {name: float(behaviour == number) for number, name in TRAIT_OF.items()}


#: Behaviour to the name of its trait; an animal at ease needs none.
TRAIT_OF = {1: "watching", 2: "coming", 3: "backing", 4: "bristling"}
TRAITS = ("near", *TRAIT_OF.values())
