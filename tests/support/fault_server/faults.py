"""What can go wrong, and plans of when it does."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias


class Fault(StrEnum):
    """One way of failing."""

    # answers of HTTP that are no replies
    RATE_LIMIT = "rate-limit"  # 429 with Retry-After
    RATE_LIMIT_SILENT = "rate-limit-silent"  # 429 without
    ERROR = "error"  # 500
    OVERLOADED = "overloaded"  # 529; a server of OpenAI's protocol says 503
    BLOCKED = "blocked"  # 400 to this question alone: the provider's filter
    UNKNOWN_MODEL = "unknown-model"  # 404
    NO_MONEY = "no-money"  # OpenAI's 429 insufficient_quota, Anthropic's 400: waiting is no help
    KEY_IN_400 = "key-in-400"  # errors that echo the key they were sent
    KEY_IN_401 = "key-in-401"
    KEY_IN_500 = "key-in-500"
    KEY_IN_HTML = "key-in-html"  # as HTML, with status 200
    # connections that break or stop
    HANG = "hang"  # no byte
    STALL = "stall"  # half a reply, then nothing
    RESET = "reset"  # TCP reset
    CUT_OFF = "cut-off"  # half a reply, then closed
    # 200 with something that is no reply
    TRUNCATED_JSON = "truncated-json"
    HTML = "html"
    EMPTY_OBJECT = "empty-object"
    # well-formed replies that are no answers
    NO_CONTENT = "no-content"
    PROSE = "prose"  # text where JSON was asked for
    WRONG_LABEL = "wrong-label"
    REFUSAL = "refusal"
    CONTENT_FILTER = "content-filter"  # the text looks like an answer all the same
    MAX_TOKENS = "max-tokens"  # as content-filter
    KEY_IN_REPLY = "key-in-reply"  # a refusal, and a model name, that echo the key
    # replies whose probabilities cannot be used (OpenAI's protocol)
    NO_LOGPROBS = "no-logprobs"
    LOW_COVERAGE = "low-coverage"


#: Faults of the connection: no reply comes whole, and a question of a batch expires.
BROKEN = frozenset({Fault.HANG, Fault.STALL, Fault.RESET, Fault.CUT_OFF})


@dataclass
class Seen:
    """One request: what came (never its key) and when, in seconds of the monotonic clock, and what became of it."""

    #: Arrival among the questions, from 0; for other requests, among those.
    number: int
    #: Of the URL; questions of a batch have that of questions asked alone.
    path: str
    body: Any
    at: float = field(default_factory=time.monotonic)
    fault: Fault | None = None
    status: int | None = None

    @property
    def digest(self) -> str:
        """The hash of the body: equal questions have equal digests."""
        return digest_of(self.body)


def digest_of(body: Any) -> str:
    """Return the hash of a body's content: key order and spaces do not matter."""
    return hashlib.blake2b(json.dumps(body, sort_keys=True).encode(), digest_size=16).hexdigest()


#: Which question meets which fault.
Plan: TypeAlias = Callable[[Seen], Fault | None]


def never(seen: Seen) -> Fault | None:
    """Do not fail."""
    del seen
    return None


def always(fault: Fault) -> Plan:
    """Fail at every question."""
    return lambda _: fault


def in_turn(faults: Sequence[Fault | None]) -> Plan:
    """Fail at the first questions as listed, in the order of arrival, and at none after them."""
    listed = dict(enumerate(faults))
    return lambda seen: listed.get(seen.number)


def sticking(chances: Mapping[Fault, float]) -> Plan:
    """Fail at some questions, with these probabilities, at every try of them in the same way."""

    def plan(seen: Seen) -> Fault | None:
        left = share(seen.digest)
        for fault, chance in chances.items():
            left -= chance
            if left < 0:
                return fault
        return None

    return plan


def share(text: str) -> float:
    """Return a number in [0, 1) drawn from a text: the same for the same text, on every machine."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=6).digest()) / 2**48
