"""HTTP/1.1 as far as the clients of models speak it."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from http import HTTPStatus
from typing import Any


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

    def form(self) -> dict[str, bytes]:
        """Return the fields of a multipart form by their names; empty where the body is none."""
        head = f"Content-Type: {self.headers.get('content-type', '')}\r\n\r\n".encode()
        return {
            str(part.get_param("name", header="content-disposition")): bytes(part.get_payload(decode=True))
            for part in message_from_bytes(head + self.body, policy=HTTP).iter_parts()
        }


@dataclass(frozen=True)
class Reply:
    """What goes back."""

    status: int
    body: bytes
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        """Return the bytes on the wire."""
        reason = "Overloaded" if self.status == 529 else HTTPStatus(self.status).phrase
        lines = [
            f"HTTP/1.1 {self.status} {reason}",
            f"content-type: {self.kind}",
            f"content-length: {len(self.body)}",
            *(f"{name}: {value}" for name, value in self.headers.items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def json_reply(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Reply:
    """Return a reply of a JSON value."""
    return Reply(status, json.dumps(value).encode(), headers=headers or {})


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """Read the next request of a connection; ``None`` where the client has left."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return Request(method, target.split("?")[0], headers, body)
