"""How far a stage has come, on stderr: drawn live on a terminal, a plain line now and then everywhere else."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from eep.asking.board import Board, Pace
from eep.unread import unread

#: Tells that so many more are done.
Advance = Callable[[int], None]
#: Tells that a board has changed.
Changed = Callable[[], None]


class Progress:
    """Shows nothing: the default in Python. `Lines` and `Bars` show."""

    def say(self, line: str) -> None:
        """Tell what is going on."""

    @contextmanager
    def stage(self, what: str, total: int) -> Iterator[Advance]:
        """Begin a stage of ``total`` steps and return, as a context, the function that counts them."""
        del what, total
        yield lambda _: None

    @contextmanager
    def asking(self, board: Board) -> Iterator[Changed]:
        """Begin to ask, and return, as a context, the function that tells of changes of the board."""
        del board
        yield lambda: None


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
            unread(self._stream)

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

    @contextmanager
    def asking(self, board: Board) -> Iterator[Changed]:
        """Print the board's facts now and then, and every cell when the asking ends, or is stopped."""
        pace, said = Pace(), time.monotonic()

        def changed() -> None:
            nonlocal said
            if (now := time.monotonic()) - said >= self._seconds:
                said = now
                self.say("\n  ".join(board.facts(pace)))

        try:
            yield changed
        finally:
            if board.total:
                from eep.asking.live import cells

                self.say("\n  ".join(board.closing(pace)))
                self.say(cells(board))


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
    def asking(self, board: Board) -> Iterator[Changed]:
        """Draw the board until the asking ends; its last state stays."""
        from eep.asking.live import drawn

        if not board.total:
            yield lambda: None
            return
        with drawn(board, self._stream):
            yield lambda: None


def on_stderr() -> Progress:
    """Return a live view where stderr is a terminal that can move its cursor, else plain lines."""
    able = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    return Bars(sys.stderr) if able else Lines(sys.stderr)
