"""From demonstrations to the responses of students and controls."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import polars as pl
import pytest
from demonstrating import CELLS, Field, Memory, demonstrations

from eep import responses
from eep.imitate import Imitated, ImitateError, Trained, imitate
from eep.lessons import Untaught
from eep.registry import UnknownNameError
from eep.students import STUDENTS

PERSONAS = [cell for cell in CELLS if cell[1] == "persona"]


@pytest.fixture(autouse=True)
def _memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register the student that only remembers."""
    monkeypatch.setitem(STUDENTS, "memory", "demonstrating:Memory")


def imitated(shown: pl.DataFrame | None = None, *, task: Field | None = None, **changes: Any) -> Imitated:
    """Imitate with the remembering student and four permuted ones, with changes."""
    task = task or Field()
    settings: dict[str, Any] = {"kinds": ("memory",), "permuted": 4, "seed": 0, **changes}
    return imitate(task, task.stimuli(), demonstrations(task) if shown is None else shown, **settings)


def memories(result: Imitated, agent: str = "memory") -> dict[tuple[str, str, int], Memory]:
    """Return the students of one agent by persona, wording and sample."""
    found = {}
    for one in result.trained:
        if one.agent == agent:
            assert isinstance(one.student, Memory)
            found[one.persona, one.wording, one.sample] = one.student
    return found


def labels(shown: pl.DataFrame, persona: str, wording: str) -> list[float]:
    """Return a cell's responses to train items, in the items' order."""
    return shown.filter(persona=persona, wording=wording, split="train").sort("item")["response"].to_list()


def key(trained: Trained) -> tuple[str, ...]:
    """Return what names a student, without its sample."""
    return (trained.role, trained.agent, trained.persona, trained.arm, trained.wording)


def test_every_cell_has_its_students_and_controls() -> None:
    """There is a student of each kind for each cell of every arm, and each control, on all test items and no others."""
    result = imitated(kinds=("memory", "logistic"))
    expected = {("student", kind, *cell) for kind in ("memory", "logistic") for cell in CELLS}
    expected |= {("control", "permuted", *cell) for cell in PERSONAS}
    expected |= {("control", "generic", "nobody", "neutral", "pooled")}
    assert {key(one) for one in result.trained} == expected
    rows = result.responses
    answered = Counter(rows.select("role", "agent", "persona", "arm", "wording").iter_rows())
    assert answered == dict.fromkeys([*expected, ("control", "random", "none", "neutral", "none")], 20)
    assert set(rows["split"]) == {"test"}
    assert set(rows["status"]) == {"ok"}
    assert set(rows["option"]) == {"go"}
    assert set(rows.filter(agent="random")["response"]) == {0.5}
    assert result.untaught == ()


def test_students_and_responses_belong_together() -> None:
    """The student handed back gives, on the test items, exactly the responses in the table."""
    task = Field()
    result = imitated(task=task, kinds=("xgboost", "logistic"))
    test = sorted((item for item in task.stimuli() if item.split == "test"), key=lambda item: item.id)
    for one in result.trained:
        rows = result.responses.filter(
            agent=one.agent, persona=one.persona, wording=one.wording, sample=one.sample
        ).sort("item")
        np.testing.assert_array_equal(one.student.predict(task.features(test)), rows["response"].to_numpy())
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


def test_samples_are_averaged_first() -> None:
    """A cell asked several times is taught as one answer per item: the mean of those that are valid."""
    shown = demonstrations(Field(), samples=3)
    refused = (pl.col("sample") == 1) & (pl.col("item") == "train-004")
    shown = shown.with_columns(
        response=pl.when(refused).then(None).otherwise("response"),
        status=pl.when(refused).then(pl.lit("refused")).otherwise("status").cast(shown.schema["status"]),
    )
    mean = shown.group_by("persona", "arm", "wording", "item", "split").agg(pl.col("response").mean())
    for (persona, wording, _), memory in memories(imitated(shown)).items():
        np.testing.assert_allclose(memory.p, labels(mean, persona, wording))


def without_answers(shown: pl.DataFrame, gone: pl.Expr) -> pl.DataFrame:
    """Return the responses with some of them unparsable."""
    return shown.with_columns(
        response=pl.when(gone).then(None).otherwise("response"),
        status=pl.when(gone).then(pl.lit("unparsable")).otherwise("status").cast(shown.schema["status"]),
    )


@pytest.mark.parametrize("rows", ["kept", "absent"])
def test_missing_answers_are_left_out(rows: str) -> None:
    """Items without a valid answer of a cell are missing from that cell's lessons, and from no other's."""
    shown = demonstrations(Field())
    gone = (pl.col("persona") == "nun") & (pl.col("wording") == "plain") & (pl.col("item") < "train-010")
    left = without_answers(shown, gone) if rows == "kept" else shown.filter(~gone)
    result = imitated(left)
    for (persona, wording, _), memory in memories(result).items():
        expected = labels(shown, persona, wording)
        missing = 10 if (persona, wording) == ("nun", "plain") else 0
        np.testing.assert_allclose(memory.p, expected[missing:])
    shuffled = memories(result, "permuted")["nun", "plain", 0].p
    np.testing.assert_allclose(np.sort(shuffled), np.sort(labels(shown, "nun", "plain")[10:]))


def test_a_cell_without_answers_is_named() -> None:
    """A cell without a valid answer has no students and is named with the reason; the others go on."""
    gone = (pl.col("persona") == "nun") & (pl.col("wording") == "plain")
    result = imitated(without_answers(demonstrations(Field()), gone), kinds=("memory", "logistic"))
    reason = "no valid answer to any of the 60 train items"
    assert result.untaught == tuple(
        Untaught("student", kind, "nun", "persona", "plain", reason) for kind in ("memory", "logistic")
    )
    assert not [one for one in result.trained if (one.persona, one.wording) == ("nun", "plain")]
    assert len(memories(result)) == len(CELLS) - 1
    assert len(memories(result, "permuted")) == 6  # two for each of the three cells left, four at least


def test_nothing_to_learn_from() -> None:
    """Without a single valid answer to a train item there is an error that says so."""
    shown = demonstrations(Field())
    for left in (without_answers(shown, pl.lit(value=True)), shown.clear(), shown.filter(split="test")):
        with pytest.raises(ImitateError, match="field: expected valid answers to train items; found none"):
            imitated(left)


@pytest.mark.parametrize(("train", "test", "found"), [(0, 20, "train"), (60, 0, "test")])
def test_no_items(train: int, test: int, found: str) -> None:
    """Without train or without test items there is an error that says which."""
    with pytest.raises(ImitateError, match=f"field: expected {found} items; found none"):
        imitated(task=Field(train=train, test=test))


@pytest.mark.parametrize(("least", "repeats"), [(0, 0), (1, 1), (4, 1), (5, 2), (20, 5)])
def test_permuted_students_learn_shuffled_labels(least: int, repeats: int) -> None:
    """Every persona-arm cell has as many permuted students as make up the number, each with another shuffle."""
    shown = demonstrations(Field())
    found = memories(imitated(shown, permuted=least), "permuted")
    expected = {(persona, wording, n) for persona, _, wording in PERSONAS for n in range(repeats)}
    assert set(found) == expected
    for (persona, wording, _), memory in found.items():
        own = labels(shown, persona, wording)
        np.testing.assert_allclose(np.sort(memory.p), np.sort(own))
        assert abs(np.corrcoef(memory.p, own)[0, 1]) < 0.5
    assert len({tuple(memory.p) for memory in found.values()}) == len(found)


def test_generic_student_learns_the_neutral_mean() -> None:
    """The generic student learns the mean of the neutral cells, of those that answered an item."""
    shown = demonstrations(Field())
    alone = (pl.col("arm") == "neutral") & (pl.col("wording") == "plain") & (pl.col("item") == "train-003")
    (memory,) = memories(imitated(shown.filter(~alone)), "generic").values()
    one, other = (np.array(labels(shown, "nobody", wording)) for wording in ("plain", "portrait"))
    one[3] = other[3]
    np.testing.assert_allclose(memory.p, (one + other) / 2)


def test_controls_that_cannot_be_are_named() -> None:
    """Without a neutral arm there is no generic student, without a persona arm no permuted ones; both are named."""
    task = Field()
    personas = imitated(demonstrations(task, PERSONAS))
    reason = "the experiment has no neutral arm"
    assert personas.untaught == (Untaught("control", "generic", "none", "neutral", "pooled", reason),)
    neutral = imitated(demonstrations(task, [cell for cell in CELLS if cell[1] == "neutral"]))
    reason = "no cell of the persona arm has a valid answer to a train item"
    assert neutral.untaught == (Untaught("control", "permuted", "none", "persona", "none", reason),)
    shown = demonstrations(task)
    silent = imitated(without_answers(shown, pl.col("arm") == "neutral")).untaught
    assert [(one.role, one.agent) for one in silent] == [("student", "memory")] * 2 + [("control", "generic")]


def test_subsets_and_seeds_belong_to_the_lesson() -> None:
    """Every student has a seed and a training subset of its own, also two of one persona, repeatably."""
    one, again = (memories(imitated(train_per_student=25)) for _ in range(2))
    other = memories(imitated(train_per_student=25, seed=1))
    assert {memory.p.size for memory in one.values()} == {25}
    subsets = {cell: frozenset(map(tuple, memory.x.tolist())) for cell, memory in one.items()}
    assert len(set(subsets.values())) == len(CELLS)
    overlaps = [len(subsets["nun", "plain", 0] & subset) for subset in subsets.values()]
    assert 2 < np.mean(overlaps[:-1]) < 24
    assert len({memory.seed for memory in one.values()}) == len(CELLS)
    for cell, memory in one.items():
        np.testing.assert_array_equal(memory.x, again[cell].x)
        assert memory.seed == again[cell].seed != other[cell].seed
        assert memory.x.tolist() != other[cell].x.tolist()


def test_subsets_keep_states_and_labels_together() -> None:
    """A subset pairs each point with its own label; a limit that is not reached, or none, keeps every item."""
    task, shown = Field(), demonstrations(Field())
    train = [item for item in task.stimuli() if item.split == "train"]
    points = list(map(tuple, task.features(train).tolist()))
    for limit, size in ((25, 25), (60, 60), (1000, 60), (None, 60)):
        for (persona, wording, _), memory in memories(imitated(shown, train_per_student=limit)).items():
            own = dict(zip(points, labels(shown, persona, wording), strict=True))
            assert memory.p.size == size
            np.testing.assert_allclose(memory.p, [own[tuple(point)] for point in memory.x.tolist()])


def test_does_not_depend_on_workers_or_row_order() -> None:
    """One worker or two, rows in any order: the same responses, byte for byte; another seed gives others."""
    task = Field(train=120)
    shown = demonstrations(task, samples=2)
    kinds = ("mlp", "xgboost", "logistic")
    one = imitated(shown, task=task, kinds=kinds, train_per_student=80)
    two = imitated(
        shown.sample(fraction=1, shuffle=True, seed=3),
        task=task,
        kinds=kinds,
        train_per_student=80,
        workers=2,
    )
    assert one.responses.equals(two.responses)
    assert [key(trained) for trained in one.trained] == [key(trained) for trained in two.trained]
    x = np.linspace(-2, 2, 20, dtype=np.float32).reshape(-1, 2)
    for mine, theirs in zip(one.trained, two.trained, strict=True):
        np.testing.assert_array_equal(mine.student.predict(x), theirs.student.predict(x))
    seeded = imitated(shown, task=task, kinds=kinds, train_per_student=80, seed=1)
    assert not one.responses.equals(seeded.responses)


def test_two_scored_options() -> None:
    """Where a task scores two options each has its rows; the students handed back are those of the first."""
    task = Field(scored=("go", "stay"))
    shown = demonstrations(task)
    result = imitated(shown, task=task)
    assert Counter(result.responses["option"]) == {"go": 20 * 13, "stay": 20 * 13}
    assert len(result.trained) == 12
    memory = memories(result)["pirate", "plain", 0]
    np.testing.assert_allclose(memory.p, labels(shown.filter(option="go"), "pirate", "plain"))
    both = result.responses.filter(agent="memory").group_by("persona", "wording", "item").agg("response")
    np.testing.assert_allclose(both["response"].list.sum().to_numpy(), 1)


def test_progress_is_told() -> None:
    """The caller hears once how many students there will be, and then of each."""
    told: list[int] = []

    @contextmanager
    def stage(total: int) -> Iterator[Callable[[int], None]]:
        told.append(total)
        yield told.append

    imitated(stage=stage)
    assert told == [12, *[1] * 12]


def test_responses_are_a_table_with_the_teachers() -> None:
    """Teachers' and students' rows together are a responses table: one cluster and split per item, unique keys."""
    shown = demonstrations(Field())
    result = imitated(shown)
    assert responses.concat([shown, result.responses]).height == shown.height + result.responses.height


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
    """Settings that make no sense are refused before anything is trained."""
    with pytest.raises(ValueError, match=found):
        imitated(**changes)


def test_unknown_kind() -> None:
    """An unknown student is refused before anything is trained."""
    with pytest.raises(UnknownNameError, match="did you mean 'xgboost'"):
        imitated(kinds=("memory", "xgbost"))


def test_demonstrations_of_other_items_or_teachers() -> None:
    """Demonstrations of items that are not there, or of two teachers at once, are refused, not mixed in."""
    shown = demonstrations(Field())
    with pytest.raises(ValueError, match="found 7 of others"):
        imitated(shown.with_columns(pl.col("item").replace("train-001", "train-999")))
    second = shown.with_columns(agent=pl.lit("scripted:model-2"))
    with pytest.raises(ValueError, match="one teacher; found 2"):
        imitated(pl.concat([shown, second]))
