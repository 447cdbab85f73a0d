"""Both providers' batches: questions that are left, and answered when they have been looked after often enough."""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .faults import BROKEN, Fault, share
from .protocols import Chat, Messages, Protocol
from .wire import Reply, Request, json_reply

#: Times of batches do not depend on the clock: Unix seconds, and the same in words.
CREATED, CREATED_ISO, EXPIRES_ISO = 1_790_000_000, "2026-09-21T14:13:20Z", "2026-09-22T14:13:20Z"
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
#: Answers one question of a batch, from its protocol, its body and the batch's key, as if it came alone.
Answers = Callable[[Protocol, Any, str], tuple[Fault | None, Reply]]


@dataclass
class Batch:
    """One batch, its requests as bodies by their custom ids; ``lines`` are its results by their kind once it ended."""

    id: str
    requests: list[tuple[str, Any]]
    key: str
    source: str = ""
    complaint: str = ""
    status: str = "in_progress"
    looked: int = 0
    lines: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def count(self, kind: str) -> int:
        """Return how many results are of a kind."""
        return len(self.lines.get(kind, []))


class Batches(ABC):
    """What both providers' batches share: they end at the ``polls``-th look."""

    def __init__(self, protocol: Protocol, polls: int, answers: Answers) -> None:
        self._protocol = protocol
        self._polls = polls
        self._answers = answers
        self._batches: dict[str, Batch] = {}

    def _look(self, batch: Batch) -> Batch:
        batch.looked += 1
        if batch.status == "in_progress" and batch.looked >= self._polls:
            batch.status = "ended"
            for number, (name, body) in enumerate(batch.requests):
                fault, reply = self._answers(self._protocol, body, batch.key)
                kind, result = self._result(number, fault, reply)
                written = json.dumps({"custom_id": name, **result})
                # With truncated JSON it is the line that breaks off.
                batch.lines.setdefault(kind, []).append(written[:-9] if fault is Fault.TRUNCATED_JSON else written)
        return batch

    @abstractmethod
    def _result(self, number: int, fault: Fault | None, reply: Reply) -> tuple[str, dict[str, Any]]:
        """Return the kind of a question's result, and what its line says of it."""


class ChatBatches(Batches):
    """Files and batches of OpenAI's protocol."""

    def __init__(self, polls: int, answers: Answers) -> None:
        super().__init__(Chat(), polls, answers)
        self._files: dict[str, bytes] = {}

    def handle(self, request: Request) -> Reply:
        """Answer a request about a file or a batch."""
        match request.method, *request.path.split("/")[2:]:
            case "POST", "files":
                return self._upload(request)
            case "GET", "files", name, "content" if name in self._files:
                return Reply(200, self._files[name], "application/octet-stream")
            case "POST", "batches":
                return self._create(request)
            case "GET", "batches", name if name in self._batches:
                batch = self._look(self._batches[name])
                for kind in batch.lines:
                    batch.files.setdefault(kind, self._keep(_shuffled(batch.lines[kind])))
                return json_reply(200, self._shown(batch))
        return self._protocol.error(404, f"No such thing: {request.method} {request.path}")

    def _upload(self, request: Request) -> Reply:
        fields = request.form()
        if fields.get("purpose") != b"batch" or "file" not in fields:
            return self._protocol.error(400, "expected a form with a file and the purpose 'batch'")
        name = self._keep(fields["file"])
        shown = {"id": name, "object": "file", "bytes": len(self._files[name]), "created_at": CREATED}
        return json_reply(200, {**shown, "filename": f"{name}.jsonl", "purpose": "batch", "status": "processed"})

    def _keep(self, content: bytes) -> str:
        name = f"file-{len(self._files)}"
        self._files[name] = content
        return name

    def _create(self, request: Request) -> Reply:
        body, path = request.json() or {}, self._protocol.path
        content = self._files.get(body.get("input_file_id", ""))
        wanted = (body.get("completion_window"), body.get("endpoint"))
        if content is None or wanted != ("24h", path):
            return self._protocol.error(400, f"expected a known file, the window 24h and the endpoint {path}")
        requests, complaint = _requests(content, path)
        batch = Batch(f"batch_{len(self._batches)}", requests, request.key, body["input_file_id"], complaint)
        batch.status = "failed" if complaint else "in_progress"
        self._batches[batch.id] = batch
        return json_reply(200, self._shown(batch))

    def _result(self, number: int, fault: Fault | None, reply: Reply) -> tuple[str, dict[str, Any]]:
        result: dict[str, Any] = {"id": f"batch_req_{number}", "error": None}
        if fault in BROKEN:
            why = "This request could not be executed before the completion window expired."
            return "failed", {**result, "response": None, "error": {"code": "batch_expired", "message": why}}
        response = {"status_code": reply.status, "request_id": f"req_{number}", "body": _value(reply)}
        return "completed" if reply.status == 200 else "failed", {**result, "response": response}

    def _shown(self, batch: Batch) -> dict[str, Any]:
        errors = [{"code": "invalid_request", "message": batch.complaint, "line": None, "param": None}]
        expired = any('"batch_expired"' in line for line in batch.lines.get("failed", []))
        ended = "expired" if expired else "completed"
        counts = {kind: batch.count(kind) for kind in ("completed", "failed")}
        return {
            "id": batch.id,
            "object": "batch",
            "endpoint": self._protocol.path,
            "input_file_id": batch.source,
            "completion_window": "24h",
            "created_at": CREATED,
            "expires_at": CREATED + 86_400,
            "status": ended if batch.status == "ended" else batch.status,
            "errors": {"object": "list", "data": errors} if batch.complaint else None,
            "request_counts": {"total": len(batch.requests), **counts},
            "output_file_id": batch.files.get("completed"),
            "error_file_id": batch.files.get("failed"),
        }


class MessageBatches(Batches):
    """Batches of Anthropic's protocol."""

    def __init__(self, polls: int, answers: Answers) -> None:
        super().__init__(Messages(), polls, answers)

    def handle(self, request: Request) -> Reply:
        """Answer a request about a batch."""
        address = f"http://{request.headers.get('host', '127.0.0.1')}"
        match request.method, *request.path.split("/")[4:]:
            case ["POST"]:
                return self._create(request, address)
            case "GET", name if name in self._batches:
                return json_reply(200, _message_batch(self._look(self._batches[name]), address))
            case "GET", name, "results" if name in self._batches and self._batches[name].lines:
                lines = [each for kind in self._batches[name].lines.values() for each in kind]
                return Reply(200, _shuffled(lines), "application/x-jsonl")
        return self._protocol.error(404, f"Not found: {request.method} {request.path}")

    def _create(self, request: Request, address: str) -> Reply:
        body = request.json()
        listed = body.get("requests") if isinstance(body, dict) else None
        if not isinstance(listed, list) or not all({"custom_id", "params"} == set(each) for each in listed):
            return self._protocol.error(400, "requests: expected a list of custom_id and params")
        if complaint := _complaint([each["custom_id"] for each in listed]):
            return self._protocol.error(400, complaint)
        requests = [(each["custom_id"], each["params"]) for each in listed]
        batch = Batch(f"msgbatch_{len(self._batches)}", requests, request.key)
        self._batches[batch.id] = batch
        return json_reply(200, _message_batch(batch, address))

    def _result(self, number: int, fault: Fault | None, reply: Reply) -> tuple[str, dict[str, Any]]:
        del number
        if fault in BROKEN:
            return "expired", {"result": {"type": "expired"}}
        if reply.status != 200:
            return "errored", {"result": {"type": "errored", "error": _value(reply)}}
        return "succeeded", {"result": {"type": "succeeded", "message": _value(reply)}}


def _message_batch(batch: Batch, address: str) -> dict[str, Any]:
    ended = batch.status == "ended"
    counts = {kind: batch.count(kind) for kind in ("succeeded", "errored", "canceled", "expired")}
    return {
        "id": batch.id,
        "type": "message_batch",
        "processing_status": batch.status,
        "request_counts": {**counts, "processing": 0 if ended else len(batch.requests)},
        "created_at": CREATED_ISO,
        "expires_at": EXPIRES_ISO,
        "ended_at": CREATED_ISO if ended else None,
        "archived_at": None,
        "cancel_initiated_at": None,
        "results_url": f"{address}/v1/messages/batches/{batch.id}/results" if ended else None,
    }


def _value(reply: Reply) -> Any:
    """Return the value of a reply's body; a text if it is no JSON."""
    try:
        return json.loads(reply.body)
    except ValueError:
        return reply.body.decode()


def _shuffled(lines: list[str]) -> bytes:
    """Return a file of lines in another order, as batches do; the same for the same lines."""
    return "".join(f"{line}\n" for line in sorted(lines, key=share)).encode()


def _requests(content: bytes, path: str) -> tuple[list[tuple[str, Any]], str]:
    """Return the requests of a batch's file, and what is wrong with it."""
    try:
        lines = [json.loads(each) for each in content.splitlines() if each.strip()]
    except ValueError as error:
        return [], f"expected a JSON object on each line: {error}"
    wanted = {"custom_id", "method", "url", "body"}
    if not all(isinstance(each, dict) and wanted <= set(each) for each in lines):
        return [], f"expected {', '.join(sorted(wanted))} on each line"
    if any((each["method"], each["url"]) != ("POST", path) for each in lines):
        return [], f"expected every method to be POST and every url {path}"
    return [(each["custom_id"], each["body"]) for each in lines], _complaint([each["custom_id"] for each in lines])


def _complaint(ids: list[Any]) -> str:
    """Return what is wrong with the custom ids of a batch; empty where nothing is."""
    if not ids:
        return "expected at least one request"
    wrong = [each for each in ids if not isinstance(each, str) or not _ID.fullmatch(each)]
    if wrong:
        return f"custom_id: expected 1 to 64 letters, digits, _ or -, found {wrong[0]!r}"
    return "custom_id: expected each once" if len(set(ids)) < len(ids) else ""
