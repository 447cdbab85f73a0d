"""Dialogues: questions that depend on the answers before them."""

from collections.abc import Generator
from typing import Any

import asking
import pytest
from asking import Scripted, ending

from eep.data.store import Store
from eep.data.types import Answer, Question, Status
from eep.pipeline.elicit.elicit import converse
from eep.teachers.base import FatalTeacherError, UnansweredError
from eep.teachers.limits import Limits

LIMITS = Limits(concurrency=4)
Talk = Generator[Question, Answer, list[str]]


def talk(name: str, turns: int) -> Talk:
    """Ask so many questions, each naming what was said before; a refusal ends it."""
    said = [name]
    for _ in range(turns):
        answer = yield asking.question(" ".join(said))
        said.append(answer.status.value)
        if answer.status is not Status.OK:
            break
    return said


def test_dialogues_go_on_with_their_answers(store: Store) -> None:
    """Each question follows from the answers before it; results come in the order of the dialogues."""
    teacher = Scripted()
    held = converse([talk("a", 3), talk("b", 1), talk("c", 0)], teacher, store, limits=LIMITS)
    assert held.results == (["a", "ok", "ok", "ok"], ["b", "ok"], ["c"])
    assert (held.asked, held.stored, held.unanswered) == (4, 0, {})
    assert sorted(teacher.asked) == ["a", "a ok", "a ok ok", "b"]
    asked = [[question.item.id for question, _ in turns] for turns in held.answered]
    assert asked == [["a", "a ok", "a ok ok"], ["b"], []]


def test_several_run_at_once_and_no_more(store: Store) -> None:
    """As many dialogues as the concurrency allows are under way, each with one question."""
    teacher = Scripted()
    held = converse([talk(f"talk {n}", 5) for n in range(20)], teacher, store, limits=LIMITS)
    assert len(held.results) == 20
    assert (teacher.most_under_way, len(teacher.asked)) == (4, 100)


def test_equal_questions_are_asked_once(store: Store) -> None:
    """However many dialogues ask the same, also at the same time, the teacher is asked once."""
    teacher = Scripted()
    held = converse([talk("same", 81) for _ in range(50)], teacher, store, limits=LIMITS)
    assert len(teacher.asked) == held.asked == 81
    assert all(result == held.results[0] for result in held.results)


def test_a_refusal_is_for_the_dialogue_to_see(store: Store) -> None:
    """An answer without probabilities is sent to the dialogue, which decides what to make of it."""

    def script(question: Question) -> dict[str, Any]:
        return ending(Status.REFUSED, "no") if question.item.id == "a ok" else {}

    held = converse([talk("a", 9), talk("b", 2)], Scripted(script), store, limits=LIMITS)
    assert held.results == (["a", "ok", "refused"], ["b", "ok", "ok"])


def test_an_open_question_ends_its_dialogue_without_a_result(store: Store) -> None:
    """A dialogue whose question stays unanswered has no result and a reason; the others go on."""

    def script(question: Question) -> dict[str, Any]:
        if question.item.id == "a ok":
            raise UnansweredError("nothing on this")
        return {}

    teacher = Scripted(script)
    held = converse([talk("a", 3), talk("b", 3), talk("a", 4)], teacher, store, limits=LIMITS)
    assert held.results == (None, ["b", "ok", "ok", "ok"], None)
    assert {n: (question.item.id, why) for n, (question, why) in held.unanswered.items()} == {
        0: ("a ok", "nothing on this"),
        2: ("a ok", "nothing on this"),
    }
    assert teacher.asked.count("a ok") == 1
    assert [len(turns) for turns in held.answered] == [1, 3, 1]


@pytest.mark.parametrize("stop_at", range(1, 12))
def test_a_stopped_run_comes_back_to_where_it_was(store: Store, stop_at: int) -> None:
    """Stopped after any number of questions and held again, dialogues ask only what is missing."""
    asked = 0

    def script(_: Question) -> dict[str, Any]:
        nonlocal asked
        asked += 1
        if asked == stop_at:
            raise FatalTeacherError("no money left")
        return {}

    def talks() -> list[Talk]:
        return [talk("a", 5), talk("b", 3), talk("c", 4)]

    first = converse(talks(), Scripted(script), store, limits=Limits(concurrency=2))
    assert {why for _, why in first.unanswered.values()} == {"no money left"}
    assert all((first.results[n] is None) == (n in first.unanswered) for n in range(3))
    teacher = Scripted()
    second = converse(talks(), teacher, store, limits=LIMITS)
    assert second.results == (["a", *["ok"] * 5], ["b", *["ok"] * 3], ["c", *["ok"] * 4])
    assert len(teacher.asked) == second.asked == 12 - first.asked
    assert second.stored == first.asked


def test_long_dialogues_are_replayed_without_asking(store: Store) -> None:
    """Thousands of turns come from the store, and nothing is asked, nor a session opened."""
    turns = 3_000
    list(converse([talk("a", 40)], Scripted(), store, limits=LIMITS).results)

    class Closed(Scripted):
        def session(self) -> Any:
            raise AssertionError("expected no session")

    held = converse([talk("a", 40)], Closed(), store, limits=LIMITS)
    assert (held.asked, held.stored) == (0, 40)

    def long() -> Talk:
        for n in range(turns):
            yield asking.question(f"item {n % 7}")
        return ["end"]

    assert converse([long()], Scripted(), store, limits=LIMITS).asked == 7
    assert converse([long()], Closed(), store, limits=LIMITS).results == (["end"],)


def test_failures_are_asked_again_by_the_next_run(store: Store) -> None:
    """A failed answer is sent to the dialogue once; the next run asks again."""
    failing = Scripted(lambda _: ending(Status.FAILED, "?"))
    assert converse([talk("a", 2)], failing, store, limits=LIMITS).results == (["a", "failed"],)
    assert converse([talk("a", 2)], Scripted(), store, limits=LIMITS).results == (["a", "ok", "ok"],)


def test_a_fault_of_a_dialogue_comes_through_and_all_are_closed(store: Store) -> None:
    """An exception in a dialogue surfaces as itself; every dialogue is closed, and what was answered is kept."""
    closed: list[str] = []

    def faulty() -> Talk:
        yield asking.question("x")
        raise ZeroDivisionError("a fault")

    def patient() -> Talk:
        try:
            while True:
                yield asking.question(f"turn {len(closed)}")
        finally:
            closed.append("patient")

    with pytest.raises(ZeroDivisionError, match="a fault"):
        converse([talk("a", 1), faulty()], Scripted(), store, limits=LIMITS)

    def stop(question: Question) -> dict[str, Any]:
        raise FatalTeacherError(f"not {question.item.id}")

    held = converse([patient()], Scripted(stop), store, limits=LIMITS)
    assert held.unanswered[0][1] == "not turn 0"
    assert closed == ["patient"]
    assert "x" in {record.about["item"] for record in store.records()}
