"""CartPole in conversation: how teachers with a memory play, what they are compared on, and what is recorded."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np

from eep.data.types import Cell, Item
from eep.tasks.cartpole import conversation_items, conversation_play
from eep.tasks.cartpole.settings import CartPoleSettings
from eep.tasks.conversing import ConversationEpisode, Playing


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
        """Play one cell's episodes; see `eep.tasks.cartpole.conversation_play`."""
        return conversation_play.play(self.settings, cell, greedy=greedy, seed=seed)

    def rehearsal(self, seed: int) -> tuple[Item, ...]:
        """Return the moments that a fair coin meets."""
        return conversation_play.rehearse(self.settings, seed=seed)

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
