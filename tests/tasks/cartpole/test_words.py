"""The 81 texts, and the CartPole task where the contract of tasks leaves it free."""

import json
import re

import numpy as np
import pytest
from cartpole_recordings import published_recording
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from eep.tasks.cartpole import recording, words
from eep.tasks.cartpole.settings import CartPoleSettings
from eep.tasks.cartpole.task import CartPole

CELLS = st.integers(0, 80)


def test_texts_as_recorded_answers_have_them() -> None:
    """The texts and their order are those under which answers have been recorded."""
    texts = words.texts()
    assert len(set(texts)) == 81
    assert texts[0] == (
        "cart-position: left; cart-velocity: leftwards; pole-angular-velocity: leftwards; pole-angle: left"
    )
    assert texts[39] == ("cart-position: center; cart-velocity: stopped; pole-angular-velocity: zero; pole-angle: left")
    assert texts[80] == (
        "cart-position: right; cart-velocity: rightwards; pole-angular-velocity: rightwards; pole-angle: right"
    )


def test_numbers_name_their_units() -> None:
    """In numbers the same cells are told by one state each, every value with its unit."""
    texts = words.texts("numbers")
    assert len(set(texts)) == 81
    assert texts[40].split("; ") == [
        "cart-position: 0 metres",
        "cart-velocity: 0 metres per second",
        "pole-angular-velocity: 0 degrees per second",
        "pole-angle: 0 degrees",
    ]
    assert texts[0].startswith("cart-position: -0.35 metres; cart-velocity: -0.5 metres per second; ")


@pytest.mark.parametrize(("column", "threshold", "place"), [(0, 0.1, 27), (1, 0.1, 9), (3, 0.2, 3), (2, 0.01, 1)])
def test_thresholds(column: int, threshold: float, place: int) -> None:
    """Words change at plus and minus the threshold of their variable; the threshold itself is the middle."""
    states = np.zeros((5, 4))
    states[:, column] = [-threshold - 1e-6, -threshold, 0, threshold, threshold + 1e-6]
    assert words.cells(states).tolist() == [40 - place, 40, 40, 40, 40 + place]


def test_words_are_those_the_recorded_teacher_read() -> None:
    """The published conversations hold these words for these states, in every episode but the four that were cut."""
    restored = recording.restore(recording.read(published_recording()))
    conversations = json.loads((published_recording() / "prompts.json").read_text(encoding="utf-8"))
    agreeing = 0
    for episode in range(157):
        written = [turn["content"] for turn in conversations[episode] if turn["content"].startswith("cart-")]
        rows = restored.decided & (restored.episode == episode)
        expected = [words.text(cell) for cell in words.cells(restored.observations[rows])]
        agreeing += expected == [words.text(words.parse(text)) for text in written[-len(expected) :]]
    assert agreeing == 153


@given(CELLS, st.sampled_from(["words", "numbers"]))
def test_parse_returns_the_cell(cell: int, style: words.Style) -> None:
    """A text of either style is read back to its cell."""
    assert words.parse(words.text(cell, style)) == cell


@given(CELLS, st.permutations(range(4)), st.sampled_from(["\n", ";", " ;\n ", "\r\n"]), st.booleans())
def test_parse_is_free_in_form(cell: int, order: list[int], separator: str, shout: bool) -> None:  # noqa: FBT001
    """Order, separators, spaces and case do not matter."""
    parts = words.text(cell).split("; ")
    written = separator.join(parts[place].replace(": ", " :  ") for place in order) + separator
    assert words.parse(written.upper() if shout else written) == cell


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("", "found none"),
        ("cart-position: left", "expected values for cart-position, cart-velocity"),
        (words.text(3) + "; cart-position: left", "found it twice"),
        (words.text(3) + "; wind: left", "wind"),
        (words.text(3).replace("zero", "zerro"), "'zerro'"),
        (words.text(3, "numbers").replace("degrees per second", "radians"), "radians"),
    ],
)
def test_parse_refuses_what_is_no_state(written: str, found: str) -> None:
    """A text that does not tell each variable once, in its words or unit, is refused with what was found."""
    with pytest.raises(ValueError, match=found):
        words.parse(written)


@given(CELLS)
def test_mirrored_cells_have_mirrored_traits(cell: int) -> None:
    """The mirror image of a cell has the opposite traits and the opposite pull."""
    mirrored = 80 - cell
    assert words.traits(mirrored) == {name: -value for name, value in words.traits(cell).items()}
    assert words.generic(mirrored) == pytest.approx(-words.generic(cell))
    assert tuple(words.traits(cell)) == ("cart-position", "cart-velocity", "pole-angular-velocity", "pole-angle")


@pytest.mark.parametrize("states", [np.zeros(4), np.zeros((2, 3)), np.full((1, 4), np.nan)])
def test_cells_refuse_what_is_no_state(states: np.ndarray) -> None:
    """States of another shape, or not numbers, have no cell."""
    with pytest.raises(ValueError, match="expected states"):
        words.cells(states)


@pytest.mark.parametrize("cell", [-1, 81])
def test_there_are_81_cells(cell: int) -> None:
    """A cell outside 0..80 has no text."""
    with pytest.raises(ValueError, match=r"0\.\.80"):
        words.text(cell)


def test_stimuli_are_the_81_texts() -> None:
    """There is one stimulus per text, numbered in the order of the texts, with the words as traits."""
    stimuli = CartPole(CartPoleSettings()).stimuli()
    assert [item.text for item in stimuli] == list(words.texts())
    assert [item.id for item in stimuli] == [f"text-{cell:02}" for cell in range(81)]
    assert all(set(item.traits.values()) <= {-1.0, 0.0, 1.0} for item in stimuli)


@pytest.mark.parametrize("style", ["words", "numbers"])
def test_instructions_name_what_is_told(style: words.Style) -> None:
    """The instructions name every variable, and every word or unit in which it is told."""
    task = CartPole(CartPoleSettings(text=style))
    instructions = task.question(task.stimuli()[0]).instructions
    for axis in words.AXES:
        assert axis.name in instructions
        for term in axis.words if style == "words" else [axis.unit]:
            assert term in instructions


def test_instructions_leave_the_push_to_the_persona() -> None:
    """The instructions say what can happen, not which push is right, and that there is no memory."""
    task = CartPole(CartPoleSettings())
    instructions = task.question(task.stimuli()[0]).instructions
    assert not re.search(r"push (it )?(to the )?(left|right) (when|if)", instructions)
    assert "nothing of what came before" in instructions


def test_table_in_other_order_is_the_same_policy() -> None:
    """A table is found by what its texts tell, in whatever form they were recorded."""
    task = CartPole(CartPoleSettings())
    signs = np.array([words.digits(cell) for cell in range(81)]) - 1.0
    states = np.empty((81, 4))
    states[:, [axis.column for axis in words.AXES]] = signs * [2 * axis.threshold for axis in words.AXES]
    table = {text: {"left": 1 - n / 100, "right": n / 100} for n, text in enumerate(words.texts())}
    recorded = {"\n".join(reversed(text.split("; "))): answer for text, answer in table.items()}
    np.testing.assert_array_equal(task.table_policy(recorded)(states)[:, 1], np.arange(81) / 100)
    np.testing.assert_array_equal(task.table_policy(table)(states), task.table_policy(recorded)(states))


def test_stimuli_cannot_be_sensed() -> None:
    """A stimulus has a text but no state; asking for its features is an error."""
    task = CartPole(CartPoleSettings())
    with pytest.raises(ValueError, match="found one without"):
        task.features(task.stimuli()[:1])


@pytest.mark.parametrize("setting", [{"hold": 0}, {"text": "verse"}, {"students": ()}, {"holds": 2}])
def test_settings_refuse(setting: dict[str, object]) -> None:
    """Impossible values and unknown settings are refused."""
    with pytest.raises(ValidationError, match=next(iter(setting))):
        CartPoleSettings.model_validate(setting)


@pytest.mark.parametrize("seed", range(6))
def test_every_neighbour_of_a_held_out_text_is_learned_from(seed: int) -> None:
    """Of 81 texts 27 are held out, no two of which differ in a single word; seeds differ in which."""
    held_out = words.held_out(seed)
    assert held_out.sum() == 27
    for cell in np.flatnonzero(held_out):
        mine = np.array(words.digits(int(cell)))
        neighbours = [c for c in range(words.CELLS) if (np.array(words.digits(c)) != mine).sum() == 1]
        assert len(neighbours) == 8
        assert not held_out[neighbours].any()
    assert len({words.held_out(other).tobytes() for other in range(40)}) > 12
