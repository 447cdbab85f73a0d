"""OpenAI's protocol: chat completions."""

from collections.abc import Iterator
from typing import Any

from .answering import PROSE, WRONG, Asking, logprobs, tokens
from .behaviour import Behaviour
from .caching import Cache
from .faults import Fault
from .wire import Reply, Request, json_reply

PATH = "/v1/chat/completions"
OVERLOADED = 503
_KNOWN = {
    "model",
    "messages",
    "response_format",
    "max_completion_tokens",
    "max_tokens",
    "logprobs",
    "top_logprobs",
    "temperature",
    "top_p",
    "seed",
    "reasoning_effort",
    "n",
    "stream",
    "user",
    "metadata",
    "prompt_cache_key",
    "safety_identifier",
    "service_tier",
    "store",
    "verbosity",
}


class Chat:
    """Reads requests and writes replies of chat completions."""

    path = PATH
    overloaded = OVERLOADED

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._cache = Cache(behaviour.cache_minimum)

    def error(self, status: int, message: str, code: str | None = None) -> Reply:
        """Return an error in this protocol's words."""
        kind = {401: "invalid_request_error", 429: "requests", 500: "server_error", 503: "server_error"}
        error = {
            "message": message,
            "type": kind.get(status, "invalid_request_error"),
            "param": None,
            "code": code,
        }
        return json_reply(status, {"error": error})

    def authorised(self, request: Request) -> bool:
        """Tell whether a key came the way it must."""
        return request.headers.get("authorization", "").startswith("Bearer ")

    def complaint(self, body: Any) -> str:
        """Return what is wrong with a request; empty where nothing is."""
        return next(filter(None, _complaints(body)), "")

    def asking(self, body: Any) -> Asking:
        """Return what a model is asked."""
        said = [(message["role"], text_of(message.get("content"))) for message in body["messages"]]
        system = "\n".join(text for role, text in said if role in {"system", "developer"})
        turns = tuple((role, text) for role, text in said if role not in {"system", "developer"})
        schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
        return Asking(system, turns, schema, str(body.get("seed", "")), self._behaviour.words)

    def reply(self, body: Any, fault: Fault | None, key: str, number: int) -> dict[str, Any]:
        """Return the body of a reply, with a fault of content if there is one."""
        asking = self.asking(body)
        label = WRONG if fault is Fault.WRONG_LABEL else asking.choice()
        said = PROSE if fault is Fault.PROSE else asking.said(label)
        ends = {Fault.MAX_TOKENS: "length", Fault.CONTENT_FILTER: "content_filter"}
        choice: dict[str, Any] = {
            "index": 0,
            "message": _message(said, fault, key),
            "finish_reason": ends.get(fault, "stop") if fault else "stop",
            "logprobs": None,
        }
        if body.get("logprobs") and fault is not Fault.NO_LOGPROBS:
            choice["logprobs"] = {
                "content": self._logprobs(body, asking, said, label, fault),
                "refusal": None,
            }
        named = f"gateway/{key}" if fault is Fault.KEY_IN_REPLY else f"{body['model']}-2026-11-01"
        return {
            "id": f"chatcmpl-{number}",
            "object": "chat.completion",
            "created": 1_790_000_000 + number,
            "model": named,
            "choices": [choice],
            "usage": self._usage(asking, said),
        }

    def _logprobs(self, body: Any, asking: Asking, said: str, label: str, fault: Fault | None) -> list[Any]:
        astray = {Fault.LOW_COVERAGE: 0.5, Fault.WRONG_LABEL: 0.1, Fault.PROSE: 0.1}
        coverage = astray.get(fault, self._behaviour.coverage) if fault else self._behaviour.coverage
        listed = logprobs(said, label, asking.probabilities(), coverage)
        for token in listed:
            token["top_logprobs"] = token["top_logprobs"][: body.get("top_logprobs", 0)]
        return listed

    def _usage(self, asking: Asking, said: str) -> dict[str, Any]:
        whole = tokens(asking.system) + sum(tokens(text) for _, text in asking.turns)
        _, cached = self._cache.written_and_read(asking.system, tokens(asking.system))
        out = tokens(said)
        return {
            "prompt_tokens": whole,
            "completion_tokens": out,
            "total_tokens": whole + out,
            "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0},
        }


def _complaints(body: Any) -> Iterator[str]:
    """Yield what is wrong with a request, or empty texts; what follows a complaint may not be asked for."""
    yield "" if isinstance(body, dict) else "expected a JSON object"
    unknown = sorted(set(body) - _KNOWN)
    yield f"Unknown parameter: {', '.join(unknown)}" if unknown else ""
    yield "" if isinstance(body.get("model"), str) and body["model"] else "you must provide a model parameter"
    yield "" if isinstance(body.get("messages"), list) and body["messages"] else "expected messages"
    yield "top_logprobs needs logprobs" if "top_logprobs" in body and not body.get("logprobs") else ""
    yield "" if 0 <= body.get("top_logprobs", 0) <= 20 else "expected top_logprobs from 0 to 20"
    wanted = body.get("response_format", {})
    yield strictness(wanted["json_schema"].get("schema")) if wanted.get("type") == "json_schema" else ""


def _message(said: str, fault: Fault | None, key: str) -> dict[str, Any]:
    if fault is Fault.REFUSAL:
        return {"role": "assistant", "content": None, "refusal": "I cannot play that person."}
    if fault is Fault.KEY_IN_REPLY:
        return {"role": "assistant", "content": None, "refusal": f"The key {key} may not ask this."}
    return {"role": "assistant", "content": None if fault is Fault.NO_CONTENT else said, "refusal": None}


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
