"""How far an animal is and what it does: from numbers to a situation, to words, and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eep.tasks.encounter import situations, wording
from eep.tasks.encounter.situations import BEHAVIOURS, DISTANCES, SITUATIONS, TRAITS

#: Anything that can be sensed: metres, metres a turn, arousal.
SENSES = st.tuples(st.floats(0, 12), st.floats(-2, 2), st.floats(0, 1.5))


def expected(distance: float, velocity: float, arousal: float) -> tuple[str, str]:
    """Return the words for what is sensed, by the rules as they are written down."""
    bounds = (("touching you", 0.7), ("within reach", 2.0), ("a few steps away", 5.0))
    place = next((name for name, bound in bounds if distance < bound or distance == bound == 5.0), "far off")
    if arousal > 0.6:
        return place, "bristling"
    if abs(velocity) > 0.2:
        return place, "coming towards you" if velocity < 0 else "backing away"
    return place, "watching you" if arousal > 0.2 else "at ease"


@given(SENSES)
def test_what_is_sensed_is_what_is_read(senses: tuple[float, float, float]) -> None:
    """From numbers to a situation, to a text and back by reading it; the words are those of the rules."""
    (number,) = situations.situations(np.array([senses])).tolist()
    assert situations.words(number) == expected(*senses)
    caption = 'A tiny cat, "It is far off, at ease." on its tag.'
    assert wording.parse(wording.text(caption, number)) == (caption, number)


@given(st.integers(0, 2**32 - 1), st.integers(1, 20))
def test_drawn_states_fall_in_their_situations(seed: int, animals: int) -> None:
    """Also in single precision, which is what students sense."""
    drawn = situations.draw(np.random.default_rng(seed), animals)
    assert drawn.shape == (animals, SITUATIONS, 3)
    for senses in (drawn, drawn.astype(np.float32)):
        found = situations.situations(np.asarray(senses, np.float64).reshape(-1, 3)).reshape(animals, SITUATIONS)
        assert (found == np.arange(SITUATIONS)).all()


def test_states_differ_between_animals() -> None:
    """What is sensed of a situation is drawn for each animal anew: a student meets its whole breadth."""
    drawn = situations.draw(np.random.default_rng(0), 500)
    metres = drawn[:, SITUATIONS - 1, 0]
    assert (metres.min() < 0.02, metres.max() > 0.68) == (True, True)


def test_typical_states_are_of_their_situations() -> None:
    """The state that is drawn for a reader falls under the situation that it illustrates."""
    found = situations.situations(np.array([situations.typical(number) for number in range(SITUATIONS)]))
    assert found.tolist() == list(range(SITUATIONS))


def test_twenty_sentences_differ() -> None:
    """Every distance with every behaviour has a sentence of its own, the far and calm one first."""
    said = [situations.sentence(number) for number in range(SITUATIONS)]
    assert len(set(said)) == SITUATIONS == len(DISTANCES) * len(BEHAVIOURS)
    assert (said[0], said[-1]) == ("It is far off, at ease.", "It is touching you, bristling.")


@pytest.mark.parametrize("text", ["", "A cat.", "A cat. It is far off.", "A cat. It is far off, at ease. And red."])
def test_other_texts_are_refused(text: str) -> None:
    """A text that says no situation at its end is told."""
    with pytest.raises(ValueError, match="expected a caption, then how far"):
        wording.parse(text)


def test_traits_say_how_near_and_what_it_does() -> None:
    """Nearness goes from -1 to 1 in even steps; at most one behaviour is flagged, none at ease."""
    known = [situations.traits(number) for number in range(SITUATIONS)]
    assert all(tuple(traits) == TRAITS for traits in known)
    assert [round(traits["near"], 3) for traits in known[::5]] == [-1, -0.333, 0.333, 1]
    flags = [[name for name in TRAITS[1:] if traits[name]] for traits in known[:5]]
    assert flags == [[], ["watching"], ["coming"], ["backing"], ["bristling"]]
