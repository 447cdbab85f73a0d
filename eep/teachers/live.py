"""What teachers that are real models share: settings, the key, one request with its reply, and what may go wrong.

A provider says how a question becomes a request's body (`Live.body`), how a reply is read (`Live.read_reply`), and
how a body is sent. The first two are pure, so that answers which come by another way (batches) are read alike.
"""

import asyncio
import os
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any, ClassVar

from eep.core.errors import UserError
from eep.core.redact import Redactor, secrets
from eep.data.types import Answer, Question, Status
from eep.teachers.base import FatalTeacherError, Kind, Provenance, RetryableError, Teacher
from eep.teachers.connection import http_client, withheld
from eep.teachers.http_errors import RefusedError, error_for_status
from eep.teachers.live_settings import LiveSettings
from eep.teachers.reply import MalformedReplyError, Outcome, parsed, storable


class Live(Teacher, ABC):
    """A real model, asked over HTTP by its provider's SDK.

    ``seed`` is not used: models draw by themselves, and providers promise no seed. ``transport`` carries requests, an
    ``httpx2.AsyncBaseTransport``; the network by default.
    """

    Settings: ClassVar[type[LiveSettings]]
    #: The provider's name for people.
    company: ClassVar[str]

    def __init__(self, settings: LiveSettings, *, seed: int, transport: Any = None) -> None:
        del seed
        self.settings = settings
        self.agent = f"{settings.provider}:{settings.model}"
        self._transport = transport
        self._client: Any = None
        self._redactor: Redactor | None = None

    @abstractmethod
    def body(self, question: Question) -> dict[str, Any]:
        """Return the body of the question's request, as JSON values: exactly what goes over the wire."""

    @abstractmethod
    def read_reply(self, reply: object, question: Question) -> Outcome:
        """Return what a reply (a JSON value) amounts to; raises `MalformedReplyError` if it is no reply."""

    @abstractmethod
    def measured(self) -> str:
        """Return where probabilities come from, as the end of a sentence."""

    @abstractmethod
    def sdk(self) -> Any:
        """Import and return the SDK's module, which takes a second: asking comes late, or never."""

    @abstractmethod
    def make_client(self, **arguments: Any) -> Any:
        """Return the SDK's asynchronous client, made with ``arguments``."""

    @abstractmethod
    async def send(self, body: Mapping[str, Any]) -> str:
        """Send a request and return its reply's text, as it came; raises what the SDK raises."""

    def check(self, questions: Sequence[Question]) -> None:
        """Raise UserError where a question has fewer than two options, or the same one twice."""
        for options in {question.options for question in questions}:
            if len(set(options)) < max(2, len(options)):
                raise UserError(f"expected at least two different options, found {', '.join(options) or 'none'}")

    def provenance(self) -> Provenance:
        """Say which model was asked, where, and what its probabilities are."""
        settings = self.settings
        where = f"at {settings.base_url}" if settings.base_url else f"through the API of {self.company}"
        return Provenance(
            Kind.LIVE,
            self.agent,
            f"The teacher is the language model {settings.model}, asked {where}; {self.measured()}.",
            ("The model may be changed or retired by whoever serves it; asked again, it may answer otherwise.",),
        )

    def beyond_words(self) -> str:
        """Return why a reply in words alone would not do, or an empty string."""
        return ""

    def not_ready_reason(self) -> str:
        """Return why nothing could be asked now, for want of a key, or an empty string."""
        name = self.settings.key_env
        key = self._key()
        if not key:
            return (
                f"teacher {self.agent}: expected an API key in the environment variable {name}, found none; "
                f"set it (export {name}=...), or name another variable with teacher.api_key_env"
            )
        if not (key.isascii() and key.isprintable()):
            return f"teacher {self.agent}: expected a key of printable ASCII in {name}, found other characters"
        return ""

    def _key(self) -> str:
        """Return the key; ``"none"`` for servers of one's own, unless a variable is named for them."""
        name = self.settings.key_env
        return os.environ.get(name, "").strip() if name else "none"

    def request(self, question: Question) -> Mapping[str, Any]:
        """Return what can change the answer: where it is asked, the body, and which repeat of which cell it is.

        Persona and wording are named besides their text, so that two personas with one text are asked
        independently of each other. Whatever a body has for the sake of caching is left out.
        """
        return {
            "provider": self.settings.provider,
            "base_url": self.settings.address,
            "persona": question.persona.id,
            "wording": question.wording.id,
            "sample": question.sample,
            "body": self.essential(question),
        }

    def essential(self, question: Question) -> dict[str, Any]:
        """Return the body without what cannot change the answer."""
        return self.body(question)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[None]:
        """Hold the SDK's client open; raises `eep.core.errors.UserError` without a key."""
        if reason := self.not_ready_reason():
            raise UserError(reason)
        settings, key, sdk = self.settings, self._key(), self.sdk()
        carrier = http_client(
            sdk, timeout=settings.timeout, concurrency=settings.concurrency, transport=self._transport
        )
        self._client = self.make_client(
            api_key=key,
            base_url=settings.address,
            default_headers={} if settings.key_env else withheld(sdk, settings.provider, key),
            max_retries=0,
            timeout=settings.timeout,
            http_client=carrier,
        )
        try:
            with self.redacting():
                yield
        finally:
            self._client = None
            await carrier.aclose()

    @property
    def client(self) -> Any:
        """The SDK's client; raises RuntimeError outside a `session`."""
        if self._client is None:
            raise RuntimeError("expected an open session of the teacher, found none; ask within teacher.session()")
        return self._client

    async def answer(self, question: Question, key: bytes) -> Answer:
        """Answer one question in one request, within a `session`; raises as `eep.teachers.base.Teacher.answer` does."""
        began = time.monotonic()
        try:
            outcome = await self._outcome(question)
        except RetryableError as error:
            raise RetryableError(self.clean(str(error)), after=error.after, limited=error.limited) from None
        except FatalTeacherError as error:
            raise FatalTeacherError(self.clean(str(error))) from None
        return replace(self.answered(key, outcome), seconds=time.monotonic() - began)

    def answered(self, key: bytes, outcome: Outcome) -> Answer:
        """Return the answer that an outcome is, cleared of secrets."""
        return Answer(
            key=key,
            status=outcome.status,
            probabilities=outcome.probabilities,
            text=self.clean(outcome.text),
            model=self.clean(outcome.model),
            usage=dict(outcome.usage),
        )

    def clean(self, text: str) -> str:
        """Return a text that may leave the teacher: without keys, and such as a store can hold."""
        return self.redactor()(storable(text))

    def redactor(self) -> Redactor:
        """Return what clears texts of the key, and of the other keys that the SDKs know of."""
        return self._redactor or Redactor([self._key(), *secrets()])

    @contextmanager
    def redacting(self) -> Iterator[None]:
        """Read the keys from the environment once for all that is done within."""
        self._redactor = self.redactor()
        try:
            yield
        finally:
            self._redactor = None

    async def _outcome(self, question: Question) -> Outcome:
        """Send one request and read its reply; raises what `answer` raises, but for secrets in the text."""
        try:
            return self.read_reply(parsed(await self._sent(self.body(question))), question)
        except MalformedReplyError as error:
            raise RetryableError(str(error)) from None
        except RefusedError as error:
            return Outcome(Status.REFUSED, None, str(error), "")

    async def _sent(self, body: Mapping[str, Any]) -> str:
        """Return the reply's text; raises RetryableError, FatalTeacherError or RefusedError."""
        sdk, seconds = self.sdk(), self.settings.timeout
        # Before anybody cuts a text short: half a key would not be known for one.
        cleared = self.redactor().given
        try:
            # The SDK's own time-out starts again with every piece of a reply that trickles in.
            async with asyncio.timeout(seconds):
                return cleared(await self.send(body))
        except sdk.APIStatusError as error:
            text = cleared(error.response.text)
            raise error_for_status(error.status_code, error.response.headers, text, self.settings.whose_key) from None
        except TimeoutError:
            raise RetryableError(f"no reply within {seconds:g} s from {self.settings.address}") from None
        except sdk.APIConnectionError as error:
            cause = error.__cause__ or error
            why = ": ".join(filter(None, [type(cause).__name__, str(cause)]))
            missing = "reply from" if isinstance(error, sdk.APITimeoutError) else "connection to"
            raise RetryableError(f"no {missing} {self.settings.address} ({why})") from None
