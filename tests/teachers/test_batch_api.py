"""What providers say of batches: read field by field, and never taken for more than it says."""

import json
from typing import Any

import httpx2
import pytest
from live_models import live

from eep.core.errors import UserError
from eep.teachers.base import RetryableError
from eep.teachers.batch_api import BatchApi, Look, within
from eep.teachers.live import Live

ADDRESS = "http://server.invalid/v1"
COUNTS = {"total": 1200, "completed": 1100, "failed": 100}
NOT_NOW = {"retry-after-ms": "1"}


def teacher(provider: str, *replies: httpx2.Response | Exception) -> tuple[Live, list[httpx2.Request]]:
    """Return a teacher whose server gives these replies, in turn, and what that server sees."""
    seen: list[httpx2.Request] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        reply = replies[min(len(seen), len(replies)) - 1]
        if isinstance(reply, Exception):
            raise reply
        return reply

    return live(provider, handle, base_url=ADDRESS), seen


def reply(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> httpx2.Response:
    """Return a reply of JSON, or of text."""
    content = value if isinstance(value, str) else json.dumps(value)
    return httpx2.Response(status, content=content.encode(), headers=headers)


async def look(api: BatchApi) -> Look:
    """Look how far a batch is."""
    return await api.look("b/1")


async def submit(api: BatchApi) -> str:
    """Hand a question in."""
    return await api.submit(b'{"custom_id": "1", "params": {}}\n', "small")


@pytest.mark.parametrize(
    ("provider", "value", "expected"),
    [
        ("openai", {"status": "in_progress"}, Look(ended=False, progress="in progress", files={})),
        (
            "openai",
            {"status": "completed", "request_counts": COUNTS, "output_file_id": "o", "error_file_id": "e"},
            Look(ended=True, progress="completed, 1,100 completed, 100 failed", files={"output": "o", "errors": "e"}),
        ),
        ("openai", {"status": "expired", "output_file_id": "o"}, Look(True, "expired", {"output": "o"})),
        ("openai", {"status": "finalizing", "output_file_id": "o"}, Look(False, "finalizing", {})),
        (
            "openai",
            {"status": "failed", "errors": {"data": [{"message": "Line 1 is long."}]}},
            Look(True, "failed, Line 1 is long.", {}),
        ),
        (
            "anthropic",
            {"processing_status": "in_progress", "request_counts": {"processing": 3, "succeeded": 0}},
            Look(False, "in progress, 3 processing", {}),
        ),
        (
            "anthropic",
            {"processing_status": "ended", "results_url": "http://elsewhere", "request_counts": {"expired": 2}},
            Look(True, "ended, 2 expired", {"results": "b/1"}),
        ),
        ("anthropic", {"processing_status": "ended", "results_url": None}, Look(True, "ended", {})),
    ],
)
def test_how_far_a_batch_is(provider: str, value: Any, expected: Look) -> None:
    """Ended or not, in words, and what there is to fetch."""
    asked, seen = teacher(provider, reply(value))
    assert within(asked, look) == expected
    assert str(seen[0].url).endswith("/b%2F1")


@pytest.mark.parametrize("value", ["<html>", {}, [], {"status": 7, "processing_status": 7}, ""])
def test_what_is_no_batch_is_told(provider: str, value: Any) -> None:
    """A page, an empty object, other types: the same command may fare better."""
    asked, _ = teacher(provider, reply(value))
    with pytest.raises(RetryableError, match="expected"):
        within(asked, look)


def test_looking_is_tried_again_and_handing_in_is_not(provider: str) -> None:
    """A look costs nothing; a batch that was made by a request without a reply would be paid for twice."""
    value = {"status": "in_progress", "processing_status": "in_progress"}
    busy = reply({"error": {"message": "Overloaded"}}, 503, NOT_NOW)
    asked, seen = teacher(provider, busy, httpx2.ConnectError("gone"), reply(value))
    assert not within(asked, look).ended
    assert len(seen) == 3
    asked, seen = teacher(provider, busy)
    with pytest.raises(RetryableError, match="HTTP 503: Overloaded"):
        within(asked, submit)
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("failure", "raised", "told"),
    [
        (
            reply({"error": {"message": "No such key sk-proj-0123456789abcdef"}}, 401),
            UserError,
            r"HTTP 401: No such key .* \(no key was sent; if this server wants one, teacher.api_key_env",
        ),
        (reply({"error": {"message": "Unknown"}}, 404), UserError, "HTTP 404: Unknown"),
        (httpx2.ReadTimeout("slow"), RetryableError, "ReadTimeout: slow"),
        (reply({"id": None}), RetryableError, "expected the "),
    ],
)
def test_failures_to_hand_in(provider: str, failure: Any, raised: type[Exception], told: str) -> None:
    """What trying again would not mend is told as that; the rest may have made a batch. No key is told."""
    asked, _ = teacher(provider, failure)
    with pytest.raises(raised, match=told) as caught:
        within(asked, submit)
    assert str(caught.value).startswith(ADDRESS)
    assert "sk-proj" not in str(caught.value)


def test_results_come_from_the_server_that_was_asked() -> None:
    """A batch may name any address for its results; the key goes to the one in the settings alone."""
    asked, seen = teacher("anthropic", reply("{}\n"))

    async def content(api: BatchApi) -> bytes:
        return await api.content("b/1")

    assert within(asked, content) == b"{}\n"
    assert str(seen[0].url) == f"{ADDRESS}/v1/messages/batches/b%2F1/results"


def test_a_provider_without_batches_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """As one of those that have them."""
    asked, _ = teacher("openai", reply({}))
    monkeypatch.setattr("eep.teachers.batch_api.APIS", {"anthropic": "x:Y"})
    with pytest.raises(UserError, match="expected a provider out of anthropic, found openai"):
        within(asked, look)
