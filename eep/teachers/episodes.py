"""A teacher that was recorded while it played: whole episodes of observations and actions, nothing to ask."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field

from eep.core.errors import UserError
from eep.data.types import Answer, Question
from eep.teachers.base import Kind, Provenance, Teacher, TeacherSettings


class EpisodesSettings(TeacherSettings):
    """Which recording, and which model played in it."""

    provider: Literal["episodes"] = "episodes"
    model: str = Field(min_length=1, description="The model that played, as its provider names it.")
    recording: str = Field(
        default="",
        description="Folder of the recording (observations.npy, actions.npy); --recording gives it at run time.",
    )


class Episodes(Teacher):
    """A recording of whole episodes, which nobody can ask; raises `eep.core.errors.UserError` if ``settings`` name no folder."""

    Settings: ClassVar[type[TeacherSettings]] = EpisodesSettings

    def __init__(self, settings: EpisodesSettings) -> None:
        self.agent = f"recorded:{settings.model}"
        self.folder = Path(settings.recording)
        self._model = settings.model
        if not self.folder.is_dir():
            raise UserError(f"{self.folder}: expected the folder of a recording; found no such folder")

    def content(self) -> str:
        """Return the SHA-256 (hex) of the recording: tables made from another one are made again."""
        digest = hashlib.sha256()
        for path in sorted(path for path in self.folder.iterdir() if path.is_file()):
            digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    def provenance(self) -> Provenance:
        """Return what the report says about a teacher that was recorded while it played."""
        return Provenance(
            kind=Kind.RECORDED,
            agent=self.agent,
            sentence=f"The teacher is a recording of {self._model} at play: whole episodes of states and decisions.",
            caveats=(
                "The model was asked once in each state it came to, so its probabilities are not known.",
                "It had its earlier decisions before its eyes; its answers depend on more than the state.",
            ),
        )

    def check(self, questions: Sequence[Question]) -> None:
        """Raise `eep.core.errors.UserError` if there are questions."""
        if questions:
            raise self.unasked()

    def unanswerable_reason(self, question: Question) -> str:
        """Return that there is no answer."""
        del question
        return str(self.unasked())

    def request(self, question: Question) -> Mapping[str, Any]:
        """Raise `eep.core.errors.UserError`: nothing is sent anywhere."""
        del question
        raise self.unasked()

    async def answer(self, question: Question, key: bytes) -> Answer:
        """Raise `eep.core.errors.UserError`."""
        del question, key
        raise self.unasked()

    def unasked(self) -> UserError:
        """Return the error that nobody is there to be asked."""
        return UserError(f"{self.folder}: expected a teacher that can be asked, found a recording of episodes")
