"""What students and controls are taught: whose answers, to which items."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
import pytest
from demonstrating import CELLS, PERSONAS, Field, demonstrations, imitated, labels, memories, without_answers

from eep.core.arrays import FeatureArray
from eep.data.agent import Agent
from eep.data.types import Item
from eep.pipeline.training_sets import SkippedStudent


def test_samples_are_averaged_first() -> None:
    """A cell asked several times is taught as one answer per item: the mean of those that are valid."""
    shown = demonstrations(Field(), samples=3)
    shown = without_answers(shown, (pl.col("sample") == 1) & (pl.col("item") == "train-004"))
    mean = shown.group_by("persona", "arm", "wording", "item", "split").agg(pl.col("response").mean())
    for (persona, wording, _), memory in memories(imitated(shown)).items():
        np.testing.assert_allclose(memory.p, labels(mean, persona, wording))


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
    assert result.skipped == tuple(
        SkippedStudent(Agent("field", "student", kind, "nun", "persona", "plain"), reason)
        for kind in ("memory", "logistic")
    )
    assert not [who for who in result.trained if (who.persona, who.wording) == ("nun", "plain")]
    assert len(memories(result)) == len(CELLS) - 1
    assert len(memories(result, "permuted")) == 6  # two for each of the three cells left, four at least


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
    (generic,) = imitated(demonstrations(Field(), PERSONAS)).skipped
    assert generic.agent == Agent("field", "control", "generic", "none", "neutral", "pooled")
    assert generic.reason == "the experiment has no neutral arm"
    neutral = [cell for cell in CELLS if cell[1] == "neutral"]
    (permuted,) = imitated(demonstrations(Field(), neutral)).skipped
    assert permuted.agent == Agent("field", "control", "permuted", "none", "persona", "none")
    assert permuted.reason == "no cell of the persona arm has a valid answer to a train item"
    silent = imitated(without_answers(demonstrations(Field()), pl.col("arm") == "neutral")).skipped
    assert [one.agent[1:3] for one in silent] == [("student", "memory")] * 2 + [("control", "generic")]


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


def test_two_readouts() -> None:
    """Where a task has two readouts each has its rows, made of one student's distribution."""
    task = Field(readouts=("go", "stay"))
    shown = demonstrations(task)
    result = imitated(shown, task=task)
    assert Counter(result.responses["option"]) == {"go": 20 * 13, "stay": 20 * 13}
    assert len(result.trained) == 12
    memory = memories(result)["pirate", "plain", 0]
    np.testing.assert_allclose(memory.p, labels(shown.filter(option="go"), "pirate", "plain"))
    both = result.responses.filter(agent="memory").group_by("persona", "wording", "item").agg("response")
    np.testing.assert_allclose(both["response"].list.sum().to_numpy(), 1)


class Blurred(Field):
    """A field with a control that senses nothing."""

    def control_features(
        self, train: Sequence[Item], test: Sequence[Item]
    ) -> Mapping[str, tuple[FeatureArray, FeatureArray]]:
        """Return nothing that could be told apart."""
        return {"blurred": (np.zeros((len(train), 1), np.float32), np.zeros((len(test), 1), np.float32))}


def test_a_tasks_own_control_learns_the_same_answers() -> None:
    """There is one for each cell of the persona arm, and none of them is a student that plays."""
    result = imitated(task=Blurred())
    columns = ["persona", "wording", "item", "response"]
    blurred = result.responses.filter(role="control", agent="blurred").select(columns)
    assert blurred.equals(result.responses.filter(agent="memory", arm="persona").select(columns))
    assert blurred.height == 20 * len(PERSONAS)
    assert not [who for who in result.trained if who.agent == "blurred"]


def test_demonstrations_of_other_items_or_teachers() -> None:
    """Demonstrations of items that are not there, or of two teachers at once, are refused, not mixed in."""
    shown = demonstrations(Field())
    with pytest.raises(ValueError, match="found 7 of others"):
        imitated(shown.with_columns(pl.col("item").replace("train-001", "train-999")))
    second = shown.with_columns(agent=pl.lit("scripted:model-2"))
    with pytest.raises(ValueError, match="one teacher; found 2"):
        imitated(pl.concat([shown, second]))
