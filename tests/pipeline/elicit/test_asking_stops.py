"""Where asking stops by itself: nothing but failures, refusals or silence; all in virtual time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asking import Scripted, ending
from metered import VirtualStore
from slow_asking import Slow, failing, run, statuses

from eep.data.types import Question, Status
from eep.pipeline.elicit.asker import FAILED_IN_A_ROW, FAILED_SILENTLY, USELESS_AT_FIRST
from eep.teachers.base import FatalTeacherError


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
