"""A small experiment with answers, two of them odd, to be read again."""

from pathlib import Path
from typing import Any

from batching import exported, prepared, replies, reply, write

from eep.pipeline.batch.imports import import_replies
from eep.pipeline.prepare import Prepared

HOSTILE = "Neither\x1b[2J\u202eright\nof\rthem\ud800"


def answered(folder: Path, **changes: Any) -> Prepared:
    """Return a small experiment whose questions have all been answered; the first of them in two odd ways."""
    small = prepared(folder, **changes)
    lines = exported(small, folder)
    came = replies(lines)
    came[0] = reply(lines[0], HOSTILE)
    came[1] = reply(lines[1], "I would rather not.", status="refused")
    import_replies(small, [write(folder / "replies.jsonl", came)])
    return small
