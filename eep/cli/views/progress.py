"""How far a stage has come, on stderr: drawn live on a terminal, a plain line now and then everywhere else."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from eep.cli.streams import discard_output
from eep.pipeline.elicit.asking_state import AskingState, Throughput
from eep.pipeline.progress import Advance, Changed, Progress


class Lines(Progress):
    """Plain lines, for logs and pipes: one when a stage ends, and one every ``seconds`` before."""

    def __init__(self, stream: TextIO, *, seconds: float = 10.0) -> None:
        self._stream = stream
        self._seconds = seconds

    def say(self, line: str) -> None:
        """Print a line, if anybody reads it; a run that costs money does not stop where nobody does."""
        try:
            print(line, file=self._stream, flush=True)
        except BrokenPipeError:
            discard_output(self._stream)

    @contextmanager
    def stage(self, what: str, total: int) -> Iterator[Advance]:
        """Print a line when the stage ends, or is stopped, and now and then before."""
        begun = printed = time.monotonic()
        done = 0

        def advance(steps: int) -> None:
            nonlocal done, printed
            done += steps
            if (now := time.monotonic()) - printed >= self._seconds:
                printed = now
                self.say(f"{what}: {done:,} of {total:,}")

        try:
            yield advance
        finally:
            if total:
                self.say(f"{what}: {done:,} of {total:,} in {time.monotonic() - begun:.1f} s")

    @contextmanager
    def asking(self, state: AskingState) -> Iterator[Changed]:
        """Print the state's facts now and then, and every cell when the asking ends, or is stopped."""
        pace, printed = Throughput(), time.monotonic()

        def changed() -> None:
            nonlocal printed
            if (now := time.monotonic()) - printed >= self._seconds:
                printed = now
                self.say("\n  ".join(state.facts(pace)))

        try:
            yield changed
        finally:
            if state.total:
                from eep.cli.views.matrix import cells

                self.say("\n  ".join(state.closing(pace)))
                self.say(cells(state))


class Bars(Lines):
    """For terminals: a bar with the time left, and while asking a matrix of all cells."""

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

    @contextmanager
    def asking(self, state: AskingState) -> Iterator[Changed]:
        """Draw the state until the asking ends; its last state stays."""
        from eep.cli.views.matrix import drawn

        if not state.total:
            yield lambda: None
            return
        with drawn(state, self._stream):
            yield lambda: None


def on_stderr() -> Progress:
    """Return a live view where stderr is a terminal that can move its cursor, else plain lines."""
    able = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    return Bars(sys.stderr) if able else Lines(sys.stderr)
