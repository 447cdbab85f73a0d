"""Answers to put into a store, and putting them."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from eep.data.store import Store
from eep.data.types import Answer, Status


def key(index: int) -> bytes:
    """Return some key."""
    return hashlib.blake2b(str(index).encode(), digest_size=16).digest()


def ok(index: int = 0, right: float = 0.25, **changes: Any) -> Answer:
    """Return some ok answer."""
    made = Answer(key(index), Status.OK, {"left": 1 - right, "right": right}, "right", "model-1", {"tokens": 3}, 0.5)
    return replace(made, **changes)


def failed(index: int = 0) -> Answer:
    """Return some failed answer."""
    return Answer(key(index), Status.FAILED, None, "overloaded", "model-1")


def put(store: Store, *answers: Answer, about: Mapping[str, Any] | None = None) -> None:
    """Put answers, all at once, and wait until they are acknowledged."""

    async def all_at_once() -> None:
        await asyncio.gather(*(store.put(answer, about or {}) for answer in answers))

    asyncio.run(all_at_once())
