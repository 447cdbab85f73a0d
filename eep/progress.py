"""How far a stage has come, on stderr: a bar on a terminal, a plain line now and then everywhere else."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

#: Tells that so many more are done.
Advance = Callable[[int], None]


class Progress:
    """Shows nothing: the default in Python. `Lines` and `Bars` show."""

    def say(self, line: str) -> None:
        """Tell what is going on."""

    @contextmanager
    def stage(self, what: str, total: int) -> Iterator[Advance]:
        """Begin a stage of ``total`` steps and return, as a context, the function that counts them."""
        del what, total
        yield lambda _: None


class Lines(Progress):
    """Plain lines, for logs and pipes: one when a stage ends, and one every ``seconds`` before."""

    def __init__(self, stream: TextIO, *, seconds: float = 10.0) -> None:
        self._stream = stream
        self._seconds = seconds

    def say(self, line: str) -> None:
        """Print a line."""
        print(line, file=self._stream, flush=True)

    @contextmanager
    def stage(self, what: str, total: int) -> Iterator[Advance]:
        """Print a line when the stage ends, or is stopped, and now and then before."""
        begun = said = time.monotonic()
        done = 0

        def advance(steps: int) -> None:
            nonlocal done, said
            done += steps
            if (now := time.monotonic()) - said >= self._seconds:
                said = now
                self.say(f"{what}: {done:,} of {total:,}")

        try:
            yield advance
        finally:
            if total:
                self.say(f"{what}: {done:,} of {total:,} in {time.monotonic() - begun:.1f} s")


class Bars(Lines):
    """A bar with the time left, for terminals."""

    @contextmanager
    def stage(self, what: str, total: int) -> Iterator[Advance]:
        """Draw a bar until the stage ends."""
        from rich import progress as rich
        from rich.console import Console

        if not total:
            yield lambda _: None
            return
        columns = (
            rich.TextColumn("{task.description}"),
            rich.BarColumn(),
            rich.MofNCompleteColumn(),
            rich.TimeRemainingColumn(),
        )
        with rich.Progress(*columns, console=Console(file=self._stream)) as bars:
            task = bars.add_task(what, total=total)
            yield lambda steps: bars.advance(task, steps)


def on_stderr() -> Progress:
    """Return bars where stderr is a terminal that can move its cursor, else plain lines."""
    able = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    return Bars(sys.stderr) if able else Lines(sys.stderr)
