"""Students of any registered kind for simulated experiments."""

import numpy as np

from eep.stats.panel import FloatArray
from eep.stats.simulation.simulate import Learner
from eep.stats.simulation.world import LOGISTIC, Design
from eep.students import student_class


def learner(design: Design) -> Learner | None:
    """Return what fits the design's students; ``None`` for logistic ones, which simulations fit all at once.

    Raises `eep.core.registry.UnknownNameError` if there is no such kind of student.
    """
    if design.student == LOGISTIC:
        return None
    kind = student_class(design.student)

    def learn(
        x: FloatArray, labels: FloatArray, held_out: FloatArray, weights: FloatArray | None
    ) -> FloatArray:
        sensed, asked = x.astype(np.float32), held_out.astype(np.float32)
        shown = np.ones_like(labels) if weights is None else weights
        return np.stack(
            [
                kind().fit(sensed[rows > 0], answers[rows > 0], seed=0).predict(asked)[:, 1]
                for answers, rows in zip(np.stack([1.0 - labels, labels], axis=-1), shown, strict=True)
            ]
        )

    return learn
