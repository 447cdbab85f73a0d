"""Small experiments whose questions a local server answers in batches."""

from pathlib import Path

import pytest
from batching import exported, prepared, write
from fault_server import Behaviour, FaultServer, Plan, never

from eep.data.store import Store
from eep.data.types import Status
from eep.pipeline.batch.jobs import submit
from eep.pipeline.prepare import Prepared

SECRET = "sk-test-0123456789abcdef"  # noqa: S105 it opens nothing
PROVIDERS = ["openai", "anthropic"]


def give_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set every provider's key in the environment, to one that opens nothing."""
    for name in PROVIDERS:
        monkeypatch.setenv(f"{name.upper()}_API_KEY", SECRET)


def serving(plan: Plan = never, polls: int = 1, key: str = SECRET) -> FaultServer:
    """Return a server whose batches end at so many looks."""
    return FaultServer(Behaviour(plan=plan, polls=polls, key=key))


def asking(server: FaultServer, folder: Path, provider: str, more: str = "") -> Prepared:
    """Return a small experiment that asks the server, with a key."""
    url = server.openai_url if provider == "openai" else server.anthropic_url
    named = f'api_key_env = "{provider.upper()}_API_KEY"'
    return prepared(folder, base_url=url, provider=provider, more=f"{named}\n{more}")


def handed_in(small: Prepared, folder: Path, provider: str, number: int = 162) -> Path:
    """Export so many questions and submit them; return the file."""
    path = write(folder / "questions.jsonl", exported(small, folder, provider)[:number])
    submit(small, path)
    return path


def endings(small: Prepared) -> dict[Status, int]:
    """Return how many stored answers have each status."""
    found: dict[Status, int] = {}
    with Store.open(small.runs / "answers.sqlite", read_only=True) as store:
        for record in store.records():
            found[record.answer.status] = found.get(record.answer.status, 0) + 1
    return found
