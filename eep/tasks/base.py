"""What every task offers, and the columns and readouts of its answers; `eep.tasks.playable` adds play in a loop."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from eep.core.arrays import FeatureArray, FloatArray
from eep.core.errors import UserError
from eep.data.phrases import PreferencePhrases
from eep.data.types import Cell, Illustration, Item, Message
from eep.tasks.conversing import Conversation
from eep.tasks.policies import ordered_options

if TYPE_CHECKING:
    from eep.stimuli.encoders.encoder import Encoder

#: For each teacher cell: text -> option -> probability, averaged over samples; texts without an answer are absent.
AnswerTables = Mapping[Cell, Mapping[str, Mapping[str, float]]]


StudentKinds = Annotated[
    tuple[str, ...],
    Field(
        min_length=1,
        description="Student kinds. The first is the confirmatory one; the others are reported as exploratory.",
    ),
]


class TaskSettings(BaseModel):
    """Settings every task has; a task's own settings inherit from it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    students: StudentKinds
    train_per_student: int = Field(
        default=4000,
        ge=1,
        le=1_000_000,
        description="Train items a student learns from, at most; each cell draws its own from the pool.",
    )


@dataclass(frozen=True)
class TaskQuestion:
    """A task's part of a prompt."""

    #: The same for every item.
    instructions: str
    #: This item's.
    text: str
    #: Asks for the options in an order that is drawn for each item, with braces for each of them, as in ``"Is it {} or
    #: {}?"``. Empty where the instructions alone name the options, always in the same order.
    offer: str = ""
    #: What was said before this item, user and assistant in turn.
    turns: tuple[Message, ...] = ()


class Task(ABC):
    """A task: what is asked, what the student senses, and which numbers are read out of an answer.

    Below the abstract methods stand those of a task that has no more to offer: no controls of its own, no pictures, no
    words for what its items are like, no recorded episodes, no conversation.
    """

    Settings: ClassVar[Any]
    #: Its name in the registry, and for people.
    id: str
    title: str
    #: The answers a teacher may give.
    options: tuple[str, ...]
    #: The numbers that get a row in the responses table, the first being the one that is analysed: a readout's name to
    #: its weights, option to a number in [0, 1]. Its value is the weighted sum of the options' probabilities, and
    #: options it does not name weigh nothing. So ``{"right": {"right": 1.0}}`` is the probability of an option, and a
    #: scale weighs several.
    readouts: Mapping[str, Mapping[str, float]]
    #: The names that the items' traits have, which the simulated teacher's weights refer to.
    traits: tuple[str, ...]
    #: English words, small and uninflected, that belong to what it is about: a placebo is kept clear of them.
    topic: tuple[str, ...] = ()
    #: The words that say what a persona prefers; None where nobody says what items are like.
    phrases: PreferencePhrases | None = None
    #: What a component of the analysed readout is in the task's own words, continuing "students resemble their persona in
    #: ...": ``"level"``, ``"gain"`` and ``"preference"``. Empty where it is how often an option is chosen.
    component_phrases: Mapping[str, str] = {}
    #: Whether items are split whatever the answers.
    fixed_split: bool = False
    #: Whether eep drew its pictures itself, so that they may be passed on under eep's licence.
    own_pictures: bool = False

    @abstractmethod
    def stimuli(self) -> tuple[Item, ...]:
        """Return the items whose texts teachers are asked about, in a fixed order; texts are unique."""

    @abstractmethod
    def question(self, item: Item) -> TaskQuestion:
        """Return the task's part of the prompt for one item."""

    @abstractmethod
    def items(self, answers: AnswerTables, seed: int) -> tuple[Item, ...]:
        """Return the items of the responses table, train and test; each text is one of the stimuli's."""

    @abstractmethod
    def features(self, items: Sequence[Item]) -> FeatureArray:
        """Return what the student senses, shape (n, d) float32. Never derived from ``item.text``."""

    def senses(self, width: int) -> tuple[str, ...]:
        """Return the names of what the student senses, one for each of the ``width`` columns of the features."""
        return tuple(f"feature-{number}" for number in range(1, width + 1))

    @property
    def encoder(self) -> "Encoder | None":
        """The encoder that students see pictures through; None where they sense numbers as they are."""
        return None

    def standalone(self) -> Mapping[str, bytes]:
        """Return name -> content of the files with which a student can be put to work where there is no eep.

        ``run.py`` needs numpy, gymnasium and onnxruntime alone and finds the student in ``policy.onnx``. Nothing where
        there is no such script.
        """
        return {}

    def control_features(
        self, train: Sequence[Item], test: Sequence[Item]
    ) -> Mapping[str, tuple[FeatureArray, FeatureArray]]:
        """Return what the task's own controls sense of the train and of the test items: name to (n, d) float32 each.

        Nothing may be fitted to the test items. The name becomes the control's agent in the responses table.
        """
        del train, test
        return {}

    def check_split(self, seed: int) -> None:  # noqa: B027 - any split will do
        """Raise `eep.core.errors.UserError` if the items leave nothing to learn from, or nothing to test on."""

    def held_out_clusters(self, seed: int) -> int:
        """Return how many clusters the held-out items can have, at most."""
        del seed
        return len({item.cluster for item in self.stimuli()})

    def content(self) -> str:
        """Return a hash of whatever pictures and features depend on besides settings, texts and eep's own code."""
        return ""

    def check_cache(self) -> None:  # noqa: B027 - nothing is kept
        """Raise `eep.core.errors.UserError` if features are missing and could not be kept: nobody should be asked then."""

    def illustrate(self, items: Sequence[str]) -> Mapping[str, Illustration]:
        """Return item id -> what students see and teachers read, for a reader of the report, where there are pictures."""
        del items
        return {}

    def portray(self, clusters: Sequence[str]) -> Mapping[str, Illustration]:
        """Return cluster -> what all its items show, for a reader of the report, where that is something to look at."""
        del clusters
        return {}

    def attributes(self, items: Sequence[Item]) -> Mapping[str, Mapping[str, str]]:
        """Return item id -> attribute -> value, in the order of their telling; items nobody described are absent.

        An item may lack an attribute that others have (closed eyes have no size).
        """
        del items
        return {}

    def episodes(self, folder: Path, *, seed: int) -> tuple[tuple[Item, ...], pl.DataFrame]:
        """Return a recording of play, its decisions as items and as a responses table of role teacher.

        Raises `eep.core.errors.UserError` if the task cannot be learned from recorded episodes, or ``folder`` holds no
        recording that can be trusted or restored.
        """
        del folder, seed
        raise UserError(f"task {self.id}: expected a task that can be learned from recorded episodes; it cannot")

    def conversation(self) -> Conversation | None:
        """Return how teachers play in conversation; ``None`` where they are asked about the stimuli instead."""
        return None


def actions(task: Task) -> tuple[str, ...]:
    """Return a task's options in the order of the columns of its policies and students."""
    return ordered_options(task.options, task.readouts)


def labelled_options(task: Task) -> tuple[str, ...]:
    """Return the options whose probabilities students learn from, in the columns' order, as the responses table names them.

    Of two options the second column says all, where it is a readout of its own.
    """
    *others, last = actions(task)
    return (last,) if len(others) == 1 and task.readouts.get(last) == {last: 1.0} else (*others, last)


def readout_weights(task: Task) -> dict[str, FloatArray]:
    """Return each readout's weights of the task's actions, (k,)."""
    columns = actions(task)
    return {name: np.array([weights.get(option, 0.0) for option in columns]) for name, weights in task.readouts.items()}


def analysed_readout(task: Task | type[Task]) -> str:
    """Return the name of the readout that is analysed, the first one."""
    return next(iter(task.readouts))


def analysed(task: Task) -> Mapping[str, float]:
    """Return the weights of the readout that is analysed."""
    return task.readouts[analysed_readout(task)]
