"""In which order questions go out: all cells go forward together, so that what there is at any moment is balanced."""

from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import asking
import pytest
from asking import NEWTON, Scripted
from hypothesis import given
from hypothesis import strategies as st

from eep.data.store import Store
from eep.data.types import Answer, Question
from eep.pipeline.elicit.ask_queue import ask_order
from eep.pipeline.elicit.elicit import Elicited, converse, elicit
from eep.teachers.base import FatalTeacherError
from eep.teachers.limits import Limits

PERSONAS = [replace(NEWTON, id=f"persona-{n}") for n in range(3)]


def questions(items: int, samples: int = 1) -> list[Question]:
    """Return the questions of three personas in two wordings, cell after cell, as experiments have them."""
    return [
        asking.question(f"item {item}", persona=persona, wording=wording, sample=sample)
        for persona in PERSONAS
        for wording in range(2)
        for item in range(items)
        for sample in range(samples)
    ]


class Noting(Scripted):
    """Notes which questions it is asked, in their order; stops the asking when it was asked so many."""

    def __init__(self, stop: int | None = None) -> None:
        def script(_: Question) -> dict[str, Any]:
            if stop is not None and len(self.order) > stop:
                raise FatalTeacherError("enough")
            return {}

        super().__init__(script)
        self.order: list[Question] = []

    def request(self, question: Question) -> dict[str, Any]:
        """Tell personas apart, too."""
        return {**super().request(question), "persona": question.persona.id}

    async def answer(self, question: Question, key: bytes) -> Answer:
        """Note the question and answer."""
        self.order.append(question)
        return await super().answer(question, key)


def asked(every: Sequence[Question], store: Store, stop: int | None = None) -> tuple[Noting, Elicited]:
    """Ask, one at a time."""
    teacher = Noting(stop)
    return teacher, elicit(every, teacher, store, limits=Limits(concurrency=1))


def cell(question: Question) -> tuple[str, str]:
    """Return whose question it is."""
    return question.persona.id, question.wording.id


@pytest.mark.parametrize("stop", range(0, 61, 7))
def test_a_stopped_run_is_balanced(store: Store, stop: int) -> None:
    """Wherever asking stops, no cell is more than one answer ahead of another, and all know the same items."""
    _, elicited = asked(questions(10), store, stop)
    assert all(answer.text == f"to {question.item.id}" for question, answer in elicited.answered)
    told = [(cell(question), question.item.id) for question, _ in elicited.answered]
    assert len(set(told)) == len(told) == min(stop, 60)
    known = [{item for who, item in told if who == cell(question)} for question in questions(1)]
    assert max(map(len, known)) - min(map(len, known)) <= 1
    assert all(one <= two or two <= one for one in known for two in known)


def test_first_samples_come_first(store: Store) -> None:
    """Everything is asked once before anything is asked again."""
    teacher, _ = asked(questions(4, samples=3), store)
    assert [question.sample for question in teacher.order] == [0] * 24 + [1] * 24 + [2] * 24


def test_cells_that_lag_behind_come_first(store: Store) -> None:
    """Where one cell is ahead, as after a run that was asked otherwise, the others catch up before it goes on."""
    every = questions(10)
    ahead = cell(every[0])
    asked([question for question in every if cell(question) == ahead][:7], store)
    teacher, elicited = asked(every, store)
    assert (elicited.asked, elicited.stored) == (53, 7)
    place = next(index for index, question in enumerate(teacher.order) if cell(question) == ahead)
    assert Counter(map(cell, teacher.order[:place])) == {cell(q): 7 for q in every if cell(q) != ahead}


def test_a_resumed_run_goes_on_in_the_same_order(tmp_path: Path, store: Store) -> None:
    """A run that was stopped and one that was not ask the same questions in the same order."""
    every = questions(6, samples=2)
    with Store.open(tmp_path / "whole.sqlite") as another:
        whole, _ = asked(every, another)
    first, _ = asked(every, store, stop=31)
    second, _ = asked(every, store)
    assert [*first.order[:31], *second.order] == whole.order


@given(sizes=st.lists(st.integers(0, 30), min_size=1, max_size=6))
def test_every_share_is_asked_of_all(sizes: list[int]) -> None:
    """Whatever the sizes of cells, at any moment the shares that they have been asked differ by one question at most."""
    places = [(str(number), str(place)) for number, size in enumerate(sizes) for place in range(size)]
    every = {repr(place).encode(): asking.question(place[1], persona=replace(NEWTON, id=place[0])) for place in places}
    due = ask_order(every)
    assert set(due) == set(every)
    done: Counter[str] = Counter()
    for key in sorted(every, key=due.__getitem__):
        done[every[key].persona.id] += 1
        shares = [(done[str(n)] / size, 1 / size) for n, size in enumerate(sizes) if size]
        least = min(share for share, _ in shares)
        assert all(share - step <= least + 1e-9 for share, step in shares)


def test_dialogues_go_forward_together(store: Store) -> None:
    """Wherever dialogues are stopped, none is more than a turn ahead; the next run goes on with the shortest."""

    def talk(number: int) -> Generator[Question, Answer, int]:
        for turn in range(10):
            yield asking.question(f"{number}, {turn}")
        return number

    held = converse([talk(n) for n in range(5)], Noting(stop=33), store, limits=Limits(concurrency=1))
    lengths = [len(turns) for turns in held.answered]
    assert (sum(lengths), max(lengths) - min(lengths)) == (33, 1)
    held = converse([talk(n) for n in (0, 9)], Noting(stop=3), store, limits=Limits(concurrency=1))
    assert [len(turns) for turns in held.answered] == [lengths[0], 3]
