"""How animals behave: their temperaments, and what a turn makes of a meeting."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eep.core.arrays import FloatArray
from eep.tasks.encounter.animals import cast, temperament
from eep.tasks.encounter.dynamics import (
    START,
    Luck,
    Meeting,
    Temperament,
    Turn,
    begin,
    luck,
    turn,
)
from eep.tasks.encounter.settings import EncounterSettings

#: Looks that say nothing.
PLAIN = {"size": "medium", "mouth": "closed", "claws": False, "baby": False}


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        ({"species": "owl"}, (0.1 + 0.15, 0.45, 0.3)),
        ({"species": "crocodile", "size": "huge", "mouth": "teeth", "claws": True, "baby": True}, (0.9, 0.05, 0.1)),
        ({"species": "rabbit", "size": "tiny", "mouth": "smiling", "baby": True}, (0.0, 0.65, 0.75)),
        ({"species": "dog", "mouth": "tongue"}, (0.1, 0.0, 0.9)),
        ({"species": "fox", "size": "small", "claws": True}, (0.4, 0.65, 0.3)),
        ({"species": "bear", "size": "huge", "mouth": "teeth", "claws": True}, (1.0, 0.05, 0.0)),
        ({"species": "hedgehog", "size": "tiny"}, (0.0, 0.9, 0.3)),
    ],
)
def test_temperaments_are_those_of_the_looks(looks: dict[str, str | bool], expected: tuple[float, ...]) -> None:
    """Danger, shyness and friendliness as one adds them up by hand, held to 0 and 1."""
    known = (subject.animal for subject in cast(EncounterSettings()).subjects)
    some = next(animal for animal in known if animal.species == looks["species"])
    changed: dict[str, Any] = {**PLAIN, **looks}
    assert np.array(temperament([replace(some, **changed)])).ravel() == pytest.approx(expected)


def animals(n: int, danger: float = 0.0, shyness: float = 0.0, friendliness: float = 0.0) -> Temperament:
    """Return ``n`` animals of one temperament."""
    return Temperament(*(np.full(n, value) for value in (danger, shyness, friendliness)))


def met(distance: FloatArray | float, arousal: FloatArray | float, velocity: float = 0.0) -> Meeting:
    """Return meetings."""
    metres, state, moving = np.broadcast_arrays(np.atleast_1d(distance), np.atleast_1d(arousal), np.array([velocity]))
    return Meeting(metres.astype(float), moving.astype(float), state.astype(float))


def play(before: Meeting, kind: Temperament, speed: float = 0.0, uniform: float = 0.5) -> Turn:
    """Play a turn without jitters, in which every chance that is less than ``uniform`` fails."""
    n = len(before.distance)
    return turn(before, np.full(n, speed), kind, Luck(np.zeros((2, n)), np.full((3, n), uniform)))


def test_a_rush_arouses_and_a_shy_animal_most() -> None:
    """From nearby alone; a step arouses less, and going away not at all."""
    shy, bold = animals(1, shyness=1.0), animals(1, shyness=0.0)
    arousal = {
        (name, speed, metres): float(play(met(metres, 0.2), kind, speed).meeting.arousal[0])
        for name, kind in (("shy", shy), ("bold", bold))
        for speed in (1.0, 0.4, 0.0, -1.0)
        for metres in (3.9, 4.1)
    }
    faded = 0.8 * 0.2 + 0.03
    assert arousal["shy", 1.0, 3.9] == pytest.approx(faded + 0.6)
    assert arousal["bold", 1.0, 3.9] == pytest.approx(faded + 0.15)
    assert arousal["shy", 0.4, 3.9] == pytest.approx(faded + 0.24)
    for case, value in arousal.items():
        if case[1] <= 0 or case[2] > 4:
            assert value == pytest.approx(faded), case


def test_danger_minds_nearness() -> None:
    """A dangerous animal is aroused by somebody nearby who does nothing, and more within a metre."""
    wild = animals(1, danger=1.0)
    found = [float(play(met(metres, 0.2), wild).meeting.arousal[0]) for metres in (4.5, 3.0, 0.9)]
    assert np.diff(found) == pytest.approx([0.06, 0.12])


def test_shy_animals_back_off() -> None:
    """Alert and nearby they do, by how shy they are; bold ones stay, and so do shy ones that are farther off."""
    alert = 0.5
    assert play(met(2.5, alert), animals(1, shyness=0.9)).meeting.velocity == pytest.approx(0.25 + 0.36)
    assert play(met(2.5, alert), animals(1, shyness=0.1)).meeting.velocity == pytest.approx(0.0)
    assert play(met(3.5, alert), animals(1, shyness=0.9)).meeting.velocity == pytest.approx(0.0)


def test_what_was_startled_goes_on_until_it_is_calm() -> None:
    """Farther off it still backs away if it did before, unless it has calmed down."""
    shy = animals(1, shyness=0.9)
    assert play(met(6.0, 0.5, velocity=0.5), shy).meeting.velocity == pytest.approx(0.61)
    assert play(met(6.0, 0.2, velocity=0.5), shy).meeting.velocity == pytest.approx(0.0)


def test_friendly_calm_animals_come() -> None:
    """Calm and friendly they do, until they are there; unfriendly or alert ones do not."""
    friendly, cold = animals(1, friendliness=0.9), animals(1, friendliness=0.1)
    assert play(met(6.0, 0.0), friendly).meeting.velocity == pytest.approx(-(0.25 + 0.405))
    assert play(met(0.5, 0.0), friendly).meeting.velocity == pytest.approx(0.0)
    assert play(met(6.0, 0.0), cold).meeting.velocity == pytest.approx(0.0)
    assert play(met(6.0, 0.5), friendly).meeting.velocity == pytest.approx(0.0)


def test_calm_animals_amble_now_and_then() -> None:
    """In 15 % of the turns in which they do not come, half of the time each way."""
    n = 40_000
    chance = luck(np.random.default_rng(0), n)
    still = Luck(np.zeros((2, n)), chance.uniform)
    velocity = turn(met(np.full(n, 6.0), 0.0), np.zeros(n), animals(n), still).meeting.velocity
    assert np.mean(velocity == 0.45) == pytest.approx(0.075, abs=0.006)
    assert np.mean(velocity == -0.45) == pytest.approx(0.075, abs=0.006)


def test_aroused_animals_flee_stand_or_charge() -> None:
    """What is not dangerous flees, the shy the faster; what is dangerous stands, and charges within two metres."""
    assert play(met(2.5, 0.9), animals(1, danger=0.4, shyness=0.5)).meeting.velocity == pytest.approx(0.65)
    assert play(met(2.5, 0.9), animals(1, danger=0.8, shyness=0.5)).meeting.velocity == pytest.approx(0.0)
    assert play(met(1.9, 0.9), animals(1, danger=0.8, shyness=0.5)).meeting.velocity == pytest.approx(-0.5)
    assert play(met(1.9, 0.9), animals(1, danger=0.8), uniform=0.85).meeting.velocity == pytest.approx(0.0)


def test_a_bite_throws_back() -> None:
    """An aroused and dangerous animal within 1.5 m bites, in two fifths of the turns at most; farther off it does not."""
    wild = animals(1, danger=1.0)
    bitten = play(met(1.2, 0.9), wild, uniform=0.39)
    assert (bitten.bitten.tolist(), bitten.meeting.distance.tolist()) == ([True], pytest.approx([1.2 - 0.5 + 1.5]))
    assert not play(met(1.2, 0.9), wild, uniform=0.41).bitten.any()
    assert not play(met(2.1, 0.9), wild, uniform=0.0).bitten.any()


def test_bristling_begins_once() -> None:
    """An animal is startled in the turn in which it begins to bristle, not while it goes on."""
    shy = animals(1, shyness=1.0)
    first = play(met(3.0, 0.2), shy, speed=1.0)
    assert first.meeting.arousal > 0.6
    assert first.startled.all()
    assert not play(met(3.0, 0.9), shy, speed=1.0).startled.any()
    assert not play(met(3.0, 0.2), shy).startled.any()


@given(
    st.integers(0, 2**32 - 1),
    st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)),
    st.floats(-1, 1),
)
def test_whatever_happens_stays_within_bounds(seed: int, kind: tuple[float, float, float], speed: float) -> None:
    """For forty turns: distances from 0 to 12 m, arousal from 0 to 1.5; bites by what is dangerous, aroused and near."""
    n, rng = 50, np.random.default_rng(seed)
    meeting, everyone = begin(rng, n), animals(n, *kind)
    assert ((meeting.distance >= START[0]) & (meeting.distance < START[1])).all()
    for _ in range(40):
        end = turn(meeting, np.full(n, speed), everyone, luck(rng, n))
        meeting = end.meeting
        assert ((meeting.distance >= 0) & (meeting.distance <= 12)).all()
        assert ((meeting.arousal >= 0) & (meeting.arousal <= 1.5)).all()
        assert (np.abs(meeting.velocity) < 2).all()
        assert (meeting.arousal[end.bitten] > 0.6).all()
        thrown = meeting.distance[end.bitten]
        assert ((thrown >= 1.5) & (thrown < 3.0)).all()
        assert kind[0] > 0 or not end.bitten.any()
