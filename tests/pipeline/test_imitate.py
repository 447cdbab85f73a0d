"""From demonstrations to the responses of students and controls."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import polars as pl
import pytest
from demonstrating import CELLS, PERSONAS, Field, demonstrations, imitated, labels, memories, without_answers

from eep.core.registry import UnknownNameError
from eep.data import responses
from eep.pipeline.imitate import ImitateError


def test_every_cell_has_its_students_and_controls() -> None:
    """There is a student of each kind for each cell of every arm, and each control, on all test items and no others."""
    result = imitated(kinds=("memory", "logistic"))
    expected = {("student", kind, *cell) for kind in ("memory", "logistic") for cell in CELLS}
    expected |= {("control", "permuted", *cell) for cell in PERSONAS}
    expected |= {("control", "generic", "nobody", "neutral", "pooled")}
    assert {agent[1:-1] for agent in result.trained} == expected
    rows = result.responses
    answered = Counter(rows.select("role", "agent", "persona", "arm", "wording").iter_rows())
    assert answered == dict.fromkeys([*expected, ("control", "random", "none", "neutral", "none")], 20)
    assert set(rows["split"]) == {"test"}
    assert set(rows["status"]) == {"ok"}
    assert set(rows["option"]) == {"go"}
    assert set(rows.filter(agent="random")["response"]) == {0.5}
    assert result.skipped == ()


def test_students_and_responses_belong_together() -> None:
    """The student handed back gives, on the test items, exactly the responses in the table, which the teachers' fits."""
    task, shown = Field(), demonstrations(Field())
    result = imitated(shown, task=task, kinds=("xgboost", "logistic"))
    assert responses.concat([shown, result.responses]).height == shown.height + result.responses.height
    test = sorted((item for item in task.stimuli() if item.split == "test"), key=lambda item: item.id)
    for agent, student in result.trained.items():
        rows = result.responses.filter(**agent._asdict()).sort("item")
        np.testing.assert_array_equal(student.predict(task.features(test))[:, 1], rows["response"].to_numpy())
        assert rows["cluster"].to_list() == [item.cluster for item in test]


def test_students_learn_their_own_cell() -> None:
    """A student's demonstrations are the points of all train items with its own cell's answers."""
    task, shown = Field(), demonstrations(Field())
    train = [item for item in task.stimuli() if item.split == "train"]
    found = memories(imitated(shown))
    assert len(found) == len(CELLS)
    for (persona, wording, _), memory in found.items():
        np.testing.assert_array_equal(memory.x, task.features(train))
        np.testing.assert_allclose(memory.p, labels(shown, persona, wording))


def test_test_items_are_never_seen() -> None:
    """What teachers say about test items changes nothing about students and their responses."""
    shown = demonstrations(Field())
    test = pl.col("split") == "test"
    other = shown.with_columns(pl.when(test).then(0.123).otherwise("response").alias("response"))
    one, two = imitated(shown, kinds=("xgboost",)), imitated(other, kinds=("xgboost",))
    assert one.responses.equals(two.responses)
    assert imitated(shown.filter(~test), kinds=("xgboost",)).responses.equals(one.responses)


def test_nothing_to_learn_from() -> None:
    """Without a valid answer to a train item, without train or test items, there is an error that says so."""
    shown = demonstrations(Field())
    for left in (without_answers(shown, pl.lit(value=True)), shown.clear(), shown.filter(split="test")):
        with pytest.raises(ImitateError, match="field: expected valid answers to train items; found none"):
            imitated(left)
    for task, found in ((Field(train=0), "train"), (Field(test=0), "test")):
        with pytest.raises(ImitateError, match=f"field: expected {found} items; found none"):
            imitated(task=task)


@pytest.mark.slow
def test_does_not_depend_on_workers_or_row_order() -> None:
    """One worker or two, rows in any order: the same responses, byte for byte; another seed gives others."""
    shown = demonstrations(Field(), samples=2)
    settings: dict[str, Any] = {"kinds": ("mlp", "xgboost", "logistic"), "permuted": 0, "train_per_student": 20}
    one = imitated(shown, **settings)
    two = imitated(shown.sample(fraction=1, shuffle=True, seed=3), **settings, workers=2)
    assert one.responses.equals(two.responses)
    assert list(one.trained) == list(two.trained)
    x = np.linspace(-2, 2, 20, dtype=np.float32).reshape(-1, 2)
    for agent, student in one.trained.items():
        np.testing.assert_array_equal(student.predict(x), two.trained[agent].predict(x))
    seeded = imitated(shown, **settings, seed=1)
    assert not one.responses.equals(seeded.responses)


def test_progress_is_told() -> None:
    """The caller hears once how many students there will be, and then of each."""
    told: list[int] = []

    @contextmanager
    def stage(total: int) -> Iterator[Callable[[int], None]]:
        told.append(total)
        yield told.append

    imitated(stage=stage)
    assert told == [12, *[1] * 12]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"kinds": ()}, "student kinds, at least one"),
        ({"kinds": ("memory", "memory")}, "different student kinds"),
        ({"permuted": -1}, "permuted >= 0"),
        ({"workers": 0}, "workers >= 1"),
        ({"train_per_student": 0}, "train_per_student >= 1"),
    ],
)
def test_settings_out_of_range(changes: dict[str, Any], found: str) -> None:
    """Settings that make no sense, and students that nobody knows, are refused before anything is trained."""
    with pytest.raises(ValueError, match=found):
        imitated(**changes)
    with pytest.raises(UnknownNameError, match="did you mean 'xgboost'"):
        imitated(kinds=("memory", "xgbost"))
