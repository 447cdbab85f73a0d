"""What a reply says, field by field: nothing is taken from a reply that was not checked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from eep.data.types import Status

#: Tokens, say, that a count may tell at most; more is no count.
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


class MalformedReplyError(Exception):
    """A server's reply is none: it broke off, or lacks what every reply has. The same request may fare better."""


def parsed(body: str) -> Any:
    """Return the JSON value of a reply's body; raises MalformedReplyError if it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedReplyError(f"expected a reply in JSON, found {shortened(body)!r}") from None


def shortened(text: str, length: int = 200) -> str:
    """Return a text on one line, of at most ``length`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 3] + "..."


def storable(text: str) -> str:
    """Return a text with what UTF-8 cannot hold written out: JSON may escape halves of characters."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def mapping(value: object, what: str) -> Mapping[str, Any]:
    """Return a value that is an object; else raises MalformedReplyError that names ``what``."""
    if not isinstance(value, dict):
        raise MalformedReplyError(f"expected {what} to be an object, found {shortened(json.dumps(value))}")
    return value


def text_of(value: object, what: str) -> str:
    """Return a value that is a text that says something; else raises MalformedReplyError."""
    if not isinstance(value, str) or not value.strip():
        raise MalformedReplyError(f"expected {what} to be a text, found {shortened(json.dumps(value))}")
    return value


def sequence(value: object, what: str) -> list[Any]:
    """Return a value that is a list; else raises MalformedReplyError."""
    if not isinstance(value, list):
        raise MalformedReplyError(f"expected {what} to be a list, found {shortened(json.dumps(value))}")
    return value


def count(table: Mapping[str, Any], name: str) -> int:
    """Return a count that may be left out (then 0); else raises MalformedReplyError unless it is one."""
    value = table.get(name)
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
        raise MalformedReplyError(f"expected {name} to be a count, found {shortened(json.dumps(value))}")
    return value


def raise_reported_error(reply: Mapping[str, Any]) -> None:
    """Raise MalformedReplyError for an error that comes in the guise of a reply."""
    error = reply.get("error")
    if error:
        message = error.get("message") if isinstance(error, dict) else error
        raise MalformedReplyError(f"the reply is an error: {shortened(str(message))}")
