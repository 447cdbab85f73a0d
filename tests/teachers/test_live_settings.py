"""Settings of live teachers: which are refused, what they allow, what has to be there before asking, and the HTTP client."""

import asyncio
import importlib
import importlib.util
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import asking
import live_models
import pytest
from live_models import SENTINEL, live
from pydantic import ValidationError

from eep.core.errors import UserError
from eep.teachers import connection, settings_class

pytestmark = pytest.mark.usefixtures("keys")

QUESTION = asking.question()


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"base_url": "localhost:8000"}, "expected an address such as http"),
        ({"base_url": "ftp://host/v1"}, "expected an address such as http"),
        ({"base_url": "http://host:port/v1"}, "expected an address such as http"),
        ({"base_url": "https://me:secret@host/v1"}, "expected an address without user name"),
        ({"base_url": "https://host/v1?key=secret"}, "expected an address without user name"),
        ({"api_key_env": SENTINEL}, "expected the name of an environment variable"),
        ({"api_key_env": "sk_live_0123456789abcdef"}, "expected the name of an environment variable"),
        ({"max_cost": 1.0}, r"expected a table \[teacher.price\]"),
        ({"model": ""}, "at least 1 character"),
        ({"model": SENTINEL}, "what looks like a key, not shown here"),
        ({"base_url": SENTINEL}, "expected an address such as http"),
    ],
)
def test_settings_that_would_do_harm_are_refused(provider: str, settings: dict[str, Any], expected: str) -> None:
    """Addresses that are none or carry a password, keys where a variable's name belongs, caps without a price."""
    with pytest.raises(ValidationError, match=expected) as raised:
        settings_class(provider)(**{"model": "model-1", **settings})
    told = str([error["msg"] for error in raised.value.errors()])
    assert "secret" not in told.replace("not shown", "")
    assert SENTINEL not in told


def test_limits_are_the_settings(provider: str) -> None:
    """Whoever asks is told every cap and the price."""
    price = {"input": 1.0, "output": 5.0, "cached_input": 0.1}
    settings = settings_class(provider)(
        model="m", concurrency=3, max_attempts=2, max_elapsed=30, max_requests=9, max_minutes=2, price=price, max_cost=4
    )
    limits = settings.limits
    assert (limits.concurrency, limits.max_attempts, limits.max_elapsed) == (3, 2, 30)
    assert (limits.max_requests, limits.max_minutes, limits.max_cost) == (9, 2, 4)
    assert limits.price.cost({"input": 1_000_000, "cached_input": 1_000_000}) == pytest.approx(1.1)


def test_without_a_key_there_is_no_session(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says which variable is missing; a key that no header can carry is not shown."""
    teacher = live(provider, live_models.leaning)
    variable = f"{provider.upper()}_API_KEY"
    monkeypatch.delenv(variable)
    with pytest.raises(UserError, match=f"expected an API key in the environment variable {variable}"):
        live_models.ask(teacher, QUESTION)
    assert "\n" not in teacher.not_ready_reason()
    monkeypatch.setenv(variable, "schlüssel-12345")
    assert "printable ASCII" in teacher.not_ready_reason()
    assert "schl" not in teacher.not_ready_reason()


def test_asking_outside_a_session_is_a_fault() -> None:
    """Nobody holds the connections open then."""
    teacher = live("openai", live_models.leaning)
    with pytest.raises(RuntimeError, match="expected an open session"):
        _ = teacher.client


def test_options_must_be_told_apart() -> None:
    """A question with one option, or one option twice, asks nothing; only so many as letters have soft labels."""
    teacher = live("openai", live_models.leaning)
    many = asking.question(options=tuple(f"option {number}" for number in range(27)))
    teacher.check([QUESTION, many])
    for options in (("left",), ("left", "left")):
        with pytest.raises(UserError, match="expected at least two different options"):
            teacher.check([asking.question(options=options)])
    with pytest.raises(UserError, match="expected at most 26 options for log probabilities, found 27"):
        live("openai", live_models.leaning, labels="logprobs").check([QUESTION, many])


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
