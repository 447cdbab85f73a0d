"""A teacher that was recorded while it played: whole episodes of observations and actions, nothing to ask."""

from typing import Literal

from pydantic import Field

from eep.teachers.base import Kind, Provenance, TeacherSettings


class EpisodesSettings(TeacherSettings):
    """Which recording, and which model played in it."""

    provider: Literal["episodes"] = "episodes"
    model: str = Field(min_length=1, description="The model that played, as its provider names it.")
    recording: str = Field(
        default="",
        description="Folder of the recording (observations.npy, actions.npy); --recording gives it at run time.",
    )


def provenance(settings: EpisodesSettings) -> Provenance:
    """Return what the report says about a teacher that was recorded while it played."""
    return Provenance(
        kind=Kind.RECORDED,
        agent=f"recorded:{settings.model}",
        sentence=f"The teacher is a recording of {settings.model} at play: whole episodes of states and decisions.",
        limits=(
            "The model was asked once in each state it came to, so its probabilities are not known.",
            "It had its earlier decisions before its eyes; its answers depend on more than the state.",
        ),
    )
