"""Placebos as one more persona, against loops over persons and wordings."""

import numpy as np
import polars as pl
import pytest
from cells import panel, random_panel, row, table

from eep.core.arrays import FloatArray
from eep.data import responses
from eep.stats import panel as panels
from eep.stats.components import PREFERENCE, against_neutral, preference
from eep.stats.contrasts import own_similarity
from eep.stats.estimates import Estimate
from eep.stats.held_out import held_out, with_placebo
from eep.stats.panel import Panel
from eep.stats.placebos import PlaceboScale

ABOUT = Estimate(task="task", component="", test="", term="")
K, W, N = 5, 3, 40


def armed(cells: Panel) -> pl.DataFrame:
    """Return the responses of a panel whose last two personas are a placebo and the neutral persona."""
    *_, placebo, neutral = cells.personas
    name = pl.col("persona")
    arm = pl.when(name == placebo).then(pl.lit("placebo")).when(name == neutral).then(pl.lit("neutral"))
    rows = table(cells)
    return responses.check(rows.with_columns(arm.otherwise(pl.lit("persona")).cast(rows.schema["arm"]).alias("arm")))


def own(left: FloatArray, right: FloatArray, place: int) -> float:
    """Return how much more one resembles itself than others, in other wordings, by loops."""

    def alike(p: int, q: int) -> float:
        pairs = [(w, v) for w in range(W) for v in range(W) if w != v]
        return sum(sum(float(a * b) for a, b in zip(left[p, w], right[q, v], strict=True)) for w, v in pairs) / len(
            pairs
        )

    others = [q for q in range(len(left)) if q != place]
    apart = sum(alike(place, q) + alike(q, place) for q in others) / len(others)
    return alike(place, place) - apart / 2


@pytest.mark.parametrize("zero", ["own", "own from neutral"])
def test_own_similarity_is_that_of_loops(zero: str) -> None:
    """For the placebo as a fifth persona, with a count of those below it, and for the four personas by themselves."""
    answers = held_out(armed(random_panel(K + 1, W, N, seed=5)), "task")
    cells = panels.of(with_placebo(answers, "p004"), "kind")
    component = preference(cells) if zero == "own" else against_neutral(cells, PREFERENCE)
    found = {(one.agent, one.term, one.contrast): one for one in PlaceboScale()(answers, ABOUT, "kind")}
    for agent, left in (("kind", component.student), ("teacher", component.teacher)):
        every = [own(left, component.teacher, place) for place in range(K)]
        one = found[agent, zero, "p004"]
        assert one.test == "placebo"
        assert one.estimate == pytest.approx(every[4], abs=1e-9)
        assert one.statistic == sum(value < every[4] for value in every[:4])
        assert one.n_personas == 4
    personas = {
        (one.agent, one.contrast): one.estimate for one in found.values() if (one.test, one.term) == ("T4", zero)
    }
    cells = panels.of(answers, "kind")
    component = preference(cells) if zero == "own" else against_neutral(cells, PREFERENCE)
    # Of students from the mean, T4 itself has it.
    roles = {"teacher": component.teacher} | ({} if zero == "own" else {"kind": component.student})
    assert personas == pytest.approx(
        {
            (agent, name): own(left, component.teacher, place)
            for agent, left in roles.items()
            for place, name in enumerate(cells.personas)
        },
        abs=1e-9,
    )


def test_own_similarity_of_a_matrix_is_that_of_loops() -> None:
    """Diagonal minus the mean of the rest of row and column."""
    d = np.random.default_rng(0).normal(size=(4, 4))
    for p, value in enumerate(own_similarity(d)):
        others = [q for q in range(4) if q != p]
        expected = d[p, p] - (sum(d[p, q] for q in others) / 3 + sum(d[q, p] for q in others) / 3) / 2
        assert value == pytest.approx(expected, abs=1e-9)


def test_without_placebos_there_is_no_scale() -> None:
    """An experiment that has none gets no rows."""
    assert list(PlaceboScale()(held_out(table(random_panel(4, 2, 30, seed=0)), "task"), ABOUT, "kind")) == []


def test_what_cannot_be_placed_says_why() -> None:
    """Without a neutral persona there is no second zero point; a placebo of one wording stands beside nobody."""
    cells = random_panel(4, 3, 40, seed=2)
    alone = table(panel(cells.teacher, cells.student))
    more = responses.build(
        row(role, "tea", "w000", item, 0.5, arm="placebo", cluster=cluster)
        for role in ("teacher", "student")
        for item, cluster in zip(cells.items, cells.clusters, strict=True)
    )
    found = list(PlaceboScale()(held_out(responses.concat([alone, more]), "task"), ABOUT, "kind"))
    placebo = {(one.agent, one.term): one for one in found if one.test == "placebo"}
    assert placebo["kind", "own"].estimate is None
    assert "lacks too many cells" in placebo["kind", "own"].note
    assert "not exactly one neutral persona" in placebo["teacher", "own from neutral"].note
