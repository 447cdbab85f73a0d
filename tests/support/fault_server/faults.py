"""What can go wrong, and plans of when it does."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Fault(StrEnum):
    """One way of failing; the values are the words of the command line."""

    # answers of HTTP that are no replies
    RATE_LIMIT = "rate-limit"  # 429 with Retry-After
    RATE_LIMIT_SILENT = "rate-limit-silent"  # 429 without
    ERROR = "error"  # 500
    OVERLOADED = "overloaded"  # 529; a server of OpenAI's protocol says 503
    BLOCKED = "blocked"  # 400 to this question alone: the provider's filter
    UNKNOWN_MODEL = "unknown-model"  # 404
    NO_MONEY = (
        "no-money"  # OpenAI's 429 insufficient_quota, Anthropic's 400 credit balance: waiting is no help
    )
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


@dataclass(frozen=True)
class Asked:
    """One request as plans see it.

    Attributes
    ----------
    number
        Arrival among the questions, from 0; for other requests, among those.
    path
        Of the URL; batches are planned for by the path of their questions.
    digest
        Of the body: equal questions have equal digests.
    earlier
        How often a body of this digest came before.
    """

    number: int
    path: str
    digest: str
    earlier: int

    @property
    def is_question(self) -> bool:
        """Whether a model is asked, rather than a file or a batch looked after."""
        return self.path in {"/v1/chat/completions", "/v1/messages"}


Plan: TypeAlias = Callable[[Asked], Fault | None]


def never(asked: Asked) -> Fault | None:
    """Do not fail."""
    del asked
    return None


def always(fault: Fault) -> Plan:
    """Fail at every question."""
    return lambda asked: fault if asked.is_question else None


def at_first(times: int, fault: Fault) -> Plan:
    """Fail at the first ``times`` tries of every question."""
    return lambda asked: fault if asked.is_question and asked.earlier < times else None


def in_turn(faults: Sequence[Fault | None]) -> Plan:
    """Fail at the first questions as listed, in the order of arrival, and at none after them."""
    listed = dict(enumerate(faults))
    return lambda asked: listed.get(asked.number) if asked.is_question else None


def sometimes(chances: Mapping[Fault, float], seed: int = 0) -> Plan:
    """Fail at each try of each question with these probabilities, whatever the order of arrival."""
    return lambda asked: _drawn(chances, f"{seed} {asked.digest} {asked.earlier}", asked)


def sticking(chances: Mapping[Fault, float], seed: int = 0) -> Plan:
    """Fail at some questions, with these probabilities, at every try of them in the same way."""
    return lambda asked: _drawn(chances, f"{seed} {asked.digest}", asked)


def _drawn(chances: Mapping[Fault, float], text: str, asked: Asked) -> Fault | None:
    if not asked.is_question:
        return None
    left = share(text)
    for fault, chance in chances.items():
        left -= chance
        if left < 0:
            return fault
    return None


def share(text: str) -> float:
    """Return a number in [0, 1) drawn from a text: the same for the same text, on every machine."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=6).digest()) / 2**48
