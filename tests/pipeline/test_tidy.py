"""Tidying: answers become tables and responses."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import asking
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eep.data import responses
from eep.data.persona import Arm
from eep.data.types import Answer, Cell, Item, Question, Status, answer_key
from eep.pipeline import tidy

NUN = replace(asking.NEWTON, id="nun", arm=Arm.NEUTRAL)


def task(*readouts: str) -> Any:
    """Return what tidy reads of a task."""
    weights = {option: {option: 1.0} for option in readouts or ("right",)}
    return SimpleNamespace(id="cartpole", options=("left", "right"), readouts=weights)


def answered(text: str, said: float | Status, **question: Any) -> tuple[Question, Answer]:
    """Return a question with its answer: the probability of right, or how it ended without one."""
    asked = asking.question(text, **question)
    key = answer_key({"text": text, "sample": asked.sample, "wording": asked.wording.id, "persona": asked.persona.id})
    if isinstance(said, Status):
        return asked, Answer(key, said, None, "why", "m")
    return asked, Answer(key, Status.OK, {"left": 1 - said, "right": said}, "", "m")


def item(name: str, text: str, split: str = "train") -> Item:
    """Return an item of the responses."""
    return Item(name, f"cluster {text}", split, text)


def test_tables_are_means_over_ok_samples() -> None:
    """Each cell's table has the mean over its ok samples; texts and cells without any are absent."""
    valid = [answered("a", 0.2), answered("a", 0.6, sample=1), answered("b", 1.0, wording=1)]
    refused, failed = answered("a", Status.REFUSED, sample=2), answered("b", Status.FAILED)
    assert tidy.tables([*valid, refused, failed, answered("a", Status.UNPARSABLE, persona=NUN)]) == {
        Cell("sir-isaac-newton", "plain"): {"a": {"left": pytest.approx(0.6), "right": pytest.approx(0.4)}},
        Cell("sir-isaac-newton", "short"): {"b": {"left": 0.0, "right": 1.0}},
    }
    assert tidy.tables([]) == {}


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.randoms())
def test_tables_do_not_depend_on_the_order_of_samples(values: list[float], random: Any) -> None:
    """The same samples in another order give the same mean, to the last bit."""
    pairs = [answered("a", value, sample=index) for index, value in enumerate(values)]
    shuffled = random.sample(pairs, len(pairs))
    assert tidy.tables(pairs) == tidy.tables(shuffled)


def test_tables_are_of_one_task() -> None:
    """Answers to two tasks at once are refused, since their texts could be the same."""
    question, answer = answered("a", 0.5)
    with pytest.raises(ValueError, match="expected answers to one task; found cartpole, cute"):
        tidy.tables([(question, answer), (replace(question, task="cute"), answer)])


def test_responses_join_items_to_answers_by_their_text() -> None:
    """Every item gets the answers to its text, a row per cell and sample, whatever item was asked about."""
    items = [item("s1", "a"), item("s2", "a", "test"), item("s3", "b"), item("s4", "unasked")]
    pairs = [answered("a", 0.25), answered("a", 0.75, sample=1), answered("b", 0.5, persona=NUN, wording=1)]
    newton = ("cartpole", "teacher", "recorded:m", "sir-isaac-newton", "persona", "plain")
    rows = [
        ("cartpole", "teacher", "recorded:m", "nun", "neutral", "short", 0, "s3", "cluster b", "train", "right", 0.5, "ok"),
        (*newton, 0, "s1", "cluster a", "train", "right", 0.25, "ok"),
        (*newton, 0, "s2", "cluster a", "test", "right", 0.25, "ok"),
        (*newton, 1, "s1", "cluster a", "train", "right", 0.75, "ok"),
        (*newton, 1, "s2", "cluster a", "test", "right", 0.75, "ok"),
    ]  # fmt: skip
    frame = tidy.responses(task(), items, pairs, "recorded:m")
    assert frame.equals(pl.DataFrame(rows, schema=responses.SCHEMA, orient="row"))


def test_failures_keep_their_rows_and_never_become_answers() -> None:
    """Each readout has a row per answer; those of refused, unparsable and failed ones have no response."""
    items = [item(f"s{text}", text) for text in "abcd"]
    endings = {"a": Status.REFUSED, "b": Status.UNPARSABLE, "c": Status.FAILED}
    pairs = [*(answered(text, status) for text, status in endings.items()), answered("d", 0.25)]
    frame = tidy.responses(task("right", "left"), items, pairs, "m").sort("item", "option")
    assert frame.select("item", "option", "status", "response").rows() == [
        *((f"s{text}", side, endings[text], None) for text in "abc" for side in ("left", "right")),
        ("sd", "left", "ok", 0.75),
        ("sd", "right", "ok", 0.25),
    ]


def test_answers_to_other_tasks_are_passed_over() -> None:
    """Only the task's own answers become its responses, and none at all are an empty table."""
    question, answer = answered("a", 0.25)
    other = (replace(question, task="cute"), answer)
    frame = tidy.responses(task(), [item("s1", "a")], [other], "m")
    assert frame.height == 0
    assert frame.schema == responses.SCHEMA


def test_repeated_items_and_answers_are_refused() -> None:
    """An item twice, or two answers for one cell, text and sample, would be counted twice."""
    one = answered("a", 0.25)
    for items, pairs in (([item("s1", "a")] * 2, [one]), ([item("s1", "a")], [one, one])):
        with pytest.raises(responses.ResponsesError, match="expected unique rows"):
            tidy.responses(task(), items, pairs, "m")


def test_rows_do_not_depend_on_the_order_of_answers() -> None:
    """The table is in the canonical order of its key, whatever the order of answers and items."""
    pairs = [answered(text, 0.5, wording=w, persona=p) for text in "ab" for w in (0, 1) for p in (NUN, asking.NEWTON)]
    items = [item(f"s{index}", "ab"[index % 2]) for index in range(10)]
    one = tidy.responses(task(), items, pairs, "m")
    other = tidy.responses(task(), items[::-1], pairs[::-1], "m")
    assert one.equals(other)
    assert one.equals(one.sort(responses.KEY))
    assert one.height == 40
    assert one["response"].dtype == pl.Float64
