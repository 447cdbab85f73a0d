"""The items: every animal in every situation, what the simulated teacher knows of it, and a state that falls under it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from eep.core.arrays import BoolArray, FeatureArray
from eep.data.types import Item
from eep.stimuli.animals import traits as of_animals
from eep.stimuli.animals.described import described
from eep.stimuli.subjects import DrawnAnimal
from eep.tasks.encounter import situations, wording
from eep.tasks.encounter.animals import Cast
from eep.tasks.encounter.situations import SITUATIONS

#: Traits of animals that do not vary here: all of them stand in the meadow, and none is a fish.
_FIXED = ("activity-", "setting-", "family-fish", "species-fish", "species-shark")
TRAITS = (*(name for name in of_animals.TRAITS if not name.startswith(_FIXED)), *situations.TRAITS)
#: What an encounter is about, in words that a placebo must keep clear of.
TOPIC = (*of_animals.TOPIC, "meadow", "bite", "approach", "encounter")
#: How a situation pulls everybody closer, in logits, and how much of an animal's charm does.
_PULL = {"near": -0.4, "watching": -0.1, "coming": -0.3, "backing": -0.2, "bristling": -1.6}
_CHARM = 0.5


def stimuli(cast: Cast) -> tuple[Item, ...]:
    """Return an item for each animal in each situation, not yet split and without a state."""
    return tuple(_stimulus(subject, number) for subject in cast.subjects for number in range(SITUATIONS))


def _stimulus(subject: DrawnAnimal, situation: int) -> Item:
    place, behaviour = (name.replace(" ", "-") for name in situations.words(situation))
    known = {**subject.traits, **situations.traits(situation)}
    pull = sum(pull * known[name] for name, pull in _PULL.items())
    return Item(
        id=f"{subject.id} {place} {behaviour}",
        cluster=subject.id,
        split="train",
        text=wording.text(subject.captions[0], situation),
        image=subject.id,
        traits={name: known[name] for name in TRAITS},
        generic=_CHARM * subject.generic + pull,
    )


def items(found: tuple[Item, ...], seen: FeatureArray, held_out: BoolArray, seed: int) -> Iterator[Item]:
    """Yield the stimuli, those of animals that are ``held_out`` (n,) for the test, each with a state.

    A state is what a student sees of the animal (``seen``, (n, k)) and senses of its situation, drawn by ``seed``.
    """
    senses = situations.draw(np.random.default_rng(seed), len(held_out)).astype(np.float32)
    shown = np.repeat(seen[:, None, :], SITUATIONS, axis=1)
    states = np.concatenate([shown, senses], axis=2).reshape(len(found), -1).tolist()
    splits = np.repeat(np.where(held_out, "test", "train"), SITUATIONS).tolist()
    for item, split, state in zip(found, splits, states, strict=True):
        yield replace(item, split=split, state=tuple(state))


def described_items(cast: Cast, found: Sequence[Item]) -> Mapping[str, Mapping[str, str]]:
    """Return what varies of an animal, how far it is and what it does, by item: attribute to value."""
    looks = {subject.id: described(subject.animal.attributes()) for subject in cast.subjects}
    attributes = {}
    for item in found:
        distance, behaviour = situations.words(wording.parse(item.text)[1])
        own = {name: value for name, value in looks[item.cluster].items() if name not in {"activity", "setting"}}
        attributes[item.id] = {"distance": distance, "behaviour": behaviour, **own}
    return attributes
