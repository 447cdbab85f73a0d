"""A teacher that was recorded while it played: whole episodes of observations and actions, nothing to ask."""

from typing import Literal

from pydantic import Field

from eep.teachers.base import TeacherSettings


class EpisodesSettings(TeacherSettings):
    """Which recording, and which model played in it."""

    provider: Literal["episodes"] = "episodes"
    model: str = Field(min_length=1, description="The model that played, as its provider names it.")
    recording: str = Field(
        default="",
        description="Folder of the recording (observations.npy, actions.npy); --recording gives it at run time.",
    )
