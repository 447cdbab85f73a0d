"""How often the agents of two personas choose alike."""

import cells
import polars as pl
import pytest

from eep.data import responses
from eep.stats.agreement import chosen_alike

AGENTS = {"teacher": "simulated:weights", "student": "logistic", "control": "random"}


def row(role: str, persona: str, wording: str, item: str, response: float, **changes: object) -> dict[str, object]:
    """Return a row of a responses table."""
    return cells.row(role, persona, wording, item, response, **{"agent": AGENTS[role], **changes})


def table() -> pl.DataFrame:
    """Return teachers of a and b in two wordings on two items, and students of a that say yes to the first."""
    chances = {("a", "x"): (0.9, 0.1), ("a", "y"): (0.8, 0.9), ("b", "x"): (0.2, 0.7), ("b", "y"): (0.5, 0.6)}
    rows = [
        row("teacher", persona, wording, f"i{place}", chance)
        for (persona, wording), pair in chances.items()
        for place, chance in enumerate(pair)
    ]
    rows += [
        row("student", "a", wording, f"i{place}", chance) for wording in "xy" for place, chance in enumerate((0.7, 0.3))
    ]
    rows += [
        row("teacher", "a", "x", "i9", 1.0, split="train"),
        row("control", "none", "none", "i0", 0.5),
        row("teacher", "c", "x", "i0", 1.0),
    ]
    return responses.build(rows)


def test_choices_are_compared_across_wordings_only() -> None:
    """Counted by hand: each agent's cell with the teachers' cells of the other wording, on held-out items."""
    found = chosen_alike(table(), ["a", "b"], task="task")
    value = {(r["agent"], r["persona"], r["teacher"]): r["alike"] for r in found.iter_rows(named=True)}
    # a in x says yes, no; in y yes, yes: one of two alike, both ways.
    assert value["teacher", "a", "a"] == 0.5
    # a in x (yes, no) with b in y (even, yes): .25; a in y (yes, yes) with b in x (no, yes): .5.
    assert value["teacher", "a", "b"] == value["teacher", "b", "a"] == pytest.approx((0.25 + 0.5) / 2)
    # The students of a say yes, no: with a in y .5, with a in x 1; with b in y .25, with b in x 0.
    assert value["logistic", "a", "a"] == pytest.approx(0.75)
    assert value["logistic", "a", "b"] == pytest.approx(0.125)
    assert set(found["pairs"]) == {2}


def test_rows_stand_in_the_order_that_was_asked_for() -> None:
    """Teachers first, then kinds of students; personas as given."""
    found = chosen_alike(table(), ["b", "a"], task="task")
    assert found.select("agent", "persona", "teacher").rows() == [
        ("teacher", "b", "b"),
        ("teacher", "b", "a"),
        ("teacher", "a", "b"),
        ("teacher", "a", "a"),
        ("logistic", "a", "b"),
        ("logistic", "a", "a"),
    ]


def test_one_wording_gives_no_pair() -> None:
    """Without another wording there is nothing to compare, and no number is made up."""
    only = table().filter(wording="x")
    assert chosen_alike(only, ["a", "b"], task="task").is_empty()
