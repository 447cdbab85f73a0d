"""Providers' batches over the network: submit questions, look how far they are, and get the replies."""

import json
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

from eep.core.aio import run_sync
from eep.core.errors import UserError
from eep.core.registry import load
from eep.teachers.base import RetryableError
from eep.teachers.batches import OPENAI_ENDPOINT
from eep.teachers.http_errors import error_for_status
from eep.teachers.live import Live
from eep.teachers.reply import MalformedReplyError, count, mapping, parsed, sequence, text_of

T = TypeVar("T")
#: Provider -> its batches.
APIS = {"openai": "eep.teachers.batch_api:OpenAIBatches", "anthropic": "eep.teachers.batch_api:AnthropicBatches"}
#: Seconds that a file may take, at least: it is larger than a reply.
_TIMEOUT = 600.0
#: Times that looking and getting is tried again. Submitting is not: it might be paid for twice.
_RETRIES = 4


@dataclass(frozen=True)
class Look:
    """How far a batch is."""

    #: Whether nothing more will come.
    ended: bool
    #: How far it is, for people.
    progress: str
    #: Name -> what `BatchApi.content` takes; empty before the end, and where nothing came of it.
    files: Mapping[str, str]


class BatchApi(ABC):
    """One provider's batches, within an open session of the teacher."""

    def __init__(self, teacher: Live) -> None:
        timeout = max(_TIMEOUT, teacher.settings.timeout)
        self._once = teacher.client.with_options(timeout=timeout)
        self._client = teacher.client.with_options(timeout=timeout, max_retries=_RETRIES)

    @abstractmethod
    async def submit(self, content: bytes, about: str) -> str:
        """Submit a file of questions and return the batch's id; ``about`` is noted where there is a place for it."""

    @abstractmethod
    async def look(self, batch: str) -> Look:
        """Return how far a batch is."""

    @abstractmethod
    async def content(self, file: str) -> bytes:
        """Return what a file of replies holds."""


class OpenAIBatches(BatchApi):
    """Batches of OpenAI: a file goes up; an output file and an error file come down."""

    async def submit(self, content: bytes, about: str) -> str:
        """Upload the file and make a batch of it."""
        uploaded = await self._once.files.with_raw_response.create(file=("questions.jsonl", content), purpose="batch")
        made = await self._once.batches.with_raw_response.create(
            input_file_id=text_of(_table(uploaded).get("id"), "the file's id"),
            endpoint=OPENAI_ENDPOINT,
            completion_window="24h",
            metadata={"eep": about[:500]},
        )
        return text_of(_table(made).get("id"), "the batch's id")

    async def look(self, batch: str) -> Look:
        """Return the batch's status and counts, and what kept it from beginning."""
        reply = _table(await self._client.batches.with_raw_response.retrieve(batch))
        status = text_of(reply.get("status"), "the batch's status")
        ended = status in {"completed", "failed", "expired", "cancelled"}
        counts = mapping(reply.get("request_counts") or {}, "request_counts")
        errors = sequence(mapping(reply.get("errors") or {}, "errors").get("data") or [], "errors.data")
        progress = [status.replace("_", " "), *_counted(counts, ("completed", "failed"))]
        progress += [str(mapping(error, "an error").get("message")) for error in errors[:3]]
        names = {"output": reply.get("output_file_id"), "errors": reply.get("error_file_id")}
        files = {name: str(file) for name, file in names.items() if ended and file}
        return Look(ended, ", ".join(progress), files)

    async def content(self, file: str) -> bytes:
        """Return the content of an uploaded or produced file."""
        raw = await self._client.files.with_raw_response.content(file)
        return bytes(raw.http_response.content)


class AnthropicBatches(BatchApi):
    """Message batches of Anthropic: requests go up, results come down."""

    async def submit(self, content: bytes, about: str) -> str:
        """Make a batch of the file's requests; Anthropic keeps no note with it."""
        del about
        requests = [json.loads(line) for line in content.splitlines() if line.strip()]
        made = await self._once.messages.batches.with_raw_response.create(requests=requests)
        return text_of(_table(made).get("id"), "the batch's id")

    async def look(self, batch: str) -> Look:
        """Return the batch's status and counts."""
        reply = _table(await self._client.messages.batches.with_raw_response.retrieve(batch))
        status = text_of(reply.get("processing_status"), "processing_status")
        counts = mapping(reply.get("request_counts") or {}, "request_counts")
        kinds = ("processing", "succeeded", "errored", "canceled", "expired")
        progress = ", ".join([status.replace("_", " "), *_counted(counts, kinds)])
        ended = status == "ended"
        return Look(ended, progress, {"results": batch} if ended and reply.get("results_url") else {})

    async def content(self, file: str) -> bytes:
        """Return the results of a batch."""
        # The batch names an address of its results, but a key goes only where the settings say.
        path = f"/v1/messages/batches/{quote(file, safe='')}/results"
        return bytes(await self._client.get(path, cast_to=bytes))


def _table(raw: Any) -> Mapping[str, Any]:
    """Return the object that a raw response holds; raises MalformedReplyError."""
    return mapping(parsed(str(raw.http_response.text)), "the reply")


def _counted(counts: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    return [f"{number:,} {name}" for name in names if (number := count(counts, name))]


def within(teacher: Live, do: Callable[[BatchApi], Awaitable[T]]) -> T:
    """Do something with a provider's batches, in a session of the teacher.

    Raises `eep.core.errors.UserError` if there is no key, the provider has no batches, or it will not have this: trying
    again would not help; RetryableError if the provider could not be reached, or failed; whether something was handed
    in is then not known.
    """
    provider = teacher.settings.provider
    if provider not in APIS:
        raise UserError(f"teacher {teacher.agent}: expected a provider out of {', '.join(APIS)}, found {provider}")

    async def doing() -> T:
        async with teacher.session():
            return await do(load(APIS, "provider of batches", provider)(teacher))

    sdk, redact = teacher.sdk(), teacher.redactor()
    try:
        return run_sync(doing())
    except sdk.APIStatusError as error:
        key = teacher.settings.whose_key
        why = error_for_status(error.status_code, error.response.headers, error.response.text, key)
        kind = RetryableError if isinstance(why, RetryableError) else UserError
        raise kind(redact(f"{teacher.settings.address}: {why}")) from None
    except (sdk.APIConnectionError, MalformedReplyError, TimeoutError) as error:
        cause = error.__cause__ or error
        raise RetryableError(redact(f"{teacher.settings.address}: {type(cause).__name__}: {cause}")) from None
