"""What teachers with a memory read, and the moments that all of them are asked about."""

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from talking import NOTICES, played, upright

from eep.core.errors import UserError
from eep.data.types import Cell, Status
from eep.tasks.cartpole import conversation_items, physics, words
from eep.tasks.cartpole import conversation_text as text
from eep.tasks.cartpole.conversation_text import Turn
from eep.tasks.cartpole.settings import CartPoleSettings
from eep.tasks.cartpole.task import CartPole
from eep.tasks.conversing import ConversationEpisode
from eep.teachers.recording_format import canonical

STYLES: tuple[words.Style, ...] = ("words", "numbers")
messages = st.builds(
    text.observation_text, st.integers(0, words.CELLS - 1), st.sampled_from(STYLES), st.sampled_from(("", *NOTICES))
)
turns = st.lists(st.builds(Turn, messages, st.sampled_from(("left", "right"))), max_size=6)


@given(turns, messages)
def test_a_window_can_be_read_again(past: list[Turn], present: str) -> None:
    """Whatever was said, the text of a window tells all of it, so that equal texts are equal questions."""
    assert text.parse(text.render(past, present)) == (tuple(past), present)


@given(turns, messages)
def test_windows_are_not_taken_for_lists_of_values(past: list[Turn], present: str) -> None:
    """Recordings sort texts made of ``name: value`` parts; of a window with a past or a notice no part may move."""
    window = text.render(past, present)
    if past or present.startswith(NOTICES):
        assert canonical(window) == " ".join(window.split())


@pytest.mark.parametrize("broken", ["> left", "cart: left\n> left\n> right\ncart: left", "cart: left\n> left"])
def test_what_is_no_window_is_refused(broken: str) -> None:
    """An answer to nothing, and a window that asks nothing, are errors."""
    with pytest.raises(ValueError, match="expected a message"):
        text.parse(broken)


def test_the_example_is_what_happens() -> None:
    """Physics leads through the worked example's moments, under the rule that its comment tells."""
    start = np.array([[0.02, 0.0, 0.03, 0.0]])
    environment, states, before = physics.start(start), start.astype(np.float32), 0.0
    for cell, answer in text.EXAMPLE:
        traits = words.traits(cell)
        way = traits["pole-angular-velocity"] or traits["pole-angle"] or -before
        assert words.cells(states)[0] == cell
        assert answer == ("right" if way > 0 else "left")
        before = way
        for _ in range(2):
            states = environment.step(np.array([int(way > 0)]))[0]


@pytest.mark.parametrize("style", STYLES)
def test_messages_alternate_and_end_with_the_present(style: words.Style) -> None:
    """First the example, then the past, then the present moment: user and assistant in turn, the user last."""
    task = CartPole(CartPoleSettings(memory=2, few_shot=3, text=style))
    past = [Turn(text.observation_text(40, style, text.FIRST), "left"), Turn(text.observation_text(39, style), "right")]
    (item,) = (one for one in task.stimuli() if one.id == "text-07")
    window = text.render(past, item.text)
    question = task.question(type(item)("x", item.cluster, "test", window))
    assert [turn.role for turn in question.turns] == ["user", "assistant"] * 5
    assert [turn.content for turn in question.turns[1::2]] == ["right", "left", "right", "left", "right"]
    assert question.turns[6].content == f"{text.FIRST}\n{words.text(40, style)}"
    assert question.text == item.text
    assert question.instructions.startswith(CartPole(CartPoleSettings()).question(item).instructions[:200])


def test_instructions_tell_of_memory_and_example() -> None:
    """How far the memory goes, and the example only where there is one."""
    item = CartPole(CartPoleSettings()).stimuli()[0]
    instructions = CartPole(CartPoleSettings(memory=5)).question(item).instructions
    assert "with your answers (5 at most)" in instructions
    assert "somebody else's" in instructions
    assert "nothing of what came before" not in instructions
    alone = CartPole(CartPoleSettings(memory=5, few_shot=0)).question(item)
    assert "somebody else's" not in alone.instructions
    assert alone.turns == ()


SETTINGS = CartPoleSettings(memory=2, episodes=6, max_steps=100, train_items=60, test_items=40)
Played = Mapping[Cell, tuple[ConversationEpisode, ...]]


@pytest.fixture(scope="module")
def cells() -> Played:
    """Return what three cells played: one that balances, and two that fail soon."""
    scripts = {
        Cell("nun", "plain"): upright,
        Cell("pirate", "plain"): lambda *_: 0.5,
        Cell("pirate", "portrait"): lambda *_: 0.5,
    }
    return {cell: played(script, SETTINGS, cell=cell)[0] for cell, script in scripts.items()}


def test_items_are_moments_that_cells_met(cells: Played) -> None:
    """As many as asked for, at most, all different, each with its state, its past and its text's traits."""
    items = conversation_items.draw(cells, SETTINGS, 0)
    met = {moment.id: moment for episodes in cells.values() for e in episodes for moment in e.moments}
    assert len({item.id for item in items}) == len(items)
    assert Counter(item.split for item in items)["train"] == 60
    assert 20 <= Counter(item.split for item in items)["test"] <= 40
    for item in items:
        assert (item.text, item.state, item.traits) == (met[item.id].text, met[item.id].state, met[item.id].traits)
        assert item.text.endswith(item.cluster)


def test_present_states_are_held_out_by_their_text(cells: Played) -> None:
    """No text of a present state is on both sides, whichever cells met it."""
    items = conversation_items.draw(cells, SETTINGS, 0)
    sides = [{item.cluster for item in items if item.split == split} for split in ("train", "test")]
    assert all(sides)
    assert not sides[0] & sides[1]


def test_test_items_are_balanced_over_what_is_told(cells: Played) -> None:
    """Of every present state as it is told there are equally many, unless fewer were met."""
    items = [item for item in conversation_items.draw(cells, SETTINGS, 0) if item.split == "test"]
    counts = Counter(item.cluster for item in items)
    assert len(counts) >= 10
    met = Counter(
        moment.cluster
        for moment in {m.id: m for episodes in cells.values() for e in episodes for m in e.moments}.values()
    )
    for cluster, count in counts.items():
        assert count == max(counts.values()) or count <= met[cluster]


def test_every_cell_has_one_vote(cells: Played) -> None:
    """A cell that keeps the pole up for long does not crowd out those that fail soon."""
    nun, pirate, second = (
        {moment.id for episode in episodes for moment in episode.moments} for episodes in cells.values()
    )
    assert len(nun) > 3 * len(pirate)
    train = [
        item.id
        for seed in range(20)
        for item in conversation_items.draw(cells, SETTINGS.model_copy(update={"train_items": 6}), seed)
        if item.split == "train"
    ]
    # First moments may be common to all.
    assert sum(name in pirate | second for name in train) > 0.5 * len(train)
    assert sum(name in nun for name in train) > 0.2 * len(train)


def test_the_draw_repeats(cells: Played) -> None:
    """The same play and seed give the same items in whatever order cells come; another seed gives others."""
    backwards = {cell: cells[cell] for cell in reversed(list(cells))}
    items = conversation_items.draw(cells, SETTINGS, 0)
    assert conversation_items.draw(backwards, SETTINGS, 0) == items
    assert conversation_items.draw(cells, SETTINGS, 1) != items


def test_too_little_play_is_told() -> None:
    """Where nobody ever answered there is nothing to compare, and the error says what to look at."""
    nothing = {Cell("pirate", "plain"): played(lambda *_: Status.REFUSED, SETTINGS)[0]}
    with pytest.raises(UserError, match="found 0 and 0 in 6 episodes of each of 1 teacher cells"):
        conversation_items.draw(nothing, SETTINGS, 0)
