"""The fault server itself, asked by the providers' own clients: what it says is what they understand."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import anthropic
import openai
import pytest
from fault_clients import CHAT, LONGEST, MESSAGE, SECRET, TURNS, ask_chat, ask_messages, fetched, said
from fault_server import Behaviour, Fault, FaultServer, always, in_turn
from fault_server.answering import WRONG

ASKERS = pytest.mark.parametrize("ask", [ask_chat, ask_messages])


@ASKERS
def test_the_same_question_has_the_same_answer(ask: Callable[..., Any]) -> None:
    """Both protocols give the schema's answer, the same each time and over both protocols."""
    with FaultServer() as server:
        replies = [said(ask(server)) for _ in range(2)]
        replies.append(said(ask_chat(server)))
        others = {
            said(ask(server, messages=[{"role": "user", "content": f"A: {n}\nB: {n + 1}"}]))
            for n in range(10)
        }
    assert len(set(replies)) == 1
    assert json.loads(replies[0])["answer"] in {"A", "B"}
    assert {json.loads(text)["answer"] for text in others} == {"A", "B"}
    assert server.record.counts()["questions"] == 13


def test_logprobs_tell_the_probabilities() -> None:
    """Token variants of each option sum up to its probability times the coverage; seeds draw by them."""
    with FaultServer(Behaviour(coverage=0.95)) as server:
        reply = ask_chat(server, logprobs=True, top_logprobs=20)
        draws = [json.loads(said(ask_chat(server, seed=n)))["answer"] for n in range(40)]
    tokens = [token for token in reply.choices[0].logprobs.content if token.token in {"A", "B"}]
    assert "".join(token.token for token in reply.choices[0].logprobs.content) == said(reply)
    mass: dict[str, float] = {}
    for top in tokens[0].top_logprobs:
        name = top.token.strip().upper()
        mass[name] = mass.get(name, 0.0) + 2.718281828459045**top.logprob
    assert mass["A"] + mass["B"] == pytest.approx(0.95)
    assert draws.count("A") / 40 == pytest.approx(mass["A"] / 0.95, abs=0.2)


STATUSES = {
    Fault.RATE_LIMIT: (429, 429),
    Fault.RATE_LIMIT_SILENT: (429, 429),
    Fault.ERROR: (500, 500),
    Fault.OVERLOADED: (503, 529),
    Fault.BLOCKED: (400, 400),
    Fault.UNKNOWN_MODEL: (404, 404),
    Fault.NO_MONEY: (429, 400),
    Fault.KEY_IN_400: (400, 400),
    Fault.KEY_IN_401: (401, 401),
    Fault.KEY_IN_500: (500, 500),
}


@pytest.mark.parametrize("fault", STATUSES)
def test_errors_have_their_status(fault: Fault) -> None:
    """A fault of HTTP reaches the client as an error of its status; only those that echo keys do."""
    with FaultServer(Behaviour(plan=always(fault))) as server:
        for ask, status in zip((ask_chat, ask_messages), STATUSES[fault], strict=True):
            with pytest.raises((openai.APIStatusError, anthropic.APIStatusError)) as caught:
                ask(server)
            error: Any = caught.value
            assert error.status_code == status
            assert (SECRET in json.dumps(error.body)) == fault.value.startswith("key-in")
            assert ("retry-after" in error.response.headers) == (fault is Fault.RATE_LIMIT)


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.STALL, Fault.RESET, Fault.CUT_OFF])
def test_connections_break(fault: Fault) -> None:
    """A fault of the connection is no reply, and the server goes on with the next one."""
    plan = in_turn([fault, None, fault, None])
    hurried = fault in {Fault.HANG, Fault.STALL}
    with FaultServer(Behaviour(plan=plan)) as server:
        with pytest.raises(openai.APIConnectionError):
            ask_chat(server, hurried=hurried)
        assert said(ask_chat(server))
        with pytest.raises(anthropic.APIConnectionError):
            ask_messages(server, hurried=hurried)
        assert said(ask_messages(server))
    assert [seen.status for seen in server.record.seen] == [None, 200, None, 200]


def test_replies_that_are_none() -> None:
    """Truncated JSON, HTML and an empty object come with status 200, as facts have it of real servers."""
    plan = in_turn([Fault.TRUNCATED_JSON, Fault.HTML, Fault.EMPTY_OBJECT] * 2)
    with FaultServer(Behaviour(plan=plan)) as server:
        for ask in (ask_chat, ask_messages):
            with pytest.raises(json.JSONDecodeError):
                ask(server)
            assert "<!doctype" in ask(server)
            assert ask(server).model is None
    assert {seen.status for seen in server.record.seen} == {200}


def test_replies_that_are_no_answers() -> None:
    """Refusals, filters, limits, wrong labels and prose are well-formed replies of OpenAI's protocol."""
    with FaultServer(Behaviour(plan=in_turn(list(Fault)[-9:]))) as server:
        replies = {fault: ask_chat(server, logprobs=True, top_logprobs=5) for fault in list(Fault)[-9:]}
    ends = {fault: reply.choices[0].finish_reason for fault, reply in replies.items()}
    assert ends[Fault.MAX_TOKENS] == "length"
    assert ends[Fault.CONTENT_FILTER] == "content_filter"
    assert replies[Fault.REFUSAL].choices[0].message.refusal
    assert SECRET in replies[Fault.KEY_IN_REPLY].choices[0].message.refusal
    assert replies[Fault.NO_CONTENT].choices[0].message.content is None
    assert WRONG in said(replies[Fault.WRONG_LABEL])
    assert not said(replies[Fault.PROSE]).startswith("{")
    assert replies[Fault.NO_LOGPROBS].choices[0].logprobs is None
    assert json.loads(said(replies[Fault.MAX_TOKENS]))["answer"] in {"A", "B"}


def test_messages_that_are_no_answers() -> None:
    """Refusals, filters, limits, wrong labels and prose are well-formed replies of Anthropic's protocol."""
    faults = [
        Fault.NO_CONTENT,
        Fault.PROSE,
        Fault.WRONG_LABEL,
        Fault.REFUSAL,
        Fault.MAX_TOKENS,
        Fault.KEY_IN_REPLY,
    ]
    with FaultServer(Behaviour(plan=in_turn(faults))) as server:
        replies = {fault: ask_messages(server) for fault in faults}
    assert replies[Fault.MAX_TOKENS].stop_reason == "max_tokens"
    assert json.loads(said(replies[Fault.MAX_TOKENS]))["answer"] in {"A", "B"}
    assert replies[Fault.REFUSAL].stop_details.category == "general_harms"
    assert SECRET in replies[Fault.KEY_IN_REPLY].stop_details.explanation
    assert replies[Fault.NO_CONTENT].content == replies[Fault.REFUSAL].content == []
    assert WRONG in said(replies[Fault.WRONG_LABEL])
    assert not said(replies[Fault.PROSE]).startswith("{")


@pytest.mark.parametrize(
    ("ask", "changes", "found"),
    [
        (ask_messages, {"extra_body": {"temperature": 0}}, "temperature"),
        (ask_messages, {"messages": [*TURNS, {"role": "assistant", "content": "A"}]}, "prefill"),
        (
            ask_messages,
            {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}},
            "add",
        ),
        (ask_chat, {"extra_body": {"top_k": 1}}, "top_k"),
        (ask_chat, {"top_logprobs": 5}, "top_logprobs"),
    ],
)
def test_wrong_requests_are_refused(ask: Callable[..., Any], changes: dict[str, Any], found: str) -> None:
    """What the providers would not take is answered 400, so that no test passes on it."""
    with (
        FaultServer() as server,
        pytest.raises((openai.BadRequestError, anthropic.BadRequestError), match=found),
    ):
        ask(server, **changes)


def test_the_key_is_looked_at_and_not_kept() -> None:
    """A wrong key is refused, and no key is found in what the server has noted."""
    with FaultServer(Behaviour(key="another")) as server:
        with pytest.raises(openai.AuthenticationError):
            ask_chat(server)
        with pytest.raises(anthropic.AuthenticationError):
            ask_messages(server)
        _, seen = fetched(server.port, "/requests")
    assert "Newton" in seen
    assert SECRET not in seen + repr(server.record.seen)


@pytest.mark.parametrize("after", [True, False])
def test_the_rate_is_kept(*, after: bool) -> None:
    """In any second no more questions are answered than the rate; the others get 429, with Retry-After if told."""
    now = 7.0

    async def ask(server: FaultServer) -> list[Any]:
        async with openai.AsyncOpenAI(
            api_key=SECRET, base_url=server.openai_url, max_retries=0, timeout=LONGEST
        ) as client:
            asks: list[Awaitable[Any]] = [client.chat.completions.create(**CHAT) for _ in range(30)]
            return await asyncio.gather(*asks, return_exceptions=True)

    with FaultServer(Behaviour(rate=10, clock=lambda: now, retry_after=after)) as server:
        replies = asyncio.run(ask(server))
        limited = [each for each in replies if isinstance(each, openai.RateLimitError)]
        assert len(limited) == 20
        assert all(("retry-after" in each.response.headers) == after for each in limited)
        assert server.record.counts()["statuses"] == {"200": 10, "429": 20}
        for moment, answered in ((7.9, 10), (8.0, 20), (8.9, 20)):
            now = moment
            asyncio.run(ask(server))
            assert server.record.counts()["statuses"]["200"] == answered


def test_latency_takes_its_time() -> None:
    """A question is answered after the latency, no earlier."""
    begun = time.monotonic()
    with FaultServer(Behaviour(latency=0.3)) as server:
        assert said(ask_messages(server))
    assert time.monotonic() - begun >= 0.3


def test_what_is_in_flight_is_counted() -> None:
    """The server counts how many questions are waiting for their answer, and the most there were."""

    async def ask(server: FaultServer) -> None:
        async with anthropic.AsyncAnthropic(
            api_key=SECRET, base_url=server.anthropic_url, timeout=LONGEST
        ) as client:
            asks = [asyncio.create_task(client.messages.create(**MESSAGE)) for _ in range(6)]
            while server.record.in_flight < 6:  # noqa: ASYNC110 the server runs on a loop of its own
                await asyncio.sleep(0.01)
            for each in asks:
                each.cancel()
            await asyncio.wait(asks)

    with FaultServer(Behaviour(plan=always(Fault.HANG))) as server:
        asyncio.run(ask(server))
    counts = server.record.counts()
    assert (counts["most_in_flight"], counts["in_flight"], counts["distinct"]) == (6, 0, 1)
