"""What every registered task keeps to, whatever it is."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from registered_tasks import NAMES, answers, class_of, items, task

from eep.tasks.base import Task, TaskSettings, analysed_readout, readout_weights

pytestmark = pytest.mark.parametrize("name", NAMES)


def overrides(name: str, method: str) -> bool:
    """Tell whether a task has a method of its own in place of the one for tasks that have no more to offer."""
    return getattr(class_of(name), method) is not getattr(Task, method)


def test_names_and_settings(name: str) -> None:
    """A task is called what the registry calls it; its settings have a default student and describe themselves."""
    found = class_of(name)
    assert found.id == name
    assert found.title
    assert issubclass(found.Settings, TaskSettings)
    assert found.Settings().students
    assert all(field.description for field in found.Settings.model_fields.values())


def test_options(name: str) -> None:
    """There are at least two different options, and readouts weigh them in [0, 1], the analysed one from 0 to 1."""
    options, readouts = task(name).options, task(name).readouts
    assert len(set(options)) == len(options) >= 2
    assert readouts
    for readout, weights in readouts.items():
        assert set(weights) <= set(options)
        assert all(0 < weight <= 1 for weight in weights.values())
        # A readout that is called like an option is its probability.
        assert readout not in options or weights == {readout: 1.0}
    weights = readout_weights(task(name))[analysed_readout(task(name))]
    assert (weights[0], weights[-1]) == (0.0, 1.0)
    assert (np.diff(weights) >= 0).all()


def test_stimuli_are_fixed(name: str) -> None:
    """Stimuli have unique ids and texts and come in the same order each time."""
    stimuli = task(name).stimuli()
    assert stimuli == class_of(name)(class_of(name).Settings()).stimuli()
    assert len({item.id for item in stimuli}) == len({item.text for item in stimuli}) == len(stimuli) > 1


def test_stimuli_can_be_simulated(name: str) -> None:
    """Every stimulus has the task's traits, as finite numbers, so that weights in personas mean something."""
    stimuli = task(name).stimuli()
    assert task(name).traits
    assert {tuple(item.traits) for item in stimuli} == {tuple(task(name).traits)}
    assert np.isfinite([[*item.traits.values(), item.generic] for item in stimuli]).all()


def test_question_is_the_same_but_for_the_item(name: str) -> None:
    """All questions share their instructions, which name every option; the text is the item's own."""
    questions = [task(name).question(item) for item in task(name).stimuli()]
    assert len({question.instructions for question in questions}) == 1
    assert [question.text for question in questions] == [item.text for item in task(name).stimuli()]
    for option in task(name).options:
        assert option in questions[0].instructions


def test_items_belong_to_stimuli(name: str) -> None:
    """Items have unique ids and both splits, and every text is one that teachers were asked about."""
    drawn = items(name, 0)
    assert set(Counter(item.split for item in drawn)) == {"train", "test"}
    assert len({item.id for item in drawn}) == len(drawn)
    by_text = {item.text: item for item in task(name).stimuli()}
    for item in drawn:
        assert item.traits == by_text[item.text].traits
        assert item.cluster


def test_items_repeat(name: str) -> None:
    """The same answers and seed give the same items, whatever the order of the answers."""
    tables = answers(name)
    backwards = {cell: dict(reversed(list(tables[cell].items()))) for cell in reversed(list(tables))}
    assert task(name).items(backwards, 0) == items(name, 0)
    assert items(name, 1) != items(name, 0)


def test_features_are_sensed_not_read(name: str) -> None:
    """What a student senses is finite, one row per item, and the same when the teacher's text is taken away."""
    some = items(name, 0)[:50]
    x = task(name).features(some)
    assert x.dtype == np.float32
    assert x.ndim == 2
    assert len(x) == len(some)
    assert np.isfinite(x).all()
    assert (x != x[0]).any()
    blind = [replace(item, text="", cluster="", traits={}) for item in some]
    np.testing.assert_array_equal(task(name).features(blind), x)


def test_own_controls_sense_the_same_items(name: str) -> None:
    """A task's own controls have finite features, as many for train as for test items, under names of their own."""
    train, test = ([item for item in items(name, 0) if item.split == split][:9] for split in ("train", "test"))
    found = task(name).control_features(train, test)
    assert bool(found) == overrides(name, "control_features")
    assert not set(found) & {"", "permuted", "generic", "random"}
    for learned, tested in found.values():
        assert learned.dtype == tested.dtype == np.float32
        assert (len(learned), len(tested)) == (9, 9)
        assert learned.shape[1] == tested.shape[1]
        assert np.isfinite(learned).all()
        assert np.isfinite(tested).all()


def test_pictures_can_be_shown(name: str) -> None:
    """A task of pictures shows a PNG and the teacher's text for each item, and says what it depends on."""
    some = items(name, 0)[:2]
    shown = task(name).illustrate([item.id for item in some])
    pictured = overrides(name, "illustrate")
    assert {item: one.text for item, one in shown.items()} == {i.id: i.text for i in some if pictured}
    assert all(one.png.startswith(b"\x89PNG") for one in shown.values())
    assert bool(task(name).content()) == pictured
    assert task(name).content() == class_of(name)(class_of(name).Settings()).content()


def test_clusters_can_be_portrayed(name: str) -> None:
    """A task that portrays clusters has a PNG and words for each that is asked for, and for no other."""
    some = list(dict.fromkeys(item.cluster for item in items(name, 0)))[:2]
    shown = task(name).portray(some)
    assert set(shown) == (set(some) if overrides(name, "portray") else set())
    assert all(one.text and one.png.startswith(b"\x89PNG") for one in shown.values())


def test_items_are_described(name: str) -> None:
    """A task that describes its items does so the same each time, and has words for every value and both directions."""
    if task(name).phrases is None:
        pytest.skip(f"{name} does not say what its items are like")
    found = task(name).attributes(items(name, 0))
    assert set(found) == {item.id for item in items(name, 0)}
    assert found == class_of(name)(class_of(name).Settings()).attributes(items(name, 0))
    terms = {f"{attribute}={value}" for values in found.values() for attribute, value in values.items()}
    assert terms <= set(task(name).phrases.things)
    for points in (12, -12):
        said = {task(name).phrases.render(term, points) for term in terms}
        assert len(said) == len(terms)
        assert all("12 points" in one and "{" not in one for one in said)
