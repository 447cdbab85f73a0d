"""Coroutines from code that is none, in a notebook too, where an event loop is running already."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def to_the_end(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine and return its result, on a thread of its own where this one has a running loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(1, thread_name_prefix="eep-running") as pool:
        return pool.submit(asyncio.run, coroutine).result()
