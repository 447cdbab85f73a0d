"""The Encounter task."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from eep.core.arrays import FeatureArray, FloatArray
from eep.data.types import Illustration, Item
from eep.stimuli.encoders.cache import check_room, default_cache
from eep.stimuli.encoders.encoder import Encoder
from eep.stimuli.encoders.models import encoder_of_setting, text_encoder
from eep.stimuli.encoders.text import TextEncoder
from eep.tasks.base import AnswerTables, TaskQuestion, actions
from eep.tasks.encounter import animation, bodies, controls, items, rollout, scenery, situations, standalone, wording
from eep.tasks.encounter.animals import Cast, cast, drawings, pictures
from eep.tasks.encounter.dynamics import MOVES
from eep.tasks.encounter.indices import danger_looks, indices, strangeness
from eep.tasks.encounter.items import described_items
from eep.tasks.encounter.moments import Moments
from eep.tasks.encounter.replay import EncounterReplay
from eep.tasks.encounter.rollout import Stage
from eep.tasks.encounter.settings import EncounterSettings
from eep.tasks.encounter.situations import SENSES, SITUATIONS
from eep.tasks.playable import Playable, Rollouts
from eep.tasks.policies import PolicyFunction

#: Side of the pictures in a report, in pixels.
_SHOWN = 224


class Encounter(Playable):
    """Meet an animal on a meadow: the teacher reads what it looks like and does, the student sees and senses it.

    A teacher cell is a table of answers to every animal in every situation; it plays any number of meetings from it. Nothing
    is rewarded: what is done is the persona. In a closed loop everybody meets the animals that no student learned from.
    """

    Settings = EncounterSettings
    id = "encounter"
    title = "Encounter"
    options: tuple[str, ...] = tuple(MOVES)
    readouts: Mapping[str, Mapping[str, float]] = {
        "approach": {"step back": 0.3, "stay": 0.5, "step closer": 0.7, "rush closer": 1.0},
        "retreat": {"rush back": 1.0, "step back": 1.0},
    }
    traits = items.TRAITS
    phrases = wording.PHRASES
    component_phrases = wording.COMPONENTS
    meanings = wording.MEANINGS
    film = wording.FILM
    environment_id = "eep.tasks.encounter.environment:eep/Encounter-v0"
    fixed_split = True
    own_pictures = True
    topic = items.TOPIC

    def __init__(self, settings: EncounterSettings, animals: Cast | None = None) -> None:
        self.settings = settings
        self._changed = animals

    @cached_property
    def cast(self) -> Cast:
        """The animals."""
        return self._changed or cast(self.settings)

    @cached_property
    def seen(self) -> FeatureArray:
        """What a student sees of each animal; see `eep.tasks.encounter.animals.pictures`."""
        return pictures(self.cast.subjects, self.encoder)

    @cached_property
    def _moments(self) -> Moments:
        return Moments(self._stimuli, self.seen)

    @cached_property
    def _signs(self) -> FloatArray:
        """How dangerous each animal looks, and how strange it is, (2, animals)."""
        return np.array([[of(one.animal) for one in self.cast.subjects] for of in (danger_looks, strangeness)])

    @cached_property
    def encoder(self) -> Encoder:
        """What students see through."""
        return encoder_of_setting(self.settings.encoder, "tasks.encounter.encoder")

    @cached_property
    def _text_encoder(self) -> TextEncoder:
        folder = Path(self.settings.encoder)
        return text_encoder(folder if (folder / "text.onnx").is_file() else None)

    @cached_property
    def _stimuli(self) -> tuple[Item, ...]:
        return items.stimuli(self.cast)

    def stimuli(self) -> tuple[Item, ...]:
        """Return an item for each animal in each situation.

        Raises `eep.core.errors.UserError` if the animals cannot be used, or the encoder is not there.
        """
        _ = self.encoder, self._text_encoder
        return self._stimuli

    def question(self, item: Item) -> TaskQuestion:
        """Return the meadow, what is seen of the animal, and the offer of the five things to do."""
        return TaskQuestion(wording.INSTRUCTIONS, item.text, offer=wording.OFFER)

    def items(self, answers: AnswerTables, seed: int) -> tuple[Item, ...]:
        """Return the stimuli, split by animal, each with a state of its situation drawn by ``seed``; answers change nothing."""
        del answers
        held_out = self.cast.held_out(self.settings.test_share, seed)
        return tuple(items.items(self._stimuli, self.seen, held_out, seed))

    def check_split(self, seed: int) -> None:
        """Raise `eep.core.errors.UserError` if all animals would be held out, or none."""
        self.cast.held_out(self.settings.test_share, seed)

    def held_out_clusters(self, seed: int) -> int:
        """Return how many animals are held out."""
        return int(self.cast.held_out(self.settings.test_share, seed).sum())

    def features(self, items: Sequence[Item]) -> FeatureArray:
        """Return the picture's components, distance, velocity and arousal, (n, 35) float32.

        Raises ValueError for an item without a state.
        """
        if any(item.state is None for item in items):
            raise ValueError("expected items with a state; found one without (stimuli have texts only)")
        return np.array([item.state for item in items], dtype=np.float32).reshape(len(items), -1)

    def senses(self, width: int) -> tuple[str, ...]:
        """Return the names of the picture's components, and of what is sensed besides."""
        return (*(f"picture-{number}" for number in range(1, width - len(SENSES) + 1)), *SENSES)

    def environment_arguments(self) -> Mapping[str, Any]:
        """Return which animals are met, and what they are seen through."""
        return self.settings.model_dump(include={"stimuli", "encoder"})

    def standalone(self) -> Mapping[str, bytes]:
        """Return the game, all animals of the set, and the script that meets one."""
        return standalone.files(self.settings, self.encoder)

    @cached_property
    def replay(self) -> EncounterReplay:
        """How meetings are shown."""
        return EncounterReplay(self.cast, self.seen, self._moments.animals, self.settings.test_share)

    def control_features(
        self, train: Sequence[Item], test: Sequence[Item]
    ) -> Mapping[str, tuple[FeatureArray, FeatureArray]]:
        """Return what the caption student reads and what the pixel student sees of the animals, and what both sense."""
        sensed = [(items, self.features(items)) for items in (train, test)]
        return controls.features(self.cast, self._text_encoder, *sensed)

    def content(self) -> str:
        """Return a hash of the pictures and of the encoders' files."""
        drawn = drawings(self.cast, range(len(self.cast.subjects)), self.encoder.preprocessing.short_side)
        parts = [self.encoder.identity, self._text_encoder.network.digest, *(picture.content for picture in drawn)]
        return hashlib.sha256(" ".join(parts).encode()).hexdigest()

    def check_cache(self) -> None:
        """Raise `eep.core.errors.UserError` if what students see could not be kept; see `eep.stimuli.encoders.cache`."""
        everyone = range(len(self.cast.subjects))
        check_room(drawings(self.cast, everyone, self.encoder.preprocessing.short_side), self.encoder, default_cache())
        check_room(drawings(self.cast, everyone, controls.REDUCED), controls.PIXELS, default_cache())

    def illustrate(self, items: Sequence[str]) -> Mapping[str, Illustration]:
        """Return item id -> its text, and the animal on the meadow as the player would see it."""
        wanted = set(items)
        places = {item.id: place for place, item in enumerate(self._stimuli) if item.id in wanted}
        return {name: self._illustration(places[name]) for name in items}

    def _illustration(self, place: int) -> Illustration:
        animal, number = divmod(place, SITUATIONS)
        distance, _, arousal = situations.typical(number)
        seen = scenery.picture(self.cast.subjects[animal].animal, distance, arousal, _SHOWN)
        return Illustration(self._stimuli[place].text, scenery.packed(seen))

    def portray(self, clusters: Sequence[str]) -> Mapping[str, Illustration]:
        """Return an animal's caption, and its picture as students see it."""
        met = {subject.id: subject for subject in self.cast.subjects}
        return {
            name: Illustration(met[name].captions[0], scenery.packed(met[name].picture(_SHOWN).load()))
            for name in clusters
        }

    def attributes(self, items: Sequence[Item]) -> Mapping[str, Mapping[str, str]]:
        """Return what the animals were drawn from, but for what is the same of all, and how far they are and what they do."""
        return described_items(self.cast, items)

    def table_policy(self, table: Mapping[str, Mapping[str, float]]) -> PolicyFunction:
        """Return the policy that looks up what it sees: the animal's caption in its situation; NaN without an answer."""
        return self._moments.policy(table, actions(self))

    def texts(self, states: FloatArray) -> Sequence[str]:
        """Return captions and situations."""
        return self._moments.texts(states)

    def start_options(self, episodes: int, seed: int) -> Sequence[Mapping[str, Any]]:
        """Return held-out animals to meet, each about equally often."""
        held_out = np.flatnonzero(self.cast.held_out(self.settings.test_share, seed))
        met = np.resize(np.random.default_rng(seed).permutation(held_out), episodes)
        return [{"animal": number} for number in met.tolist()]

    def changed_bodies(self) -> Mapping[str, Playable]:
        """Return the game with animals that are bolder or shyer, and with ones that are drawn otherwise."""
        return {name: Encounter(self.settings, animals) for name, animals in bodies.changed(self.cast).items()}

    def clusters(self, states: FloatArray) -> tuple[str, ...]:
        """Return the animal that is met in each state."""
        return tuple(self.cast.subjects[row].id for row in self._moments.animals(states))

    def rules(self) -> Mapping[str, PolicyFunction]:
        """Return the rule that steps back from what bristles or comes, and stays otherwise, whatever the animal."""
        return {"step-back-when-threatened": rollout.step_back_when_threatened}

    def rollout(self, policies: Sequence[PolicyFunction], *, episodes: int, greedy: bool, seed: int) -> Rollouts:
        """Let every policy meet held-out animals; see `eep.tasks.encounter.rollout`."""
        held_out = np.flatnonzero(self.cast.held_out(self.settings.test_share, seed))
        stage = Stage(self.seen, self.cast.temperament)
        return rollout.rollouts(rollout.play(policies, stage, held_out, episodes=episodes, greedy=greedy, seed=seed))

    def reference_states(self, seed: int) -> FloatArray:
        """Return every situation of every held-out animal, (animals x 20, 35), on which policies are compared."""
        tested = [item for item in self.items({}, seed) if item.split == "test"]
        return self.features(tested).astype(np.float64)

    def policy_metrics(self, policy: PolicyFunction, states: FloatArray) -> Mapping[str, float]:
        """Return three indices of how a policy acts; see `eep.tasks.encounter.indices`."""
        animals = self._moments.animals(states)
        scale = np.array([self.readouts["approach"].get(option, 0.0) for option in actions(self)])
        looks, strange = self._signs[:, animals]
        behaviour = situations.situations(states[:, -len(SENSES) :]) % len(situations.BEHAVIOURS)
        return indices(np.asarray(policy(states) @ scale), looks, strange, behaviour)

    def animation(self, states: FeatureArray, title: str) -> str:
        """Return an SVG animation of a meeting; see `eep.tasks.encounter.animation`."""
        wide = states.astype(np.float64)
        animal = int(self._moments.animals(wide[:1])[0])
        return animation.animation(self.cast.subjects[animal].animal, wide[:, -len(SENSES) :], title)
