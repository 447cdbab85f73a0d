"""Whether everything is as the last run left it: then no answer is read, and nothing is computed again."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from eep.core import versions
from eep.core.files import atomic_write
from eep.core.hashing import sha256
from eep.core.paths import PACKAGE
from eep.pipeline.calibration import measured
from eep.pipeline.prepare import Prepared, cells, question
from eep.teachers.episodes import Episodes

#: What a finished run notes, in its folder.
DONE = "done.json"


def inputs(prepared: Prepared) -> str:
    """Return a hash (hex) of all that a run is made from, besides the files it leaves: settings, prompts, answers on record, code.

    ``prepared`` may lack its questions: each is made of what is hashed here, and so is its request.
    """
    experiment = prepared.experiment
    return sha256(
        {
            "plan": prepared.plan.sha256,
            "settings": experiment.model_dump(mode="json", serialize_as_any=True),
            "personas": repr(prepared.personas),
            "sources": dict(prepared.written.sources),
            "teacher": repr(prepared.provenance),
            "requests": _requests(prepared),
            "pictures": {name: task.content() for name, task in prepared.tasks.items()},
            "measured": measured.digest(prepared),
            "code": _hash(PACKAGE, (path for path in PACKAGE.rglob("*") if path.suffix != ".pyc")),
            "versions": versions.versions(),
        }
    )


def answers(prepared: Prepared, before: str) -> int | None:
    """Return how many answers the last run had, if it was made from the inputs ``before`` and all its files are there as it left them."""
    try:
        document = json.loads((prepared.runs / DONE).read_text(encoding="utf-8"))
        return int(document["answers"]) if document["made"] == [before, _left(prepared)] else None
    except (OSError, ValueError, KeyError, TypeError):  # nothing to go by: the run finds out for itself
        return None


def remember(prepared: Prepared, before: str, *, answers: int) -> None:
    """Note that a run with no question left was made from the inputs ``before``, and which files it left."""
    with atomic_write(prepared.runs / DONE) as new:
        new.write_text(json.dumps({"made": [before, _left(prepared)], "answers": answers}) + "\n", encoding="utf-8")


def _requests(prepared: Prepared) -> list[object]:
    """Return what the teacher is asked first in each task: requests name the settings, and the recording by its content."""
    source = prepared.source
    if isinstance(source, Episodes):
        return [source.content()]
    (persona, wording), *_ = cells(prepared.personas, prepared.experiment)
    return [
        dict(source.request(question(task, item, persona, wording, 0, prepared.experiment)))
        for task in prepared.tasks.values()
        for item in task.stimuli()[:1]
    ]


def _left(prepared: Prepared) -> str:
    """Return a hash (hex) of every file in the run's two folders: answers, tables, students, batches, report."""
    found = (path for folder in (prepared.runs, prepared.reports) for path in folder.rglob("*"))
    return _hash(prepared.runs.parent.parent, (path for path in found if path != prepared.runs / DONE))


def _hash(folder: Path, paths: Iterable[Path]) -> str:
    """Return a hash (hex) of the files among ``paths``: their content, and their names in ``folder``."""
    digest = hashlib.sha256()
    for path in sorted(path for path in paths if path.is_file()):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").digest()
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + content)
    return digest.hexdigest()
