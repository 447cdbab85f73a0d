"""Eliciting that is stopped: by an interrupt, in a notebook too, and by twenty kills."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
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


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Yield an empty store."""
    with Store.open(tmp_path / "answers.sqlite") as opened:
        yield opened


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


def keys(path: Path, start: int = 0, end: int | None = None) -> list[bytes]:
    """Return the keys that stand in a log between two offsets."""
    content = path.read_bytes()[start:end]
    return [content[index : index + 16] for index in range(0, len(content), 16)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the script forks")
def test_twenty_kills_lose_nothing_and_ask_nothing_twice(tmp_path: Path) -> None:
    """After twenty kill -9 during the asking every acknowledged answer is there, and none was asked again."""
    script = Path(__file__).resolve().parents[2] / "support" / "asking_until_killed.py"
    subprocess.run([sys.executable, script, tmp_path], check=True)
    rounds = json.loads((tmp_path / "rounds.json").read_text())
    assert [one["ended"] for one in rounds] == [-signal.SIGKILL] * 20
    asked, acknowledged = tmp_path / "asked", tmp_path / "acknowledged"
    starts = [{"asked": 0, "acknowledged": 0}, *rounds]
    for begun in starts:
        before = set(keys(acknowledged, 0, begun["acknowledged"]))
        assert not before & set(keys(asked, begun["asked"]))
    with Store.open(tmp_path / "answers.sqlite") as store:
        stored = Counter(record.answer.key for record in store.records())
    assert set(keys(acknowledged)) <= set(stored) == set(keys(asked))
    assert set(stored.values()) == {1}
    assert len(stored) == 400
    # Only what was under way at a kill, at most the concurrency, may have gone out again.
    assert len(keys(asked)) <= 400 + 20 * 8
    assert starts[1]["acknowledged"] < starts[-1]["acknowledged"] < 400 * 16
