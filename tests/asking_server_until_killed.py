"""Asks a server in processes that are killed (SIGKILL) one after another: a script for a test.

    asking_server_until_killed.py FOLDER PORT KILLS

Writes into its folder, besides the store: ``acknowledged`` (the key of each answer after the store acknowledged it; what
a process has written outlives it), and ``rounds.json`` (of each round: how it ended, how long ``acknowledged`` was in bytes after it, and
when it was killed, in seconds of the monotonic clock, which all processes of a machine share).
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asking
from asking_until_killed import size

from eep.costs.limits import Limits
from eep.elicit import elicit
from eep.question import Answer, Question
from eep.store import Store
from eep.teachers.openai import OpenAI, OpenAISettings

QUESTIONS = 800
CONCURRENCY = 8
#: Bytes of a key in ``acknowledged``.
KEY = 16


class Acknowledging(Store):
    """Writes down what it acknowledged, after it did."""

    log: Path

    async def put(self, answer: Answer, about: Mapping[str, Any]) -> None:
        """Put, then log the key."""
        await super().put(answer, about)
        with self.log.open("ab", buffering=0) as log:
            log.write(answer.key)


def questions() -> list[Question]:
    """Return the questions; every tenth is there twice."""
    once = asking.questions(QUESTIONS)
    return once + once[::10]


def teacher(port: int) -> OpenAI:
    """Return the teacher that asks the server."""
    settings = OpenAISettings(model="model-1", base_url=f"http://127.0.0.1:{port}/v1")
    return OpenAI(settings, seed=0)


def ask(folder: Path, port: int, asked: list[Question]) -> None:
    """Ask whatever is missing."""
    Acknowledging.log = folder / "acknowledged"
    with Acknowledging.open(folder / "answers.sqlite") as store:
        elicit(asked, teacher(port), store, limits=Limits(concurrency=CONCURRENCY))


def killed(folder: Path, port: int, *, after: int, pause: float) -> dict[str, float]:
    """Ask in a child process, kill it ``pause`` seconds after so many answers, and return how that went."""
    log = folder / "acknowledged"
    enough = size(log) + KEY * after
    child = os.fork()
    if child == 0:
        ask(folder, port, questions())
        os._exit(0)
    deadline = time.monotonic() + 20
    while size(log) < enough and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(pause)
    os.kill(child, signal.SIGKILL)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {"ended": ended, "acknowledged": size(log), "at": time.monotonic()}


def main(folder: Path, port: int, kills: int) -> None:
    """Kill at chance moments: after none to six answers and a moment more; then ask to the end."""
    # One question is asked before the children part, so that all is imported once.
    ask(folder / "before", port, [asking.question("before")])
    chance = random.Random(0)  # noqa: S311 no secret
    rounds = [
        killed(folder, port, after=chance.randrange(7), pause=chance.uniform(0, 0.04)) for _ in range(kills)
    ]
    ask(folder, port, questions())
    (folder / "rounds.json").write_text(json.dumps(rounds))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
