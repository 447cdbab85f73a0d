"""Coroutines from code that is none, in a notebook too, where an event loop is running already."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
#: Makes the event loop to run on; its clock is the one that all waiting goes by.
LoopFactory = Callable[[], asyncio.AbstractEventLoop]


def to_the_end(coroutine: Coroutine[Any, Any, T], loops: LoopFactory | None = None) -> T:
    """Run a coroutine and return its result, on a thread of its own where this one has a running loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _alone(coroutine, loops)
    begun: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[T]]] = []

    async def beside() -> T:
        task = asyncio.ensure_future(coroutine)
        begun.append((asyncio.get_running_loop(), task))
        return await task

    with ThreadPoolExecutor(1, thread_name_prefix="eep-running") as pool:
        result = pool.submit(_alone, beside(), loops)
        try:
            return result.result()
        except BaseException:
            # An interrupt reaches the notebook's thread only; what runs beside it must stop with it.
            for loop, task in begun:
                if not result.done():
                    loop.call_soon_threadsafe(task.cancel)
            raise


def _alone(coroutine: Coroutine[Any, Any, T], loops: LoopFactory | None) -> T:
    with asyncio.Runner(loop_factory=loops) as runner:
        return runner.run(coroutine)
