"""Relabelling cells in designs in which some persona lacks some wording.

Within each wording, labels are permuted among the cells present; a label that a wording lacks stays where it is.
Similarities are means over the pairs of different wordings that exist. A persona with fewer wordings is noisier,
so that permuting whole blocks of students is exact only between personas with the same wordings and approximate
otherwise; relabelling cells within wordings is exact throughout. With no cell missing, none of this is used.
"""

from collections import Counter
from math import factorial, prod

import numpy as np

from eep.core.arrays import BoolArray, FloatArray
from eep.stats.permutation import PValue, Relabellings
from eep.stats.similarity import p_joint


def order(there: BoolArray) -> tuple[int, ...]:
    """Return the wordings, the fullest first: its labels are held fixed, as only relations between wordings count."""
    return tuple(int(w) for w in np.argsort(-there.sum(axis=0), kind="stable"))


def joint_relabellings(there: BoolArray, enumerate_up_to: int, draws: int, seed: tuple[int, ...]) -> Relabellings:
    """Return the joint relabellings within wordings in the order of `order`, all but the first.

    Personas that are missing from the first wording and share all others can trade places in all of them without
    any change; such relabellings are ties of the identity.
    """
    first, *others = (there[:, w] for w in order(there))
    alike = Counter(tuple(row) for row, fixed in zip(there.tolist(), first, strict=True) if not fixed)
    return Relabellings(
        personas=len(there),
        free=len(others),
        enumerate_up_to=enumerate_up_to,
        draws=draws,
        seed=seed,
        movable=tuple(tuple(np.flatnonzero(places).tolist()) for places in others),
        ties=prod(factorial(count) for count in alike.values()),
    )


def pairs(there: BoolArray) -> int:
    """Return the number of ordered pairs of different wordings of one persona."""
    count = there.sum(axis=1)
    return int((count * (count - 1)).sum())


def joint(m: FloatArray, there: BoolArray, relabellings: Relabellings) -> PValue:
    """Return the p-value of the mean of M[pi_w(p), w, pi_v(p), v] over the pairs of cells that exist."""
    fullest_first = np.array(order(there))
    return p_joint(m[:, fullest_first][:, :, :, fullest_first], relabellings, pairs(there))
