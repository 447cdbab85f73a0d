"""The folder that students are kept in: their files, and one manifest that says what each of them is.

A run leaves one, ``runs/<experiment>/students``; an exported student is a folder of the same form.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from eep.core.arrays import FeatureArray
from eep.core.errors import UserError
from eep.core.files import atomic_write
from eep.students import STUDENTS as KINDS
from eep.students import student_class
from eep.students.base import Student, StudentFileError

#: The folder of a run's students, within the run's own, and the manifest in it.
STUDENTS = "students"
MANIFEST = "students.json"


class SavedStudentError(UserError):
    """A folder or file that is no saved student, or is damaged."""


class _Record(BaseModel):
    """A part of the manifest."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TeacherRecord(_Record):
    """Who answered: see `eep.teachers.base.Provenance`."""

    kind: str
    agent: str
    sentence: str
    caveats: tuple[str, ...] = ()


class PersonaRecord(_Record):
    """Whom the teacher played, and its words for it, by wording."""

    name: str
    arm: str
    about: str
    wordings: dict[str, str]


class TaskRecord(_Record):
    """What students sense and answer in a task.

    ``options`` are in the order of the columns of their probabilities, ``senses`` in the order of the columns of what
    they sense. ``sensor`` is the hash of the encoder, where students see through one.
    """

    title: str
    settings: dict[str, Any]
    options: tuple[str, ...] = Field(min_length=2)
    readouts: dict[str, dict[str, float]]
    senses: tuple[str, ...] = Field(min_length=1)
    sensor: str


class Agreement(_Record):
    """How a student's answers to the held-out items go with its own teacher's, in the analysed readout.

    ``correlation`` is None where one of the two always gives the same answer.
    """

    items: int
    correlation: float | None
    mean_absolute_difference: float


def _within(file: str) -> str:
    path = PurePosixPath(file)
    if path.is_absolute() or ".." in path.parts or any(sign in file for sign in "\\:\0"):
        raise ValueError("expected a file within the folder")
    return file


class StudentRecord(_Record):
    """One student. ``agent`` is its kind, or ``"generic"`` for the control that learned the neutral arm's mean answers."""

    file: Annotated[str, AfterValidator(_within)]
    sha256: str
    kind: str
    task: str
    role: Literal["student", "control"]
    agent: str
    persona: str
    arm: str
    wording: str
    agreement: Agreement | None


class Manifest(_Record):
    """What a folder of students says of them."""

    format: Literal[1] = 1
    experiment: str
    seed: int
    #: Name to version of eep and of the libraries that the students were made with.
    versions: dict[str, str]
    teacher: TeacherRecord
    #: An identifier as the Hub has them (``"mit"``, ``"other"``), and what it means here.
    licence: str
    licence_note: str
    #: Sentences on what a student must not be taken for.
    limits: tuple[str, ...]
    personas: dict[str, PersonaRecord]
    tasks: dict[str, TaskRecord]
    students: tuple[StudentRecord, ...]

    @model_validator(mode="after")
    def _known(self) -> Self:
        for one in self.students:
            if one.task not in self.tasks or one.kind not in KINDS:
                raise ValueError(f"{one.file}: expected a student of the tasks listed and of a kind that eep has")
        return self


def write(folder: Path, manifest: Manifest, contents: Mapping[str, bytes]) -> list[Path]:
    """Write students and their manifest; return the paths. ``contents`` is file to content of everyone in the manifest.

    What else lies in the folder stays.
    """
    paths = [folder / one.file for one in manifest.students]
    for one, path in zip(manifest.students, paths, strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents[one.file])
    with atomic_write(folder / MANIFEST) as new:
        new.write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return [*paths, folder / MANIFEST]


def read(folder: Path) -> Manifest:
    """Read a folder's manifest; raises `SavedStudentError` if there is none, or it is damaged or of a later eep."""
    path = folder / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise SavedStudentError(
            f"{path}: expected the manifest of saved students, format 1; found, at {where}: {first['msg']}. "
            "Run the experiment again, or fetch the folder again"
        ) from error
    except OSError as error:
        raise SavedStudentError(
            f"{path}: expected the manifest of saved students; found: {error.strerror or error}"
        ) from error


def load(folder: Path, record: StudentRecord, task: TaskRecord) -> Student:
    """Load one student; nothing in its file is executed.

    Raises `SavedStudentError` if the file is missing, is not the one that the manifest speaks of, or is no student.
    """
    path = folder / record.file
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SavedStudentError(f"{path}: expected a saved student; found: {error.strerror or error}") from error
    if digest(content) != record.sha256:
        raise SavedStudentError(
            f"{path}: expected the student that {MANIFEST} speaks of; found another or a damaged file ({len(content):,} "
            "bytes); run the experiment again, or fetch the folder again"
        )
    try:
        student = student_class(record.kind).load(content)
    except StudentFileError as error:
        raise SavedStudentError(f"{path}: {error}") from error
    if student.shape != (found := (len(task.senses), len(task.options))):
        raise SavedStudentError(
            f"{path}: expected a student of {found[0]} senses and {found[1]} options; found {student.shape}"
        )
    return student


def held_out_path(folder: Path, task: str) -> Path:
    """Return where a run keeps what students sensed of a task's held-out items; exported students have no such file."""
    return folder / task / "held-out.npz"


def write_held_out(path: Path, items: Sequence[str], sensed: FeatureArray) -> None:
    """Write what students sensed of held-out items, (n, d) float32."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, allow_pickle=False, items=np.array(items), sensed=sensed)


def read_held_out(path: Path) -> tuple[tuple[str, ...], FeatureArray]:
    """Return what `write_held_out` wrote; raises `SavedStudentError` if there is none or it is damaged."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return tuple(file["items"].tolist()), np.asarray(file["sensed"], dtype=np.float32)
    except Exception as error:  # zip, zlib and header parsers raise whatever they meet
        raise SavedStudentError(
            f"{path}: expected what students sensed of held-out items; found: {error}; run the experiment again"
        ) from error


def digest(content: bytes) -> str:
    """Return the hash by which a manifest knows a file."""
    return hashlib.sha256(content).hexdigest()


def subset(manifest: Manifest, kept: Iterable[StudentRecord]) -> Manifest:
    """Return a manifest of some of the students, and of no persona, wording and task but theirs."""
    students = tuple(kept)
    tasks = {one.task for one in students}
    personas: dict[str, PersonaRecord] = {}
    # Who was recorded at play, and several neutral voices taken together, have no words of their own.
    for name in dict.fromkeys(one.persona for one in students if one.persona in manifest.personas):
        whole, learned = manifest.personas[name], {one.wording for one in students if one.persona == name}
        told = {wording: text for wording, text in whole.wordings.items() if wording in learned}
        # The generic control learned from all wordings at once.
        personas[name] = whole.model_copy(update={"wordings": told or whole.wordings})
    return manifest.model_copy(
        update={
            "students": students,
            "personas": personas,
            "tasks": {name: value for name, value in manifest.tasks.items() if name in tasks},
        }
    )
