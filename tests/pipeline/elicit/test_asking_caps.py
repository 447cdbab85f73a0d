"""Caps on asking: requests, minutes and money; all in virtual time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asking
import pytest
from asking import ending
from metered import VirtualLoop, VirtualStore
from slow_asking import PRICE, Slow, failing, run, using

from eep.data.types import Question, Status
from eep.pipeline.elicit.elicit import elicit
from eep.pipeline.elicit.spending import Spending
from eep.teachers.limits import Limits


@pytest.fixture
def store(tmp_path: Path) -> Iterator[VirtualStore]:
    """Yield an empty store."""
    with VirtualStore.open(tmp_path / "answers.sqlite") as opened:
        yield opened


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
    slow = run(Slow(seconds=10.0), store, 1_000, max_minutes=1.0)
    assert 60 <= slow.spending.seconds <= 71
    assert len(slow.answered) == 16 * 6
    assert {reason for _, reason in slow.unanswered} == {"the cap max_minutes = 1 is reached"}
    waiting = elicit(
        [asking.question("other")],
        Slow(failing(99, after=50.0), seconds=0.0),
        store,
        limits=Limits(max_minutes=1.5),
        loops=VirtualLoop,
    )
    assert waiting.spending.seconds == pytest.approx(90, abs=1)
    assert [reason for _, reason in waiting.unanswered] == ["the cap max_minutes = 1.5 is reached"]


def test_max_cost_is_not_overspent(store: VirtualStore) -> None:
    """Requests under way count at what answers have cost so far, so that a run ends short of its money."""
    teacher = Slow(using(input=1_000, output=100))
    limits = Limits(max_cost=0.1, price=PRICE, concurrency=8)
    elicited = elicit(asking.questions(200), teacher, store, limits=limits, loops=VirtualLoop)
    cost = PRICE.cost(elicited.spending.tokens)
    assert 0.09 < cost <= 0.1
    assert len(elicited.answered) == 50
    (reason,) = {reason for _, reason in elicited.unanswered}
    assert reason.startswith("the cap max_cost = 0.1 USD is reached: ")
    assert elicited.spending.tokens == {"input": 50_000, "output": 5_000}


def test_the_first_answer_tells_what_one_costs(store: VirtualStore) -> None:
    """Under a cap on money one question goes first, so that dear answers do not overspend it by a handful."""
    teacher = Slow(using(input=1_000, output=100))
    elicited = run(teacher, store, 100, max_cost=0.003, price=PRICE)
    assert len(teacher.asked) == len(elicited.answered) == 1
    assert elicited.unanswered[0][1].startswith("the cap max_cost = 0.003 USD is reached: 0.0020 are spent")


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


def test_what_is_no_answer_costs_too(store: VirtualStore) -> None:
    """Tokens of refusals and unparsable replies are counted."""
    changes = {**ending(Status.REFUSED, "no"), "usage": {"input": 7, "output": 2, "strange": 4}}
    elicited = run(Slow(lambda _: changes), store, 3)
    assert elicited.spending.tokens == {"input": 21, "output": 6}


def test_refusals_by_an_error_cost_nothing_that_is_known(store: VirtualStore) -> None:
    """They name neither model nor tokens, and so say nothing of whether replies count theirs."""

    def refusing(question: Question) -> dict[str, Any]:
        if question.item.id in {"item 0", "item 1", "item 7"}:
            return {**asking.ending(Status.REFUSED, "content_filter: no"), "model": ""}
        return {"usage": {"input": 1_000, "output": 100}}

    elicited = run(Slow(refusing), store, 40, max_cost=1.0, price=PRICE)
    assert len(elicited.answered) == 40
    assert elicited.spending.answered == 37
