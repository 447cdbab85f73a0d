"""Asking a teacher that never waits: no task for each question, and many answers to a commit."""

import asyncio
from collections.abc import Iterator
from itertools import islice

from eep.pipeline.elicit.ask_queue import QueuedQuestion
from eep.pipeline.elicit.asker import Asker, about, checked
from eep.teachers.base import UnansweredError

#: Questions answered between commits, which an interrupt loses at most.
TOGETHER = 512


class AtOnce(Asker):
    """Asks one question after the other, with the caps and the reasons to stop of its base."""

    async def _send_all(self, tasks: asyncio.TaskGroup) -> None:
        del tasks
        waiting = self._due()
        while together := list(islice(waiting, TOGETHER)):
            answers = []
            for queued in together:
                try:
                    answer = checked(await self._teacher.answer(queued.question, queued.key), queued)
                except UnansweredError as error:
                    self._questions.unanswered(queued.key, queued.question, str(error))
                else:
                    self._count(answer)
                    answers.append((queued, answer))
            agent = self._teacher.agent
            await self._store.put_many((answer, about(q.question, agent, q.request)) for q, answer in answers)
            for queued, answer in answers:
                self._questions.answered(queued.key, queued.question, answer)
            self._changed()

    def _due(self) -> Iterator[QueuedQuestion]:
        """Yield questions for as long as any may be asked."""
        while not self.stopped and (queued := self._queue.next(now := self._now())) is not None:
            if reason := self._spending.reached(self._limits, 0, now - self._begun):
                self._queue.put_back(queued)
                self.stop(reason)
            else:
                self._spending.requests += 1
                yield queued
