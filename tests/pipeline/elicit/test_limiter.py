"""The limiter, against servers in virtual time."""

from collections.abc import Callable
from itertools import product
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from metered import Meter, ask, bucket, sliding, whole_seconds, windows

from eep.pipeline.elicit.limiter import LEAST_RATE, LONGEST_PAUSE, START, Limiter

#: Servers that bear fifty requests a second, each in its own way, and how much longer asking may take than at that
#: rate, which takes time to find where nothing is saved up.
FIFTY: dict[str, tuple[Callable[[], Meter], float]] = {
    "a bucket": (lambda: bucket(50, 50), 1.4),
    "a small bucket": (lambda: bucket(50, 10), 2.8),
    "no burst at all": (lambda: bucket(50, 1), 4.5),
    "each second": (lambda: windows(50, 1), 1.6),
    "any second": (lambda: sliding(50, 1), 1.6),
    "any ten seconds": (lambda: sliding(500, 10), 1.7),
}
AFTERS: dict[str, Callable[[float], float | None]] = {
    "silent": lambda _: None,
    "exact": lambda wait: wait,
    "whole": whole_seconds,
    "zero": lambda _: 0.0,
}


@pytest.mark.parametrize("after", AFTERS)
@pytest.mark.parametrize("server", FIFTY)
def test_at_fifty_a_second_few_requests_are_refused(server: str, after: str) -> None:
    """At 50 requests a second, a thousand questions cost at most 13 % refused requests, at any latency up to 2 s."""
    meter, slower = FIFTY[server]
    for concurrency, latency in product((16, 64), (0.005, 0.2, 2.0)):
        outcome = ask(1_000, meter(), concurrency=concurrency, latency=latency, after=AFTERS[after])
        assert outcome.requests - outcome.limited == 1_000
        assert outcome.share <= 0.13, (concurrency, latency, outcome)
        bound = max(1_000 / 50, 1_000 * latency / concurrency)
        assert outcome.seconds <= slower * bound, (concurrency, latency, outcome)


def test_a_limit_that_changes_is_found() -> None:
    """When a server comes to bear ten times as much, so much more is sent before long; if less, few are refused."""
    few, many = windows(5, 1), bucket(50, 50)
    risen = ask(1_000, lambda now: many(now) if now > 30 else few(now))
    assert risen.seconds < 30 + 850 / 50 + 20
    assert risen.share < 0.1
    few, many = windows(5, 1), bucket(50, 50)
    assert ask(1_000, lambda now: few(now) if now > 10 else many(now)).share < 0.15


def test_a_pause_that_the_server_asks_for_is_kept_and_capped() -> None:
    """Nothing goes out before the time the server named, and an hour is cut to a minute."""
    limiter = Limiter(4, 0.0)
    limiter.sent(0.0)
    limiter.limited(0.0, 0.1, 7.0)
    assert limiter.wait(0.1) == 7.0
    assert limiter.wait(7.1) == 0.0
    limiter.sent(7.2)
    limiter.limited(7.2, 7.3, 3_600.0)
    assert limiter.wait(7.3) == LONGEST_PAUSE


def test_after_a_pause_one_request_goes_ahead() -> None:
    """While it is not known whether a request after a pause is accepted, no other follows; then they are paced."""
    limiter = Limiter(16, 0.0)
    for _ in range(10):
        limiter.sent(0.0)
    for _ in range(5):
        limiter.answered(0.0, 0.01)
    for _ in range(5):
        limiter.limited(0.0, 0.01, 1.0)
    assert limiter.wait(0.5) == pytest.approx(0.51)
    limiter.sent(1.01)
    assert limiter.wait(1.05) > 0.5
    limiter.answered(1.01, 1.1)
    assert limiter.rate == pytest.approx(0.8 * 6)
    assert limiter.wait(1.1) == pytest.approx(1.01 + 1 / limiter.rate - 1.1)


def test_silence_after_a_pause_counts_as_accepted() -> None:
    """Answers may take long: a request that was not refused within a second holds the others up no more."""
    limiter = Limiter(16, 0.0)
    limiter.sent(0.0)
    limiter.limited(0.0, 0.1, None)
    limiter.sent(1.0)
    assert limiter.wait(1.5) == pytest.approx(0.5)
    limiter.sent(2.0)
    assert limiter.rate < inf
    assert limiter.under_way == 2


def test_limits_are_cut_once_in_a_while() -> None:
    """A refusal soon after a cut costs at most a twentieth of the rate, now and then; later ones cut again."""
    limiter = Limiter(16, 0.0)

    def refused(now: float, answered: int = 0) -> None:
        for _ in range(answered):
            limiter.sent(now)
            limiter.answered(now, now)
        limiter.sent(now)
        limiter.limited(now, now, None)
        now += limiter.wait(now)
        limiter.sent(now)
        limiter.answered(now, now)

    refused(0.0, answered=39)
    assert (limiter.rate, limiter.window) == pytest.approx((0.8 * 40, 0.8 * 16))
    refused(3.0)
    assert (limiter.rate, limiter.window) == pytest.approx((0.8 * 40, 0.8 * 16))
    refused(5.0)
    refused(7.0)
    assert (limiter.rate, limiter.window) == pytest.approx((0.95 * 0.8 * 40, 0.8 * 16))
    refused(20.0)
    assert limiter.rate < 0.7 * 0.95 * 0.8 * 40
    assert limiter.window == pytest.approx(0.8 * 0.8 * 16)


def test_many_refusals_cut_at_once() -> None:
    """Where more than a few of some requests were refused, the next cut does not wait."""
    limiter = Limiter(16, 0.0)
    limiter.sent(0.0)
    limiter.limited(0.0, 0.0, None)
    limiter.sent(1.0)
    limiter.answered(1.0, 1.0)
    window = limiter.window
    for _ in range(12):
        limiter.sent(1.5)
    for _ in range(8):
        limiter.answered(1.5, 1.6)
    for _ in range(4):
        limiter.limited(1.5, 1.6, None)
    limiter.sent(2.0)
    limiter.answered(2.0, 2.0)
    assert limiter.window == pytest.approx(0.8 * window)


def test_trouble_pauses_growth() -> None:
    """While the server is in trouble, the limit does not grow; it doubles with clean rounds before the first refusal."""
    limiter = Limiter(64, 0.0)

    def round_(trouble: int) -> None:
        number = int(limiter.window)
        for _ in range(number):
            limiter.sent(0.0)
        for index in range(number):
            if index == number - 1 and trouble:
                limiter.server_error(0.0, 1.0)
            else:
                limiter.answered(0.0, 1.0)

    assert limiter.window == START
    round_(trouble=1)
    assert limiter.window == START
    round_(trouble=0)
    assert limiter.window == 2 * START
    round_(trouble=0)
    assert limiter.window == 64


@settings(max_examples=60, deadline=None)
@given(
    events=st.lists(
        st.tuples(st.floats(0, 5), st.sampled_from(["answer", "limit", "trouble"]), st.floats(0, 5)), max_size=80
    ),
    concurrency=st.integers(1, 100),
)
def test_whatever_happens_the_limits_hold(events: list[tuple[float, str, float]], concurrency: int) -> None:
    """In any order of events, the window stays within its bounds, the rate above its floor, and a wait is no less than 0."""
    limiter, now, open_ = Limiter(concurrency, 0.0), 0.0, list[float]()
    for seconds, kind, after in events:
        now += seconds
        wait = limiter.wait(now)
        assert wait >= 0
        if wait == 0:
            limiter.sent(now)
            open_.append(now)
        if open_ and kind == "answer":
            limiter.answered(open_.pop(0), now)
        elif open_ and kind == "limit":
            limiter.limited(open_.pop(), now, after or None)
        elif open_:
            limiter.server_error(open_.pop(0), now)
        assert limiter.under_way == len(open_) <= concurrency
        assert 1 <= limiter.window <= concurrency
        assert limiter.rate >= LEAST_RATE
    assert limiter.wait(now) == inf or limiter.wait(now) <= 2 * LONGEST_PAUSE
