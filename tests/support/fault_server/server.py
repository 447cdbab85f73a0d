"""The server itself: connections, routes, and what it saw."""

import asyncio
import contextlib
import math
import socket
import struct
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from .batches import ChatBatches, MessageBatches
from .faults import BROKEN, Fault, Plan, Seen, never, share
from .protocols import Chat, Messages, Protocol
from .wire import Reply, Request, json_reply, read_request

_READY_WITHIN = 30.0  # seconds


@dataclass(frozen=True)
class Behaviour:
    """Settings of one server; times in seconds."""

    plan: Plan = never
    #: From a question to its answer, on average, and the share by which it may be longer or shorter, each its own.
    latency: float = 0.0
    jitter: float = 0.0
    #: Questions answered in any one second, at most; more get 429, which says after how long to come back, or does not.
    rate: float = math.inf
    retry_after: bool = True
    #: The only key that is accepted; any is where it is empty.
    key: str = ""
    #: How often a batch is looked at before it has ended.
    polls: int = 1


class Record:
    """What a server saw: filled by its thread; a test reads it when the requests it waits for are over."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.open = 0

    def questions(self) -> list[Seen]:
        """Return the requests that asked a model."""
        return [seen for seen in self.seen if seen.path in _PROTOCOLS]

    def counts(self) -> dict[str, Any]:
        """Return how many questions there were, in all, different ones, and by status."""
        asked = self.questions()
        statuses = Counter(str(seen.status) for seen in asked)
        distinct = len({seen.digest for seen in asked})
        return {"questions": len(asked), "distinct": distinct, "statuses": statuses}


class FaultServer:
    """Serves on 127.0.0.1 from a thread of its own while its ``with`` block lasts."""

    def __init__(self, behaviour: Behaviour | None = None) -> None:
        self.record = Record()
        self.port = 0
        self._behaviour = behaviour or Behaviour()
        self._routes = _Routes(self._behaviour, self.record)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="fault-server", daemon=True)
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def anthropic_url(self) -> str:
        """The base URL for Anthropic's SDK."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def openai_url(self) -> str:
        """The base URL for OpenAI's SDK."""
        return f"{self.anthropic_url}/v1"

    def __enter__(self) -> Self:
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = self._listening.getsockname()[1]
        self._thread.start()
        if not self._ready.wait(_READY_WITHIN):
            raise RuntimeError(f"expected the server to start within {_READY_WITHIN:g} s; it did not")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connected, sock=self._listening, limit=2**20)
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.record.open += 1
        if task := asyncio.current_task():
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)
        # A client that leaves, and the end of the server, are the ordinary ends of a connection.
        with contextlib.suppress(ConnectionError, asyncio.CancelledError), contextlib.closing(writer):
            while request := await read_request(reader):
                if not await self._exchange(request, reader, writer):
                    break
        self.record.open -= 1

    async def _exchange(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request, or break the connection as planned; return whether the connection goes on."""
        seen, reply = self._routes.take(request)
        if seen is not None and reply.status != 429:
            chance = 2 * share(seen.digest) - 1
            await asyncio.sleep(self._behaviour.latency * (1 + self._behaviour.jitter * chance))
        fault = seen.fault if seen is not None and reply.status != 429 else None
        whole = reply.encoded()
        if fault in {Fault.STALL, Fault.CUT_OFF}:
            whole = whole[: len(whole) - len(reply.body) // 2]
        if fault not in {Fault.HANG, Fault.RESET}:
            writer.write(whole)
            await writer.drain()
        if fault in {Fault.HANG, Fault.STALL}:
            await reader.read()  # until the client has had enough
        if fault is Fault.RESET:
            connection = writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        return fault not in BROKEN


_PROTOCOLS: dict[str, Protocol] = {each.path: each for each in (Chat(), Messages())}


class _Routes:
    """From a request's path to whoever answers it."""

    def __init__(self, behaviour: Behaviour, record: Record) -> None:
        self._behaviour = behaviour
        self._record = record
        self._passed: deque[float] = deque()
        self._arrivals: Counter[bool] = Counter()
        self._chat_batches = ChatBatches(behaviour.polls, self._answered)
        self._message_batches = MessageBatches(behaviour.polls, self._answered)

    def take(self, request: Request) -> tuple[Seen | None, Reply]:
        """Return the reply, and the note of a request that counts as one (looking at the server does not)."""
        if request.path == "/counts":
            return None, json_reply(200, self._record.counts())
        if request.path == "/open":
            return None, json_reply(200, {"open": self._record.open})
        seen = self._arrived(request.path, request.json())
        reply = self._reply(request, seen)
        seen.status = None if seen.fault in BROKEN else reply.status
        return seen, reply

    def _arrived(self, path: str, body: Any) -> Seen:
        """Note a request, and the fault that is planned for a question."""
        question = path in _PROTOCOLS
        seen = Seen(self._arrivals[question], path, body)
        self._arrivals[question] += 1
        self._record.seen.append(seen)
        if question:
            seen.fault = self._behaviour.plan(seen)
        return seen

    def _answered(self, protocol: Protocol, body: Any, key: str) -> tuple[Fault | None, Reply]:
        """Answer a question of a batch."""
        seen = self._arrived(protocol.path, body)
        reply = protocol.answer(body, seen.fault, key, seen.number)
        seen.status = None if seen.fault in BROKEN else reply.status
        return seen.fault, reply

    def _reply(self, request: Request, seen: Seen) -> Reply:
        anthropic = request.path.startswith(Messages.path)
        protocol = _PROTOCOLS[Messages.path if anthropic else Chat.path]
        if not protocol.authorised(request) or self._behaviour.key not in {"", request.key}:
            return protocol.error(401, "Incorrect API key provided.", "invalid_api_key")
        if request.path in _PROTOCOLS:
            if after := self._wait():
                return protocol.limited(after if self._behaviour.retry_after else None)
            return protocol.answer(seen.body, seen.fault, request.key, seen.number)
        return (self._message_batches if anthropic else self._chat_batches).handle(request)

    def _wait(self) -> float:
        """Let a question through and return 0, or return in how many whole seconds another may come.

        Those that are turned away do not count towards the rate.
        """
        now = time.monotonic()
        while self._passed and self._passed[0] <= now - 1:
            self._passed.popleft()
        if len(self._passed) < self._behaviour.rate:
            self._passed.append(now)
            return 0.0
        return float(math.ceil(self._passed[0] + 1 - now))
