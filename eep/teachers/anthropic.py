"""Models of Anthropic, by the Messages API. It gives no token probabilities: soft labels come of repeated samples."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from eep.data.types import Question, Status
from eep.teachers import labels
from eep.teachers.live import Live
from eep.teachers.live_settings import LiveSettings
from eep.teachers.reply import (
    MalformedReplyError,
    Outcome,
    choice,
    count,
    mapping,
    raise_reported_error,
    sequence,
    text_of,
)

#: Why a reply that ended otherwise than by itself is no answer.
_CUT = {
    "max_tokens": "cut off at teacher.max_tokens",
    "model_context_window_exceeded": "cut off: the conversation is longer than the model can take",
}
_ENDED = {"end_turn", "stop_sequence"}


class AnthropicSettings(LiveSettings):
    """A model of Anthropic, or of a server that speaks its protocol."""

    home: ClassVar[str] = "https://api.anthropic.com"
    home_key_env: ClassVar[str] = "ANTHROPIC_API_KEY"
    operational: ClassVar[frozenset[str]] = LiveSettings.operational | {"cache"}

    provider: Literal["anthropic"] = "anthropic"
    max_tokens: int = Field(
        default=4096, ge=1024, le=1_000_000, description="Tokens of a reply at most, thinking included."
    )
    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = Field(
        default=None, description="How much the model thinks; the model's own default if left out."
    )
    cache: Literal["off", "5m", "1h"] = Field(
        default="5m",
        description="How long the provider keeps what questions share; short prompts it does not keep anyway.",
    )


class Anthropic(Live):
    """Asks a model of Anthropic; see `eep.teachers.live.Live`."""

    Settings: ClassVar[type[LiveSettings]] = AnthropicSettings
    company = "Anthropic"
    settings: AnthropicSettings

    def body(self, question: Question) -> dict[str, Any]:
        """Return the request with its marks for the cache: after the persona, and after a dialogue so far."""
        body = self.essential(question)
        if self.settings.cache == "off":
            return body
        mark = {"cache_control": {"type": "ephemeral", "ttl": self.settings.cache}}
        body["system"] = [{**block, **mark} for block in body["system"]]
        # The next turn of a dialogue begins with this one; a single question is never sent again.
        return {**body, **mark} if len(question.prompt.messages) > 1 else body

    def essential(self, question: Question) -> dict[str, Any]:
        """Return the request without its marks for the cache."""
        settings = self.settings
        output: dict[str, Any] = {"format": {"type": "json_schema", "schema": labels.schema(question.options)}}
        if settings.effort is not None:
            output["effort"] = settings.effort
        return {
            "model": settings.model,
            "max_tokens": settings.max_tokens,
            "system": [{"type": "text", "text": question.prompt.system}],
            "messages": [{"role": message.role, "content": message.content} for message in question.prompt.messages],
            "output_config": output,
        }

    def read_reply(self, reply: object, question: Question) -> Outcome:
        """Return what a Message object says; raises `MalformedReplyError` if it is none."""
        message = mapping(reply, "the reply")
        raise_reported_error(message)
        model = text_of(message.get("model"), "model")
        usage = _usage(message)
        reason = text_of(message.get("stop_reason"), "stop_reason")
        text = _text(message)
        if reason == "refusal":
            return Outcome(Status.REFUSED, None, _refusal(message, text), model, usage)
        if reason not in _ENDED:
            why = _CUT.get(reason, f"ended by {reason}")
            return Outcome(Status.UNPARSABLE, None, f"{why}: {text}", model, usage)
        return choice(text, question.options, model, usage)

    def measured(self) -> str:
        """Say that probabilities are shares of choices."""
        return labels.sampled(self.settings.samples)

    def sdk(self) -> Any:
        """Import and return the SDK."""
        import anthropic

        return anthropic

    def make_client(self, **arguments: Any) -> Any:
        """Return the SDK's client; nothing of it is traced elsewhere."""
        return self.sdk().AsyncAnthropic(**arguments, open_telemetry=False)

    async def send(self, body: Mapping[str, Any]) -> str:
        """Send a request to the Messages API."""
        raw = await self.client.messages.with_raw_response.create(**body)
        return str(raw.http_response.text)


def _text(message: Mapping[str, Any]) -> str:
    """Return the text blocks, joined; thinking and whatever else there may be is passed over."""
    blocks = [mapping(block, "a block of content") for block in sequence(message.get("content"), "content")]
    texts = [block.get("text") for block in blocks if block.get("type") == "text"]
    if not all(isinstance(text, str) for text in texts):
        raise MalformedReplyError("expected text blocks with a text, found one without")
    return "".join(map(str, texts))


def _refusal(message: Mapping[str, Any], text: str) -> str:
    """Return the category of a refusal, its explanation, and the text before it."""
    details = message.get("stop_details")
    details = details if isinstance(details, dict) else {}
    parts = [f"refused ({details.get('category') or 'no category'})", details.get("explanation"), text]
    return ": ".join(str(part) for part in parts if part)


def _usage(message: Mapping[str, Any]) -> dict[str, int]:
    usage = mapping(message.get("usage"), "usage")
    names = {
        "input": "input_tokens",
        "cached_input": "cache_read_input_tokens",
        "cache_write": "cache_creation_input_tokens",
        "output": "output_tokens",
    }
    return {ours: count(usage, theirs) for ours, theirs in names.items()}
