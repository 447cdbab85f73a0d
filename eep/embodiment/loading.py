"""Finding saved students: by run, folder or file, and by what tells them apart."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from eep.core.registry import did_you_mean
from eep.data import run_tables
from eep.embodiment import saved
from eep.embodiment.policy import StudentPolicy
from eep.embodiment.saved import MANIFEST, STUDENTS, SavedStudentError, StudentRecord


class KeptRun(Protocol):
    """A finished run, which knows its folder."""

    @property
    def folder(self) -> Path:
        """The run's folder."""
        ...


def load_student(
    source: "str | Path | KeptRun",
    *,
    task: str | None = None,
    persona: str | None = None,
    wording: str | None = None,
    kind: str | None = None,
    seed: int = 0,
    out: str | Path = ".",
) -> StudentPolicy:
    """Load a persona that acts: the students that a run left, or that were exported.

    Parameters
    ----------
    source
        A run, by its name as ``quickstart``, by its folder, or as `eep.open_run` gives it; a folder of exported students;
        or one student's file.
    task, persona
        Which task and whose student; may be left out where there is but one. A part of one persona's id or name will do.
    wording
        One of the persona's wordings. Left out, the students of all its wordings act as one: their probabilities are
        averaged.
    kind
        The students' kind, such as ``"xgboost"``; the task's confirmatory one if left out. ``"generic"`` is the control that
        learned the mean answers of the neutral personas.
    seed
        Seeds the choices of `StudentPolicy.predict`.
    out
        Folder that ``runs/`` lies in, where ``source`` is a run's name.

    Raises
    ------
    eep.embodiment.saved.SavedStudentError
        If there are no such students, or a file is damaged, foreign or missing. Nothing in a file is executed.
    """
    folder, file = find(source if isinstance(source, str | Path) else source.folder, Path(out))
    manifest = saved.read(folder)
    wanted = {"task": task, "persona": persona, "agent": kind, "wording": wording}
    records = manifest.students
    if persona is not None:
        wanted["persona"] = persona_id({name: one.name for name, one in manifest.personas.items()}, persona)
    if file is not None:
        records = _one(records, "file", file, folder)
    elif persona is None and kind == "generic":
        wanted["persona"] = next((one.persona for one in records if one.agent == kind), None)
    for attribute, value in wanted.items():
        if value is not None or attribute != "wording":
            records = _one(records, attribute, value, folder)
    kept = saved.subset(manifest, records)
    students = tuple(saved.load(folder, one, kept.tasks[one.task]) for one in kept.students)
    return StudentPolicy(kept, students, seed)


def persona_id(names: Mapping[str, str], text: str) -> str:
    """Return the id that a text means, out of ids and names: an id, or a part of one persona's id or name; else the text."""
    found = [one for one, name in names.items() if text.lower() in f"{one} {name}".lower()]
    return found[0] if text not in names and len(found) == 1 else text


def find(source: str | Path, out: Path) -> tuple[Path, str | None]:
    """Return the folder of students that ``source`` means, and the student's file in it if it means one.

    Raises `SavedStudentError` if there is none; a name that no run has is a UserError of its own.
    """
    path = Path(source)
    if path.is_file() and path.name != MANIFEST:
        for parent in path.parents:
            if (parent / MANIFEST).is_file():
                return parent, path.relative_to(parent).as_posix()
        raise SavedStudentError(
            f"{path}: expected a saved student beside its {MANIFEST}; found none in the folders above"
        )
    for folder in (path.parent if path.name == MANIFEST else path, path / STUDENTS):
        if (folder / MANIFEST).is_file():
            return folder, None
    if path.exists() or len(path.parts) != 1:
        raise SavedStudentError(
            f"{path}: expected a run, or a folder of students with its {MANIFEST}; found none; eep run leaves one"
        )
    return run_tables.find(
        path.name, out, f"{STUDENTS}/{MANIFEST}", expected="a run with saved students"
    ) / STUDENTS, None


def _one(
    records: Sequence[StudentRecord], attribute: str, value: str | None, folder: Path
) -> tuple[StudentRecord, ...]:
    """Return the records of one value of an attribute: the one given, the only one, or the confirmatory kind."""
    known = list(dict.fromkeys(str(getattr(one, attribute)) for one in records))
    if value is None and attribute == "agent":
        value = known[0]
    if value is None and len(known) == 1:
        value = known[0]
    found = tuple(one for one in records if getattr(one, attribute) == value)
    if not found:
        name = "kind" if attribute == "agent" else attribute
        meant = "" if value is None else f"; found {value!r}{did_you_mean(value, known)}"
        raise SavedStudentError(f"{folder}: expected {name}= one of {', '.join(known)}{meant}")
    return found
