"""What live teachers make of failed requests: try later, stop asking, or one refusal; and no key in any of it."""

import asyncio
import logging
import traceback
from email.utils import formatdate
from pathlib import Path
from time import time
from typing import Any

import asking
import httpx2
import live_models
import pytest
from live_models import SENTINEL, Handler, Listening, failing, live
from metered import LeapingLoop

from eep.core.aio import LoopFactory
from eep.data.store import Store
from eep.data.types import Status
from eep.pipeline.elicit.elicit import elicit
from eep.teachers.base import FatalTeacherError, RetryableError
from eep.teachers.limits import Limits

pytestmark = pytest.mark.usefixtures("keys")

QUESTION = asking.question()
OTHER = "http://other.invalid/"


def told(message: str, **more: str) -> dict[str, Any]:
    """Return an error in the form that both providers use."""
    return {"type": "error", "error": {"message": message, **more}}


def raised(
    provider: str, handler: Handler, kind: type[Exception], loops: LoopFactory | None = None, **settings: Any
) -> Any:
    """Return the exception of a kind that a teacher raises, after one request."""
    server = Listening(handler)
    with pytest.raises(kind) as found:
        live_models.ask(live(provider, server, **settings), QUESTION, loops)
    assert len(server.requests) == 1, "the SDK tried again by itself"
    return found.value


@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "Mon, 99 Foo 2026"}, None),
    ],
)
def test_too_many_requests_are_no_failure(provider: str, headers: dict[str, str], after: float | None) -> None:
    """429 says to slow down, and for how long if the server says so."""
    error = raised(provider, failing(429, told("Slow down."), headers), RetryableError)
    assert (error.limited, error.after, str(error)) == (True, after, "HTTP 429: Slow down.")


def test_a_date_to_retry_after_becomes_seconds() -> None:
    """HTTP allows a date; one that is past asks for no pause."""
    for ahead, expected in ((30, 30.0), (-30, 0.0)):
        headers = {"retry-after": formatdate(time() + ahead, usegmt=True)}
        error = raised("openai", failing(429, None, headers), RetryableError)
        assert error.after == pytest.approx(expected, abs=2)


@pytest.mark.parametrize("status", [408, 409, 500, 502, 503, 504, 529])
def test_overload_passes(provider: str, status: int) -> None:
    """5xx and time-outs of the server are tried later, whatever page stands in their body."""
    page = "<html><body>Bad\n gateway</body></html>"
    error = raised(provider, failing(status, page, {"retry-after": "2"}), RetryableError)
    assert (error.limited, error.after) == (False, 2.0)
    assert str(error) == f"HTTP {status}: <html><body>Bad gateway</body></html>"


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (400, told("max_tokens is too large"), "HTTP 400: max_tokens is too large"),
        (402, told("no credit"), "HTTP 402: no credit"),
        (404, {"object": "error", "message": "model `m` not found"}, "HTTP 404: model `m` not found"),
        (413, [], "HTTP 413: []"),
        (422, "", "HTTP 422: no reason given"),
        (429, told("You ran out.", code="insufficient_quota"), "HTTP 429: You ran out."),
        (302, "", f"HTTP 302: the server sends on to {OTHER}, where nothing is asked unless teacher.base_url names it"),
    ],
)
def test_what_waiting_does_not_mend_stops_the_asking(provider: str, status: int, body: Any, reason: str) -> None:
    """Wrong keys, unknown models, empty accounts and redirects: with the server's reason."""
    error = raised(provider, failing(status, body, {"location": f"{OTHER}?a=b"}), FatalTeacherError)
    assert str(error) == reason


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_is_told_by_its_variable(provider: str, status: int) -> None:
    """Which variable the key came from; and of a server of one's own that none was sent, and how to send one."""
    handler = failing(status, told("Forbidden."))
    variable = f"{provider.upper()}_API_KEY"
    error = raised(provider, handler, FatalTeacherError)
    assert str(error) == f"HTTP {status}: Forbidden. (asked with the key in {variable})"
    with pytest.raises(FatalTeacherError, match=r"no key was sent; .* teacher\.api_key_env names the variable"):
        live_models.ask(live(provider, handler, base_url="http://localhost:1/v1"), QUESTION)


def test_a_content_filter_refuses_one_question(provider: str) -> None:
    """Some servers refuse by a status; the next question may fare better."""
    handler = failing(400, told("It triggered our policy.", code="content_filter"))
    answer = live_models.ask(live(provider, handler), QUESTION)
    assert (answer.status, answer.probabilities) == (Status.REFUSED, None)
    assert answer.text == "content_filter: It triggered our policy."


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (httpx2.ReadError("Connection reset by peer"), "no connection to {} (ReadError: Connection reset by peer)"),
        (httpx2.ReadTimeout(""), "no reply from {} (ReadTimeout)"),
    ],
)
def test_lost_connections_pass(provider: str, failure: Exception, told: str) -> None:
    """Resets and time-outs of the SDK are tried later, and say where."""

    def lose(_: httpx2.Request) -> httpx2.Response:
        raise failure

    where = live(provider, lose).settings.address
    assert str(raised(provider, lose, RetryableError)) == told.format(where)


def test_a_hanging_server_is_given_up(provider: str) -> None:
    """The time-out holds for the whole reply, however it trickles in."""

    async def hang(request: httpx2.Request) -> httpx2.Response:
        del request
        loop = asyncio.get_running_loop()
        assert isinstance(loop, LeapingLoop)
        loop.leapt += 90.0
        await asyncio.sleep(600)
        raise AssertionError("waited for ten minutes")

    error = raised(provider, hang, RetryableError, LeapingLoop, timeout=90.0)  # type: ignore[arg-type] # MockTransport awaits it
    assert str(error).startswith("no reply within 90 s")


@pytest.mark.parametrize("body", ['{"id": "x", "choi', "<!doctype html><title>Login</title>", "", "NaN{"])
def test_replies_that_are_no_json_pass(provider: str, body: str) -> None:
    """A reply that breaks off, or a proxy's page, is tried later."""
    error = raised(provider, failing(200, body), RetryableError)
    assert str(error).startswith("expected a reply in JSON, found ")


#: What a careless server knows of a request's headers.
ECHO = f"Incorrect API key: Bearer {SENTINEL} (x-api-key: {SENTINEL}) in {SENTINEL}!"


def spoken(request: httpx2.Request) -> httpx2.Response:
    """Echo the key in what the model says, and as its name."""
    protocol = "anthropic" if request.url.path.endswith("/messages") else "openai"
    return httpx2.Response(200, json={**live_models.reply(protocol, ECHO), "model": SENTINEL})


@pytest.mark.parametrize(
    "handler",
    [
        failing(401, told(ECHO)),
        failing(503, f"<html>{ECHO}</html>"),
        failing(500, "x" * 480 + SENTINEL + "y" * 100),
        failing(200, ECHO),
        spoken,
    ],
    ids=["error", "page", "page whose beginning ends within the key", "no reply", "words"],
)
def test_an_echoed_key_is_seen_nowhere(
    provider: str, handler: Handler, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in the exception, its traceback, the log at its loudest, or anything that eliciting stores."""
    caplog.set_level(logging.DEBUG)
    teacher, seen = live(provider, handler), list[str]()
    try:
        seen.append(repr(live_models.ask(teacher, QUESTION)))
    except (FatalTeacherError, RetryableError) as error:
        seen += traceback.format_exception(error)
    with Store.open(tmp_path / "answers.sqlite") as store:
        elicited = elicit([QUESTION], teacher, store, limits=Limits(max_attempts=1))
    seen += [repr(elicited), caplog.text]
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert SENTINEL[:16] not in "".join(seen)
    assert SENTINEL[:16].encode() not in files
    assert not any(answer.status is Status.OK for _, answer in elicited.answered)
