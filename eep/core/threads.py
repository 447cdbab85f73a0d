"""Threads of numerical libraries."""

from contextlib import AbstractContextManager
from functools import cache
from importlib import import_module
from typing import Any


@cache
def _threads(modules: tuple[str, ...]) -> Any:
    from threadpoolctl import ThreadpoolController

    for module in modules:
        import_module(module)
    return ThreadpoolController()


def single_thread(*modules: str) -> AbstractContextManager[Any]:
    """Return a context in which numerical libraries use one thread; those of ``modules`` are imported first.

    Sums that are split over threads are rounded differently, so that a result would depend on the machine's
    cores and on how many workers share them. The products are small, too: threads cost more than they give.
    """
    limits: AbstractContextManager[Any] = _threads(modules).limit(limits=1)
    return limits
