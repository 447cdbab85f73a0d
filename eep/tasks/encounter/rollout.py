"""Closed-loop play: every policy meets the same animals from the same places, with the same chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eep.core.arrays import BoolArray, FeatureArray, FloatArray, IntArray
from eep.tasks.encounter.dynamics import (
    MOVES,
    REACH,
    SPEEDS,
    TURNS,
    Luck,
    Meeting,
    Temperament,
    Turn,
    begin,
    luck,
    turn,
)
from eep.tasks.encounter.situations import BEHAVIOURS, SENSES, SITUATIONS, STEPS, situations
from eep.tasks.playable import Rollouts
from eep.tasks.policies import PolicyFunction, choose, probabilities_of

#: Random streams of their own for animals and starts, for the chance in each turn, and for policies' choices.
_STARTS, _CHANCE, _CHOICES = 0, 1, 2


#: Moments of each policy's episodes whose states are kept.
MOMENTS = 200


@dataclass(frozen=True)
class Stage:
    """The animals that may be met: what is seen of each, (n, k) float32, and what it is like."""

    seen: FeatureArray
    temperament: Temperament

    def states(self, animals: IntArray, meeting: Meeting) -> FeatureArray:
        """Return what policies sense, (m, k + 3) float32: the picture's components, then distance, velocity and arousal."""
        return np.hstack([self.seen[animals], meeting.senses.astype(np.float32)])


@dataclass(frozen=True)
class Episodes:
    """What happened: arrays (turns, policies, episodes), of a turn's end unless they say otherwise."""

    #: (episodes,): which animal was met, the same for every policy.
    animals: IntArray
    #: Option that was taken, in the order of `eep.tasks.encounter.dynamics.MOVES`.
    actions: IntArray
    #: The situation in which it was taken.
    situations: IntArray
    distance: FloatArray
    bitten: BoolArray
    startled: BoolArray
    #: (policies, episodes): False where an episode ended in a situation to which the policy has no answer.
    answered: BoolArray
    #: Per policy, the states of the most divisive episode: (turns + 1, d) float32.
    shown: tuple[FeatureArray, ...]
    #: Per policy, the states of moments of all its episodes: (`MOMENTS`, d) float32.
    met: tuple[FeatureArray, ...]

    @property
    def measures(self) -> Mapping[str, FloatArray]:
        """What episodes came to, each (policies, episodes); NaN where one ended unanswered."""
        near = self.distance < STEPS
        found = {
            "contact turns": (self.distance < REACH).sum(axis=0),
            "bites": self.bitten.sum(axis=0),
            "startles": self.startled.sum(axis=0),
            "closest distance": self.distance.min(axis=0),
            "turns until near": np.where(near.any(axis=0), near.argmax(axis=0) + 1, TURNS),
            "turns spent retreating": (self.actions < 2).sum(axis=0),
        }
        return {name: np.where(self.answered, values, np.nan) for name, values in found.items()}

    @property
    def visits(self) -> IntArray:
        """How often each of the twenty situations was met, (20,)."""
        return np.bincount(self.situations[:, self.answered].ravel(), minlength=SITUATIONS)


def play(
    policies: Sequence[PolicyFunction], stage: Stage, animals: IntArray, *, episodes: int, greedy: bool, seed: int
) -> Episodes:
    """Let every policy meet animals for ``episodes`` episodes of twenty turns.

    ``animals`` are the rows of the stage that may be met, each about equally often. A policy's episodes depend on the
    seed and its place in the list alone.

    Raises ValueError if there are no policies, animals or episodes, or the seed is negative.
    """
    if not policies or episodes < 1 or seed < 0 or not len(animals):
        raise ValueError(
            f"expected policies, animals, at least one episode and a seed from 0; found {len(policies)} policies, "
            f"{len(animals)} animals, {episodes} episodes, seed {seed}"
        )
    starts, chance = (np.random.default_rng([seed, stream]) for stream in (_STARTS, _CHANCE))
    met = np.resize(starts.permutation(animals), episodes)
    shape = (len(policies), episodes)
    meeting = Meeting(*(np.tile(values, len(policies)) for values in begin(starts, episodes)))
    everyone = np.tile(met, len(policies))
    temper = stage.temperament.of(everyone)
    choices = [np.random.default_rng([seed, _CHOICES, place]) for place in range(len(policies))]
    answered = np.ones(shape, dtype=np.bool_)
    states = stage.states(everyone, meeting)
    ends: list[Turn] = []
    taken: list[IntArray] = []
    found: list[IntArray] = []
    paths = [meeting.senses.astype(np.float32)]
    for _ in range(TURNS):
        actions = _act(policies, states.reshape(*shape, -1), answered, choices, greedy=greedy)
        taken.append(actions)
        found.append(situations(meeting.senses).reshape(shape))
        common = Luck(*(np.tile(values, len(policies)) for values in luck(chance, episodes)))
        ends.append(turn(meeting, SPEEDS[actions.ravel()], temper, common))
        meeting = ends[-1].meeting
        states = stage.states(everyone, meeting)
        paths.append(meeting.senses.astype(np.float32))
    senses = np.stack(paths).reshape(len(paths), *shape, -1)
    distance = np.stack([end.meeting.distance.reshape(shape) for end in ends])
    episode = most_divisive(distance, answered)
    seen = np.broadcast_to(stage.seen[met[episode]], (len(paths), stage.seen.shape[1]))
    return Episodes(
        animals=met,
        actions=np.stack(taken),
        situations=np.stack(found),
        distance=distance,
        bitten=np.stack([end.bitten.reshape(shape) for end in ends]),
        startled=np.stack([end.startled.reshape(shape) for end in ends]),
        answered=answered,
        shown=tuple(np.hstack([seen, senses[:, place, episode]]) for place in range(len(policies))),
        met=tuple(_moments(stage, met, senses[:, place]) for place in range(len(policies))),
    )


def _moments(stage: Stage, animals: IntArray, senses: FeatureArray) -> FeatureArray:
    """Return states (`MOMENTS`, d) of one policy's episodes, whose senses are (turns + 1, episodes, 3), one after another."""
    moments = np.arange(MOMENTS)
    # Episode after episode, and a turn of each that has nothing to do with its place.
    turns, episodes = (7 * moments) % TURNS, moments % len(animals)
    return np.hstack([stage.seen[animals[episodes]], senses[turns, episodes]])


def most_divisive(distance: FloatArray, answered: BoolArray) -> int:
    """Return the episode on which the policies' distances (turns, policies, episodes) differ most, the first of equal ones.

    An episode that some policy left without an answer comes after those that fewer did.
    """
    spread = distance.std(axis=1).mean(axis=0).round(9)
    return int(np.lexsort((-spread, -answered.sum(axis=0)))[0])


def _act(
    policies: Sequence[PolicyFunction],
    states: FeatureArray,
    answered: BoolArray,
    choices: Sequence[np.random.Generator],
    *,
    greedy: bool,
) -> IntArray:
    """Return every policy's choices (policies, episodes); an episode without an answer ends here and stays where it is."""
    actions = np.full(answered.shape, len(SPEEDS) // 2, dtype=np.int64)
    for place, policy in enumerate(policies):
        noise = choices[place].random((answered.shape[1],))
        rows = np.flatnonzero(answered[place])
        if not rows.size:
            continue
        sensed = states[place, rows].astype(np.float64)
        chances = probabilities_of(policy, sensed, len(SPEEDS))
        there = ~np.isnan(chances[:, 0])
        answered[place, rows] = there
        actions[place, rows[there]] = choose(chances[there], noise[rows[there]], greedy=greedy)
    return actions


def rollouts(episodes: Episodes) -> Rollouts:
    """Return episodes as `eep.tasks.playable.Playable.rollout` does; none of them ends by failing."""
    return Rollouts(episodes.measures, np.zeros(episodes.answered.shape, dtype=np.bool_), episodes.shown, episodes.met)


def step_back_when_threatened(states: FloatArray) -> FloatArray:
    """Step back from what bristles or comes, and stay otherwise, whatever the animal; see `PolicyFunction`."""
    behaviour = situations(states[:, -len(SENSES) :]) % len(BEHAVIOURS)
    threatens = np.isin(behaviour, [BEHAVIOURS.index(name) for name in ("coming towards you", "bristling")])
    moves = list(MOVES)
    return np.eye(len(moves))[np.where(threatens, moves.index("step back"), moves.index("stay"))]
