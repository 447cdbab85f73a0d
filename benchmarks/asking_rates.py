"""How fast asking is, and how well it keeps to a rate limit: python -m benchmarks.asking_rates [speed | limit].

A fault server of the tests plays the provider, in a process of its own on this machine.

Speed: with 200 ms from question to answer, so many questions at once cannot be answered faster than at once / 0.2 s,
nor faster than the provider's SDK alone can send them. That ceiling is measured in the same run, before and after eep,
with as many workers that do nothing but call the SDK, on a server without latency. Of two such rounds the better one
counts: other work of the machine slows down either.

Limit: 1,000 questions to a server that answers 50 a second and refuses the others (429), with and without telling
after how long to come back.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from eep.data.persona import Arm, Persona, Wording
from eep.data.store import Store
from eep.data.types import Item, Question
from eep.pipeline.elicit.elicit import Elicited, elicit
from eep.tasks import prompt
from eep.tasks.base import TaskQuestion
from eep.teachers import teacher_class
from eep.teachers.live import Live

ROOT = Path(__file__).resolve().parent.parent
PROVIDERS = ("openai", "anthropic")
LATENCY = 0.2
#: Seconds that each measurement of speed lasts about, and how often it is repeated.
SECONDS, ROUNDS = 10, 2
RATE, LIMITED = 50, 1000
#: What each must reach.
SHARE, REFUSED = 0.8, 0.2


@contextmanager
def serving(*options: object) -> Iterator[int]:
    """Run a fault server; yield its port."""
    words = [sys.executable, "-m", "fault_server", *map(str, options)]
    where = ROOT / "tests" / "support"
    with subprocess.Popen(  # noqa: S603 our own
        words, cwd=where, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        if server.stdout is None:
            raise AssertionError("expected a pipe")
        try:
            yield int(server.stdout.readline())
        finally:
            server.terminate()


def counts(port: int) -> dict[str, Any]:
    """Return what the server counted."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/counts")
    counted: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return counted


def questions(number: int) -> list[Question]:
    """Return so many different questions, each as long as a short prompt is."""
    wording = Wording("plain", "You are Sir Isaac Newton. " * 20)
    persona = Persona("newton", "Newton", Arm.PERSONA, "", "", (wording,), {})
    asked = []
    for text in (f"Item {index}: the pole leans to the left." for index in range(number)):
        sent = prompt.build(wording, TaskQuestion("Answer left or right.", text))
        item = Item(text, text, "train", text)
        asked.append(Question(persona, wording, "cartpole", item, sent, ("left", "right"), {"right": 1.0}, 0))
    return asked


def teacher(provider: str, port: int, concurrency: int) -> Live:
    """Return the teacher that asks the server."""
    kind = teacher_class(provider)
    url = f"http://127.0.0.1:{port}" + ("/v1" if provider == "openai" else "")
    made: Live = kind(kind.Settings(model="model-1", base_url=url, concurrency=concurrency), seed=0)
    return made


def asked(provider: str, port: int, concurrency: int, number: int) -> tuple[Elicited, float]:
    """Ask by eep, answers on disk; return what came of it, and the wall seconds."""
    live = teacher(provider, port, concurrency)
    listed = questions(number)
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "answers.sqlite") as store:
        begun = time.perf_counter()
        elicited = elicit(listed, live, store, limits=live.settings.limits)
        return elicited, time.perf_counter() - begun


def ceiling(provider: str, port: int, workers: int, number: int) -> float:
    """Return how many questions a second the SDK alone gets answered."""
    live = teacher(provider, port, workers)
    bodies = iter([live.body(question) for question in questions(number)])

    async def work() -> None:
        for body in bodies:
            if provider == "openai":
                await live.client.chat.completions.create(**body)
            else:
                await live.client.messages.create(**body)

    async def all_of_them() -> float:
        async with live.session():
            begun = time.perf_counter()
            await asyncio.gather(*(work() for _ in range(workers)))
            return time.perf_counter() - begun

    return number / asyncio.run(all_of_them())


@dataclass(frozen=True)
class Compared:
    """Questions a second by eep and by the SDK alone, and eep's milliseconds of processor per question."""

    concurrency: int
    reached: float
    alone: float
    load: float

    @property
    def share(self) -> float:
        """How much of what is possible eep reaches."""
        return self.reached / min(self.concurrency / LATENCY, self.alone)


def compared(provider: str, concurrency: int, fast: int, slow: int) -> Compared:
    """Measure eep between two measurements of the SDK alone."""
    before = ceiling(provider, fast, concurrency, 600)
    number = round(SECONDS * min(concurrency / LATENCY, before))
    begun = time.process_time()
    elicited, seconds = asked(provider, slow, concurrency, number)
    load = (time.process_time() - begun) / number * 1e3
    reached = sum(answer.status.value == "ok" for _, answer in elicited.answered) / seconds
    alone = (before + ceiling(provider, fast, concurrency, 600)) / 2
    return Compared(concurrency, reached, alone, load)


def speed() -> bool:
    """Print each speed beside its bound; return whether all reach their share."""
    well = True
    with serving() as fast, serving("--latency", LATENCY) as slow:
        for provider in PROVIDERS:
            asked(provider, fast, 16, 50)  # imports are not asking
            for concurrency in (16, 64):
                rounds = [compared(provider, concurrency, fast, slow) for _ in range(ROUNDS)]
                best = max(rounds, key=lambda each: each.share)
                well &= best.share >= SHARE
                print(
                    f"{provider:9} c={concurrency}: {best.reached:.0f}/s, {best.share:.0%} of "
                    f"min({concurrency / LATENCY:.0f}, SDK alone {best.alone:.0f})/s; "
                    f"{best.load:.1f} ms of processor each"
                )
    return well


def limit() -> bool:
    """Print how asking keeps to a limit; return whether nothing failed and few requests were refused."""
    well = True
    for options in ((), ("--silent",)):
        for provider in PROVIDERS:
            with serving("--rate", RATE, "--latency", 0.05, *options) as port:
                elicited, seconds = asked(provider, port, 64, LIMITED)
                counted = counts(port)
            statuses = Counter(answer.status.value for _, answer in elicited.answered)
            refused = counted["statuses"].get("429", 0) / counted["questions"]
            well &= statuses == {"ok": LIMITED} and refused <= REFUSED
            print(
                f"{provider:9} {'without' if options else 'with'} Retry-After: {dict(statuses)}, "
                f"{len(elicited.unanswered)} unanswered, {refused:.1%} of requests answered 429, "
                f"{LIMITED / seconds:.1f}/s of {RATE}/s"
            )
    return well


def main(words: Sequence[str]) -> int:
    """Measure what is named, or everything; return 1 if anything falls short."""
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")
    measures = {"speed": speed, "limit": limit}
    results = [measures[word]() for word in (words or measures)]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
