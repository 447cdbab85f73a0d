"""What a model would say: drawn from a hash of what it is asked, so that the same question has the same answer."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .faults import share

#: A label that no question offers.
WRONG = "neither-of-them"
PROSE = "What a lovely question! Well, it rather depends, does it not?"
#: Letters that a question offers for its options, as in "A for left, B for right" or "A: left".
_OFFER = re.compile(r"\b([A-Z])(?: for |\) |: )\w")
#: What to choose from where nothing else is offered.
_WORDS = ("left", "right")
_PIECES = re.compile(r"\w+|\W")


@dataclass(frozen=True)
class Asking:
    """What a model is asked, whichever protocol it came by.

    The prompt is its system text and each later turn's role and text; ``draw`` (a seed) tells repeated samples apart.
    """

    system: str
    turns: tuple[tuple[str, str], ...]
    schema: Mapping[str, Any] | None = None
    draw: str = ""

    @property
    def options(self) -> tuple[str, ...]:
        """The labels to choose from: the schema's first enumeration, else letters on offer, else words."""
        for node in _nodes(self.schema):
            if isinstance(node.get("enum"), list):
                return tuple(node["enum"])
        last = next((said for role, said in reversed(self.turns) if role == "user"), "")
        return tuple(dict.fromkeys(_OFFER.findall(last))) or _WORDS

    def probabilities(self) -> dict[str, float]:
        """Return the probability of each option: by the prompt alone, not by the draw."""
        prompt = json.dumps([self.system, self.turns])
        weights = {option: math.exp(4 * share(f"{prompt} {option}") - 2) for option in self.options}
        total = sum(weights.values())
        return {option: weight / total for option, weight in weights.items()}

    def choice(self) -> str:
        """Return the option that is said: drawn by the probabilities."""
        left = share(json.dumps([self.system, self.turns, self.draw]))
        for option, probability in self.probabilities().items():
            left -= probability
            if left < 0:
                return option
        return self.options[-1]

    def said(self, label: str) -> str:
        """Return the text of a reply with this label, in the form that was asked for."""
        return label if self.schema is None else json.dumps(_filled(self.schema, label))


def _nodes(schema: Any) -> Iterator[Mapping[str, Any]]:
    """Yield a schema and all schemas in it."""
    if isinstance(schema, Mapping):
        yield schema
        for value in schema.values():
            yield from _nodes(value)


def _filled(schema: Mapping[str, Any], label: str) -> Any:
    """Return a value that the schema describes: the label for enumerations, a text for all else."""
    if schema.get("type") == "object":
        return {name: _filled(value, label) for name, value in schema["properties"].items()}
    return label if "enum" in schema else f"because of {label}"


def tokens(text: str) -> int:
    """Return about how many tokens a text has."""
    return math.ceil(len(text) / 4)


def logprobs(said: str, label: str, probabilities: Mapping[str, float], coverage: float) -> list[Any]:
    """Return the tokens of a reply with their alternatives, as OpenAI's protocol lists them.

    Where the label stands, or first where it is not said, an option has several variants, which together have its
    probability times ``coverage``; the rest falls on tokens that are no option.
    """
    before, found, after = said.partition(label)
    pieces = [*_PIECES.findall(before), *([found] if found else []), *_PIECES.findall(after)]
    place = len(_PIECES.findall(before)) if found else 0
    return [
        _token(piece, _alternatives(probabilities, coverage, piece) if n == place else {piece: 1.0})
        for n, piece in enumerate(pieces)
    ]


def _alternatives(probabilities: Mapping[str, float], coverage: float, said: str) -> dict[str, float]:
    """Return tokens and their probabilities; what is said is among them."""
    astray = "The" if said in probabilities else said
    found: dict[str, float] = {astray: (1 - coverage) * 0.8, "Hm": (1 - coverage) * 0.2}
    for option, probability in probabilities.items():
        for variant, part in ((option, 0.9), (f" {option}", 0.07), (option[:1].upper() + option[1:], 0.03)):
            found[variant] = found.get(variant, 0.0) + part * probability * coverage
    return found


def _token(text: str, alternatives: Mapping[str, float]) -> dict[str, Any]:
    logs = {token: math.log(p) if p > 0 else -9999.0 for token, p in alternatives.items()}
    top = [
        {"token": token, "logprob": logs[token], "bytes": list(token.encode())}
        for token in sorted(logs, key=lambda token: -logs[token])
    ]
    chosen = logs.get(text, -9999.0)
    return {"token": text, "logprob": chosen, "bytes": list(text.encode()), "top_logprobs": top}
