"""One teacher cell at play in conversation: it reads a moment, its answer is held, and it reads the next.

The conversation goes on from episode to episode, so that a teacher may learn from a failure it has read of, as far
back as its memory goes. An answer that is none (refused, unparsable, failed) pushes nowhere: its episode ends there,
and the next begins.
"""

from collections.abc import Generator
from hashlib import blake2b

import numpy as np

from eep.core.arrays import FeatureArray, FloatArray
from eep.core.hashing import canonical_json
from eep.data.types import Answer, Cell, Item, Status
from eep.tasks.cartpole import conversation_text as text
from eep.tasks.cartpole import items, physics, words
from eep.tasks.cartpole.settings import CartPoleSettings
from eep.tasks.conversing import Asked, ConversationEpisode, Playing
from eep.tasks.policies import choose

#: Numbers of draws from here on belong to play, those below to comparisons: no answer serves both.
PLAYED = 1_000
LEFT, RIGHT = "left", "right"
UNANSWERED = "unanswered"
_COIN = Answer(b"", Status.OK, {LEFT: 0.5, RIGHT: 0.5}, "", "coin")


def play(settings: CartPoleSettings, cell: Cell, *, greedy: bool, seed: int) -> Playing:
    """Play ``settings.episodes`` episodes; see `eep.tasks.conversing.Conversation.play`.

    All cells start from the same states. What a cell draws depends on the seed, the cell and the episode alone. An
    episode is a draw of its own, so that a teacher that is asked the same in two episodes may answer differently;
    within an episode the same question has the same answer.
    """
    player = _Player(settings, cell, greedy=greedy, seed=seed)
    episodes: list[ConversationEpisode] = []
    notice = text.FIRST
    for number, start in enumerate(physics.initial_states(settings.episodes, seed)):
        episode = yield from player.episode(number, start, notice)
        notice = how_it_ended(episode)
        episodes.append(episode)
    return tuple(episodes)


def rehearse(settings: CartPoleSettings, *, seed: int) -> tuple[Item, ...]:
    """Return the moments that a fair coin meets."""
    playing = play(settings, Cell("coin", "coin"), greedy=False, seed=seed)
    met = [next(playing).item]
    try:
        while True:
            met.append(playing.send(_COIN).item)
    except StopIteration:
        return tuple(met)


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
        noise = np.random.default_rng(self._number(number))
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

    def _number(self, episode: int) -> int:
        """Return the seed of one episode's draws."""
        content = canonical_json([self._seed, "play", *self._cell, episode])
        return int.from_bytes(blake2b(content.encode(), digest_size=16).digest())
