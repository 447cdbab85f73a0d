"""Reading a ChatCompletion, of OpenAI and of the many servers that answer in its form."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eep.data.types import Status
from eep.teachers import labels
from eep.teachers.reply import (
    MalformedReplyError,
    Outcome,
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
    choice = _choice(completion)
    message = mapping(choice.get("message"), "message")
    content, refusal = (_optional_text(message, name) for name in ("content", "refusal"))
    ended = text_of(choice.get("finish_reason"), "finish_reason")
    probabilities: Mapping[str, float] | None = None
    status, text = Status.UNPARSABLE, content
    if refusal or ended == "content_filter":
        status, text = Status.REFUSED, ": ".join(filter(None, [_reason(ended), refusal, content]))
    elif ended != "stop" and not (soft and ended == "length"):
        text = f"{_reason(ended)}: {content}"
    else:
        try:
            if soft:
                probabilities, text = _by_tokens(choice, content, options)
            else:
                probabilities = labels.certain(labels.chosen(content, options), options)
            status = Status.OK
        except labels.NotAnOptionError as error:
            text = f"{error}: {content}"
    return Outcome(status, probabilities, text, text_of(completion.get("model"), "model"), _usage(completion))


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
    known = {
        "stop": "refused",
        "content_filter": "refused (content_filter)",
        "length": "cut off at teacher.max_tokens",
    }
    return known.get(ended, f"ended by {ended}")


def _by_tokens(
    choice: Mapping[str, Any], content: str, options: Sequence[str]
) -> tuple[Mapping[str, float], str]:
    """Return the soft label, and the text that shows what it was made of; raises NotAnOptionError."""
    tokens = list(_first_tokens(choice))
    found = labels.soft(tokens, labels.labelled(options))
    shown = json.dumps({token: round(logprob, 6) for token, logprob in tokens}, ensure_ascii=False)
    return found.probabilities, f"{content}\n[coverage {found.coverage:.4f}; log probabilities {shown}]"


def _first_tokens(choice: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield each token that might have come first, with its log probability."""
    logprobs = choice.get("logprobs")
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
