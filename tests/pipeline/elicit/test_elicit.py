"""Eliciting."""

import io
from math import inf
from pathlib import Path
from typing import Any

import asking
import pytest
from asking import Scripted, ending

from eep.cli.views.progress import Lines
from eep.data.store import Store
from eep.data.types import Question, Status, answer_key
from eep.pipeline.elicit.elicit import Elicited, elicit, inventory
from eep.teachers.base import UnansweredError
from eep.teachers.limits import Limits
from eep.teachers.simulated import Simulated, SimulatedSettings


def test_only_what_is_missing_is_asked(store: Store) -> None:
    """A rerun asks nothing, and a longer list asks what is new; answers come in the order of the questions."""
    questions = asking.questions(30)
    teacher = Scripted()
    first = elicit(questions[:20], teacher, store, limits=Limits(concurrency=4))
    assert (first.asked, first.stored, len(teacher.asked)) == (20, 0, 20)
    again = elicit(questions[:20], teacher, store, limits=Limits(concurrency=4))
    assert (again.asked, again.stored, len(teacher.asked)) == (0, 20, 20)
    assert again.answered == first.answered
    longer = elicit(list(reversed(questions)), teacher, store, limits=Limits(concurrency=4))
    assert (longer.asked, longer.stored, len(teacher.asked)) == (10, 20, 30)
    assert [question.item.id for question, _ in longer.answered] == [f"item {i}" for i in reversed(range(30))]
    assert all(answer.text == f"to {question.item.id}" for question, answer in longer.answered)
    assert elicit([], teacher, store, limits=Limits(concurrency=3)) == Elicited((), (), 0, 0)


def test_equal_questions_are_asked_once(store: Store) -> None:
    """Questions with the same request share one answer; another sample or wording is another question."""
    same = [asking.question("a"), asking.question("a", traits={"lean": 3.0}), asking.question("a")]
    others = [asking.question("a", sample=1), asking.question("a", wording=1)]
    teacher = Scripted()
    elicited = elicit([*same, *others], teacher, store, limits=Limits(concurrency=8))
    assert (elicited.asked, len(teacher.asked), len(elicited.answered)) == (3, 3, 5)
    assert len({answer.key for _, answer in elicited.answered[:3]}) == 1


def test_unanswered_questions_keep_their_reason_and_are_asked_again(store: Store) -> None:
    """What a teacher has no answer to is listed with the reason, is not stored, and may be answered later."""

    def script(question: Question) -> dict[str, Any]:
        if question.item.id in missing:
            raise UnansweredError(f"nothing on {question.item.id}")
        return {}

    missing = {"item 1", "item 3"}
    questions = [*asking.questions(5), asking.question("item 3")]
    elicited = elicit(questions, Scripted(script), store, limits=Limits(concurrency=2))
    assert [question.item.id for question, _ in elicited.answered] == ["item 0", "item 2", "item 4"]
    assert elicited.unanswered == (
        (questions[1], "nothing on item 1"),
        (questions[3], "nothing on item 3"),
        (questions[5], "nothing on item 3"),
    )
    missing.clear()
    later = elicit(questions, Scripted(script), store, limits=Limits(concurrency=2))
    assert (later.asked, later.stored, later.unanswered) == (2, 3, ())


def test_failures_are_asked_again_and_refusals_are_final(store: Store) -> None:
    """Of answers that are none, only failed ones are asked again by the next run."""
    endings = {"item 0": Status.REFUSED, "item 1": Status.UNPARSABLE, "item 2": Status.FAILED}

    def script(question: Question) -> dict[str, Any]:
        status = endings.get(question.item.id)
        return {} if status is None else ending(status, "why")

    teacher = Scripted(script)
    questions = asking.questions(4)
    first = elicit(questions, teacher, store, limits=Limits(concurrency=2))
    assert [answer.status.value for _, answer in first.answered] == ["refused", "unparsable", "failed", "ok"]
    endings.clear()
    second = elicit(questions, teacher, store, limits=Limits(concurrency=2))
    assert teacher.asked[4:] == ["item 2"]
    assert [answer.status.value for _, answer in second.answered] == ["refused", "unparsable", "ok", "ok"]
    assert (second.asked, second.stored) == (1, 3)


def test_a_fault_of_the_teacher_surfaces(store: Store) -> None:
    """An unexpected exception comes through as itself, no answer is made of it, and earlier answers are kept."""

    def script(question: Question) -> dict[str, Any]:
        if question.item.id == "item 10":
            raise ZeroDivisionError("a fault")
        return {}

    questions = asking.questions(100)
    with pytest.raises(ZeroDivisionError, match="a fault"):
        elicit(questions, Scripted(script), store, limits=Limits(concurrency=3))
    there = inventory(questions, Scripted(), store)
    assert 8 <= len(there.known) <= 12
    assert there.keys[10] not in there.known
    assert all(answer.status is Status.OK for answer in there.known.values())


@pytest.mark.parametrize(
    "changes", [{"key": b"\0" * 16}, {"probabilities": {"left": 1.0}}, {"probabilities": {"left": 0.5, "up": 0.5}}]
)
def test_answers_to_other_questions_are_a_fault(store: Store, changes: dict[str, Any]) -> None:
    """An answer under another key, or about other options, is the teacher's fault and is not stored."""
    with pytest.raises(RuntimeError, match="the teacher gave"):
        elicit(asking.questions(1), Scripted(lambda _: changes), store, limits=Limits(concurrency=1))
    assert list(store.records()) == []


def test_answers_do_not_depend_on_order_or_concurrency(tmp_path: Path) -> None:
    """The simulated teacher's answers are the same in any order and at any concurrency."""
    questions = [asking.question(f"item {i}", sample=s) for i in range(30) for s in range(2)]
    teacher = Simulated(SimulatedSettings(respond="sample", noise=1.0), seed=3)
    seen: list[dict[bytes, Any]] = []
    for number, (order, concurrency) in enumerate(
        [(questions, 1), (questions[::-1], 7), (questions[::2] + questions[1::2], 64)]
    ):
        with Store.open(tmp_path / f"{number}.sqlite") as store:
            elicited = elicit(order, teacher, store, limits=Limits(concurrency=concurrency))
        assert len(elicited.answered) == 60
        seen.append({answer.key: answer.probabilities for _, answer in elicited.answered})
    assert seen[0] == seen[1] == seen[2]
    assert len(set(map(str, seen[0].values()))) > 1


def test_the_inventory_asks_nothing(store: Store) -> None:
    """What is missing can be known without asking, even before there is a store."""
    questions = [*asking.questions(3), asking.question("item 0")]
    teacher = Scripted()
    before = inventory(questions, teacher, None)
    assert [question.item.id for question in before.missing.values()] == ["item 0", "item 1", "item 2"]
    assert before.keys == tuple(answer_key(teacher.request(question)) for question in questions)
    elicit(questions[1:2], teacher, store, limits=Limits(concurrency=1))
    after = inventory(questions, teacher, store)
    assert [question.item.id for question in after.missing.values()] == ["item 0", "item 2"]
    assert set(after.known) == {before.keys[1]}
    assert teacher.asked == ["item 1"]


def test_transcripts_tell_the_question(store: Store) -> None:
    """Each stored answer says who was asked what: persona, wording, task, item, sample and the whole request."""
    question = asking.question("a", wording=1, sample=2)
    elicit([question], Scripted(), store, limits=Limits(concurrency=1))
    (record,) = store.records()
    assert record.about == {
        "agent": "scripted:model-1",
        "persona": "sir-isaac-newton",
        "wording": "short",
        "task": "cartpole",
        "item": "a",
        "sample": 2,
        "request": Scripted().request(question),
    }
    assert record.answer.key == answer_key(record.about["request"])


def test_progress_counts_every_question(store: Store) -> None:
    """Progress counts questions cell by cell, open ones too; where nothing is to be asked, nothing is said."""

    def script(question: Question) -> dict[str, Any]:
        if question.item.id == "item 1":
            raise UnansweredError("no")
        return {}

    lines = io.StringIO()
    elicit(
        asking.questions(3), Scripted(script), store, limits=Limits(concurrency=2), progress=Lines(lines, seconds=inf)
    )
    first, _, _, row, legend = lines.getvalue().splitlines()
    assert first.startswith("asking: 2 of 3 in ")
    assert row.split() == ["sir-isaac-newton", "2/3", "1o"]
    assert legend == "o left open"
    quiet = io.StringIO()
    elicit(asking.questions(1), Scripted(), store, limits=Limits(concurrency=2), progress=Lines(quiet))
    assert quiet.getvalue() == ""
