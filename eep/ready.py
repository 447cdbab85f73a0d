"""Whether asking can start, told before anything is written."""

from eep import conversations
from eep.elicit import inventory
from eep.errors import UserError
from eep.prepare import Prepared
from eep.store import Store


def check(prepared: Prepared) -> None:
    """Raise UserError if there is something to ask and the teacher cannot be asked, for want of a key, say.

    Where every answer is in the store already, no key is needed.
    """
    if not (reason := prepared.source.unready()):
        return
    with Store.look(prepared.answers) as store:
        begun = conversations.begun(prepared, store)
        known_beforehand = inventory(prepared.questions, prepared.source, store)
    if known_beforehand.missing or begun.there.missing:
        raise UserError(reason)
