"""Three indices of a policy, fixed in advance, on fixed states: what a questionnaire of courage would ask, in deeds.

In play a persona that comes close sees more bristling than one that keeps away, so that play is no common yardstick.
The indices are therefore taken on the same states for everybody: every situation of every held-out animal.
"""

from collections.abc import Mapping

import numpy as np

from eep.core.arrays import FloatArray, IntArray
from eep.stimuli.animals import Animal
from eep.tasks.encounter.situations import BEHAVIOURS

#: Species that are dangerous by kind.
DANGEROUS = ("crocodile", "bear", "snake", "spider")
#: How far a family is from our own.
_STRANGENESS = {"mammal": 0.0, "bird": 1 / 3, "reptile": 2 / 3, "amphibian": 2 / 3, "arachnid": 1.0}


def danger_looks(animal: Animal) -> float:
    """Return how many of four signs of danger an animal shows, from 0 to 1: teeth, claws, a dangerous kind, great size."""
    signs = (animal.mouth == "teeth", animal.claws, animal.species in DANGEROUS, animal.size == "huge")
    return sum(signs) / len(signs)


def strangeness(animal: Animal) -> float:
    """Return how far an animal's family is from mammals, from 0 to 1."""
    return _STRANGENESS[animal.kind.family]


def indices(approach: FloatArray, looks: FloatArray, strange: FloatArray, behaviour: IntArray) -> Mapping[str, float]:
    """Return the three indices of a policy from its approach in n states (n,), NaN where it has no answer.

    ``approach``: its mean, from 0 (rushes back) to 1 (rushes closer). ``threat sensitivity``: how much less it comes
    closer, in the same unit, to an animal of all four signs of danger than to one of none (least-squares slope on
    ``looks``), plus how much less to animals that bristle than to those at ease (by ``behaviour``, an index of
    `eep.tasks.encounter.situations.BEHAVIOURS`). ``caution before the strange``: how much less to an animal as far from
    mammals as there are than to a mammal (slope on ``strange``). NaN where nothing is left to compare.
    """
    there = ~np.isnan(approach)
    y, looks, strange, behaviour = approach[there], looks[there], strange[there], behaviour[there]
    bristling = BEHAVIOURS.index("bristling")
    return {
        "approach": _mean(y),
        "threat sensitivity": _mean(y[behaviour == 0]) - _mean(y[behaviour == bristling]) - _slope(y, looks),
        "caution before the strange": -_slope(y, strange),
    }


def _mean(values: FloatArray) -> float:
    return float(values.mean()) if values.size else float("nan")


def _slope(y: FloatArray, x: FloatArray) -> float:
    """Return the least-squares slope of ``y`` on ``x``, NaN where ``x`` does not vary."""
    centred = x - x.mean() if x.size else x
    size = float(centred @ centred)
    return float(centred @ y) / size if size else float("nan")
