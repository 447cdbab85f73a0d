"""Experiments: one TOML file each."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from eep.tasks.base import TaskSettings
from eep.teachers.base import TeacherSettings


class Section(BaseModel):
    """Frozen, and no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Play(Section):
    """Closed-loop play of every agent, in tasks that can be played."""

    episodes: int = Field(default=100, ge=1, le=100_000, description="Episodes per agent.")
    greedy: bool = Field(default=False, description="Take the likelier action instead of sampling it.")


class Controls(Section):
    """Controls that every run has."""

    permuted: int = Field(
        default=20,
        ge=20,
        le=10_000,
        description="Students trained on permuted labels, at least, in total per task.",
    )


class Analysis(Section):
    """Settings of the statistics; part of the pre-registered plan."""

    alpha: float = Field(default=0.05, gt=0, lt=0.5, description="Family-wise error rate of the verdicts.")
    smallest_slope: float = Field(
        default=0.2, gt=0, lt=1, description="Smallest inheritance slope of interest."
    )
    permutations: int = Field(
        default=9_999, ge=99, le=1_000_000, description="Random labellings where all are too many."
    )


class Experiment(Section):
    """An experiment as its file defines it.

    ``personas`` are ids of persona files; ``wordings`` the wording ids that every persona must have;
    ``tasks`` maps a task id to its settings.
    """

    id: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]*$", description="Names the folders under runs/ and reports/."
    )
    title: str = Field(min_length=1)
    question: str = Field(min_length=1, description="What the experiment asks, in one sentence for a reader.")
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    personas: tuple[str, ...] = Field(min_length=1)
    wordings: tuple[str, ...] = Field(min_length=1)
    teacher: TeacherSettings
    tasks: dict[str, TaskSettings] = Field(min_length=1)
    play: Play = Play()
    controls: Controls = Controls()
    analysis: Analysis = Analysis()


def settings_dict(experiment: Experiment) -> dict[str, Any]:
    """Return every setting, defaults included, as JSON values (for the plan)."""
    return experiment.model_dump(mode="json", serialize_as_any=True)
