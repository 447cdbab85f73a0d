"""Teachers with a memory: they play in conversation, and then answer about moments common to all.

Who plays where is the task's business (`eep.tasks.conversing`); here each cell's play becomes a dialogue, all
dialogues are held at once, and what comes of them becomes items, questions, returns and recordings.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from eep import prepare
from eep.elicit import converse
from eep.limits import Limits
from eep.persona import Persona, Wording
from eep.prepare import Prepared
from eep.progress import Progress
from eep.question import Answer, Item, Question
from eep.returns import RETURNS
from eep.spending import Spending
from eep.store import Store
from eep.tasks.base import Cell
from eep.tasks.conversing import TalkedEpisode
from eep.teachers.base import Provenance, Teacher, UnansweredError

#: Folder of the recordings, in a run's folder.
RECORDINGS = "recordings"


@dataclass(frozen=True)
class Talks:
    """What teacher cells did in conversation.

    Attributes
    ----------
    played
        Task id to cell to its episodes; cells that came to no end are absent.
    items
        Task id to its items; tasks of which a cell came to no end are absent.
    questions
        Every cell about every item's text, once per sample: what is left to ask.
    answered, unanswered
        Questions of the conversations with their answers, or with the reason why there is none.
    asked, stored
        Questions of the conversations that were answered now, and before.
    """

    played: Mapping[str, Mapping[Cell, tuple[TalkedEpisode, ...]]] = field(default_factory=dict)
    items: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    answered: tuple[tuple[Question, Answer], ...] = ()
    unanswered: tuple[tuple[Question, str], ...] = ()
    asked: int = 0
    stored: int = 0


def hold(
    prepared: Prepared,
    teacher: Teacher,
    store: Store,
    *,
    limits: Limits,
    progress: Progress,
    spending: Spending,
) -> Talks:
    """Let every cell play, all at once, and draw the items; what was answered before is not asked again.

    Raises
    ------
    eep.errors.UserError
        If the cells met too little to draw items from.
    """
    if not prepared.conversations:
        return Talks()
    seats = [
        (name, persona, wording)
        for name in prepared.conversations
        for persona, wording in prepare.cells(prepared.personas, prepared.experiment)
    ]
    held = converse(
        [_dialogue(prepared, *seat) for seat in seats],
        teacher,
        store,
        limits=limits,
        progress=progress,
        spending=spending,
    )
    played: dict[str, dict[Cell, tuple[TalkedEpisode, ...]]] = {name: {} for name in prepared.conversations}
    for (name, persona, wording), episodes in zip(seats, held.results, strict=True):
        if episodes is not None:
            played[name][Cell(persona.id, wording.id)] = episodes
    unfinished = {seats[number][0] for number in held.unanswered}
    items = {
        name: conversation.items(played[name], prepared.experiment.seed)
        for name, conversation in prepared.conversations.items()
        if name not in unfinished
    }
    return Talks(
        played=played,
        items=items,
        questions=tuple(q for name, some in items.items() for q in _questions(prepared, name, some)),
        answered=tuple(pair for turns in held.answered for pair in turns),
        unanswered=tuple(held.unanswered.values()),
        asked=held.asked,
        stored=held.stored,
    )


def replayed(prepared: Prepared, teacher: Teacher, store: Store) -> Talks:
    """Return what `hold` would if nothing were left to ask; asks nothing and writes nothing."""
    silent = _Silent(teacher)
    return hold(prepared, silent, store, limits=Limits(), progress=Progress(), spending=Spending())


def _dialogue(
    prepared: Prepared, name: str, persona: Persona, wording: Wording
) -> Generator[Question, Answer, tuple[TalkedEpisode, ...]]:
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
            episodes: tuple[TalkedEpisode, ...] = end.value
            return episodes


def _questions(prepared: Prepared, name: str, items: Sequence[Item]) -> list[Question]:
    """Return the questions of all cells to all different texts of the items."""
    texts = {item.text: item for item in reversed(items)}
    once = tuple(item for item in items if texts[item.text] is item)
    return prepare.questions(prepared.tasks[name], once, prepared.personas, prepared.experiment)


class _Silent(Teacher):
    """Stands in a teacher's place, knows its questions by their keys, and answers none."""

    def __init__(self, teacher: Teacher) -> None:
        self.agent = teacher.agent
        self._teacher = teacher

    def check(self, questions: Sequence[Question]) -> None:
        """Accept what the teacher accepts."""
        self._teacher.check(questions)

    def lacks(self, question: Question) -> str:
        """Lack every answer."""
        del question
        return "nobody is asked"

    def unready(self) -> str:
        """Need nothing."""
        return ""

    def provenance(self) -> Provenance:
        """Say what the teacher says."""
        return self._teacher.provenance()

    def request(self, question: Question) -> Mapping[str, Any]:
        """Return the teacher's request: what it answered before is found."""
        return self._teacher.request(question)

    def session(self) -> AbstractAsyncContextManager[None]:
        """Connect to nothing."""
        return nullcontext()

    async def answer(self, question: Question) -> Answer:
        """Answer nothing."""
        raise UnansweredError(self.lacks(question))


def returns(prepared: Prepared, name: str, played: Mapping[Cell, Sequence[TalkedEpisode]]) -> pl.DataFrame:
    """Return what teacher cells achieved in their own episodes, schema `eep.returns.RETURNS`."""
    return pl.DataFrame(list(_returns(prepared, name, played)), schema=RETURNS, orient="row")


def _returns(
    prepared: Prepared, name: str, played: Mapping[Cell, Sequence[TalkedEpisode]]
) -> Iterator[dict[str, object]]:
    arms = {persona.id: persona.arm.value for persona in prepared.personas}
    for cell, episodes in sorted(played.items()):
        for episode in episodes:
            yield {
                "task": name,
                "role": "teacher",
                "agent": prepared.provenance.agent,
                "persona": cell.persona,
                "arm": arms[cell.persona],
                "wording": cell.wording,
                "sample": 0,
                "episode": episode.number,
                "return": episode.value,
                "ended": episode.ended,
            }


def record(prepared: Prepared, played: Mapping[str, Mapping[Cell, Sequence[TalkedEpisode]]]) -> list[Path]:
    """Write every cell's episodes into the run's folder, ``recordings/<task>/<persona>/<wording>``; return the files."""
    return [
        path
        for name, cells in played.items()
        for cell, episodes in sorted(cells.items())
        for path in prepared.conversations[name].record(
            episodes, prepared.runs / RECORDINGS / name / cell.persona / cell.wording
        )
    ]
