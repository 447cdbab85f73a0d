"""Lets simulated teachers talk in processes that are killed (SIGKILL) one after another: a script for a test.

Writes into its folder, besides the run: ``asked`` (the key of each question as it goes out), ``rounds.json`` (how
many answers were stored after each round), and prints nothing.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eep import gather
from eep.gather import Gathered
from eep.prepare import prepare
from eep.progress import Progress
from eep.question import Answer, Question, answer_key
from eep.store import Store
from eep.teachers.simulated import Simulated

KILLS = 6


def logged(teacher: Simulated, log: Path) -> Simulated:
    """Return a teacher that writes down what it is asked before it answers."""
    file = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    class Logged(Simulated):
        async def answer(self, question: Question) -> Answer:
            os.write(file, answer_key(self.request(question)))
            return await super().answer(question)

    return Logged(teacher._settings, seed=teacher._seed)


def talk(folder: Path) -> Gathered:
    """Gather whatever is missing."""
    prepared = prepare(folder / "talk.toml", out=folder)
    if not isinstance(prepared.source, Simulated):
        raise TypeError(f"expected a simulated teacher; found {prepared.source}")
    object.__setattr__(prepared, "source", logged(prepared.source, folder / "asked"))
    with Store.open(prepared.runs / "answers.sqlite") as store:
        return gather.gather(prepared, store, Progress())


def stored(folder: Path) -> int:
    """Return how many answers are stored."""
    (path,) = folder.glob("runs/*/answers.sqlite")
    with Store.open(path, read_only=True) as store:
        return len(store)


def killed(folder: Path, pause: float) -> int:
    """Talk in a child process, kill it ``pause`` seconds after its first question, and return how it ended."""
    log = folder / "asked"
    before = log.stat().st_size if log.exists() else 0
    child = os.fork()
    if child == 0:
        talk(folder)
        os._exit(0)
    deadline = time.monotonic() + 30
    while (not log.exists() or log.stat().st_size == before) and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(pause)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def rounds(folder: Path) -> Sequence[dict[str, Any]]:
    """Kill so many times, each a little later after the first question."""
    return [
        {"ended": killed(folder, 0.06 * number), "stored": stored(folder)} for number in range(1, KILLS + 1)
    ]


def main(folder: Path) -> None:
    """Kill again and again, then talk to the end."""
    told = rounds(folder)
    (folder / "rounds.json").write_text(json.dumps(told), encoding="utf-8")
    talk(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
