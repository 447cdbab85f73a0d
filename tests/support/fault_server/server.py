"""The server itself: connections, routes, and an end that comes by itself."""

import asyncio
import contextlib
import json
import socket
import struct
import threading
import time
from types import TracebackType
from typing import Self

from .behaviour import Behaviour
from .chat import Chat
from .chat_batches import ChatBatches
from .desk import Desk, Dialect, limited
from .faults import Fault, share
from .limiting import RateLimit
from .message_batches import MessageBatches
from .messages import Messages
from .record import Record, Seen
from .wire import Reply, Request, json_reply, read_request

_READY_WITHIN = 30.0  # seconds


class FaultServer:
    """Serves on 127.0.0.1 from a thread of its own while its ``with`` block lasts, or as long as `Behaviour` says."""

    def __init__(self, behaviour: Behaviour | None = None) -> None:
        self.behaviour = behaviour or Behaviour()
        self.record = Record()
        self.port = 0
        self._routes = _Routes(Desk(self.behaviour, self.record))
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fault-server", daemon=True)
        self._stop: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None
        self._last = time.monotonic()
        self._open: set[asyncio.Task[None]] = set()

    @property
    def anthropic_url(self) -> str:
        """The base URL for Anthropic's SDK."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def openai_url(self) -> str:
        """The base URL for OpenAI's SDK."""
        return f"{self.anthropic_url}/v1"

    def __enter__(self) -> Self:
        self._listening = socket.create_server(("127.0.0.1", self.behaviour.port), backlog=1024)
        self.port = self._listening.getsockname()[1]
        self._thread.start()
        if not self._ready.wait(_READY_WITHIN):
            raise RuntimeError(f"expected the server to start within {_READY_WITHIN:g} s; it did not")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stop is not None:
            loop, stop = self._stop
            # The server may have ended by itself meanwhile, and its loop with it.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(stop.set)
        self._thread.join()

    def wait(self) -> None:
        """Return when the server has ended by itself."""
        self._thread.join()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        """Serve until stopped, idle for too long, or at the end of the lifetime."""
        stop = asyncio.Event()
        self._stop = (asyncio.get_running_loop(), stop)
        server = await asyncio.start_server(self._connected, sock=self._listening, limit=2**20)
        self._last = time.monotonic()
        end = self._last + self.behaviour.lifetime
        self._ready.set()
        while not stop.is_set() and (left := self._left(end)) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), left)
        server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def _left(self, end: float) -> float:
        """Return for how many seconds to go on before looking again."""
        now = time.monotonic()
        busy = self.record.in_flight > 0
        idle = self.behaviour.idle if busy else self._last + self.behaviour.idle - now
        return min(end - now, idle)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.record.connections += 1
        self.record.open += 1
        task = asyncio.current_task()
        if task is not None:
            self._open.add(task)
            task.add_done_callback(self._open.discard)
        # A client that leaves, and the end of the server, are the ordinary ends of a connection.
        with contextlib.suppress(ConnectionError, asyncio.CancelledError), contextlib.closing(writer):
            while request := await read_request(reader):
                self._last = time.monotonic()
                if not await self._exchange(request, reader, writer):
                    break
        self.record.open -= 1

    async def _exchange(
        self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Answer one request; return whether the connection goes on."""
        seen, reply = self._routes.take(request)
        if seen is None:
            writer.write(reply.encoded())
            await writer.drain()
            return True
        try:
            if reply.status != 429:
                chance = 2 * share(seen.asked.digest) - 1
                await asyncio.sleep(self.behaviour.latency * (1 + self.behaviour.jitter * chance))
            return await _send(reply, seen, reader, writer)
        finally:
            self.record.left()
            self._last = time.monotonic()


async def _send(reply: Reply, seen: Seen, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Send a reply, or break the connection as planned; return whether the connection goes on."""
    whole = reply.encoded()
    limited_away = reply.status == 429
    fault = None if limited_away else seen.fault
    if fault in {Fault.STALL, Fault.CUT_OFF}:
        writer.write(whole[: len(whole) - len(reply.body) // 2])
        await writer.drain()
    if fault in {Fault.HANG, Fault.STALL}:
        seen.status = None
        await reader.read()  # until the client has had enough
        return False
    if fault is Fault.RESET:
        seen.status = None
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        return False
    if fault is Fault.CUT_OFF:
        seen.status = None
        return False
    writer.write(whole)
    await writer.drain()
    return True


class _Routes:
    """From a request's path to whoever answers it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        chat, messages = Chat(desk.behaviour), Messages(desk.behaviour)
        self._dialects: dict[str, Dialect] = {each.path: each for each in (chat, messages)}
        self._chat, self._messages = chat, messages
        self._chat_batches = ChatBatches(desk, chat)
        self._message_batches = MessageBatches(desk, messages)
        self._limit = RateLimit(desk.behaviour.rate, desk.behaviour.clock)

    def take(self, request: Request) -> tuple[Seen | None, Reply]:
        """Return the reply, and the note of a request that counts as one (looking at the server does not)."""
        if request.path == "/counts":
            return None, json_reply(200, self._desk.record.counts())
        if request.path == "/open":
            return None, json_reply(200, {"open": self._desk.record.open})
        if request.path == "/requests":
            bodies = [seen.body for seen in self._desk.record.questions()]
            return None, Reply(200, "".join(json.dumps(body) + "\n" for body in bodies).encode())
        seen = self._desk.take(request.path, request.json())
        reply = self._reply(request, seen)
        seen.status = reply.status
        return seen, reply

    def _reply(self, request: Request, seen: Seen) -> Reply:
        beside = request.path.startswith("/v1/messages")
        dialect: Dialect = self._messages if beside else self._chat
        if unwelcome := self._desk.unwelcome(dialect, request):
            return unwelcome
        if seen.asked.is_question:
            if after := self._limit.wait():
                return limited(dialect, after if self._desk.behaviour.retry_after else None)
            return self._desk.answer(dialect, seen, request.key)
        if request.path.startswith("/v1/messages/batches"):
            return self._message_batches.handle(request)
        return self._chat_batches.handle(request)
