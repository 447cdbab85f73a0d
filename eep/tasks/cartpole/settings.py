"""Settings of the CartPole task, as an experiment file gives them."""

from typing import Literal

from pydantic import Field

from eep.tasks.base import TaskSettings


class CartPoleSettings(TaskSettings):
    """What the teacher reads, how long an action is held, and which states become items."""

    students: tuple[str, ...] = Field(
        default=("xgboost",),
        min_length=1,
        description="Student kinds. The first is the confirmatory one; the others are reported as exploratory.",
    )
    text: Literal["words", "numbers"] = Field(
        default="words",
        description=(
            "How the state is told to the teacher: as four words, or as a typical state of those "
            "words in metres and degrees. Either way there are 81 texts."
        ),
    )
    train_items: int = Field(
        default=5000,
        ge=1,
        le=1_000_000,
        description="The pool of states to learn from, drawn by how often the teachers and random play visit them.",
    )
    test_items: int = Field(
        default=400,
        ge=1,
        le=100_000,
        description="Held-out states at most; every visited text gets the same number of them.",
    )
    hold: int = Field(default=2, ge=1, le=50, description="Steps for which one action is held.")
    max_steps: int = Field(default=500, ge=1, le=100_000, description="Steps after which an episode is cut.")
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
            "more are played if they hold too few states."
        ),
    )
