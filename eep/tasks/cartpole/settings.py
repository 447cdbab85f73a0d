"""Settings of the CartPole task, as an experiment file gives them."""

from typing import Any, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from eep.tasks.base import StudentKinds, TaskSettings
from eep.tasks.cartpole.conversation_text import EXAMPLE

#: Train and test items unless the file says otherwise: from a table of answers, and where each is one more question.
TRAIN, TEST = (5000, 240), (400, 160)
#: Settings of conversations alone.
TALKED = ("memory", "episodes", "few_shot")


class CartPoleSettings(TaskSettings):
    """What the teacher reads and remembers, how long an action is held, and which states become items."""

    students: StudentKinds = ("xgboost",)
    text: Literal["words", "numbers"] = Field(
        default="words",
        description=(
            "How the state is told to the teacher: as four words, or as a typical state of those "
            "words in metres and degrees. Either way there are 81 texts."
        ),
    )
    memory: int = Field(
        default=0,
        ge=0,
        le=100,
        description=(
            "Past moments, with its own answers, that the teacher is shown. 0: it is asked the 81 texts once and "
            "played from the table of its answers. From 1: it plays in conversation, a question for each decision."
        ),
    )
    episodes: int = Field(
        default=8,
        ge=2,
        le=1_000,
        description="With a memory: episodes that each teacher cell plays, one after another, in one conversation.",
    )
    few_shot: int = Field(
        default=7,
        ge=0,
        le=len(EXAMPLE),
        description="With a memory: moments of a worked example that stand before every conversation.",
    )
    train_items: int = Field(
        default_factory=lambda found: TRAIN[found.get("memory", 0) > 0],
        ge=1,
        le=1_000_000,
        description=(
            "The pool of states to learn from, drawn by how often the teachers and random play visit them "
            f"({TRAIN[0]:,} unless given). With a memory: moments to learn from, each a question to every teacher cell "
            f"({TRAIN[1]} unless given)."
        ),
    )
    test_items: int = Field(
        default_factory=lambda found: TEST[found.get("memory", 0) > 0],
        ge=1,
        le=100_000,
        description=(
            "Held-out states at most; every visited text gets the same number of them "
            f"({TEST[0]} unless given). With a memory: held-out moments, each a question to every teacher cell "
            f"({TEST[1]} unless given)."
        ),
    )
    hold: int = Field(default=2, ge=1, le=50, description="Steps for which one action is held.")
    max_steps: int = Field(
        default=500,
        ge=1,
        le=100_000,
        description="Steps after which an episode is cut; with a memory it bounds the questions of an episode.",
    )
    occupancy: float = Field(
        default=0.0005,
        ge=0,
        lt=1,
        description="Texts visited less often than this share of the pooled time are left out of the test items.",
    )
    pool_episodes: int = Field(
        default=100,
        ge=2,
        le=5_000,
        description=(
            "Episodes of each teacher cell and of random play from which the states are drawn; "
            "more are played if they hold too few states. Not used with a memory."
        ),
    )

    @model_validator(mode="after")
    def _used(self) -> Self:
        """Refuse settings that the memory leaves without effect."""
        idle = [name for name in TALKED[1:] if name in self.model_fields_set]
        if not self.memory and idle:
            raise ValueError(f"expected a memory of at least 1 with {' and '.join(idle)}; found memory 0")
        if self.memory and "pool_episodes" in self.model_fields_set:
            raise ValueError("expected episodes in place of pool_episodes, with a memory; found pool_episodes")
        return self

    @model_serializer(mode="wrap")
    def _serialised(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what has no effect: plans of teachers without a memory stay what they always were."""
        idle = ("pool_episodes",) if self.memory else TALKED
        values: dict[str, Any] = serialise(self)
        return {name: value for name, value in values.items() if name not in idle}
