"""Lets simulated teachers talk in processes that are killed (SIGKILL) one after another: a script for a test.

Writes into its folder, besides the run: ``asked`` and ``acknowledged`` (the key of each question as it goes out, and
after the store acknowledged its answer), ``rounds.json`` (how many answers were stored after each round).
"""

import json
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from until_killed import Acknowledging, keys, killed

from eep.data.store import Store
from eep.data.types import Answer, Question
from eep.pipeline import collect
from eep.pipeline.collect import CollectedAnswers
from eep.pipeline.prepare import prepare
from eep.pipeline.progress import Progress
from eep.teachers.simulated import Simulated

KILLS = 4
#: Answers that one process gets at most; all of them together are fewer than there are questions.
MOST = 60


def logged(teacher: Simulated, log: Path) -> Simulated:
    """Return a teacher that writes down what it is asked before it answers."""
    file = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    class Logged(Simulated):
        async def answer(self, question: Question, key: bytes) -> Answer:
            os.write(file, key)
            return await super().answer(question, key)

    return Logged(teacher._settings, seed=teacher._seed)


def talk(folder: Path) -> CollectedAnswers:
    """Gather whatever is missing."""
    prepared = prepare(folder / "talk.toml", out=folder)
    if not isinstance(prepared.source, Simulated):
        raise TypeError(f"expected a simulated teacher; found {prepared.source}")
    object.__setattr__(prepared, "source", logged(prepared.source, folder / "asked"))
    with Acknowledging.open(prepared.runs / "answers.sqlite") as store:
        return collect.collect_answers(prepared, store, Progress())


def stored(folder: Path) -> int:
    """Return how many answers are stored."""
    (path,) = folder.glob("runs/*/answers.sqlite")
    with Store.open(path, read_only=True) as store:
        return len(store)


def rounds(folder: Path) -> Sequence[dict[str, Any]]:
    """Kill so many times, each after more new answers and a little later."""
    act, count = partial(talk, folder), partial(keys, folder / "acknowledged")
    found = []
    for number in range(1, KILLS + 1):
        ended = killed(act, most=MOST, count=count, more=5 * number, pause=0.02 * number)
        found.append({"ended": ended, "stored": stored(folder)})
    return found


def main(folder: Path) -> None:
    """Kill again and again, then talk to the end."""
    Acknowledging.log = folder / "acknowledged"
    told = rounds(folder)
    (folder / "rounds.json").write_text(json.dumps(told), encoding="utf-8")
    talk(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
