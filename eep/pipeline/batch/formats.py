"""The lines of batches: what goes out for a question, and what a line that comes back amounts to.

============  =====================================================================================================
openai        lines of OpenAI's batch input, output and error files
anthropic     requests and results of Anthropic's message batches
plain         ``{"custom_id", "system", "user", "options"}``, with ``"messages"`` instead of ``"user"`` where there is
              more than one turn. Back comes ``{"custom_id", "text", "model", "provenance"}``, with
              ``"status": "refused"`` where the model would not answer
============  =====================================================================================================

``custom_id`` is the answer key of the question, 32 hexadecimal digits: a reply finds its question by it alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from eep.data.types import Question, Status
from eep.teachers import batches
from eep.teachers.batches import FormatError, Returned, error_text

#: Statuses that a plain line may give itself; those that are failures are no answers, and are asked again.
_STATUSES = {status.value: status for status in Status}
#: What a plain reply must say, and what it may repeat of its question.
_SAID, _REPEATED = ("text", "model", "provenance"), ("system", "user", "messages", "options")
_FAILURES = ("failed", "errored", "expired", "canceled", "cancelled")


@dataclass(frozen=True)
class Format:
    """A format: how a question goes out, how a line comes back, and how much one file may hold."""

    #: As on the command line.
    name: str
    #: Custom_id, question and request body -> the line that goes out.
    line: Callable[[str, Question, Mapping[str, Any]], dict[str, Any]]
    #: Keys that only lines that came back in this format have.
    marks: frozenset[str]
    #: Such a line -> what it amounts to; raises `FormatError`.
    returned: Callable[[Mapping[str, Any]], Returned]
    #: What the provider takes in one file; ``None`` is no limit.
    most_lines: int | None = None
    most_bytes: int | None = None


def returned(line: Any) -> Returned:
    """Return what a line (a JSON value) amounts to, whichever format it has; raises `FormatError`."""
    if not isinstance(line, dict):
        raise FormatError(f"expected an object, found {error_text(line)}")
    if not isinstance(line.get("custom_id"), str):
        raise FormatError(f"expected a text custom_id, found {error_text(line.get('custom_id'))}")
    fitting = [form for form in FORMATS.values() if form.marks & set(line)]
    if len(fitting) == 1:
        return fitting[0].returned(line)
    if not fitting and {"body", "params", "options"} & set(line):
        raise FormatError("expected a reply, found a question as it was exported")
    found = ", ".join(sorted(map(repr, line))) if not fitting else "several of them"
    marks = "; ".join(f"{form.name}: {' or '.join(sorted(form.marks))}" for form in FORMATS.values())
    raise FormatError(f"expected the keys of a reply ({marks}), found {found}")


def _plain_line(name: str, question: Question, body: Mapping[str, Any]) -> dict[str, Any]:
    del body
    prompt = question.prompt
    turns: dict[str, Any] = {
        "messages": [{"role": message.role, "content": message.content} for message in prompt.messages]
    }
    if len(prompt.messages) == 1:
        turns = {"user": prompt.messages[0].content}
    return {"custom_id": name, "system": prompt.system, **turns, "options": list(question.options)}


@dataclass(frozen=True)
class Plain:
    """A plain reply, checked; ``repeated`` is what the line says again of its question."""

    text: str
    model: str
    provenance: str
    status: Status
    repeated: Mapping[str, Any]


def _plain_returned(line: Mapping[str, Any]) -> Returned:
    status = line.get("status", "ok")
    known = tuple(dict.fromkeys([*_STATUSES, *_FAILURES]))
    if status not in known:
        raise FormatError(f"expected a status out of {', '.join(known)}; found {error_text(status)}")
    if status in _FAILURES:
        text = line.get("text")
        return Returned("plain", line["custom_id"], failure=f"{status}: {text}" if text else status)
    plain(line)
    return Returned("plain", line["custom_id"], dict(line))


def plain(line: Mapping[str, Any]) -> Plain:
    """Return what a plain line says, all of it checked; raises `FormatError` with everything that is wrong."""
    refusal = line.get("refusal")
    status = Status.REFUSED if refusal else _STATUSES[line.get("status", "ok")]
    given = {**line, "text": line.get("text") or refusal or ("" if status is Status.OK else status.value)}
    known = ("custom_id", *_SAID, "status", "refusal", *_REPEATED)
    wrong = [
        f"a text that says something under {name!r}, found {error_text(given.get(name))}"
        for name in _SAID
        if not isinstance(given.get(name), str) or not given[name].strip()
    ]
    wrong += [f"the keys {', '.join(known)}, found {name!r}" for name in line if name not in known]
    if wrong:
        raise FormatError(f"expected {'; '.join(wrong)}")
    repeated = {name: line[name] for name in _REPEATED if name in line}
    return Plain(given["text"], given["model"], given["provenance"], status, repeated)


def _openai_line(name: str, question: Question, body: Mapping[str, Any]) -> dict[str, Any]:
    del question
    return {"custom_id": name, "method": "POST", "url": batches.OPENAI_ENDPOINT, "body": dict(body)}


def _anthropic_line(name: str, question: Question, body: Mapping[str, Any]) -> dict[str, Any]:
    del question
    return {"custom_id": name, "params": dict(body)}


#: Name -> format. OpenAI takes 50,000 requests and 200 MB in a file, Anthropic 100,000 and 256 MB in a batch; a little
#: is left for what is put around the lines.
FORMATS = {
    "openai": Format("openai", _openai_line, frozenset({"response"}), batches.openai_returned, 50_000, 199_000_000),
    "anthropic": Format(
        "anthropic", _anthropic_line, frozenset({"result"}), batches.anthropic_returned, 100_000, 255_000_000
    ),
    "plain": Format("plain", _plain_line, frozenset({"text", "status", "refusal"}), _plain_returned),
}
