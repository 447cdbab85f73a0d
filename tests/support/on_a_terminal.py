"""The command line on a terminal, answered as a person would: by waiting for a question and typing."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

#: Seconds that anything may take; only a fault reaches it.
LONGEST = 600.0
#: What Ctrl-C types, and the seconds after which Enter is pressed, too: CPython does not heed an interrupt that comes after a
#: prompt is shown and before its answer is waited for, until it has got one. Where it only takes its time, nobody reads that.
INTERRUPT, PATIENCE = "\x03", 1.0
#: Makes standard input the terminal that Ctrl-C comes from, and lets interrupts through where they are ignored.
_START = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.executable, [sys.executable, "-m", "eep", *sys.argv[1:]])
"""


class Played(NamedTuple):
    """What was shown, and the exit code."""

    shown: str
    code: int


def play(
    arguments: Sequence[str], answers: Sequence[tuple[str, str]], *, cwd: Path, env: Mapping[str, str] | None = None
) -> Played:
    """Run ``eep`` on a terminal of its own; each answer is typed when the text before it has come up."""
    terminal, inside = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-c", _START, *arguments],
        stdin=inside,
        stdout=inside,
        stderr=inside,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        start_new_session=True,
    )
    os.close(inside)
    with child:
        shown, waiting = _talk(terminal, list(answers))
        os.close(terminal)
        if waiting:
            child.kill()
    assert not waiting, f"never asked {waiting[0][0]!r}: {shown}"
    return Played(shown.replace("\r\n", "\n"), child.returncode)


def _talk(terminal: int, waiting: list[tuple[str, str]]) -> tuple[str, list[tuple[str, str]]]:
    """Return what came up, and the answers that nothing asked for."""
    shown, begun, end, typed = "", 0, time.monotonic() + LONGEST, ""
    while time.monotonic() < end and (part := _read(terminal)) is not None:
        shown += part
        if not part and typed == INTERRUPT:
            with suppress(OSError):  # the program may end meanwhile
                os.write(terminal, b"\n")
        while waiting and (place := shown.find(waiting[0][0], begun)) >= 0:
            begun = place + len(waiting[0][0])
            typed = waiting.pop(0)[1]
            os.write(terminal, typed.encode())
    return shown, waiting


def _read(terminal: int) -> str | None:
    """Return what has come up, "" if nothing did for a while, None at the end of the program."""
    ready, _, _ = select.select([terminal], [], [], PATIENCE)
    if not ready:
        return ""
    try:
        found = os.read(terminal, 65536)
    except OSError:  # the program has closed its side
        return None
    return found.decode(errors="replace") or None
