"""The key test again, deliberately naive: plain lists, one loop per sum, no array library, nothing shared with eep.

It is slow and repetitive on purpose. A reader can hold each function against the formula in its docstring,
and the fast implementation can be held against it. Cells are nested lists ``x[persona][wording][item]``.
"""

import math
from fractions import Fraction
from itertools import permutations, product

Row = list[float]
Cells = list[list[Row]]

CLIP = 0.001
TIE = 1e-12


def logits(x: Cells) -> Cells:
    """Return log(p / (1 - p)) of probabilities clipped to [0.001, 0.999]."""
    out: Cells = []
    for persona in x:
        out.append([])
        for row in persona:
            clipped = [min(max(p, CLIP), 1 - CLIP) for p in row]
            out[-1].append([math.log(p / (1 - p)) for p in clipped])
    return out


def z_scores_of_mean(x: Cells) -> Row:
    """Return the z-scores over items of the mean over all cells."""
    cells = [row for persona in x for row in persona]
    means = [math.fsum(row[i] for row in cells) / len(cells) for i in range(len(cells[0]))]
    centre = math.fsum(means) / len(means)
    spread = math.sqrt(math.fsum((m - centre) ** 2 for m in means) / len(means))
    return [(m - centre) / spread for m in means]


def curves(teacher: Cells, student_logits: Cells) -> list[Row]:
    """Return the columns 1, t, t^2, t^3, s, s^2, s^3, t s of the generic part."""
    t, s = z_scores_of_mean(teacher), z_scores_of_mean(student_logits)
    return [
        [1.0 for _ in t],
        t,
        [a**2 for a in t],
        [a**3 for a in t],
        s,
        [b**2 for b in s],
        [b**3 for b in s],
        [a * b for a, b in zip(t, s, strict=True)],
    ]


def least_squares(y: Row, columns: list[Row]) -> list[Fraction]:
    """Return the least-squares weights of y on columns, by the normal equations in exact fractions."""
    exact = [[Fraction(value) for value in column] for column in columns]
    target = [Fraction(value) for value in y]
    table = []
    for left in exact:
        line = [sum((a * b for a, b in zip(left, right, strict=True)), Fraction(0)) for right in exact]
        line.append(sum((a * b for a, b in zip(left, target, strict=True)), Fraction(0)))
        table.append(line)
    return solve(table)


def least_squares_residual(y: Row, columns: list[Row]) -> Row:
    """Return y minus its least-squares fit."""
    weights = least_squares(y, columns)
    fit = [
        sum((w * Fraction(column[i]) for w, column in zip(weights, columns, strict=True)), Fraction(0))
        for i in range(len(y))
    ]
    return [float(Fraction(a) - b) for a, b in zip(y, fit, strict=True)]


def solve(table: list[list[Fraction]]) -> list[Fraction]:
    """Return the solution of a linear system given as rows [coefficients..., right side] (Gauss-Jordan)."""
    size = len(table)
    for k in range(size):
        pivot = next(r for r in range(k, size) if table[r][k] != 0)
        table[k], table[pivot] = table[pivot], table[k]
        table[k] = [value / table[k][k] for value in table[k]]
        for r in range(size):
            if r != k:
                factor = table[r][k]
                table[r] = [a - factor * b for a, b in zip(table[r], table[k], strict=True)]
    return [row[-1] for row in table]


def minus_persona_mean(x: Cells) -> Cells:
    """Return x[p][w][i] minus its mean over p."""
    out: Cells = [[[0.0 for _ in row] for row in persona] for persona in x]
    for w in range(len(x[0])):
        for i in range(len(x[0][0])):
            mean = math.fsum(persona[w][i] for persona in x) / len(x)
            for p in range(len(x)):
                out[p][w][i] = x[p][w][i] - mean
    return out


def beyond_curves(x: Cells, columns: list[Row]) -> Cells:
    """Return rows beyond the generic curves, minus the mean over personas."""
    return minus_persona_mean([[least_squares_residual(row, columns) for row in persona] for persona in x])


def ways_of_following(teacher: Cells, columns: list[Row], wordings: list[int] | None = None) -> list[Row]:
    """Return the sum over cells of their slope on t times what is left of them beyond the curves."""
    some = range(len(teacher[0])) if wordings is None else wordings
    left = beyond_curves(teacher, columns)
    weights = minus_persona_mean(
        [[[float(b) for b in least_squares(row, columns[:2])] for row in persona] for persona in teacher]
    )
    return [
        [
            math.fsum(weights[p][w][power] * left[p][w][i] for p in range(len(left)) for w in some)
            for i in range(len(left[0][0]))
        ]
        for power in (1,)
    ]


def preference(x: Cells, columns: list[Row], ways: list[Row]) -> Cells:
    """Return rows beyond the generic curves and the ways of following them, at unit length."""
    out = [[least_squares_residual(row, ways) for row in persona] for persona in beyond_curves(x, columns)]
    for persona in out:
        for w, row in enumerate(persona):
            length = math.sqrt(math.fsum(value**2 for value in row))
            persona[w] = [value / length for value in row]
    return out


def level(x: Cells) -> Cells:
    """Return one-entry rows: the mean over items minus its mean over personas."""
    return minus_persona_mean([[[math.fsum(row) / len(row)] for row in persona] for persona in x])


def gain(x: Cells, teacher: Cells) -> Cells:
    """Return one-entry rows: the slope on the teachers' score minus that of the common curve at the cell's level, centred."""
    t = z_scores_of_mean(teacher)
    cells = [row for persona in x for row in persona]
    common = [math.fsum(row[i] for row in cells) / len(cells) for i in range(len(t))]
    curve = logits([[common]])[0][0]

    def at(shift: float) -> Row:
        return [1 / (1 + math.exp(-(value + shift))) for value in curve]

    def slope(row: Row) -> float:
        return math.fsum(a * b for a, b in zip(row, t, strict=True)) / len(t)

    def one(row: Row) -> Row:
        level, low, high = math.fsum(row) / len(row), -40.0, 40.0
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if math.fsum(at(middle)) / len(t) < level else (low, middle)
        return [slope(row) - slope(at((low + high) / 2))]

    return minus_persona_mean([[one(row) for row in persona] for persona in x])


def double_centred(x: Cells) -> Cells:
    """Return x minus each row's mean over items, minus the mean over personas."""
    rows = [[[value - math.fsum(row) / len(row) for value in row] for row in persona] for persona in x]
    return minus_persona_mean(rows)


def inner(a: Row, b: Row) -> float:
    """Return the inner product of two rows."""
    return math.fsum(x * y for x, y in zip(a, b, strict=True))


def relabelled(a: Cells, b: Cells, labels: list[tuple[int, ...]]) -> float:
    """Return the mean over w != v and p of <a[labels[w][p]][w], b[labels[v][p]][v]>."""
    terms = [
        inner(a[labels[w][p]][w], b[labels[v][p]][v])
        for w in range(len(a[0]))
        for v in range(len(a[0]))
        if w != v
        for p in range(len(a))
    ]
    return math.fsum(terms) / len(terms)


def joint(a: Cells, b: Cells) -> tuple[float, float]:
    """Return the matched similarity and its p-value over every relabelling of every wording but the first."""
    personas, wordings = len(a), len(a[0])
    identity = tuple(range(personas))
    observed = relabelled(a, b, [identity] * wordings)
    count = reached = 0
    for others in product(permutations(range(personas)), repeat=wordings - 1):
        count += 1
        reached += relabelled(a, b, [identity, *others]) >= observed - TIE
    return observed, reached / count


def block(a: Cells, b: Cells, student_wordings: list[int]) -> float:
    """Return the p-value over every permutation of student personas against teachers of other wordings."""
    count = reached = 0
    observed = None
    for sigma in permutations(range(len(a))):
        terms = [
            inner(a[p][w], b[sigma[p]][v])
            for w in student_wordings
            for v in range(len(a[0]))
            if w != v
            for p in range(len(a))
        ]
        value = math.fsum(terms) / len(terms)
        if observed is None:
            observed = value
        count += 1
        reached += value >= observed - TIE
    return reached / count


def contributions(a: Cells, b: Cells) -> Row:
    """Return v_i, the sum over p and w != v of a[p][w][i] b[p][v][i]."""
    out = []
    for i in range(len(a[0][0])):
        terms = [
            a[p][w][i] * b[p][v][i] for p in range(len(a)) for w in range(len(a[0])) for v in range(len(a[0])) if w != v
        ]
        out.append(math.fsum(terms))
    return out


def preference_covariance(a: Cells, b: Cells, ways: list[list[Row]]) -> float:
    """Return the covariance of rows beyond the curves, those of two wordings without the ways that the other wordings give.

    ``ways`` are the directions of each wording.
    """
    terms = []
    for w in range(len(a[0])):
        for v in range(len(a[0])):
            others = [ways[u] for u in range(len(a[0])) if u not in (w, v)]
            summed = [[math.fsum(values) for values in zip(*each, strict=True)] for each in zip(*others, strict=True)]
            for p in range(len(a) if w != v else 0):
                left, right = (least_squares_residual(row, summed) if summed else row for row in (a[p][w], b[p][v]))
                terms.append(inner(left, right) / len(left))
    return len(a) / (len(a) - 1) * math.fsum(terms) / len(terms)


def covariance(a: Cells, b: Cells) -> float:
    """Return K/(K-1) times the mean over w != v, p and i of a[p][w][i] b[p][v][i]."""
    terms = []
    for p in range(len(a)):
        for w in range(len(a[0])):
            for v in range(len(a[0])):
                if w != v:
                    for x, y in zip(a[p][w], b[p][v], strict=True):
                        terms.append(x * y)
    return len(a) / (len(a) - 1) * math.fsum(terms) / len(terms)
