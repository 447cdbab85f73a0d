"""Which cells of a design are there: personas x wordings, where some persona may lack some wording."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from eep.core.arrays import BoolArray, FloatArray

#: Places (persona, wording) of cells that are not there; empty for a complete design.
Absent = tuple[tuple[int, int], ...]
#: Fewer wordings of a persona, or personas in a wording, leave nothing to compare.
LEAST = 2


@dataclass(frozen=True)
class Layout:
    """The part of a design that can be compared."""

    #: Places of the personas and of the wordings that take part.
    kept: tuple[tuple[int, ...], tuple[int, ...]]
    #: Cells of that part that are not there, as places within it.
    absent: Absent
    #: Whether two personas in two wordings are left; if not, everything is kept, for a reason to be given.
    enough: bool


def layout(answered: BoolArray) -> Layout:
    """Return what can be compared of cells (K, W): personas in two wordings or more, wordings of two personas or more."""
    personas, wordings = (np.arange(size) for size in answered.shape)
    while True:
        there = answered[np.ix_(personas, wordings)]
        rows = personas[there.sum(axis=1) >= LEAST]
        columns = wordings[there.sum(axis=0) >= LEAST]
        if len(rows) == len(personas) and len(columns) == len(wordings):
            break
        personas, wordings = rows, columns
    if not there.size:
        every = (tuple(range(answered.shape[0])), tuple(range(answered.shape[1])))
        return Layout(every, (), enough=False)
    absent = tuple((int(p), int(w)) for p, w in np.argwhere(~there))
    return Layout((tuple(personas.tolist()), tuple(wordings.tolist())), absent, enough=True)


def present(personas: int, wordings: int, absent: Absent) -> BoolArray:
    """Return which cells are there, (K, W): all but those that are ``absent``."""
    there = np.ones((personas, wordings), dtype=np.bool_)
    for cell in absent:
        there[cell] = False
    return there


def dropped(names: tuple[str, ...], kept: tuple[str, ...], why: str) -> Iterator[str]:
    """Yield, in words, the personas or wordings that are left out altogether."""
    yield from (f"{name} altogether ({why})" for name in names if name not in kept)


def gaps_of(who: str, answers: FloatArray, axes: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """Return the cells of answers (K, W, N) without a single one, in words; ``axes`` are the names of all three."""
    empty = ~np.isfinite(answers).any(axis=2)
    if empty.size and empty.all():
        return (f"any {who}",)
    return tuple(f"the {who} of {axes[0][p]} ({axes[1][w]})" for p, w in np.argwhere(empty))


def listed(names: tuple[str, ...], most: int = 3) -> str:
    """Return names in a row, at most ``most`` of them, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
