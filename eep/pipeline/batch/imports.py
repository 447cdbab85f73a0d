"""Files of replies become answers, under the same keys as those of a live run, which then asks nothing any more."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from eep.core.aio import run_sync
from eep.core.errors import UserError
from eep.data.store import Store
from eep.data.types import Answer, Status, answer_key
from eep.pipeline import plan
from eep.pipeline.batch.export import live
from eep.pipeline.batch.lines import Problem, listed
from eep.pipeline.batch.replies import ImportedReply, Judged, judge, shown
from eep.pipeline.elicit.asker import about
from eep.pipeline.elicit.elicit import inventory
from eep.pipeline.plan import PLAN
from eep.pipeline.prepare import Prepared
from eep.pipeline.progress import Advance, Progress
from eep.teachers.live import Live

#: Answers that are on their way to the disk at once.
_TOGETHER = 1_000
#: A reply that is new, and the request of its question.
_Asked = tuple[ImportedReply, Mapping[str, Any]]


@dataclass(frozen=True)
class ImportResult:
    """What came of importing replies."""

    #: What the files say.
    judged: Judged
    #: The replies that became answers now.
    new: tuple[ImportedReply, ...]
    #: How many questions had this very answer already.
    known: int
    #: Replies to questions that had another answer before, which is kept.
    other: tuple[ImportedReply, ...]
    #: Replies that are failures, to questions that have no answer yet.
    failed: tuple[ImportedReply, ...]
    #: How many questions of the experiment have no answer yet.
    missing: int

    @property
    def statuses(self) -> Mapping[Status, int]:
        """How many of the new answers have each status."""
        return Counter(reply.answer.status for reply in self.new if reply.answer is not None)

    @property
    def failures(self) -> Counter[str]:
        """Reason -> how many questions it left unanswered."""
        return Counter(shown(reply.failure) for reply in self.failed)


def import_replies(
    prepared: Prepared,
    paths: Sequence[Path],
    *,
    models: Sequence[str] = (),
    partial: bool = False,
    progress: Progress | None = None,
) -> ImportResult:
    """Import files of replies: check everything that they say, and store what is right. Nothing is ever overwritten.

    Importing the same files again changes nothing. Failures (errors, expired requests) are no answers: these
    questions stay open.

    Raises `eep.core.errors.UserError` if a file is not there, or anything is wrong (unless ``partial``); the text lists
    every wrong line.

    ``models``: names of models that count as the teacher's besides its own.
    ``partial``: store what is right even where lines are wrong; without it, nothing is.
    """
    teacher = live(prepared)
    questions = {answer_key(teacher.request(question)): question for question in prepared.questions}
    judged = judge(paths, questions, teacher, models=models)
    if judged.problems and not partial:
        raise UserError(_format_problems(judged.problems))
    with Store.open(prepared.answers) as store:
        there = inventory(prepared.questions, teacher, store)
        replies = {key: reply for key, reply in judged.replies.items() if reply.answer is not None}
        new = {key: replies[key] for key in there.missing if key in replies}
        other = [r for key, r in replies.items() if key in there.known and not _same(r, there.known[key])]
        # A plan that is registered only now was not made before these answers were given.
        plan.register(prepared.plan, prepared.runs / PLAN, answers=len(store) + len(new))
        asked = [(reply, there.requests[key]) for key, reply in new.items()]
        with (progress or Progress()).stage("importing", len(asked)) as advance, teacher.redacting():
            run_sync(_put(asked, teacher, store, advance))
    return ImportResult(
        judged,
        tuple(new.values()),
        len(replies) - len(new) - len(other),
        tuple(other),
        tuple(reply for key, reply in judged.replies.items() if reply.answer is None and key in there.missing),
        len(there.missing) - len(new),
    )


def _format_problems(problems: Sequence[Problem]) -> str:
    """Return everything that is wrong, and the way out."""
    wrong = f"{len(problems):,} problems" if len(problems) > 1 else "a problem"
    head = f"expected replies that fit the experiment, found {wrong}; nothing was imported"
    way = "put that right, or import only the lines that are right, with --partial"
    return "\n".join([head, *listed(problems), way])


def _same(reply: ImportedReply, stored: Answer) -> bool:
    """Return whether a reply has the status and probabilities that are stored, whatever its words."""
    answer = reply.answer
    return answer is not None and (answer.status, answer.probabilities) == (stored.status, stored.probabilities)


async def _put(new: Sequence[_Asked], teacher: Live, store: Store, advance: Advance) -> None:
    """Store answers, many together."""
    waiting = iter(new)
    while together := list(islice(waiting, _TOGETHER)):
        answers = [
            (reply.answer, _about(reply, teacher, request)) for reply, request in together if reply.answer is not None
        ]
        await store.put_many(answers)
        advance(len(together))


def _about(reply: ImportedReply, teacher: Live, request: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a live answer would have on record, and where this one came from."""
    return {**about(reply.question, teacher.agent, request), "imported": teacher.redactor().value(reply.about)}
