"""What a fault server saw: every request, and how many at once."""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .faults import Asked, Fault


@dataclass
class Seen:
    """One request: what came (never its key), and what became of it."""

    asked: Asked
    body: Any
    at: float
    fault: Fault | None = None
    status: int | None = None


class Record:
    """Filled by the server's thread; a test reads it when the requests it waits for are over."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.connections = 0
        self.open = 0
        self.in_flight = 0
        self.most_in_flight = 0
        self._digests: Counter[str] = Counter()
        self._arrivals: Counter[bool] = Counter()

    def arrived(self, path: str, body: Any) -> Seen:
        """Note a request."""
        digest = digest_of(body)
        kind = Asked(0, path, digest, 0).is_question
        asked = Asked(self._arrivals[kind], path, digest, self._digests[digest])
        self._digests[digest] += 1
        self._arrivals[kind] += 1
        seen = Seen(asked, body, time.monotonic())
        self.seen.append(seen)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        return seen

    def left(self) -> None:
        """Note that a request is over."""
        self.in_flight -= 1

    def questions(self) -> list[Seen]:
        """Return the requests that asked a model."""
        return [seen for seen in self.seen if seen.asked.is_question]

    def counts(self) -> dict[str, Any]:
        """Return what a test or a person wants to know, as JSON values; seconds are from first to last arrival."""
        asked = self.questions()
        statuses = Counter(str(seen.status) for seen in asked)
        faults = Counter(seen.fault.value for seen in asked if seen.fault is not None)
        return {
            "requests": len(self.seen),
            "questions": len(asked),
            "distinct": len({seen.asked.digest for seen in asked}),
            "statuses": dict(sorted(statuses.items())),
            "faults": dict(sorted(faults.items())),
            "connections": self.connections,
            "in_flight": self.in_flight,
            "most_in_flight": self.most_in_flight,
            "seconds": asked[-1].at - asked[0].at if asked else 0.0,
        }


def digest_of(body: Any) -> str:
    """Return the hash of a body's content: key order and spaces do not matter."""
    if isinstance(body, Mapping | list):
        body = json.dumps(body, sort_keys=True)
    return hashlib.blake2b(str(body).encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()
