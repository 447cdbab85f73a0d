"""Asks a slow simulated teacher in processes that are killed (SIGKILL) one after another: a script for a test.

Writes into its folder, besides the store: ``asked`` (the key of each question as it goes out), ``acknowledged``
(each key after the store acknowledged its answer, synced to disk), and ``rounds.json`` (how long the two were in
bytes after each round, and what ended the round).
"""

import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asking

from eep.costs.limits import Limits
from eep.elicit import elicit
from eep.question import Answer, Question, answer_key
from eep.store import Store
from eep.teachers.simulated import Simulated, SimulatedSettings

QUESTIONS = 400
CONCURRENCY = 8
KILLS = 20
#: Slow enough that twenty kills fall into the asking.
SETTINGS = SimulatedSettings(latency=0.02)


class Logged(Simulated):
    """Writes down what it is asked before it answers."""

    def __init__(self, log: Path) -> None:
        super().__init__(SETTINGS, seed=1)
        self._log = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    async def answer(self, question: Question) -> Answer:
        """Log the key, then answer."""
        os.write(self._log, answer_key(self.request(question)))
        return await super().answer(question)


class Acknowledging(Store):
    """Writes down what it acknowledged, after it did."""

    log: Path

    async def put(self, answer: Answer, about: Mapping[str, Any]) -> None:
        """Put, then log the key and sync the log."""
        await super().put(answer, about)
        log = os.open(self.log, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
        os.write(log, answer.key)
        os.fsync(log)
        os.close(log)


def questions() -> list[Question]:
    """Return the questions; every tenth is there twice."""
    once = [asking.question(f"item {index}") for index in range(QUESTIONS)]
    return once + once[::10]


def ask(folder: Path) -> None:
    """Ask whatever is missing."""
    Acknowledging.log = folder / "acknowledged"
    with Acknowledging.open(folder / "answers.sqlite") as store:
        elicit(questions(), Logged(folder / "asked"), store, limits=Limits(concurrency=CONCURRENCY))


def size(path: Path) -> int:
    """Return a file's size; 0 where there is none."""
    return path.stat().st_size if path.exists() else 0


def killed(folder: Path, pause: float) -> int:
    """Ask in a child process, kill it ``pause`` seconds after its first question, and return how it ended."""
    before = size(folder / "asked")
    child = os.fork()
    if child == 0:
        ask(folder)
        os._exit(0)
    deadline = time.monotonic() + 20
    while size(folder / "asked") == before and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(pause)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(folder: Path) -> None:
    """Kill twenty times, each a little later after the first question, then ask to the end."""
    rounds = []
    for number in range(KILLS):
        ended = killed(folder, 0.002 * number)
        rounds.append(
            {"ended": ended, "asked": size(folder / "asked"), "acknowledged": size(folder / "acknowledged")}
        )
    ask(folder)
    (folder / "rounds.json").write_text(json.dumps(rounds))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
