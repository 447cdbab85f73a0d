"""Anthropic's protocol: batches of messages."""

from dataclasses import dataclass, field
from typing import Any

from .batches import CREATED_ISO, EXPIRES_ISO, answered, complaint_of_ids, line, shuffled
from .desk import BROKEN, Desk
from .messages import Messages
from .wire import Reply, Request, json_reply

_ENDS = ("succeeded", "errored", "canceled", "expired")


@dataclass
class Batch:
    """One batch; how often it was looked at says whether it has ended, ``lines`` are its results by their kind."""

    id: str
    address: str
    requests: list[dict[str, Any]]
    key: str
    looked: int = 0
    lines: dict[str, list[str]] = field(default_factory=dict)


class MessageBatches:
    """Batches of Anthropic's protocol."""

    def __init__(self, desk: Desk, messages: Messages) -> None:
        self._desk = desk
        self._messages = messages
        self._batches: dict[str, Batch] = {}

    def handle(self, request: Request) -> Reply:
        """Answer a request about a batch."""
        match request.method, *request.path.split("/")[4:]:
            case ["POST"]:
                return self._create(request)
            case ["GET"]:
                listed = [_shown(batch) for batch in self._batches.values()]
                return json_reply(200, {"data": listed, "has_more": False, "first_id": None, "last_id": None})
            case "GET", name if name in self._batches:
                self._look(self._batches[name])
                return json_reply(200, _shown(self._batches[name]))
            case "GET", name, "results" if name in self._batches and self._batches[name].lines:
                lines = [each for kind in self._batches[name].lines.values() for each in kind]
                return Reply(200, shuffled(lines), "application/x-jsonl")
        return self._messages.error(404, f"Not found: {request.method} {request.path}")

    def _create(self, request: Request) -> Reply:
        body = request.json()
        requests = body.get("requests") if isinstance(body, dict) else None
        wanted = {"custom_id", "params"}
        if not isinstance(requests, list) or not all(wanted == set(each) for each in requests):
            return self._messages.error(400, "requests: expected a list of custom_id and params")
        if complaint := complaint_of_ids([each["custom_id"] for each in requests]):
            return self._messages.error(400, complaint)
        address = f"http://{request.headers.get('host', '127.0.0.1')}"
        batch = Batch(f"msgbatch_{len(self._batches)}", address, requests, request.key)
        self._batches[batch.id] = batch
        return json_reply(200, _shown(batch))

    def _look(self, batch: Batch) -> None:
        batch.looked += 1
        if batch.lines or batch.looked < self._desk.behaviour.polls:
            return
        batch.lines = {kind: [] for kind in _ENDS}
        for each in batch.requests:
            fault, status, value = answered(self._desk, self._messages, each["params"], batch.key)
            result: dict[str, Any] = {"type": "succeeded", "message": value}
            if fault in BROKEN:
                result = {"type": "expired"}
            elif status != 200:
                result = {"type": "errored", "error": value}
            batch.lines[result["type"]].append(
                line({"custom_id": each["custom_id"], "result": result}, fault)
            )


def _shown(batch: Batch) -> dict[str, Any]:
    ended = bool(batch.lines)
    counts = {kind: len(batch.lines.get(kind, [])) for kind in _ENDS}
    return {
        "id": batch.id,
        "type": "message_batch",
        "processing_status": "ended" if ended else "in_progress",
        "request_counts": {**counts, "processing": 0 if ended else len(batch.requests)},
        "created_at": CREATED_ISO,
        "expires_at": EXPIRES_ISO,
        "ended_at": CREATED_ISO if ended else None,
        "archived_at": None,
        "cancel_initiated_at": None,
        "results_url": f"{batch.address}/v1/messages/batches/{batch.id}/results" if ended else None,
    }
