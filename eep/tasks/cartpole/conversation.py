"""CartPole in conversation: how teachers with a memory play, what they are compared on, and what is recorded.

A cell reads a moment, its answer is held, and it reads the next. The conversation goes on from episode to episode, so
that a teacher may learn from a failure it has read of, as far back as its memory goes. An answer that is none (refused,
unparsable, failed) pushes nowhere: its episode ends there, and the next begins.
"""

import json
from collections.abc import Generator, Mapping, Sequence
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
        player = _Player(self.settings, cell, greedy=greedy, seed=seed)
        episodes: list[ConversationEpisode] = []
        notice = text.FIRST
        for number, start in enumerate(physics.initial_states(self.episodes, seed)):
            episode = yield from player.episode(number, start, notice)
            notice = how_it_ended(episode)
            episodes.append(episode)
        return tuple(episodes)

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


class _Player:
    """One cell's conversation, from its first episode to its last."""

    def __init__(self, settings: CartPoleSettings, cell: Cell, *, greedy: bool, seed: int) -> None:
        self._settings = settings
        self._cell = cell
        self._greedy = greedy
        self._seed = seed
        self._past: list[text.Turn] = []

    def episode(
        self, number: int, start: FloatArray, notice: str
    ) -> Generator[Asked, Answer, ConversationEpisode]:
        """Play one episode; ``notice`` stands at the head of its first message."""
        cart = _Cart(start, self._settings.max_steps)
        noise = np.random.default_rng(seed_from([self._seed, "play", *self._cell, number], size=16))
        moments: list[Item] = []
        status = Status.OK
        while not cart.ended:
            state = cart.states[-1]
            cell = int(words.cells(state[None])[0])
            present = text.observation_text(cell, self._settings.text, "" if cart.actions else notice)
            window = text.render(self._past[-self._settings.memory :], present)
            item = items.item(state, split="train", style=self._settings.text, window=window)
            answer = yield Asked(item, PLAYED + number)
            status = answer.status
            if answer.probabilities is None:
                break
            chances = np.array([[answer.probabilities[LEFT], answer.probabilities[RIGHT]]])
            action = int(choose(chances, noise.random(1), greedy=self._greedy)[0])
            moments.append(item)
            self._past.append(text.Turn(present, (LEFT, RIGHT)[action]))
            cart.push(action, self._settings.hold)
        return ConversationEpisode(
            number=number,
            moments=tuple(moments),
            states=np.stack(cart.states),
            actions=np.array(cart.actions, dtype=np.int64),
            value=cart.value if cart.ended else None,
            ended=cart.ended or UNANSWERED,
            status=status,
        )
