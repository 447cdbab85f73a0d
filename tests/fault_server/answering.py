"""What a model would say: drawn from a hash of what it is asked, so that the same question has the same answer."""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .faults import share

#: A label that no question offers.
WRONG = "neither-of-them"
PROSE = "What a lovely question! Well, it rather depends, does it not?"
_OFFER = re.compile(r"^\s*\(?([A-Z])[).:]\s", re.MULTILINE)


@dataclass(frozen=True)
class Asking:
    """What a model is asked, whichever protocol it came by.

    Attributes
    ----------
    system, turns
        The prompt: its system text, and each later turn's role and text.
    schema
        JSON schema of the reply, if one was asked for.
    draw
        What tells repeated samples of one question apart, if the request says it (a seed).
    """

    system: str
    turns: tuple[tuple[str, str], ...]
    schema: Mapping[str, Any] | None = None
    draw: str = ""

    @property
    def options(self) -> tuple[str, ...]:
        """The labels to choose from: the schema's first enumeration, else letters offered line by line."""
        for node in _nodes(self.schema):
            if isinstance(node.get("enum"), list):
                return tuple(node["enum"])
        text = "\n".join([self.system, *(said for role, said in self.turns if role == "user")])
        return tuple(dict.fromkeys(_OFFER.findall(text)))

    def probabilities(self) -> dict[str, float]:
        """Return the probability of each option: by the prompt alone, not by the draw."""
        prompt = json.dumps([self.system, self.turns])
        weights = {option: math.exp(4 * share(f"{prompt} {option}") - 2) for option in self.options}
        total = sum(weights.values())
        return {option: weight / total for option, weight in weights.items()}

    def choice(self) -> str:
        """Return the option that is said: drawn by the probabilities; prose where nothing is offered."""
        left = share(json.dumps([self.system, self.turns, self.draw]))
        chosen = PROSE
        for option, probability in self.probabilities().items():
            chosen = option
            left -= probability
            if left < 0:
                break
        return chosen

    def said(self, label: str) -> str:
        """Return the text of a reply with this label, in the form that was asked for."""
        return label if self.schema is None else json.dumps(_filled(self.schema, label))


def _nodes(schema: Any) -> Iterator[Mapping[str, Any]]:
    """Yield a schema and all schemas in it."""
    if isinstance(schema, Mapping):
        yield schema
        for value in schema.values():
            yield from _nodes(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _nodes(value)


def _filled(schema: Mapping[str, Any], label: str) -> Any:
    """Return a value that the schema describes: the label for enumerations, something for all else."""
    if "enum" in schema:
        return label
    kind = schema.get("type")
    if kind == "object":
        return {name: _filled(value, label) for name, value in schema.get("properties", {}).items()}
    if kind == "array":
        return [_filled(schema.get("items", {}), label)]
    return {"number": share(label), "integer": 1, "boolean": True}.get(str(kind), f"because of {label}")


def tokens(text: str) -> int:
    """Return about how many tokens a text has."""
    return math.ceil(len(text) / 4)


def logprobs(said: str, label: str, probabilities: Mapping[str, float], coverage: float) -> list[Any]:
    """Return the tokens of a reply with their alternatives, as OpenAI's protocol lists them.

    An option stands there in several variants, which together have its probability times ``coverage``; the rest
    falls on tokens that are no option.
    """
    before, found, after = said.partition(label)
    ends = ["{", '"', "answer", '":', '"'] if before else []
    listed = [_token(text, [(text, 1.0)]) for text in ends if before]
    if found:
        listed.append(_token(label, _alternatives(probabilities, coverage)))
    return [*listed, _token(after, [(after, 1.0)])] if after else listed


def _alternatives(probabilities: Mapping[str, float], coverage: float) -> list[tuple[str, float]]:
    """Return tokens and their probabilities, the likeliest first."""
    found: dict[str, float] = {"The": (1 - coverage) * 0.6, "I": (1 - coverage) * 0.4}
    for option, probability in probabilities.items():
        for variant, part in ((option, 0.9), (f" {option}", 0.07), (option.lower(), 0.03)):
            found[variant] = found.get(variant, 0.0) + part * probability * coverage
    return sorted(found.items(), key=lambda pair: -pair[1])


def _token(text: str, alternatives: Sequence[tuple[str, float]]) -> dict[str, Any]:
    logs = [
        (token, math.log(probability) if probability > 0 else -9999.0) for token, probability in alternatives
    ]
    top = [{"token": token, "logprob": log, "bytes": list(token.encode())} for token, log in logs]
    chosen = next((log for token, log in logs if token == text), -9999.0)
    return {"token": text, "logprob": chosen, "bytes": list(text.encode()), "top_logprobs": top}
