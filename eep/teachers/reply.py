"""What a reply says, field by field: nothing is taken from a reply that was not checked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eep.core.text import one_line
from eep.data.types import Status
from eep.teachers import labels

#: Characters of a reply that an error quotes, at most.
SHOWN = 200
#: Tokens of a reply, at most; a greater number is no count.
_MOST = 10**12


@dataclass(frozen=True)
class Outcome:
    """What one reply amounts to."""

    #: ok, refused or unparsable; a reply that says nothing of the kind is a `MalformedReplyError`.
    status: Status
    #: Option to probability, over all options of the question, summing to 1; ``None`` unless the status is ok.
    probabilities: Mapping[str, float] | None
    #: The model's words as they came; before them, where they are no answer, why not.
    text: str
    #: The model that the reply names.
    model: str
    #: Token counts under the names of `eep.teachers.limits.TOKENS`.
    usage: Mapping[str, int] = field(default_factory=dict)


def choice(text: str, options: Sequence[str], model: str, usage: Mapping[str, int] | None = None) -> Outcome:
    """Return what a reply in words amounts to: one of the options for certain, or words that are none of them."""
    try:
        option = labels.chosen(text, options)
    except labels.NotAnOptionError as error:
        return Outcome(Status.UNPARSABLE, None, f"{error}: {text}", model, usage or {})
    return Outcome(Status.OK, labels.certain(option, options), text, model, usage or {})


class MalformedReplyError(Exception):
    """A server's reply is none: it broke off, or lacks what every reply has. The same request may fare better."""


def parsed(body: str) -> Any:
    """Return the JSON value of a reply's body; raises MalformedReplyError if it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedReplyError(f"expected a reply in JSON, found {one_line(body, SHOWN)!r}") from None


def storable(text: str) -> str:
    """Return a text with what UTF-8 cannot hold written out: JSON may escape halves of characters."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def mapping(value: object, what: str) -> Mapping[str, Any]:
    """Return a value that is an object; else raises MalformedReplyError that names ``what``."""
    if not isinstance(value, dict):
        raise MalformedReplyError(f"expected {what} to be an object, found {one_line(json.dumps(value), SHOWN)}")
    return value


def text_of(value: object, what: str) -> str:
    """Return a value that is a text that says something; else raises MalformedReplyError."""
    if not isinstance(value, str) or not value.strip():
        raise MalformedReplyError(f"expected {what} to be a text, found {one_line(json.dumps(value), SHOWN)}")
    return value


def sequence(value: object, what: str) -> list[Any]:
    """Return a value that is a list; else raises MalformedReplyError."""
    if not isinstance(value, list):
        raise MalformedReplyError(f"expected {what} to be a list, found {one_line(json.dumps(value), SHOWN)}")
    return value


def count(table: Mapping[str, Any], name: str) -> int:
    """Return a count that may be left out (then 0); else raises MalformedReplyError unless it is one."""
    value = table.get(name)
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
        raise MalformedReplyError(f"expected {name} to be a count, found {one_line(json.dumps(value), SHOWN)}")
    return value


def raise_reported_error(reply: Mapping[str, Any]) -> None:
    """Raise MalformedReplyError for an error that comes in the guise of a reply."""
    error = reply.get("error")
    if error:
        message = error.get("message") if isinstance(error, dict) else error
        raise MalformedReplyError(f"the reply is an error: {one_line(str(message), SHOWN)}")
