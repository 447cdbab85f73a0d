"""The items of Encounter: which animals are held out, what students sense, and what the simulated teacher knows."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from eep.core.errors import UserError
from eep.data.types import Item
from eep.tasks import task_class
from eep.tasks.base import Task
from eep.tasks.encounter import situations, wording
from eep.tasks.encounter.animals import Recognition, cast
from eep.tasks.encounter.items import TRAITS
from eep.tasks.encounter.settings import FEWEST, EncounterSettings

TASK = task_class("encounter")(EncounterSettings())


def drawn(task: Task, seed: int) -> tuple[Item, ...]:
    """Return a task's items."""
    return task.items({}, seed)


@settings(max_examples=20)
@given(st.integers(0, 1_000_000))
def test_whole_animals_are_held_out(seed: int) -> None:
    """Three of each of sixteen species, in all twenty situations."""
    animals = cast(EncounterSettings())
    held_out = animals.held_out(1 / 3, seed)
    kinds = Counter(one.animal.species for one, out in zip(animals.subjects, held_out, strict=True) if out)
    assert (len(kinds), set(kinds.values())) == (16, {3})


def test_items_are_split_by_animal() -> None:
    """No animal is on both sides, every one is there in each situation, and another seed holds out others."""
    items, others = drawn(TASK, 1), drawn(TASK, 2)
    sides = {split: {item.cluster for item in items if item.split == split} for split in ("train", "test")}
    assert {split: len(found) for split, found in sides.items()} == {"train": 96, "test": 48}
    assert not sides["train"] & sides["test"]
    assert set(Counter(item.cluster for item in items).values()) == {20}
    assert {item.cluster for item in others if item.split == "test"} != sides["test"]
    assert (TASK.held_out_clusters(1), TASK.held_out_clusters(2)) == (48, 48)
    assert drawn(TASK, 1) == items


def test_states_are_of_their_texts() -> None:
    """What is sensed of an item falls in the situation that its text tells, and shows the animal that it tells of."""
    items = drawn(TASK, 5)
    states = TASK.features(items)
    assert (states.shape, states.dtype) == ((2_880, 35), np.float32)
    told = [wording.parse(item.text)[1] for item in items]
    assert situations.situations(states[:, -3:].astype(np.float64)).tolist() == told
    captions = {subject.captions[0]: place for place, subject in enumerate(TASK.cast.subjects)}
    shown = [captions[wording.parse(item.text)[0]] for item in items]
    assert Recognition(TASK.seen)(states[:, :-3].astype(np.float64)).tolist() == shown


def test_strangers_are_not_recognised() -> None:
    """A state of a picture that the task does not have is refused, and so are two animals that look alike."""
    recognise = Recognition(TASK.seen)
    with pytest.raises(ValueError, match="found others"):
        recognise(TASK.seen[:2].astype(np.float64) + 1.0)
    with pytest.raises(ValueError, match="look alike"):
        Recognition(TASK.seen[[0, 1, 1]])


def test_items_without_a_state_have_no_features() -> None:
    """Stimuli have texts only."""
    with pytest.raises(ValueError, match="expected items with a state"):
        TASK.features(TASK.stimuli()[:3])


def test_fewer_animals_are_the_first_ones() -> None:
    """Their items are those of all, and as many as were asked for; too many are told."""
    few = task_class("encounter")(EncounterSettings(number=48))
    assert few.stimuli() == TASK.stimuli()[: 48 * 20]
    with pytest.raises(UserError, match=r"tasks\.encounter\.number: expected at most 144; found 145"):
        cast(EncounterSettings(number=145))


def test_the_fewest_animals_can_be_split() -> None:
    """At the usual share one of them is held out; of one animal fewer none would be, and the settings say so."""
    assert cast(EncounterSettings(number=FEWEST)).held_out(1 / 3, 1).sum() == 1
    with pytest.raises(UserError, match="found 0 of 7 held out"):
        cast(EncounterSettings.model_construct(stimuli="first-matrix", number=FEWEST - 1)).held_out(1 / 3, 1)
    with pytest.raises(ValidationError, match="greater than or equal to 8"):
        EncounterSettings(number=FEWEST - 1)


@pytest.mark.parametrize("name", ["cute", "encounter"])
def test_encoders_that_are_none_name_their_key(name: str) -> None:
    """Two tasks have one each."""
    task = task_class(name)
    with pytest.raises(
        UserError, match=rf"^tasks\.{name}\.encoder: expected an encoder out of mini-clip, .* 'mini-clop'"
    ):
        task(task.Settings(encoder="mini-clop")).stimuli()


@pytest.mark.parametrize("share", [0.01, 0.99])
def test_a_split_that_leaves_nothing_is_told(share: float) -> None:
    """Animals to learn from and others to test on are needed."""
    with pytest.raises(UserError, match="expected animals to learn from and others to test on"):
        task_class("encounter")(EncounterSettings(test_share=share)).check_split(1)


def test_unknown_animals_are_told() -> None:
    """With the name that was meant, and why there is no other."""
    with pytest.raises(
        UserError,
        match=r"expected first-matrix; found 'first-matirx' \(did you mean 'first-matrix'\?\); its .* about these animals",
    ):
        cast(EncounterSettings(stimuli="first-matirx"))


def test_what_bristles_is_approached_by_few() -> None:
    """The generic pull is the lowest where the animal bristles and touches; traits say looks and situation."""
    items = TASK.stimuli()[:20]
    assert all(tuple(item.traits) == TRAITS for item in items)
    pulls = [item.generic for item in items]
    assert int(np.argmin(pulls)) == 19
    looks = [{name: value for name, value in item.traits.items() if name not in situations.TRAITS} for item in items]
    assert all(found == looks[0] for found in looks)


def test_readers_see_the_animal_where_it_is() -> None:
    """The picture of an item that is near is another than that of the same animal far off; attributes say both."""
    far, near = (item.id for item in (TASK.stimuli()[0], TASK.stimuli()[15]))
    shown = TASK.illustrate([far, near])
    pictures = {name: one.png for name, one in shown.items()}
    assert all(picture.startswith(b"\x89PNG") for picture in pictures.values())
    assert pictures[far] != pictures[near]
    items = [item for item in TASK.stimuli() if item.id in {far, near}]
    described: dict[str, Any] = dict(TASK.attributes(items))
    assert [described[name]["distance"] for name in (far, near)] == ["far off", "touching you"]
    assert {one["species"] for one in described.values()} == {TASK.cast.subjects[0].animal.species}
    assert all({"setting", "activity"}.isdisjoint(one) for one in described.values())
