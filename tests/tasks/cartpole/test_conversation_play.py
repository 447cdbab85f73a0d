"""Teachers with a memory at play."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from talking import NOTICES, played, upright

from eep.data.types import Cell, Item, Status
from eep.tasks.cartpole import conversation, physics, recording, words
from eep.tasks.cartpole import conversation_text as text
from eep.tasks.cartpole.conversation import PoleConversation
from eep.tasks.cartpole.settings import CartPoleSettings

SETTINGS = CartPoleSettings(memory=3, episodes=4, max_steps=60)


def test_a_teacher_reads_its_own_last_answers() -> None:
    """Each moment shows the last moments as they were told and what was then answered, as many as it remembers."""
    episodes, asked = played(upright, SETTINGS)
    turns: list[text.Turn] = []
    for moment, _ in asked:
        past, present = text.parse(moment.text)
        assert list(past) == turns[-3:]
        chance = upright(moment, 0)
        assert moment.state is not None
        assert present.split("\n")[-1] == words.texts()[words.cells([moment.state])[0]] == moment.cluster
        # At a chance of one half only what comes next tells what was drawn.
        turns.append(text.Turn(present, {0.0: "left", 1.0: "right"}.get(chance, "?")))
        following = asked[len(turns)].item if len(turns) < len(asked) else None
        if following is not None:
            turns[-1] = text.parse(following.text)[0][-1]
            assert chance == 0.5 or turns[-1].answer == ("right" if chance else "left")
    assert len(turns) == sum(len(episode.moments) for episode in episodes)


def test_episodes_are_announced_with_how_the_last_one_ended() -> None:
    """The first as the first, those after a fall as a failure, those after the time limit as that."""
    episodes, asked = played(upright, SETTINGS)
    assert {episode.ended for episode in episodes} == {"truncated"}
    heads = [text.parse(moment.text)[1].split("\n")[0] for moment, _ in asked]
    assert [head for head in heads if head in NOTICES] == [text.FIRST] + [text.TIME_UP] * 3
    fallen, asked = played(lambda *_: 0.0, SETTINGS)
    assert {episode.ended for episode in fallen} == {"terminated"}
    heads = [text.parse(moment.text)[1].split("\n")[0] for moment, _ in asked]
    assert [head for head in heads if head in NOTICES] == [text.FIRST] + [text.FELL] * 3
    assert text.FELL.startswith("You failed, the pole fell too far")


def test_how_an_episode_ended_is_told_by_its_last_state() -> None:
    """A cart beyond the track's end ran off, a pole beyond its limit fell."""
    (episode, *_), _ = played(lambda *_: 0.0, SETTINGS)
    off = np.array([[2.41, 1.0, 0.1, 0.0]], dtype=np.float32)
    assert conversation.how_it_ended(episode) == text.FELL
    assert conversation.how_it_ended(replace(episode, states=off)) == text.RAN_OFF
    assert conversation.how_it_ended(replace(episode, ended="unanswered")) == text.BROKEN_OFF


@pytest.mark.parametrize("status", [Status.REFUSED, Status.UNPARSABLE, Status.FAILED])
def test_no_answer_pushes_nowhere(status: Status) -> None:
    """An answer that is none ends its episode with its status and no return; the next one begins, and tells so."""

    def script(item: Item, number: int) -> float | Status:
        return status if number == 5 else upright(item, number)

    (broken, *others), asked = played(script, SETTINGS, greedy=True)
    assert (broken.status, broken.ended, broken.value) == (status, "unanswered", None)
    assert broken.moments == tuple(moment for moment, _ in asked[:5])
    assert len(broken.states) == len(broken.actions) + 1 == 2 * 5 + 1
    past, present = text.parse(asked[6].item.text)
    assert present.startswith(text.BROKEN_OFF)
    assert past == text.parse(asked[5].item.text)[0]
    assert {(episode.status, episode.ended) for episode in others} == {(Status.OK, "truncated")}


def test_a_teacher_that_always_refuses_plays_every_episode_in_one_question(tmp_path: Path) -> None:
    """So many questions as episodes, no step, no return, and no recording."""
    episodes, asked = played(lambda *_: Status.REFUSED, SETTINGS)
    assert len(asked) == SETTINGS.episodes
    assert all(not episode.moments and not len(episode.actions) for episode in episodes)
    assert all(len(episode.states) == 1 and episode.value is None for episode in episodes)
    assert PoleConversation(SETTINGS).record(episodes, tmp_path / "none") == []
    assert list(tmp_path.iterdir()) == []


def test_cells_start_alike_and_draw_apart() -> None:
    """All cells start from the task's own initial states; chances are drawn anew for each cell and episode, unless greedy."""
    episodes, asked = played(lambda *_: 0.5, SETTINGS)
    again, _ = played(lambda *_: 0.5, SETTINGS)
    other, _ = played(lambda *_: 0.5, SETTINGS, cell=Cell("nun", "plain"))
    starts = physics.initial_states(SETTINGS.episodes, 0).astype(np.float32)
    for number, start in enumerate(starts):
        for mine in (episodes, other):
            np.testing.assert_array_equal(mine[number].states[0], start)
        np.testing.assert_array_equal(episodes[number].actions, again[number].actions)
    actions = [tuple(episode.actions.tolist()) for episode in (*episodes, *other)]
    assert len(set(actions)) == len(actions)
    numbers = {sample for _, sample in asked}
    assert numbers == {conversation.PLAYED + number for number in range(SETTINGS.episodes)}
    assert [episode.value for episode in episodes] == [float(len(episode.actions)) for episode in episodes]
    (greedy, *_), _ = played(lambda *_: 0.51, SETTINGS, greedy=True)
    assert greedy.actions.all()


def test_questions_are_bounded() -> None:
    """A teacher that never fails is asked as often as the plan says, and no teacher more often."""
    conversation = PoleConversation(SETTINGS)
    _, asked = played(upright, SETTINGS)
    assert len(asked) == conversation.questions == 4 * 30
    _, asked = played(lambda *_: 0.0, SETTINGS)
    assert len(asked) < conversation.questions
    odd = PoleConversation(SETTINGS.model_copy(update={"hold": 7}))
    _, asked = played(upright, odd.settings)
    assert len(asked) <= odd.questions == 4 * 9


def test_a_rehearsal_is_a_coins_play() -> None:
    """It has moments of every episode, and full windows."""
    met = PoleConversation(SETTINGS).rehearsal(0)
    assert met == PoleConversation(SETTINGS).rehearsal(0)
    assert sum(text.parse(moment.text)[1].startswith(NOTICES) for moment in met) == SETTINGS.episodes
    assert max(len(text.parse(moment.text)[0]) for moment in met) == SETTINGS.memory


@pytest.mark.parametrize("hold", [1, 2, 3])
def test_what_is_recorded_passes_the_physics(tmp_path: Path, hold: int) -> None:
    """Each action stands beside the observation it was taken from; refusals and time limits change nothing in that."""

    def script(item: Item, number: int) -> float | Status:
        if number == 20:
            return Status.REFUSED
        return upright(item, number) if number > 10 else 0.5

    conversation = PoleConversation(SETTINGS.model_copy(update={"hold": hold, "episodes": 5}))
    episodes, asked = played(script, conversation.settings)
    files = conversation.record(episodes, tmp_path / "pirate" / "plain")
    assert sorted(file.name for file in files) == ["actions.npy", "episodes.json", "observations.npy"]
    found = recording.check(files[0].parent)
    assert found.trustworthy
    steps = [len(episode.actions) for episode in episodes]
    assert found.pairs == sum(steps)
    assert found.right == sum(steps) - sum(length > 0 for length in steps)
    restored = recording.restore(recording.read(files[0].parent), hold=hold)
    decided = [len(range(0, length - 1, hold)) for length in steps]
    assert restored.decided.sum() == sum(decided) <= len(asked)
