"""From a model's words, or its token probabilities, to probabilities of the options. No answer is ever guessed."""

import json
import math
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: The share of the probability that must fall on the options for a soft label to count.
COVERAGE = 0.9
#: Options at most that can be lettered.
MOST = len(string.ascii_uppercase)
#: Token probabilities that sum to more than this are none.
_SUM = 1.01
#: What sums of probabilities may be off.
_ROUNDING = 1e-9
_FIELD = "answer"


class NotAnOptionError(Exception):
    """A reply is none of the options; the text says what was expected and what was found."""


def schema(options: Sequence[str]) -> dict[str, Any]:
    """Return the JSON Schema of an answer: one of the options, and nothing else."""
    return {
        "type": "object",
        "properties": {_FIELD: {"type": "string", "enum": list(options)}},
        "required": [_FIELD],
        "additionalProperties": False,
    }


def chosen(text: str, options: Sequence[str]) -> str:
    """Return the option that a text chooses.

    Understood are an answer by `schema`, and an option alone, with or without quotes, a full stop or capitals, its words in
    any spacing. Raises NotAnOptionError if the text says anything else, or anything more.
    """
    text = text.strip()
    if text.startswith("{"):
        found = _answer_in(text)
        matches = [option for option in options if _spaced(option) == _spaced(found)]
        if found in options:
            return found
    else:
        word = _spaced(text.strip("\"'`* \t\n").removesuffix(".").strip("\"'`* \t\n")).casefold()
        matches = [option for option in options if _spaced(option).casefold() == word]
    if len(matches) == 1:
        return matches[0]
    raise NotAnOptionError(f"expected one of {', '.join(options)}, found something else")


def _spaced(text: str) -> str:
    """Return a text with a space wherever it has spaces or line breaks."""
    return " ".join(text.split())


def _answer_in(text: str) -> str:
    """Return the answer in a JSON object of the schema's form; raises NotAnOptionError."""
    try:
        answer = json.loads(text)
    except ValueError:
        raise NotAnOptionError("expected an answer in JSON, found JSON that breaks off or is malformed") from None
    if not isinstance(answer, dict) or set(answer) != {_FIELD} or not isinstance(answer[_FIELD], str):
        raise NotAnOptionError(f"expected an object with {_FIELD!r} alone, found another")
    return str(answer[_FIELD])


def certain(option: str, options: Sequence[str]) -> dict[str, float]:
    """Return the probabilities of one sampled choice: 1 for it and 0 for the others."""
    return {each: float(each == option) for each in options}


@dataclass(frozen=True)
class Soft:
    """Probabilities of the options, normalised to sum to 1, and the share of all probability they were made of."""

    probabilities: Mapping[str, float]
    coverage: float


def labelled(options: Sequence[str]) -> dict[str, str]:
    """Return label -> option, such that the first character of a reply decides between labels.

    The options are their own labels where their first characters differ; else they are lettered, A, B and so on.
    Raises ValueError for more than `MOST` options that need letters. Labels that begin alike cannot be distinguished by a reply's first token: "left" and "leave" both begin with "le".
    """
    firsts = {option[:1].casefold() for option in options}
    if len(firsts) == len(options) and all(first.isalnum() for first in firsts):
        return {option: option for option in options}
    return dict(zip(string.ascii_uppercase[: len(options)], options, strict=True))


def offer(labels: Mapping[str, str]) -> str:
    """Return what has to be added to a question so that it is answered by label; empty if options are labels."""
    if all(label == option for label, option in labels.items()):
        return ""
    named = ", ".join(f"{label} for {option}" for label, option in labels.items())
    return f"\n\nAnswer with one letter alone: {named}."


def soft(tokens: Iterable[tuple[str, float]], labels: Mapping[str, str]) -> Soft:
    """Return the probabilities of the options by the probabilities of a reply's first token.

    Every token that begins a label counts for it: with a space before it or in capitals, whole or its first
    syllable. What falls on other tokens is on no option, and is left out when the rest is normalised. ``tokens`` are
    those that might have come first, with their log probabilities (one that occurs twice counts once), ``labels`` are as
    from `labelled`. Raises NotAnOptionError if a log probability is none, or less than `COVERAGE` of the probability
    falls on the options.
    """
    known: dict[str, float] = {}
    for token, logprob in tokens:
        if math.isnan(logprob) or logprob > math.log(_SUM):
            raise NotAnOptionError(f"expected log probabilities of at most 0, found {logprob:g}")
        known[token] = max(math.exp(logprob), known.get(token, 0.0))
    mass = dict.fromkeys(labels.values(), 0.0)
    for token, probability in known.items():
        if label := _begun(token, labels):
            mass[labels[label]] += probability
    total = math.fsum(known.values())
    coverage = math.fsum(mass.values())
    if total > _SUM:
        raise NotAnOptionError(f"expected token probabilities that sum to at most 1, found {total:.3f}")
    if coverage < COVERAGE - _ROUNDING:
        raise NotAnOptionError(
            f"expected at least {COVERAGE:g} of the probability on {', '.join(labels)}, found {coverage:.3f}"
        )
    return Soft({option: share / coverage for option, share in mass.items()}, min(coverage, 1.0))


def _begun(token: str, labels: Mapping[str, str]) -> str | None:
    """Return the label that a token begins; letters count as capitals only, since "a" begins many a sentence."""
    # Some servers show the space before a word as the sign that their tokenizer uses for it.
    stem = token.replace("Ġ", " ").replace("▁", " ").strip(string.whitespace + string.punctuation)
    if not stem:
        return None
    if all(len(label) == 1 for label in labels):
        return stem if stem in labels else None
    return next((label for label in labels if label.casefold().startswith(stem.casefold())), None)


def sampled(samples: int) -> str:
    """Return what probabilities are that come of choices, as the end of a sentence."""
    if samples == 1:
        return "each question was asked once, and the option that it chose counts as certain"
    return f"each question was asked {samples} times, and its probabilities are the shares of what it chose"
