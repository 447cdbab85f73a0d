"""How many requests a teacher bears: an adaptive limit on requests under way, and on requests per second.

The limit on requests under way starts low, doubles with every clean round until the teacher first asks for fewer
(HTTP 429), and from then on shrinks by a fifth, at most once in a while, and grows by a twentieth. Where replies are
fast even one request at a time may be too many, so that the first such reply also begins a limit on requests per
second, from four fifths of what the teacher had accepted. It shrinks and grows alike, cautiously near the rate that
was last refused, and faster and faster beyond, since then the teacher bears more than it did.

While the teacher wants to be left alone nothing is sent; then one request goes ahead, and the others only follow
when it was accepted. Like that, a rate limit costs few requests, however many are waiting.

The limiter has no clock and never waits: the caller passes the time and does the waiting.
"""

from math import inf

#: Requests under way at first, at most.
START = 20
#: What is left of a limit after a cut, and the least time in seconds between cuts.
CUT, BETWEEN_CUTS = 0.8, 15.0
#: A cut may come earlier if more than this share of at least so many requests were refused since the last pause.
TOO_MANY, AT_LEAST = 0.15, 10
#: What is left of the rate where it is too early for a cut, and the least time in seconds between such steps.
STEP_BACK, BETWEEN_STEPS = 0.95, 4.0
#: Growth in a clean round, and a round's least length in seconds.
GROWTH, ROUND = 0.05, 1.0
#: From and to which share of the rate that was last refused growth is cautious, by how much, and its most beyond.
CAUTIOUS_FROM, CAUTIOUS_TO, CAUTIOUS, FASTEST = 0.9, 1.02, 0.02, 0.5
#: A limit grows only if at least this share of it is used.
SATURATED = 0.8
#: Seconds to leave the teacher alone where it does not say how long, at first and at most; also the most it may say.
SHORTEST_PAUSE, LONGEST_PAUSE = 0.25, 60.0
#: Seconds by which a pause may have been longer than it had to be: teachers name whole seconds.
ROUNDING = 2.0
#: Requests per second that are always tried: below, pauses do what is needed, and refusals by accident do no harm.
LEAST_RATE = 1.0
#: Seconds after which a request sent ahead counts as accepted: refusals come fast, answers need not.
AHEAD = 1.0
#: Seconds of pacing that may be made up for when the sender was late.
SLACK = 0.01


class Limiter:
    """Says when the next request may go out. All times are in seconds, of any clock that never goes back.

    Attributes
    ----------
    window
        Requests that may be under way now; from 1 to ``concurrency``.
    rate
        Requests per second that may go out now; infinite until the teacher first asks for fewer.
    under_way
        Requests that were sent and have not ended.
    """

    def __init__(self, concurrency: int, now: float) -> None:
        self.window = float(min(START, concurrency))
        self.rate = inf
        self.under_way = 0
        self._concurrency = concurrency
        self._doubling = True
        self._next = now  # nothing goes out before
        self._paused_at = -inf  # when the last pause began: what was sent before knew nothing of it
        self._pause = SHORTEST_PAUSE
        self._pausing = False
        self._ahead: float | None = None  # when the request after a pause went ahead, until it is known to be accepted
        self._last_cut = -inf
        self._last_step = -inf
        self._refused_at = inf  # the rate that was last refused
        self._step = GROWTH
        self._epoch = _Count(now)
        self._round = _Count(now)

    def wait(self, now: float) -> float:
        """Return the seconds until a request may go out: 0 is now, infinite is not before another one has ended."""
        if self.under_way >= int(self.window):
            return inf
        return max(0.0, self._next - now)

    def sent(self, now: float) -> None:
        """Note that a request goes out."""
        self.under_way += 1
        if self._pausing and self._ahead is None:
            self._ahead = now
            self._next = now + AHEAD
        else:
            if self._pausing:
                self._resume(now)
            self._next = max(self._next, now - SLACK) + 1 / self.rate
        for count in (self._epoch, self._round):
            count.sent += 1
            count.most = max(count.most, self.under_way)

    def answered(self, sent: float, now: float) -> None:
        """Note that the request sent at ``sent`` was answered."""
        self._accepted(sent, now)
        self._round.answered += 1
        self._grow(now)

    def server_error(self, sent: float, now: float) -> None:
        """Note that the request sent at ``sent`` failed by the fault of the teacher: nothing grows meanwhile."""
        self._accepted(sent, now)
        self._round = _Count(now)

    def limited(self, sent: float, now: float, after: float | None) -> None:
        """Note that the teacher refused the request sent at ``sent`` as one too many.

        ``after`` is how many seconds it wants to be left alone, if it gave any.
        """
        self.under_way -= 1
        self._epoch.limited += 1
        self._doubling = False
        self._round = _Count(now)
        asked = min(after or 0.0, LONGEST_PAUSE)
        if self._pausing and sent <= self._paused_at:
            self._next = max(self._next, now + asked)
            return
        if self._ahead is not None:  # the pause was too short
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
        elif not self._pausing:
            self._pause = max(self._pause / 2, SHORTEST_PAUSE)
        self._pausing, self._ahead, self._paused_at = True, None, now
        self._next = now + max(asked, self._pause)

    def _accepted(self, sent: float, now: float) -> None:
        self.under_way -= 1
        if self._ahead is not None and sent >= self._ahead:
            self._resume(now)
            self._next = max(now, sent + 1 / self.rate)

    def _resume(self, now: float) -> None:
        """End a pause: only now is it known what the teacher had accepted, and for how long it wanted to be left."""
        epoch, self._epoch = self._epoch, _Count(now)
        self._round = _Count(now)
        self._pausing, self._ahead = False, None
        too_many = epoch.sent >= AT_LEAST and epoch.limited > TOO_MANY * epoch.sent
        seconds = max(1.0, self._paused_at - epoch.begun, now - epoch.begun - ROUNDING)
        borne = min(self.rate, (epoch.sent - epoch.limited) / seconds)
        if too_many or now - self._last_cut >= BETWEEN_CUTS:
            self._last_cut = self._last_step = now
            self.window = max(1.0, CUT * self.window)
            self._slow_down(CUT * borne, refused=borne)
        elif now - self._last_step >= BETWEEN_STEPS:
            self._last_step = now
            self._slow_down(STEP_BACK * self.rate, refused=self.rate)

    def _slow_down(self, rate: float, *, refused: float) -> None:
        self.rate = max(rate, LEAST_RATE)
        self._refused_at = refused
        self._step = GROWTH

    def _grow(self, now: float) -> None:
        """End a round that was long enough; what was used well in it grows."""
        this, seconds = self._round, now - self._round.begun
        if this.answered < this.most or (seconds < ROUND and not self._doubling):
            return
        if this.most >= SATURATED * self.window:
            self.window = min(self.window * (2 if self._doubling else 1 + GROWTH), float(self._concurrency))
        if self.rate < inf and this.sent >= SATURATED * self.rate * seconds:
            self.rate *= 1 + self._growth()
        self._round = _Count(now)

    def _growth(self) -> float:
        """Return by how much the rate grows: little where it was refused before, more and more beyond."""
        if self.rate < CAUTIOUS_FROM * self._refused_at:
            return GROWTH
        if self.rate < CAUTIOUS_TO * self._refused_at:
            return CAUTIOUS
        self._step = min(1.5 * self._step, FASTEST)
        return self._step


class _Count:
    """What happened since ``begun``; ``most`` is the greatest number of requests under way."""

    def __init__(self, begun: float) -> None:
        self.begun = begun
        self.sent = self.answered = self.limited = self.most = 0
