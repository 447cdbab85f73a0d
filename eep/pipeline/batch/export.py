"""The questions of an experiment as files, for providers' batches or for whoever can have a model answer them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eep.core.errors import UserError
from eep.data.store import Store
from eep.data.types import Question
from eep.pipeline import plan
from eep.pipeline.batch.formats import FORMATS, Format
from eep.pipeline.batch.lines import Written, write
from eep.pipeline.elicit.elicit import inventory
from eep.pipeline.plan import PLAN
from eep.pipeline.prepare import Prepared
from eep.teachers.live import Live


@dataclass(frozen=True)
class Exported:
    """What was exported; ``stored`` questions have their answer already and are in no file."""

    files: tuple[Written, ...]
    stored: int

    @property
    def questions(self) -> int:
        """How many questions the files hold."""
        return sum(file.lines for file in self.files)


def export(
    prepared: Prepared, out: Path, *, form: str | None = None, per_file: int | None = None, overwrite: bool = False
) -> Exported:
    """Write every question that has no answer yet to a file; questions with equal keys once.

    The plan is registered before anything is written, as it is before a run asks anything.

    Raises `eep.core.errors.UserError` if the teacher is not a model that can be asked, cannot be asked in this format,
    or a file is there already.

    Parameters
    ----------
    form
        Name of a format (see `eep.pipeline.batch.formats`); that of the teacher's provider by default.
    per_file
        Questions in one file at most. Where one file cannot hold all, there are several, which are numbered.
    overwrite
        Replace files that are there already.
    """
    teacher = live(prepared)
    chosen = _format(form or teacher.settings.provider, teacher)
    with Store.open(prepared.answers) as store:
        plan.register(prepared.plan, prepared.runs / PLAN, answers=len(store))
        there = inventory(prepared.questions, teacher, store)
    most = min(filter(None, [per_file, chosen.most_lines]), default=None)
    files = write(
        out,
        (line(chosen, key, question, teacher) for key, question in there.missing.items()),
        most_lines=most,
        most_bytes=chosen.most_bytes,
        overwrite=overwrite,
    )
    return Exported(files, len(there.known))


def line(form: Format, key: bytes, question: Question, teacher: Live) -> dict[str, Any]:
    """Return the line of a question: with the body that the teacher itself would send."""
    return form.line(key.hex(), question, teacher.body(question))


def live(prepared: Prepared) -> Live:
    """Return the teacher if it is a model, and there are questions to ask it beforehand; raises UserError."""
    if not isinstance(prepared.source, Live):
        raise UserError(
            f"teacher {prepared.provenance.agent}: expected a model that can be asked, found one that cannot "
            f"({prepared.provenance.kind.value}); name a model with --teacher PROVIDER:MODEL"
        )
    if not prepared.questions:
        raise UserError(
            f"{prepared.experiment.id}: expected questions that are known beforehand, found none: in a conversation each "
            "depends on the answers before it, and only eep run can ask it"
        )
    return prepared.source


def _format(name: str, teacher: Live) -> Format:
    provider = teacher.settings.provider
    if name not in {"plain", provider}:
        raise UserError(
            f"--format {name}: expected the format of the teacher {teacher.agent}, which is {provider}, or plain; "
            f"or another teacher, with --teacher {name}:MODEL"
        )
    if name == "plain" and (reason := teacher.beyond_words()):
        raise UserError(f"--format plain: {reason}")
    return FORMATS[name]
