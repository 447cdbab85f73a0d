"""Said against done: personas over two tasks that are about the same things."""

from itertools import product

import numpy as np
import polars as pl
import pytest

from eep.data import responses as table
from eep.data.types import Cell
from eep.stats.validity import Validity, pairs

PERSONAS, WORDINGS, THINGS = ("ape", "bee", "cat", "dog", "elk", "fox"), ("a", "b", "c"), 40
OPTIONS, STUDENTS = {"talk": "yes", "walk": "near"}, {"talk": "logistic", "walk": "logistic"}


def answers(seed: int, *, shared: float, own: float = 0.0) -> pl.DataFrame:
    """Return teachers and students of two tasks: a taste that both tasks share, one of each task's own, and whims."""
    rng = np.random.default_rng(seed)
    k, w, n = len(PERSONAS), len(WORDINGS), THINGS
    taste, generic = rng.normal(size=(k, 1, n)), rng.normal(size=n)
    rows: list[dict[str, object]] = []
    for task, option in OPTIONS.items():
        mine = shared * taste + own * rng.normal(size=(k, 1, n)) + 0.5 * rng.normal(size=(k, w, n))
        for role, agent in (("teacher", "model"), ("student", "logistic")):
            p = 1 / (1 + np.exp(-(generic + mine + 0.3 * rng.normal(size=(k, w, n)))))
            for (i, persona), (j, wording), thing in product(enumerate(PERSONAS), enumerate(WORDINGS), range(n)):
                same: dict[str, object] = {
                    "task": task,
                    "role": role,
                    "agent": agent,
                    "persona": persona,
                    "arm": "persona",
                }
                same |= {"wording": wording, "sample": 0, "cluster": f"{thing:02}", "split": "test", "option": option}
                value = {"response": float(p[i, j, thing]), "status": "ok"}
                # Two items of each thing in the second task: its answers are means over them.
                rows += [{**same, **value, "item": f"{thing:02} {half}"} for half in range(1 + (task == "walk"))]
    return table.build(rows)


def estimates(frame: pl.DataFrame, named: tuple[Cell, ...] = ()) -> pl.DataFrame:
    """Return what is found of the two tasks."""
    return pl.DataFrame([vars(row) for row in Validity(199, (1,), named)(frame, ("talk", "walk"), OPTIONS, STUDENTS)])


def p_values(frame: pl.DataFrame) -> dict[str, float]:
    """Return the p-value of preference for each pair of methods."""
    found = estimates(frame).filter(test="validity", component="preference", term="maximum")
    return dict(found.select("agent", "p_value").iter_rows())


def test_a_shared_taste_is_found_and_personas_are_nearest_to_themselves() -> None:
    """Where what is said and what is done have a taste in common, all three comparisons find it, for nearly everybody."""
    frame = answers(0, shared=1.5)
    found = p_values(frame)
    assert set(found) == {"talk teacher, walk teacher", "talk teacher, walk student", "talk student, walk student"}
    assert max(found.values()) <= 0.01
    assert estimates(frame).filter(term="rank")["estimate"].to_list().count(1.0) >= 15


def test_tastes_of_one_task_alone_are_not_taken_for_validity() -> None:
    """Strong tastes that the other task does not share are found no more often than by accident."""
    found = [min(p_values(answers(seed, shared=0.0, own=1.5)).values()) for seed in range(1, 25)]
    assert sum(p <= 0.05 for p in found) <= 4


def test_a_cells_correlation_is_that_of_its_means() -> None:
    """It is Pearson's, of answers averaged over a thing's items, and cells whose texts name the things are told apart."""
    frame = answers(3, shared=1.0)
    rows = estimates(frame, named=(Cell("bee", "b"),)).filter(agent="talk teacher, walk teacher")
    mine = frame.filter(role="teacher", persona="bee", wording="b").sort("item")
    said = mine.filter(task="talk")["response"].to_numpy()
    done = mine.filter(task="walk").group_by("cluster", maintain_order=True).agg(pl.col("response").mean())["response"]
    row = rows.filter(term="correlation", contrast="bee b").row(0, named=True)
    assert row["estimate"] == pytest.approx(float(np.corrcoef(said, done.to_numpy())[0, 1]), abs=1e-12)
    assert row["note"] == "the text names what is judged"
    assert rows.filter(term="correlation, named")["estimate"].item() == pytest.approx(row["estimate"])
    others = rows.filter(pl.col("term") == "correlation", pl.col("note") == "")["estimate"]
    assert rows.filter(term="correlation, not named")["estimate"].item() == pytest.approx(others.mean())


def test_a_correlation_is_over_the_things_that_both_have() -> None:
    """What was not answered in one task counts in neither; of two things there is no correlation."""
    frame = answers(3, shared=1.0)
    mine = (pl.col("role") == "teacher") & (pl.col("persona") == "bee")
    lost = pl.col("cluster").is_in(["00", "07"]) & (pl.col("wording") == "b") & (pl.col("task") == "walk")
    few = ~pl.col("cluster").is_in(["03", "05"]) & (pl.col("wording") == "c") & (pl.col("task") == "talk")
    rows = estimates(frame.filter(~(mine & (lost | few)))).filter(agent="talk teacher, walk teacher")
    said, done = (
        frame.filter(mine, task=task, wording="b")
        .filter(~pl.col("cluster").is_in(["00", "07"]))
        .group_by("cluster")
        .agg(pl.col("response").mean())
        .sort("cluster")["response"]
        .to_numpy()
        for task in ("talk", "walk")
    )
    found = dict(rows.filter(term="correlation").select("contrast", "estimate").iter_rows())
    assert found["bee b"] == pytest.approx(float(np.corrcoef(said, done)[0, 1]), abs=1e-12)
    assert found["bee c"] is None


def test_the_matrix_holds_what_the_comparisons_are_made_of() -> None:
    """Its blocks are all pairs of four methods; the diagonal of a block of two is each persona's convergent similarity."""
    rows = estimates(answers(4, shared=1.0))
    matrix = rows.filter(test="mtmm")
    assert matrix["agent"].n_unique() == 10
    assert matrix.height == 10 * len(PERSONAS) ** 2
    pair = "talk teacher, walk student"
    own = matrix.filter(pl.col("term") == pl.col("contrast"), agent=pair).sort("term")["estimate"].to_list()
    assert own == rows.filter(term="convergent", agent=pair).sort("contrast")["estimate"].to_list()
    alone = matrix.filter(agent="talk teacher, talk teacher").pivot("contrast", index="term", values="estimate")
    square = alone.drop("term").to_numpy()
    np.testing.assert_allclose(square, square.T, atol=1e-12)


def test_tasks_that_share_nothing_are_not_paired() -> None:
    """Only tasks with eight things in common are set against each other, and what is played is what is done."""
    frame = answers(5, shared=0.0)
    assert list(pairs(frame, ["walk"])) == [("talk", "walk")]
    assert list(pairs(frame, ["talk"])) == [("walk", "talk")]
    elsewhere = frame.with_columns(
        pl.when(pl.col("task") == "walk").then("cluster" + pl.lit("x")).otherwise("cluster").alias("cluster")
    )
    assert list(pairs(elsewhere, ["walk"])) == []
    assert estimates(elsewhere).is_empty()
