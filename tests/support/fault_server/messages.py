"""Anthropic's protocol: messages."""

from collections.abc import Iterator
from typing import Any

from .answering import PROSE, WRONG, Asking, tokens
from .behaviour import Behaviour
from .caching import Cache
from .chat import strictness, text_of
from .faults import Fault
from .wire import Reply, Request, json_reply

PATH = "/v1/messages"
OVERLOADED = 529
_KNOWN = {
    "model",
    "max_tokens",
    "messages",
    "system",
    "output_config",
    "thinking",
    "metadata",
    "service_tier",
    "stop_sequences",
    "stream",
    "cache_control",
}
_KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    404: "not_found_error",
    429: "rate_limit_error",
    529: "overloaded_error",
}


class Messages:
    """Reads requests and writes replies of messages."""

    path = PATH
    overloaded = OVERLOADED

    def __init__(self, behaviour: Behaviour) -> None:
        self._words = behaviour.words
        self._cache = Cache(behaviour.cache_minimum)

    def error(self, status: int, message: str, code: str | None = None) -> Reply:
        """Return an error in this protocol's words."""
        del code  # a word of OpenAI's protocol
        kind = _KINDS.get(status, "api_error")
        error = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_0"}
        return json_reply(status, error)

    def authorised(self, request: Request) -> bool:
        """Tell whether a key and the protocol's version came the way they must."""
        return bool(request.key) and "anthropic-version" in request.headers

    def complaint(self, body: Any) -> str:
        """Return what is wrong with a request; empty where nothing is."""
        return next(filter(None, _complaints(body)), "")

    def asking(self, body: Any) -> Asking:
        """Return what a model is asked; nothing in this protocol tells repeated samples apart."""
        turns = tuple((turn["role"], text_of(turn.get("content"))) for turn in body["messages"])
        schema = body.get("output_config", {}).get("format", {}).get("schema")
        return Asking(text_of(body.get("system")), turns, schema, words=self._words)

    def reply(self, body: Any, fault: Fault | None, key: str, number: int) -> dict[str, Any]:
        """Return the body of a reply, with a fault of content if there is one."""
        asking = self.asking(body)
        label = WRONG if fault is Fault.WRONG_LABEL else asking.choice()
        said = PROSE if fault is Fault.PROSE else asking.said(label)
        refused = fault in {Fault.REFUSAL, Fault.CONTENT_FILTER, Fault.KEY_IN_REPLY}
        ends = "refusal" if refused else "max_tokens" if fault is Fault.MAX_TOKENS else "end_turn"
        empty = fault in {Fault.REFUSAL, Fault.KEY_IN_REPLY, Fault.NO_CONTENT}
        # Thinking comes first: whoever takes the first block for the reply takes the wrong one.
        blocks = [{"type": "thinking", "thinking": "", "signature": "c2ln"}, {"type": "text", "text": said}]
        why = f"The key {key} may not ask this." if fault is Fault.KEY_IN_REPLY else None
        details = {"type": "refusal", "category": "general_harms", "explanation": why}
        return {
            "id": f"msg_{number}",
            "type": "message",
            "role": "assistant",
            "model": f"gateway/{key}" if fault is Fault.KEY_IN_REPLY else f"{body['model']}-20261101",
            "content": [] if empty else blocks,
            "stop_reason": ends,
            "stop_sequence": None,
            "stop_details": details if refused else None,
            "usage": self._usage(body, asking, said),
        }

    def _usage(self, body: Any, asking: Asking, said: str) -> dict[str, Any]:
        system = tokens(asking.system)
        blocks = body.get("system")
        marked = "cache_control" in body or (
            isinstance(blocks, list) and any("cache_control" in block for block in blocks)
        )
        written, read = self._cache.written_and_read(asking.system, system) if marked else (0, 0)
        return {
            "input_tokens": system + sum(tokens(text) for _, text in asking.turns) - written - read,
            "cache_creation_input_tokens": written,
            "cache_read_input_tokens": read,
            "output_tokens": tokens(said) + 8,
        }


def _complaints(body: Any) -> Iterator[str]:
    """Yield what is wrong with a request, or empty texts; what follows a complaint may not be asked for."""
    yield "" if isinstance(body, dict) else "expected a JSON object"
    unknown = sorted(set(body) - _KNOWN)
    yield f"{', '.join(unknown)}: Extra inputs are not permitted" if unknown else ""
    yield "" if isinstance(body.get("model"), str) and body["model"] else "model: Field required"
    most = body.get("max_tokens")
    yield "" if isinstance(most, int) and most >= 1 else "max_tokens: expected a whole number from 1"
    turns = body.get("messages")
    yield "" if isinstance(turns, list) and turns else "messages: expected a list of turns"
    yield "" if turns[0].get("role") == "user" else "messages: expected the first turn to be the user's"
    assistant = turns[-1].get("role") != "user"
    yield "messages: this model does not support assistant message prefill" if assistant else ""
    wanted = body.get("output_config", {}).get("format", {})
    yield strictness(wanted.get("schema")) if wanted.get("type") == "json_schema" else ""
