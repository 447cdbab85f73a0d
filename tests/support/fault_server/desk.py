"""Where questions are taken and answered, alone or in batches."""

from typing import Any, Protocol

from .answering import Asking
from .behaviour import Behaviour
from .faults import Fault
from .record import Record, Seen
from .wire import Reply, Request, json_reply

#: Faults of the connection: no reply comes whole, and a question of a batch expires.
BROKEN = frozenset({Fault.HANG, Fault.STALL, Fault.RESET, Fault.CUT_OFF})


#: Errors that echo the key they were sent.
_ECHOES = {Fault.KEY_IN_400: 400, Fault.KEY_IN_401: 401, Fault.KEY_IN_500: 500}
_ERRORS: dict[Fault, tuple[int, str, str | None]] = {
    Fault.ERROR: (500, "The server had an error while processing your request.", None),
    Fault.BLOCKED: (400, "Output blocked by content filtering policy", "content_filter"),
    Fault.UNKNOWN_MODEL: (404, "The model does not exist.", "model_not_found"),
}


class Dialect(Protocol):
    """One provider's protocol."""

    path: str
    overloaded: int

    def error(self, status: int, message: str, code: str | None = None) -> Reply:
        """Return an error in this protocol's words."""
        ...

    def authorised(self, request: Request) -> bool:
        """Tell whether a key came the way it must."""
        ...

    def complaint(self, body: Any) -> str:
        """Return what is wrong with a request; empty where nothing is."""
        ...

    def asking(self, body: Any) -> Asking:
        """Return what a model is asked."""
        ...

    def reply(self, body: Any, fault: Fault | None, key: str, number: int) -> dict[str, Any]:
        """Return the body of a reply, with a fault of content if there is one."""
        ...


class Desk:
    """Notes each question, looks what is planned for it, and answers."""

    def __init__(self, behaviour: Behaviour, record: Record) -> None:
        self.behaviour = behaviour
        self.record = record

    def take(self, path: str, body: Any) -> Seen:
        """Note a request, and the fault that is planned for it."""
        seen = self.record.arrived(path, body)
        seen.fault = self.behaviour.plan(seen.asked)
        return seen

    def answer(self, dialect: Dialect, seen: Seen, key: str) -> Reply:
        """Return the whole reply to a question; faults of the connection are the caller's."""
        complaint = dialect.complaint(seen.body)
        if complaint:
            reply = dialect.error(400, complaint)
        else:
            reply = failure(dialect, seen.fault, key) or _replied(dialect, seen, key)
        seen.status = reply.status
        return reply

    def unwelcome(self, dialect: Dialect, request: Request) -> Reply | None:
        """Return the refusal of a request without its key, or with a wrong one."""
        if dialect.authorised(request) and self.behaviour.key in {"", request.key}:
            return None
        return dialect.error(401, "Incorrect API key provided.", "invalid_api_key")


def failure(dialect: Dialect, fault: Fault | None, key: str) -> Reply | None:
    """Return the reply of a fault of HTTP; ``None`` for any other fault."""
    if fault in {Fault.RATE_LIMIT, Fault.RATE_LIMIT_SILENT}:
        return limited(dialect, 1.0 if fault is Fault.RATE_LIMIT else None)
    if fault in _ECHOES:
        return dialect.error(_ECHOES[fault], echo(key))
    if fault is Fault.OVERLOADED:
        return dialect.error(dialect.overloaded, "Overloaded")
    if fault in _ERRORS:
        return dialect.error(*_ERRORS[fault])
    return _no_money(dialect) if fault is Fault.NO_MONEY else None


def echo(key: str) -> str:
    """Return a text full of a key: wherever somebody cuts it short, some of the key stands there."""
    return f"Found 'Authorization: Bearer {key}', 'x-api-key: {key}': " + " ".join([key] * 60)


def _no_money(dialect: Dialect) -> Reply:
    if is_chat(dialect):
        return dialect.error(429, "You exceeded your current quota.", "insufficient_quota")
    return dialect.error(400, "Your credit balance is too low to access the API.")


def is_chat(dialect: Dialect) -> bool:
    """Tell OpenAI's protocol from Anthropic's."""
    return dialect.path.endswith("/chat/completions")


def limited(dialect: Dialect, after: float | None) -> Reply:
    """Return a 429 that says after how many seconds to come back, or does not."""
    reply = dialect.error(429, "Rate limit reached.", "rate_limit_exceeded")
    headers = {} if after is None else {"retry-after": f"{after:g}"}
    return Reply(reply.status, reply.body, headers=headers)


def html(text: str) -> Reply:
    """Return the page of something that stands between."""
    return Reply(200, f"<!doctype html><title>Gateway</title><p>{text}".encode(), "text/html")


def _replied(dialect: Dialect, seen: Seen, key: str) -> Reply:
    if seen.fault is Fault.EMPTY_OBJECT:
        return json_reply(200, {})
    if seen.fault is Fault.HTML:
        return html("Please sign in.")
    if seen.fault is Fault.KEY_IN_HTML:
        return html(echo(key))
    reply = json_reply(200, dialect.reply(seen.body, seen.fault, key, seen.asked.number))
    if seen.fault is Fault.TRUNCATED_JSON:
        return Reply(200, reply.body[: len(reply.body) * 2 // 3])
    return reply
