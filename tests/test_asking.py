"""Asking where things go wrong: trying again, giving up, caps; all in virtual time."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asking
import pytest
from asking import Scripted, ending
from metered import Meter, VirtualLoop, VirtualStore, bucket, whole_seconds

from eep.asking.asker import FAILED_IN_A_ROW, FAILED_SILENTLY
from eep.asking.board import Board
from eep.asking.spending import Spending
from eep.costs.limits import Limits
from eep.costs.price import Price
from eep.elicit import Elicited, elicit
from eep.progress import Progress
from eep.question import Answer, Question, Status
from eep.store import Store
from eep.teachers.base import StopAskingError, TryLaterError

ITEM = "item 0"
PRICE = Price(input=1.0, output=10.0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[VirtualStore]:
    """Yield an empty store."""
    with VirtualStore.open(tmp_path / "answers.sqlite") as opened:
        yield opened


class Slow(Scripted):
    """Takes a second of virtual time for each request, and notes when it was asked what."""

    def __init__(self, script: Callable[[Question], Any] = lambda _: {}, *, seconds: float = 1.0) -> None:
        super().__init__(script)
        self.seconds = seconds
        self.at: list[float] = []

    async def answer(self, question: Question) -> Answer:
        """Answer, or raise, when the time is over."""
        self.at.append(asyncio.get_running_loop().time())
        await asyncio.sleep(self.seconds)
        return await super().answer(question)


class Counting(Slow):
    """Counts how many requests are under way for a second of virtual time."""

    now = most = 0

    async def answer(self, question: Question) -> Answer:
        """Count, and answer."""
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            return await super().answer(question)
        finally:
            self.now -= 1


class Metered(Slow):
    """Refuses requests that a meter does not bear."""

    def __init__(self, meter: Meter, after: Callable[[float], float | None]) -> None:
        super().__init__(seconds=0.05)
        self._meter = meter
        self._after = after

    async def answer(self, question: Question) -> Answer:
        """Answer if the meter bears it."""
        borne, wait = self._meter(asyncio.get_running_loop().time())
        if not borne:
            raise TryLaterError("too many requests", after=self._after(wait), limited=True)
        return await super().answer(question)


def failing(times: int, **how: Any) -> Callable[[Question], dict[str, Any]]:
    """Return a script by which each question fails so many times before it is answered."""
    left: dict[str, int] = {}

    def script(question: Question) -> dict[str, Any]:
        remaining = left.setdefault(question.item.id, times)
        if remaining:
            left[question.item.id] = remaining - 1
            raise TryLaterError("overloaded", **how)
        return {}

    return script


def run(teacher: Scripted, store: Store, number: int = 1, **limits: Any) -> Elicited:
    """Ask so many questions in virtual time."""
    return elicit(asking.questions(number), teacher, store, limits=Limits(**limits), loops=VirtualLoop)


def statuses(elicited: Elicited) -> set[str]:
    """Return the statuses of all answers."""
    return {answer.status.value for _, answer in elicited.answered}


@pytest.mark.parametrize("concurrency", [16, 64, 100])
def test_the_concurrency_is_reached_and_never_exceeded(store: VirtualStore, concurrency: int) -> None:
    """Where nothing goes wrong, as many requests are under way before long as may be, and no more."""
    counting = Counting()
    elicited = run(counting, store, 500, concurrency=concurrency)
    assert counting.most == concurrency
    assert elicited.spending.seconds <= 500 / concurrency + 4


def test_trouble_is_tried_again(store: VirtualStore) -> None:
    """A question that fails for a while is answered in the end, and only its answer is stored."""
    teacher = Slow(failing(5))
    elicited = run(teacher, store, tries=6)
    assert statuses(elicited) == {"ok"}
    assert len(teacher.asked) == 6
    assert (elicited.spending.requests, elicited.spending.troubled) == (6, 5)
    assert len(store) == 1


def test_pauses_grow_with_jitter(store: VirtualStore) -> None:
    """Before each further try a question waits at random, up to twice as long as the time before."""
    teacher = Slow(failing(99), seconds=0.0)
    run(teacher, store, tries=9)
    pauses = [after - before for before, after in zip(teacher.at, teacher.at[1:], strict=False)]
    assert len(pauses) == 8
    assert all(0 <= pause <= min(60, 2**number) + 1e-6 for number, pause in enumerate(pauses))
    assert len({round(pause / 2**number, 6) for number, pause in enumerate(pauses)}) == 8


def test_a_teacher_that_names_a_time_is_given_it(store: VirtualStore) -> None:
    """A teacher in trouble that says when to come back is not asked before, up to a minute."""
    teacher = Slow(failing(2, after=20.0), seconds=0.0)
    run(teacher, store)
    assert [after - before >= 20 for before, after in zip(teacher.at, teacher.at[1:], strict=False)] == [
        True,
        True,
    ]
    patient = Slow(failing(1, after=9_999.0), seconds=0.0)
    elicit([asking.question("other")], patient, store, limits=Limits(), loops=VirtualLoop)
    assert patient.at[1] - patient.at[0] == pytest.approx(60.0, abs=1)


@pytest.mark.parametrize(("tries", "asked"), [(1, "1 try"), (3, "3 tries")])
def test_after_so_many_tries_a_question_has_failed(store: VirtualStore, tries: int, asked: str) -> None:
    """After its tries a question has failed, which is stored with the reason and asked again by the next run."""
    teacher = Slow(failing(99))
    elicited = run(teacher, store, tries=tries)
    ((_, answer),) = elicited.answered
    assert (answer.status, answer.probabilities) == (Status.FAILED, None)
    assert answer.text.startswith(f"failed after {asked} in ")
    assert answer.text.endswith(" s: overloaded")
    assert len(teacher.asked) == tries
    assert [record.answer for record in store.records()] == [answer]
    again = run(Slow(), store)
    assert (again.asked, again.stored, statuses(again)) == (1, 0, {"ok"})


def test_patience_ends_the_tries(store: VirtualStore) -> None:
    """A question that has taken as long as patience allows has failed, however many tries are left."""
    teacher = Slow(failing(99), seconds=30.0)
    elicited = run(teacher, store, tries=99, patience=100.0)
    assert statuses(elicited) == {"failed"}
    assert len(teacher.asked) <= 4


def test_being_told_to_slow_down_is_no_failure(store: VirtualStore) -> None:
    """A question that is refused as one too many goes out again, more often than there are tries."""
    teacher = Slow(failing(9, limited=True), seconds=0.0)
    elicited = run(teacher, store, tries=2)
    assert statuses(elicited) == {"ok"}
    assert (elicited.spending.limited, elicited.spending.troubled) == (9, 0)


def test_waiting_for_the_limiter_is_not_the_questions_time(store: VirtualStore) -> None:
    """What a question waits because the teacher wants fewer requests does not count against its patience."""
    teacher = Slow(seconds=0.0)
    number = 0

    def script(_: Question) -> dict[str, Any]:
        nonlocal number
        number += 1
        if number <= 4:
            raise TryLaterError("too many", after=50.0, limited=True)
        if number <= 6:
            raise TryLaterError("overloaded")
        return {}

    teacher = Slow(script, seconds=0.0)
    elicited = run(teacher, store, patience=220.0)
    assert statuses(elicited) == {"ok"}
    assert teacher.at[-1] > 200


def test_a_teacher_that_only_refuses_stops_the_asking(store: VirtualStore) -> None:
    """Where nothing is answered for as long as patience allows, all is left open, not failed."""
    elicited = run(Slow(failing(10**6, limited=True), seconds=0.0), store, 20, patience=300.0)
    assert elicited.answered == ()
    (reason,) = {reason for _, reason in elicited.unanswered}
    assert reason.startswith("asked for fewer requests, and answered none for 3")
    assert len(elicited.unanswered) == 20
    assert elicited.spending.requests < 100


def test_where_everything_fails_asking_stops(store: VirtualStore) -> None:
    """A teacher that is gone does not make thousands of failures: after a row of them the rest is left open."""
    elicited = run(Slow(failing(10**6), seconds=0.1), store, 1_000, tries=2)
    assert statuses(elicited) == {"failed"}
    assert FAILED_IN_A_ROW <= len(elicited.answered) <= FAILED_IN_A_ROW + 16
    (reason,) = {reason for _, reason in elicited.unanswered}
    assert reason.startswith(
        f"{FAILED_IN_A_ROW} questions in a row failed; the last one failed after 2 tries"
    )


def test_a_teacher_that_is_silent_for_longer_than_patience_stops_the_asking(store: VirtualStore) -> None:
    """Where every request runs into its time-out, a few failures are enough: fifty would take hours."""
    elicited = run(Slow(failing(10**6), seconds=60.0), store, 1_000, tries=2, patience=600.0, concurrency=1)
    assert statuses(elicited) == {"failed"}
    assert FAILED_SILENTLY <= len(elicited.answered) < FAILED_IN_A_ROW
    assert elicited.spending.seconds < 1_500


def test_a_wrong_key_stops_the_asking(store: VirtualStore) -> None:
    """What no question can be answered with stops everything at once; what is under way may end."""

    def script(question: Question) -> dict[str, Any]:
        if question.item.id == "item 30":
            raise StopAskingError("HTTP 401: wrong key")
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
            raise StopAskingError("no such server")

    elicited = run(Shut(), store, 3)
    assert [reason for _, reason in elicited.unanswered] == ["no such server"] * 3


@pytest.mark.parametrize("most", [1, 7, 16, 40])
def test_max_requests_is_kept_exactly(store: VirtualStore, most: int) -> None:
    """No more requests go out than may, tries included; everything still open says so."""
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


def using(**usage: int) -> Callable[[Question], dict[str, Any]]:
    """Return a script of answers that count so many tokens."""
    return lambda _: {"usage": usage}


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


def test_refusals_by_an_error_cost_nothing_that_is_known(store: VirtualStore) -> None:
    """They name neither model nor tokens, and so say nothing of whether replies count theirs."""

    def refusing(question: Question) -> dict[str, Any]:
        if question.item.id in {"item 0", "item 1", "item 7"}:
            return {**asking.ending(Status.REFUSED, "content_filter: no"), "model": ""}
        return {"usage": {"input": 1_000, "output": 100}}

    elicited = run(Slow(refusing), store, 40, max_cost=1.0, price=PRICE)
    assert len(elicited.answered) == 40
    assert elicited.spending.answered == 37


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


def test_a_thousand_questions_at_fifty_a_second(store: VirtualStore) -> None:
    """Against a server that bears fifty requests a second every question is answered, with few refused requests."""
    teacher = Metered(bucket(50, 50), whole_seconds)
    elicited = run(teacher, store, 1_000, concurrency=64)
    assert statuses(elicited) == {"ok"}
    assert len(elicited.answered) == 1_000
    assert elicited.spending.limited <= 0.2 * elicited.spending.requests
    assert elicited.spending.seconds < 40


def test_answers_do_not_depend_on_what_went_wrong(tmp_path: Path) -> None:
    """Trouble and refused requests change when questions are answered, never what is answered."""
    stored = []
    for number, script in enumerate((lambda _: {}, failing(2), failing(3, limited=True))):
        with VirtualStore.open(tmp_path / f"{number}.sqlite") as store:
            elicited = run(Slow(script), store, 40)
            stored.append({answer.key: answer.probabilities for _, answer in elicited.answered})
    assert stored[0] == stored[1] == stored[2]
    assert len(stored[0]) == 40


def test_views_hear_of_silence_too(store: VirtualStore) -> None:
    """While nothing happens for long, views are told so every few seconds."""
    told: list[int] = []

    class Listening(Progress):
        @contextmanager
        def asking(self, board: Board) -> Iterator[Callable[[], None]]:
            yield lambda: told.append(board.under_way)

    hung = Slow(seconds=100.0)
    elicit(asking.questions(1), hung, store, limits=Limits(), progress=Listening(), loops=VirtualLoop)
    assert told.count(1) >= 10


def test_what_is_no_answer_costs_too(store: VirtualStore) -> None:
    """Tokens of refusals and unparsable replies are counted."""
    changes = {**ending(Status.REFUSED, "no"), "usage": {"input": 7, "output": 2, "strange": 4}}
    elicited = run(Slow(lambda _: changes), store, 3)
    assert elicited.spending.tokens == {"input": 21, "output": 6}
