"""From a prepared experiment to items and teacher responses: elicit what is missing, or read whole episodes."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

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
    """What the teacher said, before anything is computed from it.

    ``digest`` is the SHA-256 (hex) of all answers but failed ones, which are asked again: tables made from other
    answers are made again. ``spending`` is what was asked for now. What came of conversations is in ``conversations``; their
    answers are not among ``answered``.
    """

    answered: tuple[tuple[Question, Answer], ...]
    unanswered: tuple[tuple[Question, str], ...]
    asked: int
    stored: int
    digest: str
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
    held = conversations.run_conversations(
        prepared, store, progress=progress, spending=(spending := Spending())
    )
    return _elicited(prepared, (*prepared.questions, *held.questions), store, progress, held, spending)


def collect_some(prepared: Prepared, store: Store, number: int, progress: Progress) -> CollectedAnswers:
    """Ask the teacher so many of the questions that have no answer yet, from all over the experiment.

    Raises what `collect_answers` raises.
    """
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
    """Ask questions, after whatever was said and spent in conversations."""
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
    """Return every task's demonstrations, by task.

    Raises
    ------
    eep.core.errors.UserError
        If a recording of episodes cannot be used, or a task cannot use one.
    """
    return {name: _of_task(prepared, task, collected) for name, task in prepared.tasks.items()}


def _of_task(prepared: Prepared, task: Task, collected: CollectedAnswers) -> Demonstrations:
    seed = prepared.experiment.seed
    if isinstance(prepared.source, Episodes):
        return _replayed(task, prepared.source.folder, seed)
    answered = [(question, answer) for question, answer in collected.answered if question.task == task.id]
    if (drawn := collected.conversations.items.get(task.id)) is not None:
        responses = tidy.responses(task, drawn, answered, prepared.source.agent)
        return Demonstrations(drawn, responses, {}, collected.conversations.played[task.id])
    tables = tidy.tables(answered)
    items = task.items(tables, seed)
    return Demonstrations(items, tidy.responses(task, items, answered, prepared.source.agent), tables)


def _replayed(task: Task, folder: Path, seed: int) -> Demonstrations:
    items, responses = task.episodes(folder, seed=seed)
    return Demonstrations(items, responses, {})


def _digest(answered: Sequence[tuple[Question, Answer]]) -> str:
    digest = hashlib.sha256()
    for _, answer in answered:
        if answer.status is Status.FAILED:
            continue
        content = [answer.status.value, dict(answer.probabilities or {})]
        digest.update(answer.key + canonical_json(content).encode())
    return digest.hexdigest()
