"""Models of OpenAI, and of servers that speak the Chat Completions protocol: vLLM, Ollama, llama.cpp and others."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from eep.core.errors import UserError
from eep.data.types import Question
from eep.teachers import labels
from eep.teachers.live import Live
from eep.teachers.live_settings import LiveSettings
from eep.teachers.openai_reply import outcome
from eep.teachers.reply import Outcome

#: Tokens of a reply at most: a choice may be thought about, a label is read from the first token.
_TOKENS = {"choice": 4096, "logprobs": 16}


class OpenAISettings(LiveSettings):
    """A model of OpenAI, or of a server that speaks its protocol."""

    home: ClassVar[str] = "https://api.openai.com/v1"
    home_key_env: ClassVar[str] = "OPENAI_API_KEY"

    provider: Literal["openai"] = "openai"
    labels: Literal["choice", "logprobs"] = Field(
        default="choice",
        description="Take the option the model chooses, or the probabilities of the first token it might say.",
    )
    max_tokens: int | None = Field(
        default=None, ge=1, le=1_000_000, description="Tokens of a reply at most, thinking included."
    )
    token_limit: Literal["max_completion_tokens", "max_tokens"] | None = Field(
        default=None,
        description="What the server calls max_tokens; by default OpenAI's name, and max_tokens elsewhere.",
    )
    temperature: float | None = Field(
        default=None, ge=0, le=2, description="Sampling temperature; the model's own default if left out."
    )
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = Field(
        default=None, description="How much the model thinks; the model's own default if left out."
    )
    top_logprobs: int = Field(
        default=20, ge=2, le=20, description="Tokens whose probabilities are asked for; some servers give fewer."
    )


class OpenAI(Live):
    """Asks a model by Chat Completions; see `eep.teachers.live.Live`."""

    Settings: ClassVar[type[LiveSettings]] = OpenAISettings
    company = "OpenAI"
    settings: OpenAISettings

    def check(self, questions: Sequence[Question]) -> None:
        """Raise UserError as `Live.check` does, and for more options than there are letters to label them with."""
        super().check(questions)
        most = max((len(question.options) for question in questions), default=0)
        if self.settings.labels == "logprobs" and most > labels.MOST:
            raise UserError(
                f"teacher.labels: expected at most {labels.MOST} options for log probabilities, found {most}; "
                'take labels = "choice"'
            )

    def body(self, question: Question) -> dict[str, Any]:
        """Return the request: a choice out of a closed list, or a word with the probabilities of its tokens."""
        settings = self.settings
        usual = "max_tokens" if settings.base_url else "max_completion_tokens"
        own = {name: getattr(settings, name) for name in ("temperature", "reasoning_effort")}
        return {
            "model": settings.model,
            "messages": self._messages(question),
            settings.token_limit or usual: settings.max_tokens or _TOKENS[settings.labels],
            **{name: value for name, value in own.items() if value is not None},
            **self._form(question),
        }

    def read_reply(self, reply: object, question: Question) -> Outcome:
        """Return what a ChatCompletion object says; raises `MalformedReplyError` if it is none."""
        return outcome(reply, question.options, soft=self.settings.labels == "logprobs")

    def _messages(self, question: Question) -> list[dict[str, str]]:
        turns = [{"role": message.role, "content": message.content} for message in question.prompt.messages]
        if self.settings.labels == "logprobs":
            last = turns[-1]
            turns[-1] = {**last, "content": last["content"] + labels.offer(labels.labelled(question.options))}
        return [{"role": "system", "content": question.prompt.system}, *turns]

    def _form(self, question: Question) -> dict[str, Any]:
        if self.settings.labels == "logprobs":
            return {"logprobs": True, "top_logprobs": self.settings.top_logprobs}
        schema = {"name": "answer", "strict": True, "schema": labels.schema(question.options)}
        return {"response_format": {"type": "json_schema", "json_schema": schema}}

    def beyond_words(self) -> str:
        """Say that probabilities of tokens are not among the words of a reply."""
        if self.settings.labels == "choice":
            return ""
        return (
            f"expected replies of {self.agent} with the probabilities of tokens, which words alone do not have; "
            'set labels = "choice" in [teacher]'
        )

    def measured(self) -> str:
        """Say whether probabilities are the model's own or shares of choices."""
        if self.settings.labels == "choice":
            return labels.sampled(self.settings.samples)
        return (
            "its probabilities are its own, of the first token that it would say, at least "
            f"{labels.COVERAGE:.0%} of which had to fall on the options"
        )

    def sdk(self) -> Any:
        """Import and return the SDK."""
        import openai

        return openai

    def make_client(self, **arguments: Any) -> Any:
        """Return the SDK's client; what the environment says of an organization goes to OpenAI alone."""
        client = self.sdk().AsyncOpenAI(**arguments)
        if self.settings.base_url is not None:
            client.organization = client.project = None
        return client

    async def send(self, body: Mapping[str, Any]) -> str:
        """Send a request to Chat Completions."""
        raw = await self.client.chat.completions.with_raw_response.create(**body)
        return str(raw.http_response.text)
