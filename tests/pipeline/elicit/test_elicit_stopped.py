"""Eliciting that is stopped by an interrupt, in a notebook too; test_faults_killed.py kills it."""

import asyncio
import contextlib
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asking
import pytest
from asking import Scripted
from until_killed import LONGEST

import eep.core.aio
from eep.data.store import Store
from eep.data.types import Answer, Question
from eep.pipeline.elicit.elicit import Elicited, elicit
from eep.teachers.limits import Limits


class Interrupting(Scripted):
    """Presses Ctrl-C at the eleventh item, and falls silent a hundred items later if nobody has heard it until then."""

    async def answer(self, question: Question, key: bytes) -> Answer:
        """Answer, press, or wait."""
        if question.item.id == "item 10":
            os.kill(os.getpid(), signal.SIGINT)
        if int(question.item.id.removeprefix("item ")) > 110:
            await asyncio.sleep(LONGEST)
        return await super().answer(question, key)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_stops_cleanly(store: Store) -> None:
    """Ctrl-C ends the asking with KeyboardInterrupt; what was answered is kept, and a rerun goes on from there."""
    questions = asking.questions(200)
    with pytest.raises(KeyboardInterrupt):
        elicit(questions, Interrupting(), store, limits=Limits(concurrency=4))
    teacher = Scripted()
    elicited = elicit(questions, teacher, store, limits=Limits(concurrency=4))
    assert 7 <= elicited.stored < 200
    assert elicited.asked == len(teacher.asked) == 200 - elicited.stored
    assert len(elicited.answered) == 200


@pytest.mark.usefixtures("interruptible")
def test_it_works_inside_a_running_loop(store: Store) -> None:
    """In a notebook, whose loop is running already, eliciting works, and an interrupt stops it too."""
    questions = asking.questions(300)

    async def cell(teacher: Scripted) -> Elicited:
        return elicit(questions, teacher, store, limits=Limits(concurrency=4))

    loop = asyncio.new_event_loop()
    try:
        with pytest.raises(KeyboardInterrupt):
            loop.run_until_complete(cell(Interrupting()))
        elicited = loop.run_until_complete(cell(Scripted()))
    finally:
        loop.close()
    assert 7 <= elicited.stored < 300
    assert (elicited.asked, len(elicited.answered)) == (300 - elicited.stored, 300)


def test_an_interrupt_is_heard_from_the_start(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a notebook an interrupt stops the asking also where it comes as this has just been handed to its thread."""

    class Interrupted(ThreadPoolExecutor):
        def submit(self, *given: Any, **named: Any) -> Any:
            super().submit(*given, **named)
            raise KeyboardInterrupt

    class Silent(Scripted):
        async def answer(self, question: Question, key: bytes) -> Answer:
            del key
            raise await asyncio.sleep(LONGEST, TimeoutError(question.item.id))

    async def cell() -> Elicited:
        return elicit(asking.questions(9), Silent(), store, limits=Limits(concurrency=4))

    monkeypatch.setattr(eep.core.aio, "ThreadPoolExecutor", Interrupted)
    with contextlib.closing(asyncio.new_event_loop()) as loop, pytest.raises(KeyboardInterrupt):
        loop.run_until_complete(cell())
    assert len(store) == 0
