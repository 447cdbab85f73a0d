"""Queries: the rows of a table that fit, what is said where none does, and the command that asks the same."""

import shlex
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eep.cli.trace import FILTERS, OTHERS
from eep.core.errors import UserError
from eep.data import means
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


def test_an_unknown_value_names_those_there_are() -> None:
    """The error has the column, the values that rows have, the nearest one, and what had narrowed them before."""
    with pytest.raises(
        UserError, match=r"^--task: expected one of cute, cartpole; found 'cut' \(did you mean 'cute'\?\)$"
    ):
        query(task="cut").rows(ESTIMATES)
    with pytest.raises(UserError, match=r"--component: expected one of level, preference; .*, where task cute$"):
        query(task="cute", component="levle").rows(ESTIMATES)
    with pytest.raises(UserError, match=r"--contrast: expected one of student-teacher; found 'x'$"):
        query(contrast="x").rows(ESTIMATES)


def test_values_that_no_row_has_together() -> None:
    """Where each value exists but no row has both, the second is told what is left."""
    with pytest.raises(UserError, match=r"--test: expected one of T2; found 'T1', where task cartpole$"):
        query(task="cartpole", test="T1").rows(ESTIMATES)


def test_many_values_are_not_all_named() -> None:
    """An error names a dozen values and counts the rest."""
    many = pl.DataFrame({"item": [f"i{place:02}" for place in range(20)]})
    with pytest.raises(UserError, match=r"i11 and 8 more; found 'i1x' \(did you mean"):
        query("responses", item="i1x").rows(many)


def test_a_column_of_another_table() -> None:
    """A column that the table does not have is told with the tables that have it."""
    with pytest.raises(UserError, match=r"--persona: estimates have no such column; it is a column of --responses"):
        query(persona="nun").rows(ESTIMATES)
    with pytest.raises(UserError, match=r"--test: returns have no such column; it is a column of the estimates"):
        query("returns", test="T2").rows(played())


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


def test_unknown_levels_are_told() -> None:
    """A level that a table does not have is refused with those it has."""
    with pytest.raises(UserError, match="--mean: expected one of cell, persona, agent; found 'task'"):
        query("returns", mean="task").rows(played())
    with pytest.raises(UserError, match="--mean: expected none, for estimates are no rows to average"):
        query(mean="persona").rows(ESTIMATES)


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
