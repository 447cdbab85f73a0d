"""From a prepared experiment to items and teacher responses: elicit what is missing, or read whole episodes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from eep import tidy
from eep.elicit import elicit, inventory
from eep.errors import UserError
from eep.prepare import Prepared
from eep.progress import Progress
from eep.question import Answer, Item, Question, canonical_json
from eep.store import Store
from eep.tasks.base import AnswerTables, Replayable, Task


@dataclass(frozen=True)
class Gathered:
    """What the teacher said, before anything is computed from it.

    ``digest`` is the SHA-256 (hex) of all answers: tables made from other answers are made again.
    """

    answered: tuple[tuple[Question, Answer], ...]
    unanswered: tuple[tuple[Question, str], ...]
    asked: int
    stored: int
    digest: str


@dataclass(frozen=True)
class Demonstrations:
    """One task's items, its teacher responses, and its teacher cells as tables of answers, for closed-loop play."""

    items: tuple[Item, ...]
    responses: pl.DataFrame
    tables: AnswerTables


def gather(prepared: Prepared, store: Store, progress: Progress) -> Gathered:
    """Ask the teacher whatever has no answer in the store yet; raises what the store and the teacher raise."""
    if isinstance(prepared.source, Path):
        return Gathered((), (), 0, 0, _folder_digest(prepared.source))
    elicited = elicit(
        prepared.questions,
        prepared.source,
        store,
        limits=prepared.experiment.teacher.limits,
        progress=progress,
    )
    return Gathered(
        elicited.answered, elicited.unanswered, elicited.asked, elicited.stored, _digest(elicited.answered)
    )


def answers_digest(prepared: Prepared, store: Store) -> str:
    """Return the digest that `gather` would give if nothing were left to ask; asks nothing."""
    if isinstance(prepared.source, Path):
        return _folder_digest(prepared.source)
    there = inventory(prepared.questions, prepared.source, store)
    pairs = zip(prepared.questions, there.keys, strict=True)
    return _digest([(question, there.known[key]) for question, key in pairs if key in there.known])


def demonstrations(prepared: Prepared, gathered: Gathered) -> dict[str, Demonstrations]:
    """Return every task's demonstrations, by task.

    Raises
    ------
    eep.errors.UserError
        If a recording of episodes cannot be used, or a task cannot use one.
    """
    return {name: _of_task(prepared, task, gathered) for name, task in prepared.tasks.items()}


def _of_task(prepared: Prepared, task: Task, gathered: Gathered) -> Demonstrations:
    seed = prepared.experiment.seed
    if isinstance(prepared.source, Path):
        return _replayed(task, prepared.source, seed)
    answered = [(question, answer) for question, answer in gathered.answered if question.task == task.id]
    tables = tidy.tables(answered)
    items = task.items(tables, seed)
    return Demonstrations(items, tidy.responses(task, items, answered, prepared.source.agent), tables)


def _replayed(task: Task, folder: Path, seed: int) -> Demonstrations:
    if not isinstance(task, Replayable):
        raise UserError(
            f"task {task.id}: expected a task that can be learned from recorded episodes; it cannot"
        )
    items, responses = task.episodes(folder, seed=seed)
    return Demonstrations(items, responses, {})


def _digest(answered: Sequence[tuple[Question, Answer]]) -> str:
    digest = hashlib.sha256()
    for _, answer in answered:
        said = [answer.status.value, dict(answer.probabilities or {})]
        digest.update(answer.key + canonical_json(said).encode())
    return digest.hexdigest()


def _folder_digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
