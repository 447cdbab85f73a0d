"""Animals that behave or look otherwise than those that were learned from: the game in other bodies."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from eep.stimuli.subjects import DrawnAnimal
from eep.tasks.encounter.animals import Cast
from eep.tasks.encounter.dynamics import Temperament

#: What is added to danger, shyness and friendliness, by name; temperaments stay within [0, 1].
_TEMPERAMENTS = {"bolder animals": (0.3, -0.3, 0.0), "shyer animals": (0.0, 0.3, -0.3)}
#: What is drawn otherwise, by name. Captions say nothing of it.
_DRAWINGS = {"mirrored drawings": {}, "animals in the snow": {"setting": "snow"}}


def changed(own: Cast) -> Mapping[str, Cast]:
    """Return casts of the same animals, by what is changed: what they are like, or how they are drawn.

    Other drawings are of the other side, and of what has no name in a caption, such as where the flowers grow.
    """
    behaving = {
        name: replace(
            own, temperament=Temperament(*(np.clip(v + d, 0, 1) for v, d in zip(own.temperament, by, strict=True)))
        )
        for name, by in _TEMPERAMENTS.items()
    }
    looking = {
        name: replace(own, subjects=tuple(_redrawn(subject, otherwise) for subject in own.subjects))
        for name, otherwise in _DRAWINGS.items()
    }
    return behaving | looking


def _redrawn(subject: DrawnAnimal, otherwise: Mapping[str, str]) -> DrawnAnimal:
    animal = subject.animal
    drawn = replace(animal, flip=not animal.flip, seed=animal.seed + 1, **otherwise)  # type: ignore[arg-type]
    return replace(subject, animal=drawn)
