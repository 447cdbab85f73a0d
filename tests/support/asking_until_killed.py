"""Asks a slow simulated teacher in processes that are killed (SIGKILL) one after another: a script for a test.

Writes into its folder, besides the store: ``asked`` (the key of each question as it goes out), ``acknowledged``
(each key after the store acknowledged its answer), and ``rounds.json`` (how long the two were in bytes after each
round, and what ended the round).
"""

import json
import os
import sys
from functools import partial
from pathlib import Path

import asking
from until_killed import Acknowledging, keys, killed, size

from eep.data.types import Answer, Question
from eep.pipeline.elicit.elicit import elicit
from eep.teachers.limits import Limits
from eep.teachers.simulated import Simulated, SimulatedSettings

QUESTIONS = 400
CONCURRENCY = 8
KILLS = 20
#: Answers that one process gets at most: all of them together leave some for the last, which is not killed.
MOST = QUESTIONS // KILLS - 1
#: A kill comes after none to so many answers, less one.
ANSWERS = 6
#: Slow enough that a kill finds questions under way.
SETTINGS = SimulatedSettings(latency=0.02)


class Logged(Simulated):
    """Writes down what it is asked before it answers."""

    def __init__(self, log: Path) -> None:
        super().__init__(SETTINGS, seed=1)
        self._log = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    async def answer(self, question: Question, key: bytes) -> Answer:
        """Log the key, then answer."""
        os.write(self._log, key)
        return await super().answer(question, key)


def questions() -> list[Question]:
    """Return the questions; every tenth is there twice."""
    once = [asking.question(f"item {index}") for index in range(QUESTIONS)]
    return once + once[::10]


def ask(folder: Path) -> None:
    """Ask whatever is missing."""
    with Acknowledging.open(folder / "answers.sqlite") as store:
        elicit(questions(), Logged(folder / "asked"), store, limits=Limits(concurrency=CONCURRENCY))


def main(folder: Path) -> None:
    """Kill twenty times, after more and more answers and each time a little later, then ask to the end."""
    asked, acknowledged = folder / "asked", folder / "acknowledged"
    Acknowledging.log = acknowledged
    rounds = []
    for number in range(KILLS):
        answers = number % ANSWERS
        ended = killed(
            partial(ask, folder),
            most=MOST,
            count=partial(keys, acknowledged if answers else asked),
            more=answers or 1,
            pause=0.002 * number,
        )
        rounds.append({"ended": ended, "asked": size(asked), "acknowledged": size(acknowledged)})
    ask(folder)
    (folder / "rounds.json").write_text(json.dumps(rounds))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
