"""Asking where things go wrong: trying again, giving up, caps; all in virtual time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asking
import pytest
from metered import VirtualLoop, VirtualStore, bucket, whole_seconds
from slow_asking import Counting, Metered, Slow, failing, run, statuses

from eep.data.types import Question, Status
from eep.pipeline.elicit.asking_state import AskingState
from eep.pipeline.elicit.elicit import elicit
from eep.pipeline.progress import Progress
from eep.teachers.base import RetryableError
from eep.teachers.limits import Limits


@pytest.fixture
def store(tmp_path: Path) -> Iterator[VirtualStore]:
    """Yield an empty store."""
    with VirtualStore.open(tmp_path / "answers.sqlite") as opened:
        yield opened


@pytest.mark.parametrize("concurrency", [1, 16, 64, 100])
def test_the_concurrency_is_reached_and_never_exceeded(store: VirtualStore, concurrency: int) -> None:
    """Where nothing goes wrong, as many requests are under way before long as may be, and no more."""
    counting = Counting()
    number = min(500, 10 * concurrency)
    elicited = run(counting, store, number, concurrency=concurrency)
    assert counting.most == concurrency
    assert elicited.spending.seconds <= number / concurrency + 4


@pytest.mark.parametrize(("limited", "spent"), [(False, (6, 5, 0)), (True, (6, 0, 5))])
def test_trouble_is_tried_again(store: VirtualStore, spent: tuple[int, ...], *, limited: bool) -> None:
    """What fails for a while is answered in the end, and that alone stored; being told to slow down is no failure."""
    teacher = Slow(failing(5, limited=limited), seconds=0.0)
    elicited = run(teacher, store, max_attempts=2 if limited else 6)
    assert statuses(elicited) == {"ok"}
    assert (elicited.spending.requests, elicited.spending.failed, elicited.spending.limited) == spent
    assert len(teacher.asked) == 6
    assert len(store) == 1


def test_pauses_grow_with_jitter(store: VirtualStore) -> None:
    """Before each further try a question waits at random, up to twice as long as the time before."""
    teacher = Slow(failing(99), seconds=0.0)
    run(teacher, store, max_attempts=9)
    pauses = [after - before for before, after in zip(teacher.at, teacher.at[1:], strict=False)]
    assert len(pauses) == 8
    assert all(0 <= pause <= min(60, 2**number) + 1e-6 for number, pause in enumerate(pauses))
    assert len({round(pause / 2**number, 6) for number, pause in enumerate(pauses)}) == 8


def test_a_teacher_that_names_a_time_is_given_it(store: VirtualStore) -> None:
    """A teacher in trouble that says when to come back is not asked before, up to a minute."""
    teacher = Slow(failing(2, after=20.0), seconds=0.0)
    run(teacher, store)
    first, second, third = teacher.at
    assert min(second - first, third - second) >= 20
    patient = Slow(failing(1, after=9_999.0), seconds=0.0)
    elicit([asking.question("other")], patient, store, limits=Limits(), loops=VirtualLoop)
    assert patient.at[1] - patient.at[0] == pytest.approx(60.0, abs=1)


@pytest.mark.parametrize(("attempts", "asked"), [(1, "1 attempt"), (3, "3 attempts")])
def test_after_so_many_attempts_a_question_has_failed(store: VirtualStore, attempts: int, asked: str) -> None:
    """After its attempts a question has failed, which is stored with the reason and asked again by the next run."""
    teacher = Slow(failing(99))
    elicited = run(teacher, store, max_attempts=attempts)
    ((_, answer),) = elicited.answered
    assert (answer.status, answer.probabilities) == (Status.FAILED, None)
    assert answer.text.startswith(f"failed after {asked} in ")
    assert answer.text.endswith(" s: overloaded")
    assert len(teacher.asked) == attempts
    assert [record.answer for record in store.records()] == [answer]
    again = run(Slow(), store)
    assert (again.asked, again.stored, statuses(again)) == (1, 0, {"ok"})


def test_patience_ends_the_tries(store: VirtualStore) -> None:
    """A question that has taken as long as max_elapsed allows has failed, however many attempts are left."""
    teacher = Slow(failing(99), seconds=30.0)
    elicited = run(teacher, store, max_attempts=99, max_elapsed=100.0)
    assert statuses(elicited) == {"failed"}
    assert len(teacher.asked) <= 4


def test_waiting_for_the_limiter_is_not_the_questions_time(store: VirtualStore) -> None:
    """What a question waits because the teacher wants fewer requests does not count against its max_elapsed."""
    number = 0

    def script(_: Question) -> dict[str, Any]:
        nonlocal number
        number += 1
        if number <= 4:
            raise RetryableError("too many", after=50.0, limited=True)
        if number <= 6:
            raise RetryableError("overloaded")
        return {}

    teacher = Slow(script, seconds=0.0)
    elicited = run(teacher, store, max_elapsed=220.0)
    assert statuses(elicited) == {"ok"}
    assert teacher.at[-1] > 200


def test_one_question_that_is_always_limited_holds_up_no_other(store: VirtualStore) -> None:
    """A question that is always one too many (too long for the account, say) is left open, the others are answered."""

    def script(question: Question) -> dict[str, Any]:
        if question.item.id == "item 3":
            raise RetryableError("too many", limited=True)
        return {}

    elicited = run(Slow(script, seconds=0.02), store, 60, max_elapsed=5.0)
    assert [question.item.id for question, _ in elicited.unanswered] == ["item 3"]
    assert len(elicited.answered) == 59


def test_many_questions_at_fifty_a_second(store: VirtualStore) -> None:
    """Against a server that bears fifty requests a second every question is answered, with few refused requests."""
    teacher = Metered(bucket(50, 50), whole_seconds)
    elicited = run(teacher, store, 500, concurrency=64)
    assert statuses(elicited) == {"ok"}
    assert len(elicited.answered) == 500
    assert elicited.spending.limited <= 0.2 * elicited.spending.requests
    assert elicited.spending.seconds < 20


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
        def asking(self, state: AskingState) -> Iterator[Callable[[], None]]:
            yield lambda: told.append(state.under_way)

    hung = Slow(seconds=100.0)
    elicit(asking.questions(1), hung, store, limits=Limits(), progress=Listening(), loops=VirtualLoop)
    assert told.count(1) >= 10
