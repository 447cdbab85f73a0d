"""Asks a fault server as eep does: teachers of both providers, their answers in a store."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from fault_server import Fault, FaultServer
from fault_server.answering import Asking
from fault_server.faults import digest_of
from fault_server.protocols import Chat, Messages

from eep.data.store import Store
from eep.data.types import Question, Status
from eep.pipeline.elicit.elicit import Elicited, elicit
from eep.teachers import teacher_class
from eep.teachers.live import Live

#: A key that opens nothing, and that must be found nowhere, not even its beginning. It looks like no provider's.
SENTINEL = "Zx9/quokka+sentinel==7Q"
VARIABLE = "EEP_TEST_SENTINEL"
PROVIDERS = ("openai", "anthropic")

#: Seconds that anything may take where a test does not wait for it to end; only a fault reaches it.
LONGEST = 600.0

#: What becomes of a question that meets a fault whenever it is asked, and a part of the words that say so.
ENDS = {
    Fault.ERROR: (Status.FAILED, "HTTP 500"),
    Fault.OVERLOADED: (Status.FAILED, "Overloaded"),
    Fault.KEY_IN_500: (Status.FAILED, "HTTP 500"),
    Fault.KEY_IN_HTML: (Status.FAILED, "expected a reply in JSON"),
    Fault.HANG: (Status.FAILED, "no reply"),
    Fault.STALL: (Status.FAILED, "no reply"),
    Fault.RESET: (Status.FAILED, "no connection"),
    Fault.CUT_OFF: (Status.FAILED, "no connection"),
    Fault.TRUNCATED_JSON: (Status.FAILED, "expected a reply in JSON"),
    Fault.HTML: (Status.FAILED, "expected a reply in JSON"),
    Fault.EMPTY_OBJECT: (Status.FAILED, "expected"),
    Fault.BLOCKED: (Status.REFUSED, "content"),
    Fault.NO_CONTENT: (Status.UNPARSABLE, ""),
    Fault.PROSE: (Status.UNPARSABLE, "lovely question"),
    Fault.WRONG_LABEL: (Status.UNPARSABLE, "neither-of-them"),
    Fault.REFUSAL: (Status.REFUSED, ""),
    Fault.CONTENT_FILTER: (Status.REFUSED, ""),
    Fault.MAX_TOKENS: (Status.UNPARSABLE, "max_tokens"),
    Fault.KEY_IN_REPLY: (Status.REFUSED, "may not ask this"),
}
#: Those of them that only a time-out ends.
SILENT = (Fault.HANG, Fault.STALL)
#: Faults that stop the asking, and a part of the words that say so.
STOPS = {
    Fault.UNKNOWN_MODEL: "does not exist",
    Fault.NO_MONEY: "balance|quota",
    Fault.KEY_IN_400: "HTTP 400",
    Fault.KEY_IN_401: "HTTP 401",
}


@pytest.fixture
def sentinel(monkeypatch: pytest.MonkeyPatch) -> str:
    """Put the sentinel into the environment, for teachers to send to the server."""
    monkeypatch.setenv(VARIABLE, SENTINEL)
    return SENTINEL


def teacher(server: FaultServer, provider: str, **changes: Any) -> Live:
    """Return a teacher that asks the server; a second failure is the last, unless told otherwise."""
    kind = teacher_class(provider)
    url = server.openai_url if provider == "openai" else server.anthropic_url
    settings = {"max_attempts": 2, "max_elapsed": LONGEST, "timeout": LONGEST, "api_key_env": VARIABLE, **changes}
    made: Live = kind(kind.Settings(model="model-1", base_url=url, **settings), seed=0)
    return made


def ask(server: FaultServer, provider: str, questions: list[Question], folder: Path, **changes: Any) -> Elicited:
    """Ask questions and keep the answers in a store of the folder."""
    asked = teacher(server, provider, **changes)
    with Store.open(folder / "answers.sqlite") as store:
        return elicit(questions, asked, store, limits=asked.settings.limits)


def digest(server: FaultServer, provider: str, question: Question) -> str:
    """Return by what the server knows a question."""
    return digest_of(teacher(server, provider).body(question))


def said(provider: str, body: Any) -> Asking:
    """Return how the server understood a request."""
    return (Chat if provider == "openai" else Messages)().asking(body)


def content(path: Path) -> bytes:
    """Return a file's bytes; of a table, which is compressed, its values."""
    if path.suffix == ".parquet":
        return str(pl.read_parquet(path).rows()).encode()
    return path.read_bytes()


def leaks(folder: Path, *texts: str) -> list[str]:
    """Return where the sentinel's beginning is found: files under a folder, and texts."""
    mark = SENTINEL[:8]
    written = (path for path in folder.rglob("*") if path.is_file())
    found = [str(path) for path in written if mark.encode() in content(path)]
    return found + [text for text in texts if mark in text]
