"""Log probabilities of a reply's first token as soft labels."""

import math

import pytest
from live_answers import answer, tokens
from live_models import chat

from eep.data.types import Answer, Status
from eep.teachers.base import RetryableError

pytestmark = pytest.mark.usefixtures("keys")


def soft(finish: str = "stop", **logprobs: float) -> Answer:
    """Return what is made of a reply with log probabilities of its first token."""
    return answer("openai", chat("left", finish=finish, logprobs=tokens(**logprobs)), labels="logprobs")


def test_log_probabilities_become_soft_labels() -> None:
    """All variants of a word count for it, the rest is normalised away, and the coverage is kept in the text."""
    shares = {"left": 0.5, " left": 0.1, "Right": 0.3, "ri": 0.05, "maybe": 0.04}
    for finish in ("stop", "length"):
        found = soft(finish, **{token: math.log(share) for token, share in shares.items()})
        assert found.status is Status.OK
        assert found.probabilities == pytest.approx({"left": 0.6 / 0.95, "right": 0.35 / 0.95})
        assert found.text.startswith("left\n[coverage 0.9500; log probabilities ")
        assert '" left": -2.302585' in found.text


def test_a_soft_label_needs_coverage() -> None:
    """Where much of the probability falls on other words there is no answer, and the text says how much."""
    found = soft(left=math.log(0.6), I=math.log(0.4))
    assert found.status is Status.UNPARSABLE
    assert found.text.startswith("expected at least 0.9 of the probability on left, right, found 0.600")


def test_a_server_without_log_probabilities_gives_no_soft_label() -> None:
    """The word alone is then no answer: it would be a choice among probabilities."""
    found = answer("openai", chat("left"), labels="logprobs")
    assert found.status is Status.UNPARSABLE
    assert found.text.startswith("expected token probabilities, found a reply without")
    broken = chat("left", logprobs={"content": [{"token": "left", "top_logprobs": []}]})
    with pytest.raises(RetryableError, match="expected tokens with their log probabilities"):
        answer("openai", broken, labels="logprobs")
