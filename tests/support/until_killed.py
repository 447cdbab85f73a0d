"""Child processes that are killed (SIGKILL) while they ask: when they are is an event, not a time.

However late the killing comes on a busy machine, the child is still at it: after so many answers its store falls
silent, as a disk does that hangs.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Mapping
from math import inf
from pathlib import Path
from typing import Any, ClassVar, NoReturn

from eep.data.store import Store
from eep.data.types import Answer

#: Seconds that anything may take; only a fault reaches it.
LONGEST = 600.0
#: Bytes of a key in a log.
KEY = 16


class Acknowledging(Store):
    """Writes the key of each answer down once it is acknowledged; what a process has written outlives it."""

    log: ClassVar[Path]
    #: How many answers it still takes; the next ones are never acknowledged, nor written.
    left: ClassVar[float] = inf

    async def put(self, answer: Answer, about: Mapping[str, Any]) -> None:
        """Put, then log the key."""
        if not self.left:
            await _hang()
        type(self).left -= 1
        await super().put(answer, about)
        with self.log.open("ab", buffering=0) as log:
            log.write(answer.key)


async def _hang() -> NoReturn:
    await asyncio.sleep(LONGEST)
    raise TimeoutError(f"expected to be killed within {LONGEST:g} s")


def size(path: Path) -> int:
    """Return a file's size; 0 where there is none."""
    return path.stat().st_size if path.exists() else 0


def keys(path: Path) -> int:
    """Return the number of keys in a log."""
    return size(path) // KEY


def killed(act: Callable[[], object], *, most: int, count: Callable[[], int], more: int, pause: float = 0.0) -> int:
    """Act in a child, kill it ``pause`` seconds after something counts so many more, and return how it ended.

    Of a child that ended by itself before, that is returned too. Its `Acknowledging` store takes ``most`` answers.
    """
    enough = count() + more
    child = os.fork()
    if child == 0:
        Acknowledging.left = most
        act()
        os._exit(0)
    end = time.monotonic() + LONGEST
    while count() < enough and time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.001)
    time.sleep(pause)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
