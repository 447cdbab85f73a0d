"""Output that nobody reads."""

import os
import sys
from pathlib import Path
from typing import TextIO


def discard_output(stream: TextIO) -> None:
    """Let a stream lead nowhere whose reader has gone; else Python would complain once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def reopen_std_streams() -> None:
    """Open what was closed when Python started: output then leads nowhere, and no file takes its place."""
    # In the order of their numbers, as each takes the least that is free.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 open to the end
