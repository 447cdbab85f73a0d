"""How teachers play in conversation, for tasks that let them."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from eep.core.arrays import FeatureArray
from eep.data.types import Answer, Cell, Item, Status


class Asked(NamedTuple):
    """One moment of a conversation: what a teacher cell is to be asked, and the number of the draw (`Question.sample`)."""

    item: Item
    sample: int


#: One cell's play: yields what it is to be asked, is sent its answer, returns its episodes.
Playing = Generator[Asked, Answer, "tuple[ConversationEpisode, ...]"]


@dataclass(frozen=True)
class ConversationEpisode:
    """One episode that a teacher cell played in conversation."""

    #: From 0; every cell's episode of the same number starts in the same state.
    number: int
    #: What it was asked and gave an answer to, in order.
    moments: tuple[Item, ...]
    #: (steps + 1, d) float32.
    states: FeatureArray
    #: (steps,) int64: the action taken from each state but the last.
    actions: npt.NDArray[np.int64]
    #: The sum of rewards; ``None`` where the episode ended unanswered.
    value: float | None
    #: ``"terminated"``, ``"truncated"`` or ``"unanswered"``, as in the returns table.
    ended: str
    #: Of the last answer; anything but ok ended the episode.
    status: Status


class Conversation(Protocol):
    """How teachers play in conversation: what a cell is asked depends on what it answered before.

    Such answers are no table, and no two cells meet the same moments on their own. So all cells are compared on the
    same moments, drawn from what all of them met: every cell is asked about each of them besides.
    """

    @property
    def limits(self) -> tuple[str, ...]:
        """Return sentences for the report on what this forbids to conclude."""

    @property
    def episodes(self) -> int:
        """Return how many episodes a cell plays."""

    @property
    def questions(self) -> int:
        """Return how many questions a cell is asked while it plays, at most."""

    @property
    def windows(self) -> int:
        """Return about how many moments every cell is asked afterwards, once per sample, at most."""

    def play(self, cell: Cell, *, greedy: bool, seed: int) -> Playing:
        """Play one cell's episodes; ``greedy`` takes the likelier action instead of drawing it.

        An answer without probabilities ends its episode. The same answers and seed repeat the play exactly.
        """

    def rehearsal(self, seed: int) -> tuple[Item, ...]:
        """Return what a coin would be asked if it played: moments as teachers will meet them."""

    def items(self, played: Mapping[Cell, Sequence[ConversationEpisode]], seed: int) -> tuple[Item, ...]:
        """Return the items of the responses table, train and test, from what all cells met.

        Raises `eep.core.errors.UserError` if nobody met enough.
        """

    def record(self, episodes: Sequence[ConversationEpisode], folder: Path) -> list[Path]:
        """Write one cell's episodes as a recording; return the files, none if there is nothing to record."""
