"""OpenAI's protocol: files and batches."""

import json
from dataclasses import dataclass, field
from typing import Any

from .batches import CREATED, answered, complaint_of_ids, line, shuffled
from .chat import Chat
from .desk import BROKEN, Desk
from .wire import Reply, Request, form, json_reply


@dataclass
class Batch:
    """One batch; how often it was looked at says whether it has ended."""

    id: str
    source: str
    requests: list[dict[str, Any]]
    key: str
    complaint: str
    status: str = "in_progress"
    looked: int = 0
    files: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


class ChatBatches:
    """Files and batches of OpenAI's protocol."""

    def __init__(self, desk: Desk, chat: Chat) -> None:
        self._desk = desk
        self._chat = chat
        self._files: dict[str, bytes] = {}
        self._batches: dict[str, Batch] = {}

    def handle(self, request: Request) -> Reply:
        """Answer a request about a file or a batch."""
        match request.method, *request.path.split("/")[2:]:
            case "POST", "files":
                return self._upload(form(request))
            case "GET", "files", name, *content if name in self._files:
                kept = Reply(200, self._files[name], "application/octet-stream")
                return kept if content == ["content"] else json_reply(200, self._file(name))
            case "POST", "batches":
                return self._create(request)
            case "GET", "batches":
                listed = [_shown(batch) for batch in self._batches.values()]
                return json_reply(200, {"object": "list", "data": listed, "has_more": False})
            case "GET", "batches", name if name in self._batches:
                self._look(self._batches[name])
                return json_reply(200, _shown(self._batches[name]))
        return self._chat.error(404, f"No such thing: {request.method} {request.path}")

    def _upload(self, fields: dict[str, bytes]) -> Reply:
        if fields.get("purpose") != b"batch" or "file" not in fields:
            return self._chat.error(400, "expected a form with a file and the purpose 'batch'")
        return json_reply(200, self._file(self._keep(fields["file"])))

    def _keep(self, content: bytes) -> str:
        name = f"file-{len(self._files)}"
        self._files[name] = content
        return name

    def _file(self, name: str) -> dict[str, Any]:
        shown = {"id": name, "object": "file", "bytes": len(self._files[name]), "created_at": CREATED}
        return {**shown, "filename": f"{name}.jsonl", "purpose": "batch", "status": "processed"}

    def _create(self, request: Request) -> Reply:
        body = request.json() or {}
        content = self._files.get(body.get("input_file_id", ""))
        wanted = (body.get("completion_window"), body.get("endpoint"))
        if content is None or wanted != ("24h", self._chat.path):
            return self._chat.error(
                400, f"expected a known file, the window 24h and the endpoint {self._chat.path}"
            )
        requests, complaint = _requests(content, self._chat.path)
        name = f"batch_{len(self._batches)}"
        batch = Batch(name, body["input_file_id"], requests, request.key, complaint)
        batch.counts = {"total": len(requests), "completed": 0, "failed": 0}
        batch.status = "failed" if complaint else "validating"
        self._batches[name] = batch
        return json_reply(200, _shown(batch))

    def _look(self, batch: Batch) -> None:
        batch.looked += 1
        if batch.status not in {"validating", "in_progress"}:
            return
        batch.status = "in_progress"
        if batch.looked >= self._desk.behaviour.polls:
            self._end(batch)

    def _end(self, batch: Batch) -> None:
        batch.status = "completed"
        lines: dict[str, list[str]] = {"completed": [], "failed": []}
        for number, each in enumerate(batch.requests):
            fault, status, value = answered(self._desk, self._chat, each["body"], batch.key)
            said: dict[str, Any] = {
                "id": f"batch_req_{number}",
                "custom_id": each["custom_id"],
                "error": None,
            }
            said["response"] = {"status_code": status, "request_id": f"req_{number}", "body": value}
            if fault in BROKEN:
                batch.status = "expired"
                why = "This request could not be executed before the completion window expired."
                said |= {"response": None, "error": {"code": "batch_expired", "message": why}}
            well = status == 200 and fault not in BROKEN
            lines["completed" if well else "failed"].append(line(said, fault))
        for kind, name in (("completed", "output_file_id"), ("failed", "error_file_id")):
            batch.counts[kind] = len(lines[kind])
            if lines[kind]:
                batch.files[name] = self._keep(shuffled(lines[kind]))


def _requests(content: bytes, path: str) -> tuple[list[dict[str, Any]], str]:
    """Return the requests of a batch's file, and what is wrong with it."""
    try:
        requests = [json.loads(each) for each in content.splitlines() if each.strip()]
    except ValueError as error:
        return [], f"expected a JSON object on each line: {error}"
    wanted = {"custom_id", "method", "url", "body"}
    if not all(isinstance(each, dict) and wanted <= set(each) for each in requests):
        return [], f"expected {', '.join(sorted(wanted))} on each line"
    if any((each["method"], each["url"]) != ("POST", path) for each in requests):
        return [], f"expected every method to be POST and every url {path}"
    return requests, complaint_of_ids([each["custom_id"] for each in requests])


def _shown(batch: Batch) -> dict[str, Any]:
    errors = [{"code": "invalid_request", "message": batch.complaint, "line": None, "param": None}]
    return {
        "id": batch.id,
        "object": "batch",
        "endpoint": "/v1/chat/completions",
        "input_file_id": batch.source,
        "completion_window": "24h",
        "created_at": CREATED,
        "expires_at": CREATED + 86_400,
        "status": batch.status,
        "errors": {"object": "list", "data": errors} if batch.complaint else None,
        "request_counts": batch.counts,
        "output_file_id": batch.files.get("output_file_id"),
        "error_file_id": batch.files.get("error_file_id"),
    }
