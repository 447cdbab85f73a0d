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
from dataclasses import dataclass, field
from typing import Any

from eep.question import Question, Status

#: Statuses that a plain line may give itself; those of the second row are no answers, and are asked again.
_STATUSES = {status.value: status for status in Status}
_FAILURES = ("failed", "errored", "expired", "canceled", "cancelled")


class FormatError(Exception):
    """A line is not as it should be; the text says what was expected and what was found."""


@dataclass(frozen=True)
class Returned:
    """What one line that came back amounts to, before anybody looks whether it fits its question.

    Attributes
    ----------
    format
        Name of the line's format.
    id
        Its custom_id.
    content
        The provider's reply (a JSON value); for ``plain`` the line itself. ``None`` where there is no reply.
    failure
        Why there is none; else an empty string.
    """

    format: str
    id: str
    content: Any = None
    failure: str = ""


@dataclass(frozen=True)
class Format:
    """A format: how a question goes out, how a line comes back, and how much one file may hold.

    Attributes
    ----------
    name
        As on the command line.
    line
        Custom_id, question and request body -> the line that goes out.
    marks
        Keys that tell a line that came back in this format from those of others.
    returned
        Such a line -> what it amounts to; raises `FormatError`.
    most_lines, most_bytes
        What the provider takes in one file; ``None`` is no limit.
    """

    name: str
    line: Callable[[str, Question, Mapping[str, Any]], dict[str, Any]]
    marks: frozenset[str]
    returned: Callable[[Mapping[str, Any]], Returned]
    most_lines: int | None = None
    most_bytes: int | None = None


def returned(line: Any) -> Returned:
    """Return what a line (a JSON value) amounts to, whichever format it has; raises `FormatError`."""
    if not isinstance(line, dict):
        raise FormatError(f"expected an object, found {_kind(line)}")
    if not isinstance(line.get("custom_id"), str):
        raise FormatError(f"expected a text custom_id, found {_kind(line.get('custom_id'))}")
    fitting = [form for form in FORMATS.values() if form.marks & set(line)]
    if len(fitting) == 1:
        return fitting[0].returned(line)
    if not fitting and {"body", "params", "options"} & set(line):
        raise FormatError("expected a reply, found a question as it was exported")
    found = ", ".join(sorted(map(repr, line))) if not fitting else "several of them"
    raise FormatError(f"expected the keys of a reply ({_told_marks()}), found {found}")


def _told_marks() -> str:
    return "; ".join(f"{form.name}: {' or '.join(sorted(form.marks))}" for form in FORMATS.values())


# -- openai ------------------------------------------------------------------------------------------------------------


def _openai_line(name: str, question: Question, body: Mapping[str, Any]) -> dict[str, Any]:
    del question
    return {"custom_id": name, "method": "POST", "url": "/v1/chat/completions", "body": dict(body)}


def _openai_returned(line: Mapping[str, Any]) -> Returned:
    name, error, response = line["custom_id"], line.get("error"), line.get("response")
    if error:
        return Returned("openai", name, failure=_reason(error))
    if not isinstance(response, dict):
        raise FormatError(f"expected an object under response, or an error; found {_kind(response)}")
    if response.get("status_code") != 200:
        body = response.get("body")
        error = body.get("error", body) if isinstance(body, dict) else body
        return Returned("openai", name, failure=f"HTTP {response.get('status_code')!r}: {_reason(error)}")
    return Returned("openai", name, response.get("body"))


# -- anthropic ---------------------------------------------------------------------------------------------------------


def _anthropic_line(name: str, question: Question, body: Mapping[str, Any]) -> dict[str, Any]:
    del question
    return {"custom_id": name, "params": dict(body)}


def _anthropic_returned(line: Mapping[str, Any]) -> Returned:
    name, result = line["custom_id"], line["result"]
    kind = result.get("type") if isinstance(result, dict) else None
    match kind:
        case "succeeded":
            return Returned("anthropic", name, result.get("message"))
        case "errored":
            error = result.get("error")
            inner = error.get("error", error) if isinstance(error, dict) else error
            return Returned("anthropic", name, failure=f"errored: {_reason(inner)}")
        case "expired" | "canceled":
            return Returned("anthropic", name, failure=str(kind))
    raise FormatError(
        f"expected a result that succeeded, errored, expired or was canceled; found {_kind(kind)}"
    )


# -- plain -------------------------------------------------------------------------------------------------------------


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
    """A plain reply, checked; ``options`` are those that the line repeats from the question, if it does."""

    text: str
    model: str
    provenance: str
    status: Status
    options: tuple[str, ...] | None = field(default=None)


def _plain_returned(line: Mapping[str, Any]) -> Returned:
    status = line.get("status", "ok")
    if status not in _STATUSES and status not in _FAILURES:
        known = ", ".join(dict.fromkeys([*_STATUSES, *_FAILURES]))
        raise FormatError(f"expected a status out of {known}; found {_kind(status)}")
    if status in _FAILURES:
        said = line.get("text")
        return Returned("plain", line["custom_id"], failure=f"{status}{f': {said}' if said else ''}")
    plain(line)
    return Returned("plain", line["custom_id"], dict(line))


def plain(line: Mapping[str, Any]) -> Plain:
    """Return what a plain line says, all of it checked; raises `FormatError` with everything that is wrong."""
    refusal = line.get("refusal")
    status = Status.REFUSED if refusal else _STATUSES[line.get("status", "ok")]
    said = {**line, "text": line.get("text") or refusal or ("" if status is Status.OK else status.value)}
    wrong = [
        f"a text that says something under {name!r}, found {_kind(said.get(name))}"
        for name in ("text", "model", "provenance")
        if not isinstance(said.get(name), str) or not said[name].strip()
    ]
    options = line.get("options")
    if options is not None and (
        not isinstance(options, list) or not all(isinstance(option, str) for option in options)
    ):
        wrong.append(f"a list of texts under 'options', found {_kind(options)}")
    if wrong:
        raise FormatError(f"expected {'; '.join(wrong)}")
    repeated = None if options is None else tuple(options)
    return Plain(said["text"], said["model"], said["provenance"], status, repeated)


def _reason(error: Any) -> str:
    """Return what a provider's error says, on one line."""
    if not isinstance(error, dict):
        return _kind(error)
    named = [str(error[key]) for key in ("code", "type", "message") if error.get(key)]
    return " ".join(": ".join(dict.fromkeys(named)).split())[:300] or "no reason given"


def _kind(value: Any) -> str:
    """Return a JSON value as errors tell it."""
    match value:
        case None:
            return "nothing"
        case dict() | list():
            return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
        case str():
            return repr(value if len(value) <= 60 else value[:59] + "…")
    return str(value).lower() if isinstance(value, bool) else repr(value)


#: Name -> format. OpenAI takes 50,000 requests and 200 MB in a file, Anthropic 100,000 and 256 MB in a batch; a little
#: is left for what is put around the lines.
FORMATS = {
    form.name: form
    for form in (
        Format(
            "openai",
            _openai_line,
            frozenset({"response"}),
            _openai_returned,
            50_000,
            199_000_000,
        ),
        Format(
            "anthropic", _anthropic_line, frozenset({"result"}), _anthropic_returned, 100_000, 255_000_000
        ),
        Format("plain", _plain_line, frozenset({"text", "status", "refusal"}), _plain_returned),
    )
}
