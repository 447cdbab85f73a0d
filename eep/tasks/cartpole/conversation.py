"""CartPole in conversation: how teachers with a memory play, what they are compared on, and what is recorded.

A cell reads a moment, its answer is held, and it reads the next. The conversation goes on from episode to episode, so
that a teacher may learn from a failure it has read of, as far back as its memory goes. An answer that is none (refused,
unparsable, failed) pushes nowhere: its episode ends there, and the next begins.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np

from eep.core.arrays import FeatureArray, FloatArray
from eep.core.hashing import seed_from
from eep.data.types import Answer, Cell, Item, Status
from eep.tasks.cartpole import conversation_items, items, physics, words
from eep.tasks.cartpole import conversation_text as text
from eep.tasks.cartpole.settings import CartPoleSettings
from eep.tasks.conversing import Asked, ConversationEpisode, Playing
from eep.tasks.policies import choose

#: Numbers of draws from here on belong to play, those below to comparisons: no answer serves both.
PLAYED = 1_000
LEFT, RIGHT = "left", "right"
UNANSWERED = "unanswered"
_COIN = Answer(b"", Status.OK, {LEFT: 0.5, RIGHT: 0.5}, "", "coin")


@dataclass(frozen=True)
class PoleConversation:
    """See `eep.tasks.conversing.Conversation`; ``settings.memory`` is at least 1."""

    settings: CartPoleSettings

    @property
    def limits(self) -> tuple[str, ...]:
        """Say what teachers see that students do not, and where the moments they are compared on come from."""
        memory = self.settings.memory
        seen = "its last decision" if memory == 1 else f"its last {memory} decisions"
        senses = (
            f"In CartPole the teacher decides with {seen} before its eyes; a student senses the present state alone "
            "and has no memory, so it cannot learn what depends on the past. Nor is there a policy of the present state "
            "alone to say how the teacher acts."
        )
        common = (
            "In CartPole teachers are compared on moments of all teachers' episodes, where the past that a teacher "
            "reads as its own may be another's."
        )
        return (senses, common)

    @property
    def episodes(self) -> int:
        """Return the episodes that a cell plays."""
        return self.settings.episodes

    @property
    def questions(self) -> int:
        """Return the decisions of episodes that all last to their time limit."""
        return self.settings.episodes * ceil(self.settings.max_steps / self.settings.hold)

    @property
    def windows(self) -> int:
        """Return the train and test items asked for."""
        return self.settings.train_items + self.settings.test_items

    def play(self, cell: Cell, *, greedy: bool, seed: int) -> Playing:
        """Play one cell's episodes.

        All cells start from the same states. What a cell draws depends on the seed, the cell and the episode alone. An
        episode is a draw of its own, so that a teacher that is asked the same in two episodes may answer differently;
        within an episode the same question has the same answer.
        """
        past: list[text.Turn] = []
        episodes: list[ConversationEpisode] = []
        notice = text.FIRST
        for number, start in enumerate(physics.initial_states(self.episodes, seed)):
            cart = _Cart(start, self.settings.max_steps)
            noise = np.random.default_rng(seed_from([seed, "play", *cell, number], size=16))
            while not cart.ended:
                present, item = self._moment(cart.states[-1], past, "" if cart.actions else notice)
                answer = yield Asked(item, PLAYED + number)
                cart.status = answer.status
                if answer.probabilities is None:
                    break
                chances = np.array([[answer.probabilities[LEFT], answer.probabilities[RIGHT]]])
                action = int(choose(chances, noise.random(1), greedy=greedy)[0])
                cart.moments.append(item)
                past.append(text.Turn(present, (LEFT, RIGHT)[action]))
                cart.push(action, self.settings.hold)
            episodes.append(cart.episode(number))
            notice = how_it_ended(episodes[-1])
        return tuple(episodes)

    def _moment(self, state: FeatureArray, past: Sequence[text.Turn], notice: str) -> tuple[str, Item]:
        """Return the message of a moment, headed by a notice, and the item of the message with its past."""
        style = self.settings.text
        present = text.observation_text(int(words.cells(state[None])[0]), style, notice)
        window = text.render(past[-self.settings.memory :], present)
        return present, items.item(state, split="train", style=style, window=window)

    def rehearsal(self, seed: int) -> tuple[Item, ...]:
        """Return the moments that a fair coin meets."""
        playing = self.play(Cell("coin", "coin"), greedy=False, seed=seed)
        met = [next(playing).item]
        try:
            while True:
                met.append(playing.send(_COIN).item)
        except StopIteration:
            return tuple(met)

    def items(self, played: Mapping[Cell, Sequence[ConversationEpisode]], seed: int) -> tuple[Item, ...]:
        """Draw moments that cells met; see `eep.tasks.cartpole.conversation_items`."""
        return conversation_items.draw(played, self.settings, seed)

    def record(self, episodes: Sequence[ConversationEpisode], folder: Path) -> list[Path]:
        """Write ``observations.npy``, ``actions.npy`` and ``episodes.json``.

        Every action stands beside the observation it was taken from (see `eep.tasks.cartpole.recording`). An
        episode's last observation, from which none was taken, is left out.
        """
        if not any(len(episode.actions) for episode in episodes):
            return []
        folder.mkdir(parents=True, exist_ok=True)
        arrays = {
            "observations": np.concatenate([episode.states[:-1] for episode in episodes]),
            "actions": np.concatenate([episode.actions for episode in episodes]),
        }
        for name, array in arrays.items():
            np.save(folder / f"{name}.npy", array, allow_pickle=False)
        paths, index = [folder / f"{name}.npy" for name in arrays], folder / "episodes.json"
        ends = np.cumsum([len(episode.actions) for episode in episodes]).tolist()
        entries = [
            {
                "episode": episode.number,
                "first": end - len(episode.actions),
                "steps": len(episode.actions),
                "ended": episode.ended,
                "status": episode.status.value,
            }
            for episode, end in zip(episodes, ends, strict=True)
        ]
        content = json.dumps({"hold": self.settings.hold, "episodes": entries}, indent=1)
        index.write_text(content + "\n", encoding="utf-8")
        return [*paths, index]


def how_it_ended(episode: ConversationEpisode) -> str:
    """Return what the next episode's first message begins with."""
    if episode.ended == UNANSWERED:
        return text.BROKEN_OFF
    if episode.ended == "truncated":
        return text.TIME_UP
    position, _, angle, _ = np.abs(episode.states[-1])
    off = position / physics.POSITION_LIMIT > angle / physics.ANGLE_LIMIT
    return text.RAN_OFF if off else text.FELL


class _Cart:
    """An episode under way; ``ended`` is empty until it ends by itself."""

    def __init__(self, start: FloatArray, max_steps: int) -> None:
        self._environment = physics.start(start[None], max_steps=max_steps)
        self.states: list[FeatureArray] = [start.astype(np.float32)]
        self.actions: list[int] = []
        self.moments: list[Item] = []
        self.status = Status.OK
        self.value = 0.0
        self.ended = ""

    def push(self, action: int, steps: int) -> None:
        """Hold an action for so many steps, or until the episode ends."""
        for _ in range(steps):
            states, reward, terminated, truncated, _ = self._environment.step(np.array([action]))
            self.states.append(np.asarray(states[0], dtype=np.float32))
            self.actions.append(action)
            self.value += float(reward[0])
            if terminated[0] or truncated[0]:
                self.ended = "terminated" if terminated[0] else "truncated"
                return

    def episode(self, number: int) -> ConversationEpisode:
        """Return the episode as it stands; one that has not ended by itself ended unanswered."""
        return ConversationEpisode(
            number=number,
            moments=tuple(self.moments),
            states=np.stack(self.states),
            actions=np.array(self.actions, dtype=np.int64),
            value=self.value if self.ended else None,
            ended=self.ended or UNANSWERED,
            status=self.status,
        )
