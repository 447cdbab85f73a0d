"""An episode that was recorded, wherever it comes from."""

from dataclasses import dataclass

from eep.core.arrays import FloatArray, IntArray


@dataclass(frozen=True)
class Trajectory:
    """What was observed and done, from a beginning to an end.

    Attributes
    ----------
    observations
        (n + 1, d) float64, the last one after the last action; (n, d) where that one was not recorded.
    actions
        (n,) int64: the action taken from each observation, by its number.
    """

    observations: FloatArray
    actions: IntArray
