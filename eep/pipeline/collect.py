"""From a prepared experiment to items and teacher responses: elicit what is missing, or read whole episodes."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import polars as pl

from eep.core.hashing import canonical_json
from eep.data.store import Store
from eep.data.types import Answer, Cell, Item, Question, Status, answer_key
from eep.pipeline import conversations, tidy
from eep.pipeline.conversations import Conversations
from eep.pipeline.elicit.elicit import elicit, inventory
from eep.pipeline.elicit.spending import Spending
from eep.pipeline.forecast import spread
from eep.pipeline.prepare import Prepared
from eep.pipeline.progress import Progress
from eep.tasks.base import AnswerTables, Task
from eep.tasks.conversing import ConversationEpisode
from eep.teachers.episodes import Episodes


@dataclass(frozen=True)
class CollectedAnswers:
    """The teacher's answers, before anything is computed from them."""

    #: Questions outside conversations, with their answers, or with the reason why there is none.
    answered: tuple[tuple[Question, Answer], ...]
    unanswered: tuple[tuple[Question, str], ...]
    #: Questions that were answered now, and before.
    asked: int
    stored: int
    #: SHA-256 (hex) of all answers but failed ones, which are asked again; other answers, other tables.
    digest: str
    #: What was asked for now.
    spending: Spending = field(default_factory=Spending)
    conversations: Conversations = field(default_factory=Conversations)


@dataclass(frozen=True)
class Demonstrations:
    """One task's items, its teacher responses, and what its teacher cells do in the closed loop.

    They are ``tables`` of answers that can play, or have ``played`` already, in conversation.
    """

    items: tuple[Item, ...]
    responses: pl.DataFrame
    tables: AnswerTables
    played: Mapping[Cell, tuple[ConversationEpisode, ...]] = field(default_factory=dict)


def collect_answers(prepared: Prepared, store: Store, progress: Progress) -> CollectedAnswers:
    """Ask the teacher whatever has no answer in the store yet; raises what the store and the teacher raise."""
    spending = Spending()
    held = conversations.run_conversations(prepared, store, progress=progress, spending=spending)
    return _elicited(prepared, (*prepared.questions, *held.questions), store, progress, held, spending)


def collect_some(prepared: Prepared, store: Store, number: int, progress: Progress) -> CollectedAnswers:
    """Ask so many of the open questions, from all over the experiment; raises what `collect_answers` raises."""
    known = (*prepared.questions, *conversations.conversation_progress(prepared, store).questions)
    some = spread(inventory(known, prepared.source, store), number)
    return _elicited(prepared, some, store, progress, Conversations(), Spending())


def _elicited(
    prepared: Prepared,
    questions: Sequence[Question],
    store: Store,
    progress: Progress,
    held: Conversations,
    spending: Spending,
) -> CollectedAnswers:
    """Ask questions after the conversations."""
    limits = prepared.experiment.teacher.limits
    elicited = elicit(questions, prepared.source, store, limits=limits, progress=progress, spending=spending)
    return CollectedAnswers(
        answered=elicited.answered,
        unanswered=(*held.unanswered, *elicited.unanswered),
        asked=held.asked + elicited.asked,
        stored=held.stored + elicited.stored,
        digest=_digest((*held.answered, *elicited.answered)),
        spending=spending,
        conversations=held,
    )


def collect_stored(prepared: Prepared, store: Store) -> CollectedAnswers:
    """Return the answers that the store has, failed ones included, and ask nothing.

    If nothing is left to ask the digest is the one of `collect_answers`.
    """
    held = conversations.replayed(prepared, store)
    questions = (*prepared.questions, *held.questions)
    keys = [answer_key(prepared.source.request(question)) for question in questions]
    known = store.get_many(keys)
    pairs = zip(questions, keys, strict=True)
    answered = tuple((question, known[key]) for question, key in pairs if key in known)
    digest = _digest((*held.answered, *answered))
    return CollectedAnswers(answered, (), 0, len(known), digest, conversations=held)


def demonstrations(prepared: Prepared, collected: CollectedAnswers) -> dict[str, Demonstrations]:
    """Return every task's demonstrations, by task; raises UserError where a task cannot use a recording of episodes."""
    return {name: _of_task(prepared, task, collected) for name, task in prepared.tasks.items()}


def _of_task(prepared: Prepared, task: Task, collected: CollectedAnswers) -> Demonstrations:
    seed, agent = prepared.experiment.seed, prepared.source.agent
    if isinstance(prepared.source, Episodes):
        return Demonstrations(*task.episodes(prepared.source.folder, seed=seed), {})
    answered = [(question, answer) for question, answer in collected.answered if question.task == task.id]
    held = collected.conversations
    if (drawn := held.items.get(task.id)) is not None:
        return Demonstrations(drawn, tidy.responses(task, drawn, answered, agent), {}, held.played[task.id])
    tables = tidy.tables(answered)
    items = task.items(tables, seed)
    return Demonstrations(items, tidy.responses(task, items, answered, agent), tables)


def _digest(answered: Sequence[tuple[Question, Answer]]) -> str:
    digest = hashlib.sha256()
    for _, answer in answered:
        if answer.status is not Status.FAILED:
            digest.update(answer.key + _content(answer.status.value, *(answer.probabilities or {}).items()))
    return digest.hexdigest()


@lru_cache(maxsize=1 << 16)
def _content(status: str, *probabilities: tuple[str, float]) -> bytes:
    """Return an answer as it is hashed; many are alike."""
    return canonical_json([status, dict(probabilities)]).encode()
