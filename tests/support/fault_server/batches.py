"""What both providers' batches share: questions left on the desk, answered when they have been looked after."""

import json
import re
from typing import Any

from .desk import BROKEN, Desk, Dialect
from .faults import Fault, share

#: Times of batches do not depend on the clock: Unix seconds, and the same in words.
CREATED = 1_790_000_000
CREATED_ISO, EXPIRES_ISO = "2026-09-21T14:13:20Z", "2026-09-22T14:13:20Z"
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def answered(desk: Desk, dialect: Dialect, body: Any, key: str) -> tuple[Fault | None, int, Any]:
    """Answer one question of a batch: its fault, its status, and the value of its reply (a text if no JSON)."""
    seen = desk.take(dialect.path, body)
    desk.record.left()
    reply = desk.answer(dialect, seen, key)
    if seen.fault in BROKEN:
        seen.status = None
    try:
        return seen.fault, reply.status, json.loads(reply.body)
    except ValueError:
        return seen.fault, reply.status, reply.body.decode()


def line(value: Any, fault: Fault | None) -> str:
    """Return a line of results; with truncated JSON it is the line that breaks off."""
    written = json.dumps(value)
    return written[:-9] if fault is Fault.TRUNCATED_JSON else written


def shuffled(lines: list[str]) -> bytes:
    """Return a file of lines in another order, as batches do; the same for the same lines."""
    return "".join(f"{line}\n" for line in sorted(lines, key=share)).encode()


def complaint_of_ids(ids: list[Any]) -> str:
    """Return what is wrong with the custom ids of a batch; empty where nothing is."""
    if not ids:
        return "expected at least one request"
    wrong = [each for each in ids if not isinstance(each, str) or not _ID.fullmatch(each)]
    if wrong:
        return f"custom_id: expected 1 to 64 letters, digits, _ or -, found {wrong[0]!r}"
    return "custom_id: expected each once" if len(set(ids)) < len(ids) else ""
