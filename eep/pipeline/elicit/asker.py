"""Asking: as many questions at once as the teacher bears, tried again where that may help, up to the caps.

One loop sends requests when the limiter lets it. A request that the teacher refused as one too many goes out again
when the limiter lets it, and has not failed. One that failed by the fault of the teacher (overload, a time-out, a broken reply) goes
out again after an exponentially growing pause with jitter; after so many attempts, or so long, its answer is "failed",
which is stored with the reason and asked again by the next run. Where nothing is answered any more, or all that is
answered from the beginning cannot be used, asking stops.
"""

import asyncio
import contextlib
import random
from collections.abc import Mapping
from math import inf
from typing import Any

from eep.core.text import one_line
from eep.data.store import Store
from eep.data.types import Answer, Question, Status
from eep.pipeline.elicit.ask_queue import AskQueue, Questions, QueuedQuestion
from eep.pipeline.elicit.asking_state import AskingState
from eep.pipeline.elicit.limiter import Limiter
from eep.pipeline.progress import Changed
from eep.teachers.base import FatalTeacherError, RetryableError, Teacher, UnansweredError

#: Seconds before a question is tried again, at most: after its first failure, and ever; the latter also caps what a
#: teacher may ask for.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
#: Seconds after which views are updated, at the latest.
BEAT = 10.0
#: So many failed questions in a row, with none answered between them, stop the asking.
FAILED_IN_A_ROW = 50
#: So many are enough where nothing was answered for longer than one question may take (max_elapsed): where every request
#: runs into its time-out, a row of the other length would take hours.
FAILED_SILENTLY = 5
#: So many replies, none of which can be used, stop the asking: the rest would cost as much, and be as useless. Questions
#: go out to all cells by turns, so that these are no single persona's refusals.
USELESS_AT_FIRST = 200
#: Characters of a reply that a reason quotes, at most.
_LONGEST = 300


class Asker:
    """Asks until there is nothing left to ask, or until it has a reason to stop: ``stopped``, else empty."""

    def __init__(self, teacher: Teacher, store: Store, state: AskingState, changed: Changed) -> None:
        self.stopped = ""
        self._teacher = teacher
        self._store = store
        self._limits = state.limits
        self._spending = state.spending
        self._state = state
        self._changed = changed
        # Only when something is sent depends on it, never what: results are the same whatever it draws.
        self._jitter = random.Random(0)  # noqa: S311 pauses are no secret
        self._failed_in_a_row = 0
        self._useless: int | None = 0

    async def ask(self, questions: Questions) -> None:
        """Ask whatever ``questions`` yields; opens the teacher's session if that is anything.

        Raises
        ------
        Exception
            Any of the teacher's that is not among those of `eep.teachers.base.Teacher.answer`, and
            `eep.data.store.StoreError`.
        """
        first = questions.next()
        if first is None:
            return
        self._questions = questions
        self._queue = AskQueue(questions)
        self._queue.put_back(QueuedQuestion(*first))
        self._wake = asyncio.Event()
        self._begun = self._now()
        self._limiter = Limiter(self._limits.concurrency, self._begun)
        try:
            async with self._teacher.session(), asyncio.TaskGroup() as tasks:
                await self._send_all(tasks)
        except FatalTeacherError as error:  # there is no session to be had
            self.stop(str(error))
        except BaseExceptionGroup as several:
            # Whoever waits for a StoreError or reads a traceback needs the fault, not its wrapping.
            raise several.exceptions[0] from None
        finally:
            self._spending.seconds += self._now() - self._begun
        for queued in self._queue:
            questions.unanswered(queued.key, queued.question, self.stopped)

    async def _send_all(self, tasks: asyncio.TaskGroup) -> None:
        """Send requests as they may go; return when none is under way and none is to be sent."""
        self._answered_last = self._now()  # opening the session is no silence of the teacher's
        while True:
            self._wake.clear()
            pause = self._send(tasks)
            self._state.under_way = self._limiter.under_way
            self._changed()
            if pause == inf and not self._limiter.under_way:
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(pause, BEAT)):
                    await self._wake.wait()

    def _send(self, tasks: asyncio.TaskGroup) -> float:
        """Send what may go now; return in how many seconds more may, infinite if that depends on those under way."""
        while not self.stopped:
            now = self._now()
            pause, queued = self._limiter.wait(now), None
            if self._limits.max_cost is not None and not self._spending.answered and self._limiter.under_way:
                break  # before more goes out, the first answer shows what one costs
            if not pause and (queued := self._queue.next(now)) is None:
                pause = self._queue.due() - now
            if pause == inf:
                break
            if reason := self._spending.reached(self._limits, self._limiter.under_way, now - self._begun):
                if queued is not None:
                    self._queue.put_back(queued)
                self.stop(reason)
            elif queued is None:
                return min(pause, self._left(now))
            else:
                queued.send(now)
                self._limiter.sent(now)
                self._spending.requests += 1
                tasks.create_task(self._one(queued, now))
        return inf

    def _left(self, now: float) -> float:
        """Return the seconds until the time is up."""
        if self._limits.max_minutes is None:
            return inf
        return 60 * self._limits.max_minutes - self._spending.seconds - (now - self._begun)

    def stop(self, reason: str) -> None:
        """Send nothing any more; what is under way may end."""
        self.stopped = self.stopped or reason

    async def _one(self, queued: QueuedQuestion, sent: float) -> None:
        """Send one request and see to what comes of it."""
        try:
            answer = checked(await self._teacher.answer(queued.question, queued.key), queued)
        except RetryableError as error:
            await self._try_later(queued, sent, error)
        except FatalTeacherError as error:
            self._limiter.server_error(sent, self._now())
            self._queue.put_back(queued)
            self.stop(str(error))
        except UnansweredError as error:
            self._limiter.answered(sent, self._now())
            self._questions.unanswered(queued.key, queued.question, str(error))
        else:
            self._answered_last, self._failed_in_a_row = self._now(), 0
            self._count(answer)
            await self._keep(queued, answer)
            self._limiter.answered(sent, self._now())
        self._wake.set()

    def _count(self, answer: Answer) -> None:
        """Count what an answer cost; stop where not one could be used since asking began, which the first that can be ends."""
        # Without either an error refused the question, which shows nothing of what replies cost.
        if answer.model or answer.usage:
            self._spending.add(answer.usage)
        if self._useless is None or answer.status is Status.OK:
            self._useless = None
            return
        self._useless += 1
        if self._useless >= USELESS_AT_FIRST:
            self.stop(
                f"none of the first {self._useless} replies of this run can be used, and more would cost as much; "
                f"the last one {one_line(answer.text, _LONGEST)}; eep transcript shows them, and under other settings "
                "of the teacher (model, labels, ...) all questions are asked anew"
            )

    async def _try_later(self, queued: QueuedQuestion, sent: float, error: RetryableError) -> None:
        now = self._now()
        self._state.note_error(str(error))
        if error.limited:
            self._spending.limited += 1
            self._limiter.limited(sent, now, error.after)
            self._queue.refuse(queued, now)
            if (silent := now - self._answered_last) > self._limits.max_elapsed:
                self.stop(f"asked for fewer requests, and answered none for {silent:.0f} s: {error}")
            return
        self._spending.failed += 1
        queued.attempts += 1
        most = min(FIRST_PAUSE * 2.0 ** (queued.attempts - 1), LONGEST_PAUSE)
        pause = max(self._jitter.uniform(0, most), min(error.after or 0.0, LONGEST_PAUSE))
        if queued.attempts < self._limits.max_attempts and now + pause - queued.begun <= self._limits.max_elapsed:
            self._queue.put_off(queued, now + pause)
        else:
            await self._fail(queued, now, str(error))
        self._limiter.server_error(sent, now)

    async def _fail(self, queued: QueuedQuestion, now: float, reason: str) -> None:
        """Keep that a question failed, and stop where nothing else happens any more."""
        seconds = now - queued.begun
        attempts = "1 attempt" if queued.attempts == 1 else f"{queued.attempts} attempts"
        text = f"failed after {attempts} in {seconds:.0f} s: {reason}"
        await self._keep(queued, Answer(queued.key, Status.FAILED, None, text, "", {}, seconds))
        self._failed_in_a_row += 1
        silent = now - self._answered_last > self._limits.max_elapsed
        if self._failed_in_a_row >= (FAILED_SILENTLY if silent else FAILED_IN_A_ROW):
            self.stop(f"{self._failed_in_a_row} questions in a row failed; the last one {text}")

    async def _keep(self, queued: QueuedQuestion, answer: Answer) -> None:
        await self._store.put(answer, about(queued.question, self._teacher.agent, queued.request))
        self._questions.answered(queued.key, queued.question, answer)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def checked(answer: Answer, queued: QueuedQuestion) -> Answer:
    """Return the answer if it is one to this question; else the teacher is at fault: RuntimeError."""
    if answer.key != queued.key:
        raise RuntimeError(f"expected an answer with key {queued.key.hex()}, the teacher gave {answer.key.hex()}")
    if answer.probabilities is not None and set(answer.probabilities) != set(queued.question.options):
        raise RuntimeError(
            f"expected probabilities of {queued.question.options}, the teacher gave {dict(answer.probabilities)}"
        )
    return answer


def about(question: Question, agent: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a reader of the transcript needs to know about an answer."""
    return {
        "agent": agent,
        "persona": question.persona.id,
        "wording": question.wording.id,
        "task": question.task,
        "item": question.item.id,
        "sample": question.sample,
        "request": request,
    }
