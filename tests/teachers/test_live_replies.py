"""What live teachers make of a reply: an answer, a refusal, nothing that can be read, or no reply at all."""

import json
import math
from typing import Any

import asking
import httpx2
import live_models
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from live_models import PROVIDERS, chat, live, message, reply

from eep.data.types import Answer, Status
from eep.teachers.base import RetryableError
from eep.teachers.reply import MalformedReplyError

pytestmark = pytest.mark.usefixtures("keys")

QUESTION = asking.question()
LEFT, RIGHT = '{"answer": "left"}', '{"answer":"right"}'


def answer(provider: str, body: Any, **settings: Any) -> Answer:
    """Return what a teacher makes of a reply's body."""
    return live_models.ask(live(provider, lambda _: httpx2.Response(200, json=body), **settings), QUESTION)


def without(body: dict[str, Any], *path: Any) -> dict[str, Any]:
    """Return a copy of a reply without what stands at ``path``."""
    name, *rest = path
    inner = body[name]
    if not rest:
        return {key: value for key, value in body.items() if key != name}
    if isinstance(inner, list):
        return {**body, name: [without(inner[0], *rest[1:])]}
    return {**body, name: without(inner, *rest)}


def tokens(**logprobs: float) -> dict[str, Any]:
    """Return the log probabilities of a reply's first token: the first one was said."""
    tops = [{"token": token, "logprob": logprob, "bytes": [*token.encode()]} for token, logprob in logprobs.items()]
    second = {"token": " more", "logprob": 0.0, "bytes": None, "top_logprobs": []}
    return {"content": [{**tops[0], "top_logprobs": tops}, second], "refusal": None}


@pytest.mark.parametrize(("text", "right"), [(LEFT, 0.0), (RIGHT, 1.0), ("Right.", 1.0), (" **left**\n", 0.0)])
def test_a_choice_is_certain(provider: str, text: str, right: float) -> None:
    """The reply's text, model and tokens are kept; thinking is no part of the text."""
    found = answer(provider, reply(provider, text))
    assert (found.status, found.text, found.model) == (Status.OK, text, "model-of-the-reply")
    assert found.probabilities == {"left": 1 - right, "right": right}
    assert found.usage == {"input": 20, "cached_input": 100, "cache_write": 0, "output": 7}
    assert found.seconds > 0


@pytest.mark.parametrize("text", ["step  closer", "Step\ncloser.", '{"answer": "step  closer"}'])
def test_an_option_in_other_spacing_is_that_option(provider: str, text: str) -> None:
    """The reply is kept as it came."""
    question = asking.question(options=("step back", "step closer"))
    body = reply(provider, text)
    found = live_models.ask(live(provider, lambda _: httpx2.Response(200, json=body)), question)
    assert (found.status, found.text) == (Status.OK, text)
    assert found.probabilities == {"step back": 0.0, "step closer": 1.0}


@pytest.mark.parametrize(
    "text",
    [
        '{"answer": "up"}',
        '{"answer": "Left"}',
        '{"answer": ["left"]}',
        '{"answer": "left", "because": "x"}',
        '{"answer": "left"',
        "left or right",
        "I would push left.",
        "leftwards",
        "null",
        "[]",
        "",
    ],
)
def test_what_is_no_option_is_no_answer(provider: str, text: str) -> None:
    """A wrong label, more than a label, broken JSON or silence is unparsable, and kept as it came."""
    found = answer(provider, reply(provider, text))
    assert (found.status, found.probabilities) == (Status.UNPARSABLE, None)
    assert found.text.startswith("expected ")
    assert found.text.endswith(text)
    assert found.usage["output"] == 7


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        (message(LEFT, stop="max_tokens"), Status.UNPARSABLE, f"cut off at teacher.max_tokens: {LEFT}"),
        (message(LEFT, stop="model_context_window_exceeded"), Status.UNPARSABLE, "cut off: the conversation"),
        (message(LEFT, stop="pause_turn"), Status.UNPARSABLE, "ended by pause_turn"),
        (message(None, stop="end_turn"), Status.UNPARSABLE, "expected one of left, right"),
        (
            message(None, stop="refusal", stop_details={"type": "refusal", "category": "bio", "explanation": "No."}),
            Status.REFUSED,
            "refused (bio): No.",
        ),
        (message(LEFT, stop="refusal", stop_details=None), Status.REFUSED, f"refused (no category): {LEFT}"),
        (message(LEFT, stop="stop_sequence"), Status.OK, LEFT),
        (chat(LEFT, finish="length"), Status.UNPARSABLE, f"cut off at teacher.max_tokens: {LEFT}"),
        (chat(LEFT, finish="tool_calls"), Status.UNPARSABLE, "ended by tool_calls"),
        (chat(LEFT, finish="content_filter"), Status.REFUSED, f"refused (content_filter): {LEFT}"),
        (chat(None, finish="content_filter"), Status.REFUSED, "refused (content_filter)"),
        (chat(None, refusal="I can't."), Status.REFUSED, "refused: I can't."),
        (chat(None), Status.UNPARSABLE, "expected one of left, right"),
    ],
)
def test_how_a_reply_ends_counts(body: Any, status: Status, text: str) -> None:
    """Truncation, pauses, tool calls, filters and refusals are no answers, even where the text looks like one."""
    found = answer("openai" if "choices" in body else "anthropic", body)
    assert found.status is status
    assert found.text.startswith(text)


NO_OBJECTS: list[Any] = [{}, [], None, "left", 3]
BROKEN: list[tuple[str, Any]] = [
    *((provider, body) for provider in PROVIDERS for body in NO_OBJECTS),
    *((provider, {"error": {"message": "overloaded"}}) for provider in PROVIDERS),
    *(("openai", without(chat(LEFT), *path)) for path in (["model"], ["choices"])),
    *(("openai", without(chat(LEFT), "choices", 0, name)) for name in ("message", "finish_reason")),
    ("openai", {**chat(LEFT), "choices": []}),
    ("openai", {**chat(LEFT), "choices": chat(LEFT)["choices"] * 2}),
    ("openai", chat([LEFT])),  # type: ignore[arg-type] # a server's mistake
    ("openai", {**chat(LEFT), "usage": {"prompt_tokens": "many"}}),
    ("openai", {**chat(LEFT), "usage": {"prompt_tokens": 10**400}}),
    ("openai", {**chat(LEFT), "model": None}),
    *(("anthropic", without(message(LEFT), name)) for name in ("model", "content", "stop_reason", "usage")),
    ("anthropic", {**message(LEFT), "content": None}),
    ("anthropic", {**message(LEFT), "content": [{"type": "text"}]}),
    ("anthropic", {**message(LEFT), "usage": {"input_tokens": -1}}),
]


@pytest.mark.parametrize(("provider", "body"), BROKEN)
def test_what_is_no_reply_is_asked_again(provider: str, body: Any) -> None:
    """Empty objects, missing fields and errors in the guise of replies become no answer of any status."""
    with pytest.raises(RetryableError, match=r"expected |the reply is an error: overloaded") as raised:
        answer(provider, body)
    assert not raised.value.limited


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats() | st.sampled_from(["", "left", "stop", LEFT]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("ab", max_size=1), inner, max_size=2),
    max_leaves=4,
)


@pytest.mark.parametrize("soft", [False, True])
@settings(deadline=None)
@given(data=st.data())
def test_no_reply_is_a_crash(provider: str, soft: bool, data: st.DataObject) -> None:  # noqa: FBT001 a case
    """A reply with anything in any place of it is an outcome or no reply, and ok only with an option's name in it."""
    chosen = {"labels": "logprobs"} if soft and provider == "openai" else {}
    body = message(LEFT) if provider == "anthropic" else chat("left", logprobs=tokens(left=-0.01, right=-9))
    places = [body, body.get("choices", [body])[0], body["usage"]]
    places += [inner for place in places for inner in place.values() if isinstance(inner, dict)]
    place = data.draw(st.sampled_from(places))
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(JSON)
    try:
        outcome = live(provider, live_models.leaning, **chosen).read_reply(body, QUESTION)
    except MalformedReplyError:
        return
    assert (outcome.probabilities is not None) == (outcome.status is Status.OK)
    assert outcome.status is not Status.FAILED


def test_halves_of_characters_can_be_stored() -> None:
    """JSON may escape what UTF-8 cannot hold."""
    server = httpx2.Response(200, text=json.dumps(chat("\ud800 left")))
    found = live_models.ask(live("openai", lambda _: server), QUESTION)
    assert found.status is Status.UNPARSABLE
    assert found.text.endswith("\\ud800 left")


def test_servers_that_count_no_tokens_are_understood() -> None:
    """The answer then has no usage; tokens written to a cache are counted once."""
    assert answer("openai", without(chat(LEFT), "usage")).usage == {}
    details = {"cached_tokens": 60, "cache_write_tokens": 30}
    usage = {"prompt_tokens": 100, "completion_tokens": 2, "prompt_tokens_details": details}
    found = answer("openai", {**chat(LEFT), "usage": usage}).usage
    assert found == {"input": 10, "cached_input": 60, "cache_write": 30, "output": 2}


@pytest.mark.parametrize(
    ("provider", "settings", "text"),
    [
        ("anthropic", {}, "the API of Anthropic; each question was asked once, and the option that it chose"),
        ("openai", {"samples": 5}, "each question was asked 5 times, and its probabilities are the shares"),
        ("openai", {"labels": "logprobs"}, "at least 90% of which had to fall on the options."),
        ("openai", {"base_url": "http://127.0.0.1:8000/v1"}, "asked at http://127.0.0.1:8000/v1; each"),
    ],
)
def test_the_report_says_what_probabilities_are(provider: str, settings: dict[str, Any], text: str) -> None:
    """Choices, shares of choices or the model's own; and who was asked, and where."""
    assert text in live(provider, live_models.leaning, **settings).provenance().sentence


def soft(finish: str = "stop", **logprobs: float) -> Answer:
    """Return what is made of a reply with log probabilities of its first token."""
    return answer("openai", chat("left", finish=finish, logprobs=tokens(**logprobs)), labels="logprobs")


def test_log_probabilities_become_soft_labels() -> None:
    """All variants of a word count for it, the rest is normalised away, and the coverage is kept in the text."""
    shares = {"left": 0.5, " left": 0.1, "Right": 0.3, "ri": 0.05, "maybe": 0.04}
    for finish in ("stop", "length"):
        found = soft(finish, **{token: math.log(share) for token, share in shares.items()})
        assert found.status is Status.OK
        assert found.probabilities == pytest.approx({"left": 0.6 / 0.95, "right": 0.35 / 0.95})
        assert found.text.startswith("left\n[coverage 0.9500; log probabilities ")
        assert '" left": -2.302585' in found.text


def test_a_soft_label_needs_coverage() -> None:
    """Where much of the probability falls on other words there is no answer, and the text says how much."""
    found = soft(left=math.log(0.6), I=math.log(0.4))
    assert found.status is Status.UNPARSABLE
    assert found.text.startswith("expected at least 0.9 of the probability on left, right, found 0.600")


def test_a_server_without_log_probabilities_gives_no_soft_label() -> None:
    """The word alone is then no answer: it would be a choice among probabilities."""
    found = answer("openai", chat("left"), labels="logprobs")
    assert found.status is Status.UNPARSABLE
    assert found.text.startswith("expected token probabilities, found a reply without")
    broken = chat("left", logprobs={"content": [{"token": "left", "top_logprobs": []}]})
    with pytest.raises(RetryableError, match="expected tokens with their log probabilities"):
        answer("openai", broken, labels="logprobs")
