"""What a live teacher makes of a reply's body."""

from typing import Any

import asking
import httpx2
import live_models
from live_models import live

from eep.data.types import Answer

QUESTION = asking.question()
LEFT, RIGHT = '{"answer": "left"}', '{"answer":"right"}'


def answer(provider: str, body: Any, **settings: Any) -> Answer:
    """Return what a teacher makes of a reply's body."""
    return live_models.ask(live(provider, lambda _: httpx2.Response(200, json=body), **settings), QUESTION)


def without(body: dict[str, Any], *path: Any) -> dict[str, Any]:
    """Return a copy of a reply without what stands at ``path``."""
    name, *rest = path
    inner = body[name]
    if not rest:
        return {key: value for key, value in body.items() if key != name}
    if isinstance(inner, list):
        return {**body, name: [without(inner[0], *rest[1:])]}
    return {**body, name: without(inner, *rest)}


def tokens(**logprobs: float) -> dict[str, Any]:
    """Return the log probabilities of a reply's first token: the first one was said."""
    tops = [{"token": token, "logprob": logprob, "bytes": [*token.encode()]} for token, logprob in logprobs.items()]
    second = {"token": " more", "logprob": 0.0, "bytes": None, "top_logprobs": []}
    return {"content": [{**tops[0], "top_logprobs": tops}, second], "refusal": None}
