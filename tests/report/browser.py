"""A browser to look at pages with: headless Chromium, spoken to over a pipe, without any network."""

import base64
import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: Names under which Chromium is installed.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
#: Nothing is fetched, nothing is updated; a proxy that does not exist stands for the network.
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--proxy-server=127.0.0.1:9",
    "--remote-debugging-pipe",
)
#: What a page says when it is not silent, and when it asks for something.
LOUD = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded", "Page.javascriptDialogOpening")
REQUEST, LOADED = "Network.requestWillBeSent", "Page.loadEventFired"
#: The page before the first, and between two.
BLANK = "about:blank"
#: Seconds for a page to draw itself.
PATIENCE = 600.0


def installed() -> str | None:
    """Return the path of a browser, None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One tab. Events that a page causes pile up in ``events`` until the next page is opened."""

    def __init__(self, reader: int, writer: int) -> None:
        self._reader, self._writer = reader, writer
        self._buffer, self._last, self._session, self._address = b"", 0, "", BLANK
        self.events: list[dict[str, Any]] = []
        pages = [one for one in self.call("Target.getTargets")["targetInfos"] if one["type"] == "page"]
        attached = self.call("Target.attachToTarget", targetId=pages[0]["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Return the result of a DevTools method; raises RuntimeError with the browser's words if it fails."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": params}
        session = {"sessionId": self._session} if self._session else {}
        os.write(self._writer, json.dumps(message | session).encode() + b"\0")
        while (answer := self._read()).get("id") != self._last:
            self.events.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            piece = os.read(self._reader, 1 << 20)
            if not piece:
                raise EOFError("the browser is gone")
            self._buffer += piece
        message, _, self._buffer = self._buffer.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found

    def run(self, expression: str) -> Any:
        """Return the value of a JavaScript expression in the page; promises are waited for."""
        found = self.call(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
            allowUnsafeEvalBlockedByCSP=False,
        )
        if "exceptionDetails" in found:
            raise RuntimeError(f"{expression}: {found['exceptionDetails']}")
        return found["result"].get("value")

    def open(
        self,
        page: Path,
        *,
        width: int = 1280,
        scheme: str = "light",
        motion: str = "no-preference",
        ready: str = "charts",
    ) -> None:
        """Open a page and wait until its scripts have set ``ready`` on it: a report's charts are drawn, or have failed."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        features = {"prefers-color-scheme": scheme, "prefers-reduced-motion": motion}
        self.call(
            "Emulation.setEmulatedMedia", features=[{"name": name, "value": value} for name, value in features.items()]
        )
        self._go(BLANK)
        self.events.clear()
        self._go(page.as_uri())
        end = time.monotonic() + PATIENCE
        while self.run(f"document.documentElement?.dataset.{ready}") is None:
            if time.monotonic() > end:
                raise TimeoutError(f"{page} had not set {ready} after {PATIENCE} s; {self.said()}")
            time.sleep(0.1)

    def _go(self, address: str) -> None:
        """Go to an address, and return when it has loaded: before, there may be nothing that runs scripts."""
        before = self._loaded()
        self.call("Page.navigate", url=address)
        while self._loaded() == before:
            self.events.append(self._read())
        self._address = address

    def _loaded(self) -> int:
        return sum(event.get("method") == LOADED for event in self.events)

    def said(self) -> list[dict[str, Any]]:
        """Return everything that the page wrote to the console, threw or popped up."""
        return [event for event in self.events if event.get("method") in LOUD]

    def asked(self) -> list[str]:
        """Return every address that the page asked for, itself and what it holds left out."""
        sent = [event["params"]["request"]["url"] for event in self.events if event.get("method") == REQUEST]
        return [url for url in sent if url not in {self._address, BLANK} and not url.startswith("data:")]

    def printed(self) -> bytes:
        """Return the page as a PDF."""
        return base64.b64decode(self.call("Page.printToPDF", printBackground=True)["data"])


@contextmanager
def browser(program: str) -> Iterator[Browser]:
    """Start a browser, and end it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        # Chromium reads from descriptor 3 and writes to 4; ours are moved out of the way of both.
        theirs_in, ours_out = (_moved(end) for end in os.pipe())
        ours_in, theirs_out = (_moved(end) for end in os.pipe())
        quiet = os.open(os.devnull, os.O_RDWR)
        actions = [(os.POSIX_SPAWN_DUP2, theirs_in, 3), (os.POSIX_SPAWN_DUP2, theirs_out, 4)]
        actions += [(os.POSIX_SPAWN_DUP2, quiet, end) for end in (0, 1, 2)]
        arguments = [program, *FLAGS, f"--user-data-dir={profile}", BLANK]
        process = os.posix_spawn(program, arguments, os.environ, file_actions=actions)
        for end in (theirs_in, theirs_out, quiet):
            os.close(end)
        try:
            yield (found := Browser(ours_in, ours_out))
            found.call("Browser.close")
        finally:
            os.close(ours_out)  # without its pipe the browser ends by itself
            os.close(ours_in)
            os.waitpid(process, 0)


def _moved(descriptor: int) -> int:
    """Return a descriptor as another one, from 10, that no program inherits by accident."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return moved
