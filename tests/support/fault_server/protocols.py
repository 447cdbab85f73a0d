"""The wire protocols of both providers: OpenAI's chat completions and Anthropic's messages."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from .answering import PROSE, WRONG, Asking, logprobs, tokens
from .faults import Fault
from .wire import Reply, Request, json_reply

#: Share of the probability that falls on options, where log-probabilities are asked for, by fault.
_COVERAGE = {Fault.LOW_COVERAGE: 0.5, Fault.WRONG_LABEL: 0.1, Fault.PROSE: 0.1}
COVERAGE = 0.995
#: Errors that echo the key they were sent.
_ECHOES = {Fault.KEY_IN_400: 400, Fault.KEY_IN_401: 401, Fault.KEY_IN_500: 500}


class Protocol(ABC):
    """One provider's protocol: reads requests and writes replies."""

    path: ClassVar[str]
    #: What a request may have; anything else is refused, as the provider would.
    known: ClassVar[frozenset[str]]
    #: Status, message and code of some faults.
    errors: ClassVar[Mapping[Fault, tuple[int, str, str | None]]] = {
        Fault.ERROR: (500, "The server had an error while processing your request.", None),
        Fault.BLOCKED: (400, "Output blocked by content filtering policy", "content_filter"),
        Fault.UNKNOWN_MODEL: (404, "The model does not exist.", "model_not_found"),
    }

    @abstractmethod
    def error(self, status: int, message: str, code: str | None = None) -> Reply:
        """Return an error in this protocol's words."""

    @abstractmethod
    def authorised(self, request: Request) -> bool:
        """Tell whether a key came the way it must."""

    @abstractmethod
    def complaints(self, body: Any) -> Iterator[str]:
        """Yield what is wrong with a request, or empty texts; what follows a complaint may not be asked for."""

    @abstractmethod
    def asking(self, body: Any) -> Asking:
        """Return what a model is asked."""

    @abstractmethod
    def reply(self, body: Any, fault: Fault | None, key: str, number: int) -> dict[str, Any]:
        """Return the body of a reply, with a fault of content if there is one."""

    def answer(self, body: Any, fault: Fault | None, key: str, number: int) -> Reply:
        """Return the whole reply to a question; faults of the connection are the caller's."""
        if complaint := next(filter(None, self.complaints(body)), ""):
            return self.error(400, complaint)
        if reply := self._failure(fault, key):
            return reply
        reply = json_reply(200, self.reply(body, fault, key, number))
        return Reply(200, reply.body[: len(reply.body) * 2 // 3]) if fault is Fault.TRUNCATED_JSON else reply

    def _failure(self, fault: Fault | None, key: str) -> Reply | None:
        """Return what comes instead of a reply by some faults."""
        if fault in {Fault.RATE_LIMIT, Fault.RATE_LIMIT_SILENT}:
            return self.limited(1.0 if fault is Fault.RATE_LIMIT else None)
        if fault in {Fault.HTML, Fault.KEY_IN_HTML}:
            text = "Please sign in." if fault is Fault.HTML else echo(key)
            return Reply(200, f"<!doctype html><title>Gateway</title><p>{text}".encode(), "text/html")
        if fault is Fault.EMPTY_OBJECT:
            return json_reply(200, {})
        if fault in _ECHOES:
            return self.error(_ECHOES[fault], echo(key))
        return self.error(*self.errors[fault]) if fault is not None and fault in self.errors else None

    def limited(self, after: float | None) -> Reply:
        """Return a 429 that says after how many seconds to come back, or does not."""
        reply = self.error(429, "Rate limit reached.", "rate_limit_exceeded")
        return Reply(reply.status, reply.body, headers={} if after is None else {"retry-after": f"{after:g}"})

    def spoken(self, asking: Asking, fault: Fault | None) -> tuple[str, str]:
        """Return the label that a reply chooses, and its text."""
        label = WRONG if fault is Fault.WRONG_LABEL else asking.choice()
        return label, PROSE if fault is Fault.PROSE else asking.said(label)


class Chat(Protocol):
    """OpenAI's chat completions."""

    path = "/v1/chat/completions"
    known = frozenset({"model", "messages", "response_format", "max_completion_tokens", "max_tokens", "logprobs", "top_logprobs", "temperature", "top_p", "seed", "reasoning_effort", "n", "stream", "user", "metadata", "prompt_cache_key", "safety_identifier", "service_tier", "store", "verbosity"})  # fmt: skip
    errors: ClassVar = {
        **Protocol.errors,
        Fault.OVERLOADED: (503, "Overloaded", None),
        Fault.NO_MONEY: (429, "You exceeded your current quota.", "insufficient_quota"),
    }

    def error(self, status: int, message: str, code: str | None = None) -> Reply:
        """Return an error in this protocol's words."""
        kind = {429: "requests", 500: "server_error", 503: "server_error"}.get(status, "invalid_request_error")
        return json_reply(status, {"error": {"message": message, "type": kind, "param": None, "code": code}})

    def authorised(self, request: Request) -> bool:
        """Tell whether a key came the way it must."""
        return request.headers.get("authorization", "").startswith("Bearer ")

    def complaints(self, body: Any) -> Iterator[str]:
        """Yield what is wrong with a request, or empty texts."""
        yield "" if isinstance(body, dict) else "expected a JSON object"
        unknown = sorted(set(body) - self.known)
        yield f"Unknown parameter: {', '.join(unknown)}" if unknown else ""
        yield "" if body.get("model") else "you must provide a model parameter"
        yield "" if isinstance(body.get("messages"), list) and body["messages"] else "expected messages"
        yield "top_logprobs needs logprobs" if "top_logprobs" in body and not body.get("logprobs") else ""
        yield "" if 0 <= body.get("top_logprobs", 0) <= 20 else "expected top_logprobs from 0 to 20"
        wanted = body.get("response_format", {})
        yield strictness(wanted["json_schema"].get("schema")) if wanted.get("type") == "json_schema" else ""

    def asking(self, body: Any) -> Asking:
        """Return what a model is asked."""
        said = [(message["role"], text_of(message.get("content"))) for message in body["messages"]]
        system = "\n".join(text for role, text in said if role in {"system", "developer"})
        turns = tuple((role, text) for role, text in said if role not in {"system", "developer"})
        schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
        return Asking(system, turns, schema, str(body.get("seed", "")))

    def reply(self, body: Any, fault: Fault | None, key: str, number: int) -> dict[str, Any]:
        """Return a ChatCompletion."""
        asking = self.asking(body)
        label, said = self.spoken(asking, fault)
        refusal = {Fault.REFUSAL: "I cannot play that person.", Fault.KEY_IN_REPLY: f"The key {key} may not ask this."}
        message = {"role": "assistant", "content": said, "refusal": refusal.get(fault) if fault else None}
        if message["refusal"] or fault is Fault.NO_CONTENT:
            message["content"] = None
        ends = {Fault.MAX_TOKENS: "length", Fault.CONTENT_FILTER: "content_filter"}
        choice = {"index": 0, "message": message, "finish_reason": ends.get(fault, "stop") if fault else "stop"}
        if body.get("logprobs") and fault is not Fault.NO_LOGPROBS:
            coverage = _COVERAGE.get(fault, COVERAGE) if fault else COVERAGE
            listed = logprobs(said, label, asking.probabilities(), coverage)
            for token in listed:
                token["top_logprobs"] = token["top_logprobs"][: body.get("top_logprobs", 0)]
            choice["logprobs"] = {"content": listed, "refusal": None}
        sent, out = tokens(asking.system) + sum(tokens(text) for _, text in asking.turns), tokens(said)
        return {
            "id": f"chatcmpl-{number}",
            "object": "chat.completion",
            "created": 1_790_000_000 + number,
            "model": f"gateway/{key}" if fault is Fault.KEY_IN_REPLY else f"{body['model']}-2026-11-01",
            "choices": [choice],
            "usage": {"prompt_tokens": sent, "completion_tokens": out, "total_tokens": sent + out},
        }


class Messages(Protocol):
    """Anthropic's messages."""

    path = "/v1/messages"
    known = frozenset({"model", "max_tokens", "messages", "system", "output_config", "thinking", "metadata", "service_tier", "stop_sequences", "stream", "cache_control"})  # fmt: skip
    errors: ClassVar = {
        **Protocol.errors,
        Fault.OVERLOADED: (529, "Overloaded", None),
        Fault.NO_MONEY: (400, "Your credit balance is too low to access the API.", None),
    }

    def error(self, status: int, message: str, code: str | None = None) -> Reply:
        """Return an error in this protocol's words; ``code`` is one of OpenAI's."""
        del code
        kinds = {
            400: "invalid_request_error",
            401: "authentication_error",
            404: "not_found_error",
            429: "rate_limit_error",
            529: "overloaded_error",
        }
        error = {"type": kinds.get(status, "api_error"), "message": message}
        return json_reply(status, {"type": "error", "error": error, "request_id": "req_0"})

    def authorised(self, request: Request) -> bool:
        """Tell whether a key and the protocol's version came the way they must."""
        return bool(request.key) and "anthropic-version" in request.headers

    def complaints(self, body: Any) -> Iterator[str]:
        """Yield what is wrong with a request, or empty texts."""
        yield "" if isinstance(body, dict) else "expected a JSON object"
        unknown = sorted(set(body) - self.known)
        yield f"{', '.join(unknown)}: Extra inputs are not permitted" if unknown else ""
        yield "" if body.get("model") else "model: Field required"
        most, turns = body.get("max_tokens"), body.get("messages")
        yield "" if isinstance(most, int) and most >= 1 else "max_tokens: expected a whole number from 1"
        yield "" if isinstance(turns, list) and turns else "messages: expected a list of turns"
        yield "" if turns[0].get("role") == "user" else "messages: expected the first turn to be the user's"
        assistant = turns[-1].get("role") != "user"
        yield "messages: this model does not support assistant message prefill" if assistant else ""
        wanted = body.get("output_config", {}).get("format", {})
        yield strictness(wanted.get("schema")) if wanted.get("type") == "json_schema" else ""

    def asking(self, body: Any) -> Asking:
        """Return what a model is asked; nothing in this protocol tells repeated samples apart."""
        turns = tuple((turn["role"], text_of(turn.get("content"))) for turn in body["messages"])
        schema = body.get("output_config", {}).get("format", {}).get("schema")
        return Asking(text_of(body.get("system")), turns, schema)

    def reply(self, body: Any, fault: Fault | None, key: str, number: int) -> dict[str, Any]:
        """Return a Message."""
        asking = self.asking(body)
        _, said = self.spoken(asking, fault)
        refused = fault in {Fault.REFUSAL, Fault.CONTENT_FILTER, Fault.KEY_IN_REPLY}
        empty = fault in {Fault.REFUSAL, Fault.KEY_IN_REPLY, Fault.NO_CONTENT}
        # Thinking comes first: whoever takes the first block for the reply takes the wrong one.
        blocks = [{"type": "thinking", "thinking": "", "signature": "c2ln"}, {"type": "text", "text": said}]
        why = f"The key {key} may not ask this." if fault is Fault.KEY_IN_REPLY else None
        sent = tokens(asking.system) + sum(tokens(text) for _, text in asking.turns)
        return {
            "id": f"msg_{number}",
            "type": "message",
            "role": "assistant",
            "model": f"gateway/{key}" if fault is Fault.KEY_IN_REPLY else f"{body['model']}-20261101",
            "content": [] if empty else blocks,
            "stop_reason": "refusal" if refused else "max_tokens" if fault is Fault.MAX_TOKENS else "end_turn",
            "stop_sequence": None,
            "stop_details": {"type": "refusal", "category": "general_harms", "explanation": why} if refused else None,
            "usage": {"input_tokens": sent, "output_tokens": tokens(said) + 8},
        }


def echo(key: str) -> str:
    """Return a text full of a key: wherever somebody cuts it short, some of the key stands there."""
    return f"Found 'Authorization: Bearer {key}', 'x-api-key: {key}': " + " ".join([key] * 60)


def text_of(content: Any) -> str:
    """Return the text of a message's content, which is a string or a list of blocks."""
    if isinstance(content, list):
        return "".join(block.get("text", "") for block in content)
    return content if isinstance(content, str) else ""


def strictness(schema: Any) -> str:
    """Return why a strict schema would be refused; both providers want closed objects that need every key."""
    if not isinstance(schema, dict):
        return "expected a schema"
    if schema.get("type") != "object":
        return ""
    properties = schema.get("properties", {})
    if schema.get("additionalProperties") is not False:
        return "expected additionalProperties to be false"
    if set(schema.get("required", [])) != set(properties):
        return "expected every property to be required"
    return next(filter(None, map(strictness, properties.values())), "")
