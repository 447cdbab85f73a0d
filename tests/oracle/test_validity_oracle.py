"""Said against done: T2 with the task in place of the wording, against loops over the table of answers."""

import math
from itertools import product

import naive
import numpy as np
import polars as pl
import pytest

from eep.data import responses
from eep.stats.validity import Validity

PERSONAS, WORDINGS, THINGS = ("ape", "bee", "cat", "dog"), ("a", "b", "c"), 24
TASKS = ("talk", "walk")
OPTIONS, STUDENTS = {"talk": "yes", "walk": "near"}, {"talk": "kind", "walk": "kind"}


def answered() -> list[dict[str, object]]:
    """Return answers of teachers and students to two tasks with a taste in common; two items of a thing, unlike often asked."""
    rng = np.random.default_rng(1)
    taste, generic = rng.normal(size=(4, 1, THINGS)), rng.normal(size=THINGS)
    rows: list[dict[str, object]] = []
    for task, role in product(TASKS, ("teacher", "student")):
        p = 1 / (1 + np.exp(-(generic + 0.7 * taste + 0.8 * rng.normal(size=(4, 3, THINGS)))))
        for (i, persona), (j, wording), thing in product(enumerate(PERSONAS), enumerate(WORDINGS), range(THINGS)):
            for half, sample in ((0, 0), (1, 0), (1, 1)) if task == "walk" and role == "teacher" else ((0, 0),):
                rows.append(
                    {
                        "task": task,
                        "role": role,
                        "agent": "model" if role == "teacher" else "kind",
                        "persona": persona,
                        "arm": "persona",
                        "wording": wording,
                        "sample": sample,
                        "item": f"{thing:02} {half}",
                        "cluster": f"{thing:02}",
                        "split": "test",
                        "option": OPTIONS[task],
                        "status": "ok",
                        "response": float(p[i, j, thing]) * float(rng.uniform(0.7, 1.0)),
                    }
                )
    return rows


ROWS = answered()
FOUND = pl.DataFrame([vars(one) for one in Validity(9_999, (1,))(responses.build(ROWS), TASKS, OPTIONS, STUDENTS)])


def method(task: str, role: str) -> naive.Cells:
    """Return a method's answers: samples averaged within an item, then items within a thing."""
    said: dict[tuple[object, ...], dict[object, list[float]]] = {}
    for one in ROWS:
        if (one["task"], one["role"]) == (task, role):
            thing = said.setdefault((one["persona"], one["wording"], one["cluster"]), {})
            thing.setdefault(one["item"], []).append(float(str(one["response"])))

    def mean(values: list[float]) -> float:
        return math.fsum(values) / len(values)

    return [
        [[mean([mean(v) for v in said[p, w, f"{thing:02}"].values()]) for thing in range(THINGS)] for w in WORDINGS]
        for p in PERSONAS
    ]


def rows_of(name: str, said: naive.Cells, done: naive.Cells) -> tuple[naive.Cells, naive.Cells]:
    """Return the rows of what is done, in a student's place, and of what is said, in a teacher's."""
    if name == "level":
        return naive.level(done), naive.level(said)
    logits = naive.logits(done)
    columns = naive.curves(said, logits)
    ways = naive.ways_of_following(said, columns)
    return naive.preference(logits, columns, ways), naive.preference(said, columns, ways)


PAIRS = (
    (("talk", "teacher"), ("walk", "teacher")),
    (("talk", "teacher"), ("walk", "student")),
    (("talk", "student"), ("walk", "student")),
)
each_pair = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: " ".join(map(" ".join, pair)))


@each_pair
@pytest.mark.parametrize("name", ["level", "preference"])
def test_p_values_are_those_of_enumeration(pair: tuple[tuple[str, str], tuple[str, str]], name: str) -> None:
    """Joint and block p-values of what is said with what is done equal a plain enumeration of all relabellings."""
    left, right = rows_of(name, method(*pair[0]), method(*pair[1]))
    agent = ", ".join(map(" ".join, pair))
    found = {one["term"]: one for one in FOUND.filter(test="validity", component=name, agent=agent).to_dicts()}
    statistic, p = naive.joint(left, right)
    assert found["joint"]["statistic"] == pytest.approx(statistic, abs=1e-9)
    assert found["joint"]["p_value"] == p
    assert found["block"]["p_value"] == naive.block(left, right, [0, 1, 2])
    assert found["maximum"]["p_value"] == max(
        one["p_value"] for term, one in found.items() if term in {"joint", "block", "item"}
    )


@each_pair
def test_the_matrix_is_that_of_loops(pair: tuple[tuple[str, str], tuple[str, str]]) -> None:
    """Similarities over pairs of different wordings; convergent, discriminant and rank are read off their columns."""
    left, right = rows_of("preference", method(*pair[0]), method(*pair[1]))
    agent = ", ".join(map(" ".join, pair))
    mine = FOUND.filter(agent=agent)
    matrix = {(one["term"], one["contrast"]): one["estimate"] for one in mine.filter(test="mtmm").to_dicts()}
    pairs = [(w, v) for w in range(3) for v in range(3) if w != v]
    for (p, said), (q, done) in product(enumerate(PERSONAS), repeat=2):
        mean = math.fsum(naive.inner(left[q][w], right[p][v]) for w, v in pairs) / len(pairs)
        assert matrix[said, done] == pytest.approx(mean, abs=1e-9)
    own = {(one["term"], one["contrast"]): one["estimate"] for one in mine.filter(test="validity").to_dicts()}
    for said in PERSONAS:
        others = [matrix[said, done] for done in PERSONAS if done != said]
        assert own["convergent", said] == pytest.approx(matrix[said, said], abs=1e-9)
        assert own["discriminant", said] == pytest.approx(math.fsum(others) / 3, abs=1e-9)
        assert own["rank", said] == 1 + sum(value > matrix[said, said] for value in others)
