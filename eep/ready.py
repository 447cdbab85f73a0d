"""Whether asking can start, told before anything is written."""

from pathlib import Path

from eep import conversations
from eep.elicit import inventory
from eep.errors import UserError
from eep.prepare import Prepared
from eep.store import Store
from eep.teachers.base import Teacher


def check(prepared: Prepared) -> None:
    """Raise UserError if there is something to ask and the teacher cannot be asked, for want of a key, say.

    Where every answer is in the store already, no key is needed.
    """
    source = prepared.source
    if isinstance(source, Path) or not (reason := source.unready()):
        return
    with Store.look(prepared.answers) as store:
        if _missing(prepared, source, store):
            raise UserError(reason)


def _missing(prepared: Prepared, source: Teacher, store: Store | None) -> bool:
    """Tell whether an answer is missing, those that conversations come to included."""
    begun = conversations.begun(prepared, source, store)
    known_beforehand = inventory(prepared.questions, source, store)
    return bool(known_beforehand.missing or begun.there.missing)
