"""Where asking stops: at caps, and by itself at nothing but failures, refusals or silence; all in virtual time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asking
import pytest
from asking import Scripted, ending
from metered import VirtualLoop, VirtualStore
from slow_asking import PRICE, Slow, failing, run, statuses, using

from eep.data.types import Question, Status
from eep.pipeline.elicit.asker import FAILED_IN_A_ROW, FAILED_SILENTLY, USELESS_AT_FIRST
from eep.pipeline.elicit.elicit import elicit
from eep.pipeline.elicit.spending import Spending
from eep.teachers.base import FatalTeacherError
from eep.teachers.limits import Limits


@pytest.fixture
def store(tmp_path: Path) -> Iterator[VirtualStore]:
    """Yield an empty store."""
    with VirtualStore.open(tmp_path / "answers.sqlite") as opened:
        yield opened


def test_a_teacher_that_only_refuses_stops_the_asking(store: VirtualStore) -> None:
    """Where nothing is answered for as long as max_elapsed allows, all is left open, not failed."""
    elicited = run(Slow(failing(10**6, limited=True), seconds=0.0), store, 20, max_elapsed=300.0)
    assert elicited.answered == ()
    (reason,) = {reason for _, reason in elicited.unanswered}
    assert reason.startswith("asked for fewer requests, and answered none for 3")
    assert "overloaded" in reason
    assert len(elicited.unanswered) == 20
    assert elicited.spending.requests < 100


def test_where_everything_fails_asking_stops(store: VirtualStore) -> None:
    """A teacher that is gone does not make thousands of failures: after a row of them the rest is left open."""
    elicited = run(Slow(failing(10**6), seconds=0.1), store, 1_000, max_attempts=2)
    assert statuses(elicited) == {"failed"}
    assert FAILED_IN_A_ROW <= len(elicited.answered) <= FAILED_IN_A_ROW + 16
    (reason,) = {reason for _, reason in elicited.unanswered}
    assert reason.startswith(f"{FAILED_IN_A_ROW} questions in a row failed; the last one failed after 2 attempts")


def test_a_teacher_that_is_silent_for_longer_than_patience_stops_the_asking(store: VirtualStore) -> None:
    """Where every request runs into its time-out, a few failures are enough: fifty would take hours."""
    elicited = run(Slow(failing(10**6), seconds=60.0), store, 1_000, max_attempts=2, max_elapsed=600.0, concurrency=1)
    assert statuses(elicited) == {"failed"}
    assert FAILED_SILENTLY <= len(elicited.answered) < FAILED_IN_A_ROW
    assert elicited.spending.seconds < 1_500


def test_a_wrong_key_stops_the_asking(store: VirtualStore) -> None:
    """What no question can be answered with stops everything at once; what is under way may end."""

    def script(question: Question) -> dict[str, Any]:
        if question.item.id == "item 30":
            raise FatalTeacherError("HTTP 401: wrong key")
        return {}

    teacher = Slow(script)
    elicited = run(teacher, store, 200)
    assert {reason for _, reason in elicited.unanswered} == {"HTTP 401: wrong key"}
    assert 31 <= len(teacher.asked) <= 30 + 2 * 16
    assert len(elicited.answered) == elicited.asked == len(store) == len(teacher.asked) - 1
    assert len(elicited.answered) + len(elicited.unanswered) == 200


def test_a_session_that_cannot_be_opened_leaves_all_open(store: VirtualStore) -> None:
    """A teacher that stops the asking when its session is opened answers nothing and is asked nothing."""

    class Shut(Scripted):
        def session(self) -> Any:
            raise FatalTeacherError("no such server")

    elicited = run(Shut(), store, 3)
    assert [reason for _, reason in elicited.unanswered] == ["no such server"] * 3


@pytest.mark.parametrize("status", [Status.REFUSED, Status.UNPARSABLE])
def test_where_no_reply_can_be_used_asking_stops(store: VirtualStore, status: Status) -> None:
    """Not all questions are paid for where none of the first replies is an answer; what came is kept."""
    elicited = run(Slow(lambda _: ending(status, "I am a cloud."), seconds=0.1), store, 1_000)
    assert statuses(elicited) == {status.value}
    assert USELESS_AT_FIRST <= len(elicited.answered) == len(store) <= USELESS_AT_FIRST + 16
    (reason,) = {reason for _, reason in elicited.unanswered}
    assert reason == (
        f"none of the first {USELESS_AT_FIRST} replies of this run can be used, and more would cost as much; the last one "
        "I am a cloud.; eep transcript shows them, and under other settings of the teacher (model, labels, ...) all "
        "questions are asked anew"
    )


def test_one_reply_that_can_be_used_keeps_the_asking_up(store: VirtualStore) -> None:
    """However many others are refused: that is for the statistics to bear, and the report to tell."""

    def script(question: Question) -> dict[str, Any]:
        return {} if question.item.id == "item 150" else ending(Status.REFUSED, "No.")

    elicited = run(Slow(script), store, 1_000)
    assert (len(elicited.answered), elicited.unanswered) == (1_000, ())


@pytest.mark.parametrize("most", [1, 7, 16, 40])
def test_max_requests_is_kept_exactly(store: VirtualStore, most: int) -> None:
    """No more requests go out than may, repeated ones included; everything still open says so."""
    teacher = Slow(failing(1), seconds=0.1)
    elicited = run(teacher, store, 100, max_requests=most)
    assert len(teacher.asked) == elicited.spending.requests == most
    assert len(elicited.answered) + len(elicited.unanswered) == 100
    assert {reason for _, reason in elicited.unanswered} == {f"the cap max_requests = {most} is reached"}


def test_max_minutes_ends_waiting_too(store: VirtualStore) -> None:
    """When the time is up nothing goes out any more, also if everything was waiting just then."""
    waiting = run(Slow(failing(99, after=50.0), seconds=0.0), store, max_minutes=1.5)
    assert waiting.spending.seconds == pytest.approx(90, abs=1)
    assert [reason for _, reason in waiting.unanswered] == ["the cap max_minutes = 1.5 is reached"]
    slow = run(Slow(seconds=10.0), store, 1_000, max_minutes=1.0)
    assert 60 <= slow.spending.seconds <= 71
    assert len(slow.answered) == 16 * 6
    assert {reason for _, reason in slow.unanswered} == {"the cap max_minutes = 1 is reached"}


@pytest.mark.parametrize(("cap", "answers"), [(0.1, 50), (0.003, 1)])
def test_max_cost_is_not_overspent(store: VirtualStore, cap: float, answers: int) -> None:
    """Requests under way count at what answers have cost so far; one goes first, so that dear ones do not overspend."""
    elicited = run(Slow(using(input=1_000, output=100)), store, 200, max_cost=cap, price=PRICE, concurrency=8)
    assert len(elicited.answered) == elicited.spending.requests == answers
    assert elicited.spending.tokens == {"input": answers * 1_000, "output": answers * 100}
    (reason,) = {reason for _, reason in elicited.unanswered}
    assert reason.startswith(f"the cap max_cost = {cap} USD is reached: 0.")


def test_money_that_cannot_be_counted_stops_the_asking(store: VirtualStore) -> None:
    """A cap on money is no good where replies count no tokens; the run stops rather than spend unseen."""
    elicited = run(Slow(), store, 200, max_cost=1.0, price=PRICE)
    assert len(elicited.answered) == 1
    assert "max_cost = 1 cannot be kept" in elicited.unanswered[0][1]


def test_caps_are_on_all_asking_of_a_run(store: VirtualStore) -> None:
    """What a run has spent before counts, when it is handed on."""
    spending = Spending()
    for texts, answered in (("ab", 2), ("cdef", 1), ("gh", 0)):
        elicited = elicit(
            [asking.question(text) for text in texts],
            Slow(using(input=5), seconds=1.0),
            store,
            limits=Limits(max_requests=3),
            spending=spending,
            loops=VirtualLoop,
        )
        assert len(elicited.answered) == answered
    assert spending.tokens == {"input": 15}


def test_refusals_cost_what_is_known(store: VirtualStore) -> None:
    """Tokens of refusals count; those by an error name neither model nor tokens, and say nothing of others."""

    def refusing(question: Question) -> dict[str, Any]:
        if question.item.id in {"item 0", "item 1", "item 7"}:
            return {**ending(Status.REFUSED, "content_filter: no"), "model": ""}
        return {**ending(Status.REFUSED, "no"), "usage": {"input": 7, "output": 2, "strange": 4}}

    elicited = run(Slow(refusing), store, 40, max_cost=1.0, price=PRICE)
    assert len(elicited.answered) == 40
    assert elicited.spending.answered == 37
    assert elicited.spending.tokens == {"input": 37 * 7, "output": 37 * 2}
