"""Whether asking can start, told before anything is written."""

from contextlib import nullcontext
from pathlib import Path

from eep.elicit import inventory
from eep.errors import UserError
from eep.prepare import Prepared
from eep.store import Store


def check(prepared: Prepared, answers: Path) -> None:
    """Raise UserError if there is something to ask and the teacher cannot be asked, for want of a key, say.

    Where every answer is in the store already, no key is needed. ``answers`` is the path of the store, which need
    not exist.
    """
    source = prepared.source
    if isinstance(source, Path) or not (reason := source.unready()):
        return
    with Store.open(answers, read_only=True) if answers.is_file() else nullcontext() as store:
        missing = inventory(prepared.questions, source, store).missing
    if missing:
        raise UserError(reason)
