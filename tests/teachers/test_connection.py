"""The HTTP client under an SDK: which one, and that the SDKs themselves are imported only to ask."""

import asyncio
import importlib
import importlib.util
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from eep.teachers import connection


@pytest.mark.parametrize(
    ("concurrency", "installed", "kind"),
    [(64, True, "usual"), (65, False, "usual"), (65, True, "fast"), (1024, True, "fast")],
)
def test_many_requests_at_once_go_by_aiohttp(
    concurrency: int,
    installed: bool,  # noqa: FBT001 a case
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """If it is installed; no client follows redirects, whatever the SDK would."""
    monkeypatch.setattr(connection, "find_spec", lambda name: name if installed else None)
    sdk = SimpleNamespace(
        DefaultAsyncHttpxClient=lambda **settings: ("usual", settings),
        DefaultAioHttpClient=lambda **settings: ("fast", settings),
    )
    found, settings = connection.http_client(sdk, timeout=7.0, concurrency=concurrency)
    assert found == kind
    assert settings == {"timeout": 7.0, "follow_redirects": False}


@pytest.mark.parametrize("name", ["anthropic", "openai"])
def test_the_installed_sdks_have_both_clients(name: str) -> None:
    """The usual one can be made; the fast one, too, where aiohttp is there, and says so where it is not."""
    sdk: Any = importlib.import_module(name)
    client = connection.http_client(sdk, timeout=7.0, concurrency=1)
    assert (client.follow_redirects, client.timeout.read) == (False, 7.0)
    asyncio.run(client.aclose())
    if importlib.util.find_spec("aiohttp") is None:
        with pytest.raises(RuntimeError, match="aiohttp"):
            sdk.DefaultAioHttpClient()


def test_sdks_are_imported_only_to_ask() -> None:
    """Plans, addresses and reading replies do without the seconds that importing one costs."""
    program = """
import sys
from eep.config.overrides import named_teacher, with_overrides
from eep.config.experiment import load_experiment
from eep.teachers import teacher_class
sdks = ("anthropic", "openai")
for name in sdks:
    settings = with_overrides(load_experiment("null"), teacher=named_teacher(f"{name}:m")).experiment.teacher
    teacher = teacher_class(name)(settings, seed=0)
    teacher.check(())
    teacher.not_ready_reason()
    teacher.provenance()
print([name for name in (*sdks, "httpx2") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
