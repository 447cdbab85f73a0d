"""The share of the variance of cells that lies between personas, against loops over every relabelling."""

from itertools import permutations, product

import numpy as np
import pytest

from eep.stats.between_personas import BetweenPersonas

Cells = list[list[float | None]]


def _share(cells: Cells) -> float:
    """Return the sum of squares between personas over that of the cells, ``cells[persona][wording]`` centred by wording."""
    wordings = range(len(cells[0]))
    centred: list[list[float]] = [[] for _ in cells]
    for w in wordings:
        there = [row[w] for row in cells if row[w] is not None]
        mean = sum(x for x in there if x is not None) / len(there)
        for p, row in enumerate(cells):
            value = row[w]
            if value is not None:
                centred[p].append(value - mean)
    whole = sum(x**2 for row in centred for x in row)
    return sum(len(row) * (sum(row) / len(row)) ** 2 for row in centred) / whole


def _relabelled(cells: Cells) -> list[Cells]:
    """Return every way to hand the cells of each wording to the personas that have one there."""
    each = []
    for w in range(len(cells[0])):
        column = [row[w] for row in cells]
        places = [p for p, value in enumerate(column) if value is not None]
        ways = []
        for order in permutations(places):
            moved = list(column)
            for place, other in zip(places, order, strict=True):
                moved[place] = column[other]
            ways.append(moved)
        each.append(ways)
    return [[list(row) for row in zip(*columns, strict=True)] for columns in product(*each)]


@pytest.mark.parametrize("missing", [(), ((0, 1),), ((0, 1), (2, 0))])
def test_share_p_value_and_chance_are_those_of_loops(missing: tuple[tuple[int, int], ...]) -> None:
    """With all cells, and with some missing, all relabellings listed."""
    values = np.random.default_rng(4).normal(size=(3, 3)) + 0.5 * np.arange(3)[:, None]
    for place in missing:
        values[place] = np.nan
    cells: Cells = [[None if np.isnan(x) else float(x) for x in row] for row in values]
    shares = [_share(one) for one in _relabelled(cells)]
    found, chance = BetweenPersonas(1_000, (0,)).share(values)
    assert found.method == f"exact ({len(shares)})"
    assert found.statistic == pytest.approx(_share(cells))
    assert found.value == pytest.approx(sum(x >= shares[0] - 1e-9 for x in shares) / len(shares))
    assert chance == pytest.approx(sum(shares) / len(shares))
