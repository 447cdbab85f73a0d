"""Models behind a mock transport, in both wire protocols, and live teachers that ask them."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx2
import pytest

from eep.core.aio import LoopFactory, run_sync
from eep.data.types import Answer, Question, answer_key
from eep.teachers import settings_class, teacher_class

#: A key that must be seen nowhere but in a request's headers.
SENTINEL = "sk-sentinel-0f1e2d3c4b5a69788796a5b4c3d2e1f0"
PROVIDERS = ("anthropic", "openai")
Handler = Callable[[httpx2.Request], httpx2.Response]


def give_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set every provider's key in the environment."""
    for provider in PROVIDERS:
        monkeypatch.setenv(f"{provider.upper()}_API_KEY", SENTINEL)


def chat(content: str | None, *, finish: str | None = "stop", **changes: Any) -> dict[str, Any]:
    """Return a ChatCompletion; ``changes`` are of its message, unless they are ``logprobs``."""
    choice = {"index": 0, "finish_reason": finish, "logprobs": changes.pop("logprobs", None)}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "model-of-the-reply",
        "choices": [{**choice, "message": {"role": "assistant", "content": content, **changes}}],
        "usage": {
            "prompt_tokens": 120,
            "completion_tokens": 7,
            "total_tokens": 127,
            "prompt_tokens_details": {"cached_tokens": 100},
        },
    }


def message(text: str | None, *, stop: str | None = "end_turn", **changes: Any) -> dict[str, Any]:
    """Return a Message; its thinking comes before its text."""
    blocks = [] if text is None else [{"type": "text", "text": text}]
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "model-of-the-reply",
        "content": [{"type": "thinking", "thinking": "Hm.", "signature": "x"}, *blocks],
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": {
            "input_tokens": 20,
            "cache_read_input_tokens": 100,
            "cache_creation_input_tokens": 0,
            "output_tokens": 7,
        },
        **changes,
    }


def reply(provider: str, text: str) -> dict[str, Any]:
    """Return a reply in a provider's form."""
    return message(text) if provider == "anthropic" else chat(text)


def answering(text: str) -> Handler:
    """Return a server that always replies with one text, in the protocol it is asked in."""

    def handle(request: httpx2.Request) -> httpx2.Response:
        spoken = "anthropic" if request.url.path.endswith("/messages") else "openai"
        return httpx2.Response(200, json=reply(spoken, text))

    return handle


def leaning(request: httpx2.Request) -> httpx2.Response:
    """Serve a model that pushes the way the pole leans, and left when it does not."""
    asked = json.loads(request.content)["messages"][-1]["content"]
    option = "right" if "pole-angle: right" in asked else "left"
    return answering(json.dumps({"answer": option}))(request)


def failing(status: int, body: Any = None, headers: Mapping[str, str] | None = None) -> Handler:
    """Return a server that answers with a status; a text is sent as it is, anything else as JSON."""

    def handle(request: httpx2.Request) -> httpx2.Response:
        del request
        content = body if isinstance(body, str) else json.dumps(body)
        return httpx2.Response(status, text=content, headers=headers)

    return handle


def live(provider: str, handler: Handler, **settings: Any) -> Any:
    """Return a live teacher whose requests go to ``handler``."""
    made = settings_class(provider)(provider=provider, **{"model": "model-1", **settings})
    return teacher_class(provider)(made, seed=0, transport=httpx2.MockTransport(handler))


def ask(teacher: Any, question: Question, loops: LoopFactory | None = None) -> Answer:
    """Return a teacher's answer, asked in a session of its own."""

    async def within() -> Answer:
        async with teacher.session():
            answer: Answer = await teacher.answer(question, answer_key(teacher.request(question)))
            return answer

    return run_sync(within(), loops)


class Listening:
    """A server that keeps what it was sent."""

    def __init__(self, handler: Handler = leaning) -> None:
        self.requests: list[httpx2.Request] = []
        self._handler = handler

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """Keep a request and serve it."""
        self.requests.append(request)
        return self._handler(request)

    def body(self) -> Any:
        """Return the body of the last request."""
        return json.loads(self.requests[-1].content)
