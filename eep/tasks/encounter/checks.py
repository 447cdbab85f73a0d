"""What the environments are given, checked: animals to meet, numbers of meetings, and values as errors quote them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from eep.core.arrays import IntArray
from eep.core.text import one_line


def chosen(options: object, count: int, number: int) -> IntArray | None:
    """Return the animals (number,) that reset's ``options`` ask for, None if they name none.

    Raises ValueError for animals that there are not, and for options that are no mapping.
    """
    if options is None:
        return None
    if not isinstance(options, Mapping):
        raise ValueError(  # noqa: TRY004 - as for animals that there are not
            f"expected options as a mapping, such as {{'animal': 3}}; found {shown(options)}"
        )
    if (asked := options.get("animal")) is None:
        return None
    found = array(asked)
    whole = found.dtype.kind in "iu" and found.shape in {(), (number,)}
    if not whole or (found < 0).any() or (found >= count).any():
        many = f", or {number} of them" if number > 1 else ""
        raise ValueError(f"expected an animal from 0 to {count - 1}{many}; found {shown(asked)}")
    return np.broadcast_to(found.astype(np.int64), (number,)).copy()


def shown(value: object) -> str:
    """Return a value as an error quotes it: a vector has as many numbers as there are meetings."""
    return one_line(repr(value), 60)


def counted(number: object) -> int:
    """Return how many meetings are asked for; raises ValueError for what is no whole number from 1."""
    if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < 1:
        raise ValueError(f"expected num_envs as a whole number from 1; found {shown(number)}")
    return int(number)


def array(actions: object) -> npt.NDArray[Any]:
    """Return actions as an array, an empty one if they are none, such as a ragged list."""
    try:
        return np.asarray(actions)
    except ValueError:
        return np.empty(0)
