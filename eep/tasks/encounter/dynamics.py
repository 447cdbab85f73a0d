"""How animals behave: what a turn makes of distance, velocity and arousal, for many meetings at once.

An animal has a temperament: danger, shyness and friendliness in [0, 1], which its looks give away. It minds being
rushed at from nearby, flees or stands its ground when aroused, comes closer when friendly and calm, and bites when
dangerous, aroused and within reach. Nothing is rewarded.

This file needs NumPy alone: it goes with the students that are exported, so that they can be played without eep.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from eep.core.arrays import BoolArray, FloatArray, IntArray

TURNS = 20
#: It bristles above this arousal.
BRISTLING = 0.6
#: It comes or backs away if it moves faster than this by itself, in metres a turn.
MOVING = 0.2
#: The player touches it within this, in metres, and it gets no farther away than that.
REACH, HORIZON = 0.7, 12.0
#: What the player does, from the lowest to the highest approach, and how fast that is in metres a turn.
MOVES = {"rush back": -1.0, "step back": -0.4, "stay": 0.0, "step closer": 0.4, "rush closer": 1.0}
SPEEDS = np.array(list(MOVES.values()))
#: A meeting begins this far apart, in metres.
START = (4.5, 7.5)
#: Nearer than this it minds being approached.
NOTICED = 4.0
#: Nearer than this a dangerous animal charges, and nearer than that it bites; a bite throws the player back so far.
CHARGES, BITES, THROWN = 2.0, 1.5, 1.5
#: Below this arousal an animal is calm.
CALM = 0.35
#: How often a calm animal ambles a little way, and how fast, in metres a turn.
AMBLES, AMBLE = 0.15, 0.45


class Temperament(NamedTuple):
    """What animals are like: three arrays (n,) in [0, 1]."""

    danger: FloatArray
    shyness: FloatArray
    friendliness: FloatArray

    def of(self, rows: IntArray) -> Temperament:
        """Return the temperaments of some animals."""
        return Temperament(*(values[rows] for values in self))


class Meeting(NamedTuple):
    """Where meetings stand: arrays (n,) of `eep.tasks.encounter.situations.SENSES`, in metres and turns."""

    distance: FloatArray
    velocity: FloatArray
    arousal: FloatArray

    @property
    def senses(self) -> FloatArray:
        """The three numbers of each meeting, (n, 3)."""
        return np.stack(self, axis=1)


@dataclass(frozen=True)
class Turn:
    """What a turn came to."""

    meeting: Meeting
    #: Whom the animal bit, and whom it began to bristle at, (n,).
    bitten: BoolArray
    startled: BoolArray


#: Random numbers that a meeting takes a turn: two normal ones, then three uniform ones.
NORMAL, UNIFORM = 2, 3


class Luck(NamedTuple):
    """The chance in a turn of n meetings."""

    #: (2, n) standard normal: jitters of arousal and of velocity.
    normal: FloatArray
    #: (3, n) uniform in [0, 1): whether it does as it is inclined, which way it ambles, whether it bites.
    uniform: FloatArray


def luck(rng: np.random.Generator, n: int) -> Luck:
    """Return the chance in a turn of ``n`` meetings."""
    return Luck(rng.standard_normal((NORMAL, n)), rng.random((UNIFORM, n)))


def begin(rng: np.random.Generator, n: int) -> Meeting:
    """Return ``n`` meetings at their beginning: the animal stands some way off and is calm."""
    return Meeting(rng.uniform(*START, size=n), np.zeros(n), rng.uniform(0.0, 0.15, size=n))


def turn(before: Meeting, speed: FloatArray, animals: Temperament, chance: Luck) -> Turn:
    """Return what becomes of meetings when the player moves at ``speed`` (n,), in metres towards the animal."""
    arousal = _aroused(before, speed, animals, chance)
    velocity = _velocity(before, arousal, animals, chance)
    distance = np.clip(before.distance - speed + velocity, 0.0, HORIZON)
    angry = (arousal > BRISTLING) & (distance < BITES)
    bitten = angry & (chance.uniform[2] < 0.4 * animals.danger)
    distance = np.where(bitten, distance + THROWN, distance)
    startled = (arousal > BRISTLING) & (before.arousal <= BRISTLING)
    return Turn(Meeting(distance, velocity, arousal), bitten, startled)


def _aroused(before: Meeting, speed: FloatArray, animals: Temperament, chance: Luck) -> FloatArray:
    """Return the arousal: it fades, and grows with being approached, most of all by a rush and in shy animals."""
    approached = np.maximum(speed, 0.0) * (0.15 + 0.45 * animals.shyness) + 0.06 * animals.danger
    noticed = np.where(before.distance < NOTICED, approached, 0.0)
    pressed = np.where(before.distance < 1.0, 0.12 * animals.danger, 0.0)
    return np.asarray(np.clip(0.8 * before.arousal + noticed + pressed + 0.03 + 0.05 * chance.normal[0], 0.0, 1.5))


def _velocity(before: Meeting, arousal: FloatArray, animals: Temperament, chance: Luck) -> FloatArray:
    """Return how fast animals move away by themselves, in metres a turn; negative where they come."""
    danger, shyness, friendliness = animals
    inclined, way, _ = chance.uniform
    aroused, calm = arousal > BRISTLING, arousal < CALM
    fleeing = aroused & (danger < 0.5)
    charging = aroused & ~fleeing & (before.distance < CHARGES) & (inclined < danger)
    coming = calm & (before.distance > REACH) & (inclined < 0.1 + 0.6 * friendliness)
    # What was startled goes on until it is calm, wherever it has got to.
    wary = ~calm & ~aroused & ((before.distance < 3.0) | (before.velocity > MOVING)) & (inclined < 0.2 + 0.8 * shyness)
    ambling = calm & ~coming & (inclined > 1.0 - AMBLES)
    speed = np.select(
        [fleeing, charging, coming, wary, ambling],
        [
            0.3 + 0.7 * shyness,
            np.full_like(danger, -0.5),
            -(0.25 + 0.45 * friendliness),
            0.25 + 0.4 * shyness,
            np.where(way < 0.5, AMBLE, -AMBLE),
        ],
        default=0.0,
    )
    return np.asarray(speed + 0.05 * chance.normal[1])
