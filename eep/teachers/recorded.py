"""A teacher that gives recorded answers and no others: what was not recorded stays unanswered."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field

from eep.core.errors import UserError
from eep.core.paths import RESOURCES
from eep.core.registry import did_you_mean
from eep.core.toml.document import display_path
from eep.data.types import Answer, Question, Status
from eep.teachers.base import Kind, Provenance, Teacher, TeacherSettings, UnansweredError
from eep.teachers.recording import AnswerRecording, RecordedCell, RecordedReply, open_recording
from eep.teachers.recording_format import canonical

#: Recordings that come with eep, one folder each.
SHIPPED = RESOURCES / "recordings"


class RecordedSettings(TeacherSettings):
    """Which recording, and which of its two kinds of answers."""

    provider: Literal["recorded"] = "recorded"
    recording: str = Field(min_length=1, description="Name of a recording that comes with eep, or path of a folder.")
    answers: Literal["probability", "choice"] = Field(
        default="probability",
        description=(
            "Take the recorded probabilities (a choice as certain where there are none), or all choices as certain."
        ),
    )


class Recorded(Teacher):
    """Gives the answers of a recording; ``seed`` is not used, since nothing is drawn.

    Raises `eep.core.errors.UserError` if there is no such recording, or its files are malformed: all lines at once.
    """

    Settings: ClassVar[type[RecordedSettings]] = RecordedSettings
    at_once = True

    def __init__(self, settings: RecordedSettings, *, seed: int) -> None:
        del seed
        self._answers = settings.answers
        self._folder = folder(settings.recording)
        self._recording = open_recording(self._folder)
        self._unfit: dict[tuple[str, str, str], str] = {}
        self.agent = f"recorded:{self._recording.about.model}"

    def check(self, questions: Sequence[Question]) -> None:
        """Raise UserError for every grid that has options which a task has not: none of its answers could be trusted."""
        offered = {question.task: question.options for question in questions}
        problems = [
            f"{display_path(self._folder / f'{task}-grid.json')}: options: expected some of the task's "
            f"({', '.join(sorted(offered[task]))}); found {', '.join(strange)}"
            for task, options in self._recording.grids.items()
            if task in offered and (strange := [option for option in options if option not in offered[task]])
        ]
        if problems:
            raise UserError("\n".join(problems))

    def unanswerable_reason(self, question: Question) -> str:
        """Look whether the recording has an answer, and one to these options.

        Of a cell's answers that do not fit the first is named for all.
        """
        try:
            reply = _find(self._recording, question)
        except UnansweredError as reason:
            return str(reason)
        try:
            self._probabilities(reply, question.options)
        except UnansweredError as reason:
            cell = (question.task, question.persona.id, question.wording.id)
            return self._unfit.setdefault(cell, f"recorded answers do not fit the question; the first: {reason}")
        return ""

    def provenance(self) -> Provenance:
        """Say whose answers these are, in the recording's own sentences."""
        about = self._recording.about
        taken = {
            "probability": "Recorded probabilities are used where there are any, and recorded choices as if they were certain elsewhere.",
            "choice": "The recorded choices are used as if they were certain.",
        }
        return Provenance(
            kind=Kind.RECORDED,
            agent=self.agent,
            sentence=about.provenance,
            caveats=(*about.limits, taken[self._answers], *self._recording.notes),
        )

    def request(self, question: Question) -> Mapping[str, Any]:
        """Return the place in the recording, and the recording's content hash."""
        return {
            "provider": "recorded",
            "recording": self._recording.about.id,
            "digest": self._recording.digest,
            "answers": self._answers,
            "persona": question.persona.id,
            "wording": question.wording.id,
            "wording_text": question.wording.text,
            "task": question.task,
            "text": question.item.text,
            "options": list(question.options),
            "sample": question.sample,
        }

    async def answer(self, question: Question, key: bytes) -> Answer:
        """Look the answer up; raises `UnansweredError` where the recording has none, or one to other options."""
        reply = _find(self._recording, question)
        return Answer(
            key=key,
            status=Status(reply.status),
            probabilities=self._probabilities(reply, question.options),
            text=_reply_text(reply),
            model=reply.model or self._recording.about.model,
        )

    def _probabilities(self, reply: RecordedReply, options: tuple[str, ...]) -> dict[str, float] | None:
        """Return an answer's probabilities, None of a bad one; raises UnansweredError if it is to other options."""
        if Status(reply.status) is not Status.OK:
            return None
        stated = self._answers == "probability" and reply.probabilities
        return (_stated_probabilities if stated else _chosen)(reply, options)


def folder(recording: str) -> Path:
    """Return the folder of a recording that comes with eep, or of a path; raises UserError if there is none."""
    shipped = sorted(path.name for path in SHIPPED.iterdir() if (path / "recording.toml").is_file())
    if recording in shipped:
        return SHIPPED / recording
    path = Path(recording).expanduser()
    if not path.is_dir():
        raise UserError(
            f"recording: expected one that comes with eep ({', '.join(shipped)}) or the path of a folder; "
            f"found {recording!r}{did_you_mean(recording, shipped)}"
        )
    return path


def _find(recording: AnswerRecording, question: Question) -> RecordedReply:
    """Return the recorded answer to a question; raises UnansweredError with the reason."""
    persona, wording = question.persona.id, question.wording
    recorded = recording.wordings.get(persona, {})
    if wording.id not in recorded:
        raise UnansweredError(f"the recording {recording.about.id} has no persona {persona} in wording {wording.id}")
    if wording.text != recorded[wording.id]:
        raise UnansweredError(
            f"the text of wording {wording.id} of {persona} is not the one that {recording.about.id} was recorded "
            "with; recorded answers belong to their text verbatim"
        )
    text = canonical(question.item.text)
    cell = RecordedCell(question.task, persona, wording.id, text, question.sample)
    if cell not in recording.replies:
        raise UnansweredError(
            f"the recording {recording.about.id} has no answer of {persona} in wording {wording.id} to "
            f"{question.task} {text!r}, sample {question.sample}"
        )
    return recording.replies[cell]


def _stated_probabilities(reply: RecordedReply, options: tuple[str, ...]) -> dict[str, float]:
    """Return the recorded probabilities; one option that was left out has the rest."""
    found = reply.probabilities
    _check_options(found, options, reply.line)
    missing = [option for option in options if option not in found]
    rest = 1.0 - sum(found.values())
    if len(missing) > 1 or (not missing and abs(rest) > 1e-6):
        raise UnansweredError(
            f"expected probabilities of {', '.join(options)} that sum to 1 (one may be left out); "
            f"the answer of line {reply.line} has {found}"
        )
    return {option: found.get(option, max(0.0, rest)) for option in options}


def _chosen(reply: RecordedReply, options: tuple[str, ...]) -> dict[str, float]:
    """Return the recorded choice as certain."""
    if reply.choice is None:
        raise UnansweredError(f"expected a choice; the answer of line {reply.line} has probabilities only")
    _check_options([reply.choice], options, reply.line)
    return {option: float(option == reply.choice) for option in options}


def _check_options(found: Sequence[str] | Mapping[str, float], options: tuple[str, ...], line: int) -> None:
    strange = [option for option in found if option not in options]
    if strange:
        raise UnansweredError(
            f"expected an answer out of {', '.join(options)}; the answer of line {line} is about {', '.join(strange)}"
        )


def _reply_text(reply: RecordedReply) -> str:
    """Return the reply as recorded, or what is on record of it."""
    if reply.text is not None:
        return reply.text
    stated = [f"{option} with probability {p:g}" for option, p in reply.probabilities.items()]
    chosen = [] if reply.choice is None else [f"choice {reply.choice}"]
    return "; ".join([*chosen, *stated]) or reply.status
