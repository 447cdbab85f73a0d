"""Reading a ChatCompletion, of OpenAI and of the many servers that answer in its form."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eep.data.types import Status
from eep.teachers import labels
from eep.teachers.reply import (
    MalformedReplyError,
    Outcome,
    choice,
    count,
    mapping,
    raise_reported_error,
    sequence,
    text_of,
)


def outcome(reply: object, options: Sequence[str], *, soft: bool) -> Outcome:
    """Return what a ChatCompletion says of the options; raises MalformedReplyError if it is none.

    ``soft`` reads the probabilities of the reply's first token (see `eep.teachers.labels.soft`). Whether the reply was
    cut off after that token then does not matter. They stand in the outcome's text, with their coverage.
    """
    completion = mapping(reply, "the reply")
    raise_reported_error(completion)
    sampled = _choice(completion)
    message = mapping(sampled.get("message"), "message")
    content, refusal = (_optional_text(message, name) for name in ("content", "refusal"))
    ended = text_of(sampled.get("finish_reason"), "finish_reason")
    model, usage = text_of(completion.get("model"), "model"), _usage(completion)
    if refusal or ended == "content_filter":
        text = ": ".join(filter(None, [_reason(ended), refusal, content]))
        return Outcome(Status.REFUSED, None, text, model, usage)
    if ended != "stop" and not (soft and ended == "length"):
        return Outcome(Status.UNPARSABLE, None, f"{_reason(ended)}: {content}", model, usage)
    if not soft:
        return choice(content, options, model, usage)
    try:
        probabilities, text = _by_tokens(sampled, content, options)
    except labels.NotAnOptionError as error:
        return Outcome(Status.UNPARSABLE, None, f"{error}: {content}", model, usage)
    return Outcome(Status.OK, probabilities, text, model, usage)


def _choice(completion: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = sequence(completion.get("choices"), "choices")
    if len(choices) != 1:
        raise MalformedReplyError(f"expected one choice, found {len(choices)}")
    return mapping(choices[0], "the choice")


def _optional_text(message: Mapping[str, Any], name: str) -> str:
    value = message.get(name)
    if value is not None and not isinstance(value, str):
        raise MalformedReplyError(f"expected {name} to be a text or null, found {json.dumps(value)[:80]}")
    return value or ""


def _reason(ended: str) -> str:
    """Return why a reply that ended so is no answer."""
    known = {"stop": "refused", "content_filter": "refused (content_filter)", "length": "cut off at teacher.max_tokens"}
    return known.get(ended, f"ended by {ended}")


def _by_tokens(sampled: Mapping[str, Any], content: str, options: Sequence[str]) -> tuple[Mapping[str, float], str]:
    """Return the soft label, and the text that shows what it was made of; raises NotAnOptionError."""
    tokens = list(_first_tokens(sampled))
    found = labels.soft(tokens, labels.labelled(options))
    shown = json.dumps({token: round(logprob, 6) for token, logprob in tokens}, ensure_ascii=False)
    return found.probabilities, f"{content}\n[coverage {found.coverage:.4f}; log probabilities {shown}]"


def _first_tokens(sampled: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield each token that might have come first, with its log probability."""
    logprobs = sampled.get("logprobs")
    content = logprobs.get("content") if isinstance(logprobs, dict) else None
    if not content:
        raise labels.NotAnOptionError("expected token probabilities, found a reply without")
    first = mapping(sequence(content, "logprobs.content")[0], "the first token")
    for each in [first, *sequence(first.get("top_logprobs"), "top_logprobs")]:
        token = mapping(each, "a token")
        name, logprob = token.get("token"), token.get("logprob")
        if not isinstance(name, str) or not isinstance(logprob, int | float):
            raise MalformedReplyError("expected tokens with their log probabilities, found one without")
        yield name, float(logprob)


def _usage(completion: Mapping[str, Any]) -> dict[str, int]:
    """Return the token counts, each token under one name; empty where a server counts none."""
    if completion.get("usage") is None:
        return {}
    usage = mapping(completion["usage"], "usage")
    details = mapping(usage.get("prompt_tokens_details") or {}, "prompt_tokens_details")
    cached, written = count(details, "cached_tokens"), count(details, "cache_write_tokens")
    return {
        "input": max(0, count(usage, "prompt_tokens") - cached - written),
        "cached_input": cached,
        "cache_write": written,
        "output": count(usage, "completion_tokens"),
    }
