"""Whether asking can start, found out before anything is written, with the way out where it cannot."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from eep.core.errors import UnfinishedError, UserError
from eep.data.store import Store
from eep.pipeline import conversations
from eep.pipeline.elicit.elicit import inventory
from eep.pipeline.prepare import Prepared
from eep.teachers.base import Kind


def require_ready(prepared: Prepared) -> None:
    """Raise UserError if there is something to ask, and something is in the way: all of it at once.

    That is a teacher that cannot be asked, for want of a key, say, or a folder that cannot be written and will have
    to be, when the answers are there and paid for. Where every answer is in the store already, no key is needed.
    """
    if not (reasons := list(_obstacles(prepared))):
        return
    with Store.look(prepared.answers) as store:
        progress = conversations.conversation_progress(prepared, store)
        known_beforehand = inventory(prepared.questions, prepared.source, store)
    if known_beforehand.missing or progress.there.missing:
        raise UserError("\n".join(reasons))


def _obstacles(prepared: Prepared) -> Iterator[str]:
    if reason := prepared.source.not_ready_reason():
        yield reason
    # A report is laid down beside its folder first.
    folders = (prepared.runs, prepared.reports.parent, prepared.reports)
    found = {reason: folder for folder in reversed(folders) if (reason := _unwritable(folder))}
    for reason, folder in found.items():
        yield f"{folder}: expected a folder that can be written, found {reason}; --out FOLDER names another place"
    for task in prepared.tasks.values():
        try:
            task.check_cache()
        except UserError as error:
            yield str(error)


def _unwritable(folder: Path) -> str:
    """Return what keeps a folder from being written, which need not exist yet; empty if nothing does.

    Tries it, since permissions do not tell of everything, and leaves nothing there.
    """
    place = folder.absolute()
    try:
        while not place.exists():
            place = place.parent
        with tempfile.TemporaryFile(dir=place):
            return ""
    except OSError as error:
        return f"{place}: {error.strerror}"


#: Cells that an error names.
SHOWN = 6


def require_answerable(prepared: Prepared) -> None:
    """Raise UnfinishedError if the teacher is known to lack answers: a run would end without a verdict."""
    cells = Counter(
        (question.task, question.persona.id, question.wording.id, reason)
        for question in prepared.questions
        if (reason := prepared.source.unanswerable_reason(question))
    )
    if not cells:
        return
    lines = [
        f"  {task}: {persona} ({wording}): {count} unanswered: {reason}"
        for (task, persona, wording, reason), count in cells.items()
    ]
    lines[SHOWN:] = [f"  and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    of, have = len(prepared.questions), "have" if cells.total() > 1 else "has"
    head = f"not begun: {cells.total():,} of {of:,} question{'s' * (of > 1)} {have} no answer; nothing was asked"
    raise UnfinishedError("\n".join([head, *lines, way_out(prepared)]))


def way_out(prepared: Prepared) -> str:
    """Return how to get the answers that a teacher lacks; empty where asking is the way."""
    if prepared.provenance.kind is not Kind.RECORDED:
        return ""
    return (
        "A recording cannot be asked again. Ask another teacher, which then answers as every persona anew: "
        "--teacher simulated rehearses without a model, --teacher openai:MODEL or anthropic:MODEL asks one "
        "(--base-url for a server of yours), and eep batch export with --format plain writes the questions for any other. "
        "Or take the persona out, or add its answers to a recording of your own."
    )
