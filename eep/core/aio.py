"""Coroutines from code that is none, in a notebook too, where an event loop is running already."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
#: Makes the event loop to run on; its clock is the one that all waiting goes by.
LoopFactory = Callable[[], asyncio.AbstractEventLoop]


def run_sync(coroutine: Coroutine[Any, Any, T], loops: LoopFactory | None = None) -> T:
    """Run a coroutine and return its result, on a thread of its own where this one has a running loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _alone(coroutine, loops)
    begun: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[T]]] = []
    stopped = threading.Event()

    async def beside() -> T:
        task = asyncio.ensure_future(coroutine)
        begun.append((asyncio.get_running_loop(), task))
        if stopped.is_set():  # before it was begun
            task.cancel()
        return await task

    with ThreadPoolExecutor(1, thread_name_prefix="eep-running") as pool:
        try:
            return pool.submit(_alone, beside(), loops).result()
        except BaseException:
            # An interrupt reaches the notebook's thread only, at any moment; what runs beside it must stop with it.
            stopped.set()
            for loop, task in begun:
                with contextlib.suppress(RuntimeError):  # it has ended, and its loop with it
                    loop.call_soon_threadsafe(task.cancel)
            raise


def _alone(coroutine: Coroutine[Any, Any, T], loops: LoopFactory | None) -> T:
    with asyncio.Runner(loop_factory=loops) as runner:
        try:
            return runner.run(coroutine)
        except KeyboardInterrupt:
            # Where it was raised inside a task, asyncio would report it once more, with a traceback.
            runner.get_loop().set_exception_handler(lambda *_: None)
            raise
