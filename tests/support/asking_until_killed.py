"""Asks a server in processes that are killed (SIGKILL) one after another: a script for a test.

    asking_until_killed.py FOLDER PORT KILLS

Writes into its folder, besides the store: ``acknowledged`` (the key of each answer after the store acknowledged it),
and ``rounds.json`` (of each round: how it ended, how long ``acknowledged`` was in bytes after it, and when the server
had read all that its process had sent, in seconds of the monotonic clock, which all processes of a machine share).
"""

import json
import random
import sys
import time
from collections.abc import Iterator
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import asking
from until_killed import LONGEST, Acknowledging, keys, killed, size

from eep.data.types import Question
from eep.pipeline.elicit.elicit import elicit
from eep.teachers.limits import Limits
from eep.teachers.openai import OpenAI, OpenAISettings

QUESTIONS = 192
CONCURRENCY = 8
#: Of every second process a kill comes after none to so many answers, less one, and it gets at most as many as `MOST`;
#: the others get none, and are killed when the server has seen their questions.
ANSWERS, MOST = 7, 16


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
    with Acknowledging.open(folder / "answers.sqlite") as store:
        elicit(asked, teacher(port), store, limits=Limits(concurrency=CONCURRENCY))


def looked(port: int, path: str, name: str) -> int:
    """Return a number that the server tells of itself."""
    watching = HTTPConnection("127.0.0.1", port, timeout=LONGEST)
    watching.request("GET", path)
    found: int = json.loads(watching.getresponse().read())[name]
    watching.close()
    return found


def await_silence(port: int) -> None:
    """Wait until the server has no connection but the one that looks: it has read all that the others had sent."""
    end = time.monotonic() + LONGEST
    while looked(port, "/open", "open") > 1:
        if time.monotonic() > end:
            raise TimeoutError(f"expected connections to end within {LONGEST:g} s of a kill")
        time.sleep(0.001)


def chances(log: Path, port: int, kills: int) -> Iterator[dict[str, Any]]:
    """Yield when to kill: at a chance moment, and while all that goes out at once is under way, by turns."""
    chance = random.Random(0)  # noqa: S311 no secret
    for number in range(kills):
        if number % 2:
            more, pause = chance.randrange(ANSWERS), chance.uniform(0, 0.04)
            yield {"most": MOST, "count": partial(keys, log), "more": more, "pause": pause}
        else:
            yield {"most": 0, "count": partial(looked, port, "/counts", "questions"), "more": CONCURRENCY}


def main(folder: Path, port: int, kills: int) -> None:
    """Kill again and again, then ask to the end."""
    Acknowledging.log = log = folder / "acknowledged"
    # One question is asked before the children part, so that all is imported once; its answer is no child's.
    ask(folder / "before", port, [asking.question("before")])
    log.unlink()
    rounds = []
    for when in chances(log, port, kills):
        ended = killed(partial(ask, folder, port, questions()), **when)
        await_silence(port)
        rounds.append({"ended": ended, "acknowledged": size(log), "at": time.monotonic()})
    ask(folder, port, questions())
    (folder / "rounds.json").write_text(json.dumps(rounds))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
