"""Every fault of a server ends in its status: nothing that is no answer is ever taken for one."""

import re
import socket
from collections import Counter
from pathlib import Path
from typing import Any

import asking
import pytest
from fault_asking import ENDS, PROVIDERS, SILENT, STOPS, ask, digest, leaks, said, sentinel, teacher
from fault_server import Behaviour, Fault, FaultServer, always, in_turn

from eep.data.types import Question, Status
from eep.pipeline.elicit.elicit import Elicited

__all__ = ["sentinel"]  # a fixture

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("sentinel")]
EACH = pytest.mark.parametrize("provider", PROVIDERS)


def ended(elicited: Elicited) -> Counter[Status]:
    """Return how many answers have each status."""
    return Counter(answer.status for _, answer in elicited.answered)


@EACH
def test_every_fault_ends_in_its_status(provider: str, tmp_path: Path) -> None:
    """Of questions that each meet a fault of their own, or none, only the latter have an answer: the server's."""
    asked = asking.questions(2 * len(ENDS) + 6)
    faults: dict[str, Fault | None] = {}
    with FaultServer(Behaviour(plan=lambda seen: faults[seen.digest])) as server:
        # However slow the machine: only what is to run into its time-out gets a short one.
        patient, hasty = list[Question](), list[Question]()
        for question, fault in zip(asked, [*ENDS, *ENDS, *[None] * 6], strict=True):
            faults[digest(server, provider, question)] = fault
            (hasty if fault in SILENT else patient).append(question)
        elicited = ask(server, provider, hasty, tmp_path, timeout=0.4)
        others = ask(server, provider, patient, tmp_path)
    assert not elicited.unanswered + others.unanswered
    for question, answer in elicited.answered + others.answered:
        fault = faults[digest(server, provider, question)]
        if fault is None:
            expected = said(provider, teacher(server, provider).body(question))
            assert answer.probabilities is not None
            assert answer.probabilities[expected.choice()] == 1
        else:
            status, words = ENDS[fault]
            assert (fault, answer.status) == (fault, status)
            assert words in answer.text, (fault, answer.text)
    assert leaks(tmp_path) == []


@EACH
@pytest.mark.parametrize("fault", STOPS)
def test_what_no_retry_mends_stops_the_asking(provider: str, fault: Fault, tmp_path: Path) -> None:
    """A wrong key, an unknown model or an empty account is asked about a few times, and told as the reason."""
    with FaultServer(Behaviour(plan=always(fault))) as server:
        elicited = ask(server, provider, asking.questions(100), tmp_path)
    assert not elicited.answered
    assert all(re.search(STOPS[fault], reason) for _, reason in elicited.unanswered)
    assert server.record.counts()["questions"] <= 20
    assert leaks(tmp_path, *(reason for _, reason in elicited.unanswered)) == []


@EACH
@pytest.mark.parametrize(
    "fault", [Fault.ERROR, Fault.OVERLOADED, Fault.RESET, Fault.HTML, Fault.RATE_LIMIT, Fault.RATE_LIMIT_SILENT]
)
def test_what_passes_is_tried_again(provider: str, fault: Fault, tmp_path: Path) -> None:
    """A fault that meets the first three requests leaves all answered, each question once more and no oftener."""
    with FaultServer(Behaviour(plan=in_turn([fault] * 3))) as server:
        elicited = ask(server, provider, asking.questions(20), tmp_path)
    assert ended(elicited) == {Status.OK: 20}
    counts = server.record.counts()
    assert (counts["questions"], counts["distinct"]) == (23, 20)


@EACH
def test_a_server_that_is_down_is_told(provider: str, tmp_path: Path) -> None:
    """With nobody listening, questions fail, and the answer says where nobody was."""
    server = FaultServer()
    with socket.socket() as held:
        # Bound and never listening: connections are refused, and nobody else can be given the port meanwhile.
        held.bind(("127.0.0.1", 0))
        server.port = held.getsockname()[1]
        elicited = ask(server, provider, asking.questions(3), tmp_path)
    assert ended(elicited) == {Status.FAILED: 3}
    assert all(f"no connection to http://127.0.0.1:{server.port}" in answer.text for _, answer in elicited.answered)


@pytest.mark.parametrize("options", [("left", "right"), ("leave", "left")])
def test_token_probabilities_are_the_servers(options: tuple[str, str], tmp_path: Path) -> None:
    """Soft labels are the probabilities that the server's model has, whether options or letters are the labels."""
    asked = [asking.question(f"item {n}", options=options) for n in range(5)]
    with FaultServer() as server:
        elicited = ask(server, "openai", asked, tmp_path, labels="logprobs")
        body = teacher(server, "openai", labels="logprobs").body
    for question, answer in elicited.answered:
        expected: dict[str, Any] = said("openai", body(question)).probabilities()
        assert answer.probabilities == pytest.approx(dict(zip(options, expected.values(), strict=True)))
