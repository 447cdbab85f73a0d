"""The lines of batches as providers have them: what goes out for a question, and what a line that came back says."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eep.core.text import one_line, quoted
from eep.teachers.http_errors import RefusedError, error_for_status

#: The endpoint that every line of OpenAI's batch input names.
OPENAI_ENDPOINT = "/v1/chat/completions"


class FormatError(Exception):
    """A line is not as it should be; the text says what was expected and what was found."""


@dataclass(frozen=True)
class Returned:
    """What one line that came back amounts to, before anybody looks whether it fits its question."""

    #: Name of the line's format.
    format: str
    #: Its custom_id.
    id: str
    #: The provider's reply (a JSON value); for ``plain`` the line itself. ``None`` where there is no reply.
    content: Any = None
    #: Why there is none: something failed, or the provider refused the question by an error. Else empty strings.
    failure: str = ""
    refused: str = ""


def openai_returned(line: Mapping[str, Any]) -> Returned:
    """Return what a line of OpenAI's output or error file amounts to; raises `FormatError`."""
    name, error, response = line["custom_id"], line.get("error"), line.get("response")
    if error:
        return Returned("openai", name, failure=_reason(error))
    if not isinstance(response, dict):
        raise FormatError(f"expected an object under response, or an error; found {error_text(response)}")
    status, body = response.get("status_code"), response.get("body")
    match status:
        case 200:
            return Returned("openai", name, body)
        case 400:
            return _failed("openai", name, body, "HTTP 400")
        case int():
            inner = body.get("error", body) if isinstance(body, dict) else body
            return Returned("openai", name, failure=f"HTTP {status}: {_reason(inner)}")
    raise FormatError(f"expected a number under status_code, found {error_text(status)}")


def _failed(form: str, name: str, error: Any, before: str) -> Returned:
    """Return what an error instead of a reply amounts to: a refusal by the rules of live requests, or a failure."""
    # Without an HTTP status the kind of error decides: only a 400 of certain kinds is a refusal.
    why = error_for_status(400, {}, error if isinstance(error, str) else json.dumps(error))
    if isinstance(why, RefusedError):
        return Returned(form, name, refused=str(why))
    inner = error.get("error", error) if isinstance(error, dict) else error
    return Returned(form, name, failure=f"{before}: {_reason(inner)}")


def anthropic_returned(line: Mapping[str, Any]) -> Returned:
    """Return what a line of a message batch's results amounts to; raises `FormatError`."""
    name, result = line["custom_id"], line["result"]
    kind = result.get("type") if isinstance(result, dict) else None
    match kind:
        case "succeeded":
            return Returned("anthropic", name, result.get("message"))
        case "errored":
            return _failed("anthropic", name, result.get("error"), "errored")
        case "expired" | "canceled":
            return Returned("anthropic", name, failure=str(kind))
    raise FormatError(f"expected a result that succeeded, errored, expired or was canceled; found {error_text(kind)}")


def _reason(error: Any) -> str:
    """Return what a provider's error says, on one line."""
    if not isinstance(error, dict):
        return one_line(error, 300) if isinstance(error, str) else error_text(error)
    named = [str(error[key]) for key in ("code", "type", "message") if error.get(key)]
    return one_line(": ".join(dict.fromkeys(named)), 300) or "no reason given"


def error_text(value: Any) -> str:
    """Return a JSON value as errors show it."""
    match value:
        case None:
            return "nothing"
        case dict() | list():
            return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
        case str():
            return quoted(value)
    return str(value).lower() if isinstance(value, bool) else repr(value)
