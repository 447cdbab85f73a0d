"""What live teachers send: the prompt and a closed list of options, the key to nobody but whom it is for."""

import json
from dataclasses import replace
from typing import Any

import asking
import httpx2
import live_models
import pytest
from live_models import PROVIDERS, SENTINEL, Listening, live

from eep.data.types import Message, Prompt, Question, answer_key

LOCAL = "http://127.0.0.1:8000/v1"
OPTIONS = ["left", "right"]
QUESTION = asking.question("cart-position: left; pole-angle: right")


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every provider a key, and set what else the SDKs read in the environment."""
    live_models.give_keys(monkeypatch)
    for name in ("ANTHROPIC", "OPENAI"):
        monkeypatch.setenv(f"{name}_BASE_URL", "http://elsewhere.invalid")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-1234")


def sent(provider: str, question: Question = QUESTION, **settings: Any) -> tuple[httpx2.Request, Any]:
    """Return the one request that asking a question sends, and its body."""
    server = Listening()
    live_models.ask(live(provider, server, **settings), question)
    (request,) = server.requests
    return request, server.body()


def dialogue() -> Question:
    """Return a question with two turns before it."""
    turns = (Message("user", "lean: left"), Message("assistant", "left"), Message("user", "lean: right"))
    return replace(QUESTION, prompt=Prompt("You are Newton.", turns))


def test_a_message_has_the_prompt_and_the_options() -> None:
    """Anthropic is sent the system text, the turns, and a schema that allows the options alone."""
    request, body = sent("anthropic", effort="low", cache="off")
    assert str(request.url) == "https://api.anthropic.com/v1/messages"
    assert body == {
        "model": "model-1",
        "max_tokens": 4096,
        "system": [{"type": "text", "text": QUESTION.prompt.system}],
        "messages": [{"role": "user", "content": QUESTION.item.text}],
        "output_config": {
            "effort": "low",
            "format": {
                "type": "json_schema",
                "schema": {
                    "type": "object",
                    "properties": {"answer": {"type": "string", "enum": OPTIONS}},
                    "required": ["answer"],
                    "additionalProperties": False,
                },
            },
        },
    }


def test_a_chat_completion_has_the_prompt_and_the_options() -> None:
    """OpenAI is sent the system text as a turn, the turns, and a strict schema."""
    request, body = sent("openai", temperature=0.5, reasoning_effort="none")
    assert str(request.url) == "https://api.openai.com/v1/chat/completions"
    form = body.pop("response_format")["json_schema"]
    assert form["strict"] is True
    assert form["schema"]["properties"] == {"answer": {"type": "string", "enum": OPTIONS}}
    assert body == {
        "model": "model-1",
        "messages": [
            {"role": "system", "content": QUESTION.prompt.system},
            {"role": "user", "content": QUESTION.item.text},
        ],
        "max_completion_tokens": 4096,
        "temperature": 0.5,
        "reasoning_effort": "none",
    }


def test_the_body_is_what_goes_over_the_wire(provider: str) -> None:
    """The pure function that batches use too gives the very body that is sent; turns keep their order."""
    for question in (QUESTION, dialogue()):
        _, body = sent(provider, question)
        assert body == live(provider, live_models.leaning).body(question)
        said = [turn["content"] for turn in body["messages"] if turn["role"] != "system"]
        assert said == [turn.content for turn in question.prompt.messages]


def test_log_probabilities_are_asked_for_without_a_schema() -> None:
    """A schema would come between the model and its first word; options that begin alike are lettered."""
    server = Listening(live_models.answering("left"))
    live_models.ask(live("openai", server, labels="logprobs", top_logprobs=8), QUESTION)
    body = server.body()
    assert (body["logprobs"], body["top_logprobs"], body["max_completion_tokens"]) == (True, 8, 16)
    assert "response_format" not in body
    assert body["messages"][-1]["content"] == QUESTION.item.text
    alike = asking.question("lean: left", options=("left", "leave"))
    live_models.ask(live("openai", server, labels="logprobs"), alike)
    offered = "lean: left\n\nAnswer with one letter alone: A for left, B for leave."
    assert server.body()["messages"][-1]["content"] == offered


def test_the_limit_on_tokens_has_the_servers_name() -> None:
    """Servers of one's own want max_tokens; either can be told which."""
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "max_completion_tokens"),
        ({"base_url": LOCAL}, "max_tokens"),
        ({"base_url": LOCAL, "token_limit": "max_completion_tokens"}, "max_completion_tokens"),
        ({"token_limit": "max_tokens"}, "max_tokens"),
    ]
    for settings, name in cases:
        body = sent("openai", max_tokens=77, **settings)[1]
        assert {key: body[key] for key in body if key.endswith("_tokens")} == {name: 77}


def test_caches_are_marked_where_questions_share_a_beginning() -> None:
    """The persona's text is marked; the turns only in a dialogue, whose next question begins with them."""
    mark = {"type": "ephemeral", "ttl": "1h"}
    _, single = sent("anthropic", cache="1h")
    assert single["system"][0]["cache_control"] == mark
    assert "cache_control" not in single
    assert sent("anthropic", dialogue(), cache="1h")[1]["cache_control"] == mark
    assert "cache_control" not in json.dumps(sent("anthropic", dialogue(), cache="off")[1])


def test_the_provider_gets_the_key(provider: str) -> None:
    """It stands in a header, and nowhere else of the request; the environment's own address is not asked."""
    request, _ = sent(provider)
    assert [name for name, value in request.headers.items() if SENTINEL in value] == ["authorization"]
    assert SENTINEL not in request.content.decode() + str(request.url)
    assert request.url.host.endswith(f"{provider}.com")


def test_another_server_gets_only_a_key_that_is_named_for_it(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the key nor the organization goes to it, unless a variable is named; white space is no part of a key."""
    request, _ = sent(provider, base_url=LOCAL)
    assert request.url.host == "127.0.0.1"
    assert request.headers["authorization"] == "Bearer none"
    assert SENTINEL not in str(request.headers.raw)
    assert "org-1234" not in str(request.headers.raw)
    monkeypatch.setenv("MY_GATEWAY_KEY", " gateway-key-1\n")
    named, _ = sent(provider, base_url=LOCAL, api_key_env="MY_GATEWAY_KEY")
    assert named.headers["authorization"] == "Bearer gateway-key-1"


def test_headers_of_the_environment_go_where_a_key_goes(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDKs add them to every request, and they may carry a key; a server that is sent none is not sent them."""
    headers = "X-Gateway-Key: gateway-key-1\nAuthorization: Bearer gateway-key-2\nno header"
    monkeypatch.setenv(f"{provider.upper()}_CUSTOM_HEADERS", headers)
    request, _ = sent(provider, base_url=LOCAL)
    assert "gateway-key" not in str(request.headers.raw)
    named, _ = sent(provider, base_url=LOCAL, api_key_env=f"{provider.upper()}_API_KEY")
    assert named.headers["x-gateway-key"] == "gateway-key-1"
    assert sent(provider)[0].headers["x-gateway-key"] == "gateway-key-1"


def key(provider: str, **settings: Any) -> bytes:
    """Return a question's address under some settings."""
    return answer_key(live(provider, live_models.leaning, **settings).request(QUESTION))


@pytest.mark.parametrize(
    ("provider", "settings"),
    [
        *((provider, {"model": "model-2"}) for provider in PROVIDERS),
        *((provider, {"base_url": LOCAL}) for provider in PROVIDERS),
        *((provider, {"max_tokens": 2000}) for provider in PROVIDERS),
        ("anthropic", {"effort": "low"}),
        ("openai", {"temperature": 1.0}),
        ("openai", {"reasoning_effort": "low"}),
        ("openai", {"labels": "logprobs"}),
        ("openai", {"token_limit": "max_tokens"}),
    ],
)
def test_what_can_change_an_answer_is_in_its_address(provider: str, settings: dict[str, Any]) -> None:
    """Answers under one setting are never taken for answers under another."""
    assert key(provider, **settings) != key(provider)


def test_what_cannot_change_an_answer_is_not(provider: str) -> None:
    """Caps and the place of the key may change without a question being asked again."""
    caps = {"timeout": 5, "max_attempts": 2, "max_elapsed": 9, "max_requests": 3, "max_minutes": 1, "concurrency": 2}
    money = {"price": {"input": 1, "output": 2}, "max_cost": 3, "api_key_env": "ANOTHER"}
    assert key(provider, **caps, **money, samples=4) == key(provider)
    assert key("anthropic", cache="off") == key("anthropic", cache="1h")
