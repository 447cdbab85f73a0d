"""Threads of numerical libraries."""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any


@cache
def _controller() -> Any:
    import numpy as np  # noqa: F401 - its library must be there to be found
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def single_thread() -> AbstractContextManager[Any]:
    """Return a context in which NumPy's linear algebra uses one thread.

    Sums that are split over threads are rounded differently, so that a result would depend on the machine's
    cores and on how many workers share them. The products are small, too: threads cost more than they give.
    """
    limits: AbstractContextManager[Any] = _controller().limit(limits=1)
    return limits
