"""Answers that are missing, against loops: what all cells share is filled in, what a cell favours is fitted on what it has."""

import math
from functools import cache

import naive
import numpy as np
import pytest
from cells import panel, random_panel

from eep.core.arrays import FloatArray
from eep.stats import components
from eep.stats.generic import mean_over_cells
from eep.stats.rows import centred, double_centred, logit
from eep.stats.slope import InheritanceSlope

K, W, N = 3, 3, 13
#: Of teachers and of students; one student lacks two answers, and two cells of one wording lack the same one.
GONE = (((0, 0, 3), (2, 1, 3), (1, 2, 9)), ((0, 1, 0), (0, 1, 5), (1, 2, 9), (2, 2, 9)))


def with_gaps() -> tuple[FloatArray, FloatArray]:
    """Return teachers' and students' answers, NaN where one is missing."""
    cells = random_panel(K, W, N, seed=6)
    both = cells.teacher.copy(), cells.student.copy()
    for x, gone in zip(both, GONE, strict=True):
        x[tuple(np.array(gone).T)] = np.nan
    return both


TEACHER, STUDENT = with_gaps()


def known(row: naive.Row) -> list[int]:
    """Return the items that a row has."""
    return [i for i, value in enumerate(row) if not math.isnan(value)]


def filled_mean(x: naive.Cells) -> naive.Row:
    """Return the mean over cells, gaps filled by effects of cell and item fitted by exact least squares to the rest."""
    rows = [row for persona in x for row in persona]
    places = [(c, i) for c, row in enumerate(rows) for i in known(row)]
    columns = [[float(c == cell) for c, _ in places] for cell in range(len(rows))]
    columns += [[float(i == item) for _, i in places] for item in range(1, len(rows[0]))]
    weights = [float(b) for b in naive.least_squares([rows[c][i] for c, i in places], columns)]
    item = [0.0, *weights[len(rows) :]]
    return [
        math.fsum(weights[c] + item[i] if math.isnan(row[i]) else row[i] for c, row in enumerate(rows)) / len(rows)
        for i in range(len(item))
    ]


def fitted(row: naive.Row, columns: list[naive.Row]) -> naive.Row:
    """Return a row minus its least-squares fit on the items that it has, NaN elsewhere."""
    has = known(row)
    rest = naive.least_squares_residual([row[i] for i in has], [[column[i] for i in has] for column in columns])
    return [rest[has.index(i)] if i in has else math.nan for i in range(len(row))]


def minus_mean(x: naive.Cells) -> naive.Cells:
    """Return x minus the mean over the personas that answered, 0 where there is no answer."""
    out = [[[0.0 for _ in row] for row in persona] for persona in x]
    for w in range(len(x[0])):
        for i in range(len(x[0][0])):
            there = [p for p in range(len(x)) if not math.isnan(x[p][w][i])]
            for p in there:
                out[p][w][i] = x[p][w][i] - math.fsum(x[q][w][i] for q in there) / len(there)
    return out


def beyond(x: naive.Cells, columns: list[naive.Row]) -> naive.Cells:
    """Return rows beyond the generic curves, minus the mean over personas."""
    return minus_mean([[fitted(row, columns) for row in persona] for persona in x])


@cache
def curves() -> list[naive.Row]:
    """Return the generic curves of means that are filled."""
    logits = logit(STUDENT).tolist()
    return naive.curves([[filled_mean(TEACHER.tolist())]], [[filled_mean(logits)]])


@cache
def ways() -> list[naive.Row]:
    """Return, by wording, the sum over personas of their slope on t, of what they answered, times what is left of them."""
    columns = curves()
    left = beyond(TEACHER.tolist(), columns)
    slopes: naive.Cells = []
    for persona in TEACHER.tolist():
        slopes.append([])
        for row in persona:
            has = known(row)
            some = [[column[i] for i in has] for column in columns[:2]]
            slopes[-1].append([float(naive.least_squares([row[i] for i in has], some)[1])])
    slopes = naive.minus_persona_mean(slopes)
    return [[math.fsum(slopes[p][w][0] * left[p][w][i] for p in range(K)) for i in range(N)] for w in range(W)]


def test_what_all_share_is_filled_in_by_exact_least_squares() -> None:
    """The mean over cells of answers of which some are missing, completed by effects of cell and item."""
    for x in (TEACHER, logit(STUDENT)):
        assert mean_over_cells(x) == pytest.approx(filled_mean(x.tolist()), abs=1e-9)
    there = np.arange(K)[:, None] < np.full((1, W), 2)
    assert mean_over_cells(TEACHER, there) == pytest.approx(filled_mean(TEACHER[:2].tolist()), abs=1e-9)


def test_rows_of_preference_are_those_of_loops() -> None:
    """Every cell is fitted on the items it has: on the curves, on the ways of following them, and then at unit length."""
    columns = curves()
    summed = [[math.fsum(values) for values in zip(*ways(), strict=True)]]
    found = components.preference(panel(TEACHER, STUDENT))
    for x, rows in ((TEACHER, found.teacher), (logit(STUDENT), found.student)):
        left = beyond(x.tolist(), columns)
        for p, w in np.ndindex(K, W):
            has = known(x[p, w].tolist())
            rest = fitted([left[p][w][i] if i in has else math.nan for i in range(N)], summed)
            length = math.sqrt(math.fsum(rest[i] ** 2 for i in has))
            expected = [rest[i] / length if i in has else 0.0 for i in range(N)]
            assert rows[p, w].tolist() == pytest.approx(expected, abs=1e-9)


def test_the_slope_of_preference_is_that_of_loops() -> None:
    """T3's covariances of answers of which some are missing, without the ways that the other wordings give."""
    columns = curves()
    directions = [[way] for way in ways()]
    b, a = (beyond(x.tolist(), columns) for x in (TEACHER, STUDENT))
    found = InheritanceSlope()(components.preference(panel(TEACHER, STUDENT)))
    assert found.covariance == pytest.approx(naive.preference_covariance(a, b, directions), abs=1e-9)
    assert found.persona_variance_teacher == pytest.approx(naive.preference_covariance(b, b, directions), abs=1e-9)


def test_centring_is_over_the_personas_that_answered() -> None:
    """An item that some lack is centred on the mean of the others, and a cell on what it answered; 0 is no answer."""
    assert centred(TEACHER) == pytest.approx(np.array(minus_mean(TEACHER.tolist())), abs=1e-9)
    rows = TEACHER.tolist()
    level = [[math.fsum(row[i] for i in known(row)) / len(known(row)) for row in persona] for persona in rows]
    beyond_level = [
        [[value - level[p][w] for value in row] for w, row in enumerate(persona)] for p, persona in enumerate(rows)
    ]
    assert double_centred(TEACHER) == pytest.approx(np.array(minus_mean(beyond_level)), abs=1e-9)
