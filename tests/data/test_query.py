"""Queries of a table, the command that asks the same, means over rows, and words for what was found."""

import shlex
from typing import Any

import numpy as np
import polars as pl
import pytest
from cells import row
from hypothesis import given
from hypothesis import strategies as st

from eep.cli.trace import FILTERS, OTHERS
from eep.core.errors import UserError
from eep.data import means, responses
from eep.data.phrases import PreferencePhrases
from eep.data.query import COLUMNS, TABLES, Query, query
from eep.data.returns import POLICIES, RETURNS

ESTIMATES = pl.DataFrame(
    {
        "task": ["cute", "cute", "cartpole"],
        "component": ["level", "preference", "level"],
        "agent": ["teacher", "xgboost", "xgboost"],
        "test": ["T1", "T2", "T2"],
        "term": ["manipulation", "joint", "joint"],
        "contrast": ["", "student-teacher", "student-teacher"],
        "estimate": [0.1, 0.2, 0.3],
    }
)


def played() -> pl.DataFrame:
    """Return returns of two wordings of a persona, and an agent whose second episode ended unanswered."""
    cell = {"task": "cartpole", "role": "teacher", "agent": "t", "arm": "persona", "sample": 0}
    ends = [("nun", "plain", 10.0), ("nun", "plain", 20.0), ("nun", "told", 31.0), ("pirate", "plain", None)]
    rows: list[dict[str, Any]] = [
        cell
        | {"persona": persona, "wording": wording, "episode": number, "measure": "return", "value": value}
        | {"ended": "unanswered" if value is None else "terminated"}
        for number, (persona, wording, value) in enumerate(ends)
    ]
    return pl.DataFrame(rows, schema=RETURNS, orient="row")


def test_rows_fit_in_every_column() -> None:
    """Values of one column are alternatives, columns are conditions that all must hold; the order stays."""
    assert query().rows(ESTIMATES).equals(ESTIMATES)
    assert query(task="cute", test=("T2", "T1")).rows(ESTIMATES)["estimate"].to_list() == [0.1, 0.2]
    assert query(task="cute", agent="xgboost").rows(ESTIMATES)["estimate"].to_list() == [0.2]
    assert query(task="cute", term=None) == query(task="cute")


MANY = pl.DataFrame({"item": [f"i{place:02}" for place in range(20)]})


@pytest.mark.parametrize(
    ("asked", "rows", "told"),
    [
        (query(task="cut"), ESTIMATES, r"^--task: expected one of cute, cartpole; found 'cut' \(did you mean 'cute'\?\)$"),
        (query(task="cute", component="levle"), ESTIMATES, r"--component: expected one of level, preference; .*, where task cute$"),
        (query(task="cartpole", test="T1"), ESTIMATES, r"--test: expected one of T2; found 'T1', where task cartpole$"),
        (query("responses", item="i1x"), MANY, r"i11 and 8 more; found 'i1x' \(did you mean"),
        (query(persona="nun"), ESTIMATES, "--persona: estimates have no such column; it is a column of --responses"),
        (query("returns", test="T2"), played(), "--test: returns have no such column; it is a column of the estimates"),
        (query("returns", mean="task"), played(), "--mean: expected one of cell, persona, agent; found 'task'"),
        (query(mean="persona"), ESTIMATES, "--mean: expected none, for estimates are no rows to average"),
    ],
)  # fmt: skip
def test_what_fits_no_row_is_told(asked: Query, rows: pl.DataFrame, told: str) -> None:
    """With the column, the values there are or the table that has it, what was meant, and what had narrowed the rows."""
    with pytest.raises(UserError, match=told):
        asked.rows(rows)


def test_means_have_levels() -> None:
    """Returns are averaged by cell, persona or agent; the persona's mean is over its cells, not over episodes."""
    cells = query("returns", mean="cell").rows(played())
    assert cells.select("wording", "mean", "episodes", "unanswered").rows() == [
        ("plain", 15.0, 2, 0),
        ("told", 31.0, 1, 0),
        ("plain", None, 0, 1),
    ]
    (nun, _) = query("returns", mean="persona").rows(played()).iter_rows(named=True)
    assert (nun["mean"], nun["least"], nun["greatest"], nun["cells"], nun["episodes"]) == (23.0, 15.0, 31.0, 2, 3)
    assert nun["sd"] == pytest.approx(128**0.5)
    (agent,) = query("returns", mean="agent").rows(played()).iter_rows(named=True)
    assert (agent["mean"], agent["cells"], agent["unanswered"]) == (23.0, 3, 1)


def test_policies_are_averaged_by_persona() -> None:
    """A policy's numbers are means over cells, each feature by itself."""
    cell = {"task": "t", "role": "student", "agent": "a", "persona": "nun", "arm": "persona", "sample": 0}
    rows = [cell | {"wording": w, "feature": "gain", "value": v} for w, v in (("plain", 1.0), ("told", 2.0))]
    found = means.policies_by_persona(pl.DataFrame(rows, schema=POLICIES, orient="row"))
    assert found["value"].to_list() == [1.5]


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)


@given(
    st.sampled_from(sorted(TABLES)),
    st.sampled_from(["", "cell", "persona"]),
    st.dictionaries(st.sampled_from(COLUMNS), st.lists(WORDS, min_size=1, max_size=3).map(tuple), max_size=4),
)
def test_commands_say_what_queries_ask(table: str, mean: str, where: dict[str, tuple[str, ...]]) -> None:
    """A shell takes a command apart into exactly the table, level and conditions of its query, whatever they hold."""
    words = shlex.split(Query(table, where, mean).command("quickstart"))
    assert words[:3] == ["eep", "trace", "quickstart"]
    rest = iter(words[3:])
    asked: dict[str, list[str]] = {}
    options = {"table": "estimates", "mean": ""}
    for word in rest:
        name, equals, value = word.removeprefix("--").partition("=")
        if name in OTHERS and not equals:
            options["table"] = name
        elif name == "mean":
            options["mean"] = next(rest)
        else:
            asked.setdefault(name, []).append(value if equals else next(rest))
    assert options == {"table": table, "mean": mean}
    assert {name: tuple(values) for name, values in asked.items()} == dict(where)


def test_the_command_line_offers_every_column_and_table() -> None:
    """The options of the verb, which are written out so that help stays quick, are the columns and tables there are."""
    assert set(FILTERS) == set(COLUMNS)
    assert {"estimates", *OTHERS} == set(TABLES)


CELL = ("persona", "wording", "item")


def _table(seed: int) -> pl.DataFrame:
    """Return two items, one asked seven times, one twice of which once without a valid answer; rows in a random order."""
    rng = np.random.default_rng(5)
    rows = [row("teacher", "p", "w", "i", float(rng.random()), sample=n) for n in range(7)]
    rows += [row("teacher", "p", "w", "j", response, sample=n) for n, response in enumerate((None, 0.25))]
    return responses.build(rows).sample(fraction=1.0, shuffle=True, seed=seed)


def test_samples_of_a_cell_and_item_are_averaged() -> None:
    """Valid answers alone count; of one answer there is no variance."""
    found = means.cell_means(_table(0), CELL)
    valid = _table(0).filter(item="i")["response"].to_numpy()
    assert found.columns == [*CELL, "response", "answers", "variance"]
    assert found["item"].to_list() == ["i", "j"]
    assert found["answers"].to_list() == [7, 1]
    assert found["response"].to_list() == pytest.approx([valid.mean(), 0.25])
    assert found["variance"][0] == pytest.approx(valid.var(ddof=1))
    assert found["variance"][1] is None


def test_the_order_of_rows_changes_no_bit() -> None:
    """Sums run in the order of the samples."""
    assert all(means.cell_means(_table(seed), CELL).equals(means.cell_means(_table(0), CELL)) for seed in range(8))


TASTE = PreferencePhrases("finds {thing} {points} cuter", "finds {thing} {points} less cute", {"eyes=big": "big eyes"})


def test_more_and_less() -> None:
    """The sign chooses the predicate, the number is told without it, and one point is singular."""
    assert TASTE.render("eyes=big", 12) == "finds big eyes 12 points cuter"
    assert TASTE.render("eyes=big", -1) == "finds big eyes 1 point less cute"


@given(st.text(), st.integers(-100, 100).filter(bool))
def test_unknown_terms_are_told_as_they_are(term: str, points: int) -> None:
    """A term without words stands for itself, whatever it holds."""
    assert term in TASTE.render(term, points)
