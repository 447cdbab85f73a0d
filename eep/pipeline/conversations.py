"""Teachers with a memory: they play in conversation, and then answer about moments common to all.

Who plays where is the task's business (`eep.tasks.conversing`); here each cell's play becomes a dialogue, all
dialogues are held at once, and what comes of them becomes items, questions, returns and recordings.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from eep.core.errors import UserError
from eep.data.persona import Persona, Wording
from eep.data.returns import RETURNS
from eep.data.store import Store
from eep.data.types import Answer, Cell, Item, Question, Status, answer_key
from eep.pipeline import prepare
from eep.pipeline.elicit.elicit import Inventory, converse, inventory
from eep.pipeline.elicit.spending import Spending
from eep.pipeline.prepare import Prepared
from eep.pipeline.progress import Progress
from eep.tasks.conversing import ConversationEpisode
from eep.teachers.base import Teacher

#: Folder of the recordings, in a run's folder.
RECORDINGS = "recordings"
#: A task, and who plays it in which wording.
CellKey = tuple[str, Persona, Wording]
CellEpisodes = tuple[ConversationEpisode, ...]
Dialogue = Generator[Question, Answer, CellEpisodes]
Turns = Sequence[tuple[Question, Answer]]


@dataclass(frozen=True)
class Conversations:
    """What teacher cells did in conversation."""

    #: Task id to cell to its episodes; cells that came to no end are absent.
    played: Mapping[str, Mapping[Cell, CellEpisodes]] = field(default_factory=dict)
    #: Task id to its items; tasks of which a cell came to no end are absent.
    items: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)
    #: Every cell about every item's text, once per sample: what is left to ask.
    questions: tuple[Question, ...] = ()
    #: Questions of the conversations with their answers, or with the reason why there is none.
    answered: tuple[tuple[Question, Answer], ...] = ()
    unanswered: tuple[tuple[Question, str], ...] = ()
    #: Questions of the conversations that were answered now, and before.
    asked: int = 0
    stored: int = 0


def run_conversations(prepared: Prepared, store: Store, *, progress: Progress, spending: Spending) -> Conversations:
    """Let every cell play, all at once, and draw the items; what was answered before is not asked again.

    Raises UserError if the cells met too little to draw items from.
    """
    if not prepared.conversations:
        return Conversations()
    cell_keys = _cell_keys(prepared)
    held = converse(
        [_dialogue(prepared, *key) for key in cell_keys],
        prepared.source,
        store,
        limits=prepared.experiment.teacher.limits,
        progress=progress,
        spending=spending,
    )
    drawn = _drawn(prepared, cell_keys, held.results, held.answered, tuple(held.unanswered.values()))
    return replace(drawn, asked=held.asked, stored=held.stored)


def replayed(prepared: Prepared, store: Store) -> Conversations:
    """Return what `run_conversations` last came to, from the store alone; asks and writes nothing."""
    if not prepared.conversations:
        return Conversations()
    cell_keys = _cell_keys(prepared)
    again = [_replay(_dialogue(prepared, *key), prepared.source, store) for key in cell_keys]
    results, turns, left = zip(*again, strict=True)
    unanswered = tuple((question, "not asked yet") for question in left if question is not None)
    return _drawn(prepared, cell_keys, results, turns, unanswered)


@dataclass(frozen=True)
class ConversationProgress:
    """How far conversations have come."""

    #: What was asked in them, what they ask next, and what is known to be asked when all have played; and which of
    #: that has an answer.
    questions: tuple[Question, ...]
    there: Inventory
    #: Whether all cells have played, so that no further questions will come up.
    played: bool


def conversation_progress(prepared: Prepared, store: Store | None) -> ConversationProgress:
    """Look up how far conversations have come, asking nothing; ``None`` is a store that does not exist yet."""
    found = Conversations() if store is None else replayed(prepared, store)
    asked = (question for question, _ in (*found.answered, *found.unanswered))
    questions = (*asked, *found.questions) if store is not None else tuple(openings(prepared))
    played = set(found.items) == set(prepared.conversations)
    return ConversationProgress(questions, inventory(questions, prepared.source, store), played)


def openings(prepared: Prepared) -> list[Question]:
    """Return the question that each cell's conversation begins with."""
    return [next(_dialogue(prepared, *key)) for key in _cell_keys(prepared)]


def _cell_keys(prepared: Prepared) -> list[CellKey]:
    return [
        (name, persona, wording)
        for name in prepared.conversations
        for persona, wording in prepare.cells(prepared.personas, prepared.experiment)
    ]


def _replay(dialogue: Dialogue, teacher: Teacher, store: Store) -> tuple[CellEpisodes | None, Turns, Question | None]:
    """Return a dialogue's result, its turns, and the question it came to no end for, from stored answers alone."""
    turns: list[tuple[Question, Answer]] = []
    question = next(dialogue)
    while True:
        key = answer_key(teacher.request(question))
        answer = store.get_many([key]).get(key)
        if answer is None:
            dialogue.close()
            return None, turns, question
        turns.append((question, answer))
        try:
            question = dialogue.send(answer)
        except StopIteration as end:
            return end.value, turns, None


def _drawn(
    prepared: Prepared,
    cell_keys: Sequence[CellKey],
    results: Sequence[CellEpisodes | None],
    turns: Sequence[Turns],
    unanswered: tuple[tuple[Question, str], ...],
) -> Conversations:
    """Draw the items of the tasks whose cells have all played."""
    played: dict[str, dict[Cell, CellEpisodes]] = {name: {} for name in prepared.conversations}
    for (name, persona, wording), episodes in zip(cell_keys, results, strict=True):
        if episodes is not None:
            played[name][Cell(persona.id, wording.id)] = episodes
    answered = tuple(pair for some in turns for pair in some)
    open_ones = {question.task for question, _ in unanswered}
    items = {}
    for name in [name for name in played if name not in open_ones]:
        try:
            items[name] = prepared.conversations[name].items(played[name], prepared.experiment.seed)
        except UserError:
            failed = tuple((q, a.text) for q, a in answered if q.task == name and a.status is Status.FAILED)
            if not failed:
                raise
            # Who failed is asked again, so nothing is wrong with the experiment yet.
            unanswered += failed
    questions = tuple(q for name, some in items.items() for q in _questions(prepared, name, some))
    return Conversations(played, items, questions, answered, unanswered)


def _dialogue(prepared: Prepared, name: str, persona: Persona, wording: Wording) -> Dialogue:
    """Play one cell's episodes, asking its questions."""
    task, experiment = prepared.tasks[name], prepared.experiment
    playing = prepared.conversations[name].play(
        Cell(persona.id, wording.id), greedy=experiment.play.greedy, seed=experiment.seed
    )
    asked = next(playing)
    while True:
        answer = yield prepare.question(task, asked.item, persona, wording, asked.sample, experiment)
        try:
            asked = playing.send(answer)
        except StopIteration as end:
            episodes: CellEpisodes = end.value
            return episodes


def _questions(prepared: Prepared, name: str, items: Sequence[Item]) -> list[Question]:
    """Return the questions of all cells to all different texts of the items."""
    texts = {item.text: item for item in reversed(items)}
    once = tuple(item for item in items if texts[item.text] is item)
    return prepare.questions(prepared.tasks[name], once, prepared.personas, prepared.experiment)


def returns(prepared: Prepared, name: str, played: Mapping[Cell, CellEpisodes]) -> pl.DataFrame:
    """Return what teacher cells achieved in their own episodes, schema `eep.data.returns.RETURNS`."""
    rows = [
        (*prepared.agent(name, cell), episode.number, "return", episode.value, episode.ended)
        for cell, episodes in sorted(played.items())
        for episode in episodes
    ]
    return pl.DataFrame(rows, schema=RETURNS, orient="row")


def record(prepared: Prepared, played: Mapping[str, Mapping[Cell, CellEpisodes]]) -> list[Path]:
    """Write every cell's episodes into the run's folder, ``recordings/<task>/<persona>/<wording>``; return the files."""
    return [
        path
        for name, cells in played.items()
        for cell, episodes in sorted(cells.items())
        for path in prepared.conversations[name].record(
            episodes, prepared.runs / RECORDINGS / name / cell.persona / cell.wording
        )
    ]
