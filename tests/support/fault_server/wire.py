"""HTTP/1.1 as far as the clients of models speak it."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

_LARGEST = 256 * 2**20  # bytes, Anthropic's limit for a batch


@dataclass(frozen=True)
class Request:
    """One request; header names in lower case, ``path`` without the query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body's value; ``None`` where it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def key(self) -> str:
        """The key that was sent, or an empty string."""
        return self.headers.get("x-api-key") or self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True)
class Reply:
    """What goes back."""

    status: int
    body: bytes
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        """Return the bytes on the wire."""
        lines = [
            f"HTTP/1.1 {self.status} {reason(self.status)}",
            f"content-type: {self.kind}",
            f"content-length: {len(self.body)}",
            *(f"{name}: {value}" for name, value in self.headers.items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def reason(status: int) -> str:
    """Return the words of a status; 529 is Anthropic's own."""
    return "Overloaded" if status == 529 else HTTPStatus(status).phrase


def json_reply(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Reply:
    """Return a reply of a JSON value."""
    return Reply(status, json.dumps(value).encode(), headers=headers or {})


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """Read the next request of a connection; ``None`` where the client has left, or speaks no HTTP."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await _read_body(reader, headers)
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError):
        return None
    return Request(method, target.split("?")[0], headers, body)


async def _read_body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() != "chunked":
        length = int(headers.get("content-length", "0"))
        if length > _LARGEST:
            raise ValueError(f"expected at most {_LARGEST} bytes, found {length}")
        return await reader.readexactly(length)
    parts = []
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return b"".join(parts)


def form(request: Request) -> dict[str, bytes]:
    """Return the fields of a multipart form by their names; empty where the body is none."""
    from email import message_from_bytes
    from email.message import Message

    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    parsed = message_from_bytes(head + request.body)
    fields: dict[str, bytes] = {}
    for part in parsed.get_payload() if parsed.is_multipart() else []:
        if isinstance(part, Message):
            content = part.get_payload(decode=True)
            name = part.get_param("name", header="content-disposition")
            fields[str(name)] = content if isinstance(content, bytes) else b""
    return fields
