"""A run as tidy tables: who was played, what was asked and answered, what stood for it, and what was done in play."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from eep.data.persona import Persona
from eep.data.types import Answer, Item, Question
from eep.datasets.episodes import Episode
from eep.tasks.base import Task, actions

#: Said of items that nobody was tested on or learned from: in CartPole, texts of states that nobody visits.
UNUSED = "unused"
#: What columns hold, by name; those of senses and probabilities are described where they are made.
COLUMNS = {
    "task": "The task.",
    "role": "Who answers or acts: a teacher, a student that learned from it, or a control.",
    "agent": "The model of a teacher, the kind of a student, what a control controls for.",
    "persona": "Whose part is played, or whose answers were learned.",
    "name": "The persona's name.",
    "arm": "What the persona is in the comparison: persona, neutral or placebo.",
    "about": "Who that is, for a reader; nobody else is told.",
    "wording": "Which wording of the persona's prompt.",
    "prompt": "The wording's text, as it is sent.",
    "sample": "Number of the repeated question, from 0.",
    "item": "The item.",
    "cluster": "Items of one cluster are not independent of each other.",
    "text": "What a teacher reads of it.",
    "picture": "Its picture, a file of the dataset's folder; empty where there is none.",
    "split": "train: students learn from it; test: they are compared on it; unused: neither.",
    "status": "ok, or why there is no answer: refused, unparsable or failed.",
    "option": "The option or readout that the response is of.",
    "response": "A probability from 0 to 1; empty where there is no answer.",
    "episode": "Number of the episode, from 0; everybody begins those of one number in the same state.",
    "step": "Number of the decision in its episode, from 0.",
    "action": "The option that was taken.",
    "reward": "The reward of the step.",
    "terminated": "Whether the episode ended here by itself, as when the pole falls.",
    "truncated": "Whether it was broken off here: by the time limit, or because its teacher has no answer to what came.",
}


@dataclass(frozen=True)
class Table:
    """A table of a dataset.

    Attributes
    ----------
    name
        Fit for a file.
    about
        What a row is, in a sentence.
    frame
        The rows, in an order of their own.
    part
        The column that says which part of the table a row belongs to, if it has parts.
    columns
        What columns hold, of those that are not in `COLUMNS`.
    """

    name: str
    about: str
    frame: pl.DataFrame
    part: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)

    def described(self) -> dict[str, str]:
        """Return column -> what it holds."""
        return {name: self.columns.get(name) or COLUMNS[name] for name in self.frame.columns}


def personas(who: Iterable[Persona], wordings: Sequence[str]) -> Table:
    """Return a row per persona and wording that was asked in."""
    rows = [
        (one.id, one.name, one.arm.value, one.about, wording.id, wording.text)
        for one in who
        for wording in one.wordings
        if wording.id in wordings
    ]
    names = ("persona", "name", "arm", "about", "wording", "prompt")
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    return Table("personas", "A wording of a persona's prompt.", frame)


def answers(task: Task, agent: str, answered: Iterable[tuple[Question, Answer]], items: Iterable[Item]) -> Table:
    """Return a row per answer of the teacher, with a column for the probability of each option."""
    splits = _splits(items)
    options = _probabilities(task)
    schema = {name: pl.String() for name in ("agent", "persona", "arm", "wording", "item", "text", "split", "status")}
    rows = (
        (
            *(agent, question.persona.id, question.persona.arm.value, question.wording.id, question.item.id),
            *(question.item.text, splits.get(question.item.text, UNUSED), answer.status.value),
            question.sample,
            *((answer.probabilities or {}).get(option) for option in options),
        )
        for question, answer in answered
        if question.task == task.id
    )
    frame = pl.DataFrame(
        list(rows), schema=schema | {"sample": pl.Int32()} | dict.fromkeys(options.values(), pl.Float64()), orient="row"
    )
    names = ["agent", "persona", "arm", "wording", "sample", "item", "text", "split", "status", *options.values()]
    return Table(
        f"{task.id}-answers",
        f"{task.title}: an answer of the teacher, as a persona in a wording, to what it read of an item.",
        frame.select(names).sort("persona", "wording", "sample", "item"),
        part="split",
        columns=_described(task),
    )


def items(task: Task, drawn: Sequence[Item], pictures: Mapping[str, str]) -> Table:
    """Return a row per item that students learned from or were compared on, with what they sense of it where it is numbers.

    ``pictures`` are files by the item's name of its picture.
    """
    columns = dict[str, list[object]]()
    for name in ("item", "cluster", "split", "text"):
        columns[name] = [getattr(one, "id" if name == "item" else name) for one in drawn]
    if pictures:
        columns["picture"] = [pictures.get(one.image or "", "") for one in drawn]
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    names: dict[str, str] = {}
    if drawn and all(one.state is not None for one in drawn):
        names = sense_columns(task, len(drawn[0].state or ()))
        states = pl.DataFrame([one.state for one in drawn], schema=dict.fromkeys(names, pl.Float32), orient="row")
        frame = pl.concat([frame, states], how="horizontal")
    return Table(
        f"{task.id}-items",
        f"{task.title}: an item that students learn from or are compared on, with what they sense of it.",
        frame.sort("split", "item"),
        part="split",
        columns=names,
    )


def responses(frame: pl.DataFrame) -> Table:
    """Return the run's own table of responses: teachers, students and controls, a row per number."""
    enums = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Enum)]
    return Table(
        "responses",
        "A number that was read out of an answer of a teacher, student or control: what eep analyses.",
        frame.with_columns(pl.col(enums).cast(pl.String)),
        part="split",
    )


def steps(task: Task, played: Sequence[Episode]) -> Table:
    """Return a row per decision of episodes of one task."""
    options, names = _probabilities(task), sense_columns(task, played[0].observations.shape[1])
    taken = pl.Series(actions(task), dtype=pl.String)
    parts = []
    for one in played:
        length = len(one.actions)
        who = {name: getattr(one.agent, name) for name in ("role", "agent", "persona", "arm", "wording")}
        ended = [False] * (length - 1)
        parts.append(
            pl.DataFrame({"step": range(length), "text": one.texts[:-1]}).with_columns(
                *(pl.lit(value).alias(name) for name, value in who.items()),
                pl.lit(one.number).alias("episode"),
                taken.gather(one.actions).alias("action"),
                *(pl.Series(name, one.observations[:-1, place]) for place, name in enumerate(names)),
                *(pl.Series(name, one.probabilities[:-1, place]) for place, name in enumerate(options.values())),
                pl.Series("reward", one.rewards),
                pl.Series("terminated", [*ended, one.terminated]),
                pl.Series("truncated", [*ended, one.truncated]),
            )
        )
    order = ["role", "agent", "persona", "arm", "wording", "episode", "step", "text", *names, "action"]
    return Table(
        f"{task.id}-episodes",
        f"{task.title}: a decision in play, by a teacher from the table of its answers or by a student.",
        pl.concat(parts).select(*order, *options.values(), "reward", "terminated", "truncated"),
        part="role",
        columns=names | _described(task),
    )


def sense_columns(task: Task, width: int) -> dict[str, str]:
    """Return the names of the columns of what students sense, and what they hold."""
    return {_column(name): f"What a student senses: {name.replace('-', ' ')}." for name in task.senses(width)}


def _probabilities(task: Task) -> dict[str, str]:
    """Return option -> the column of its probability."""
    return {option: f"p_{_column(option)}" for option in actions(task)}


def _described(task: Task) -> dict[str, str]:
    return {
        column: f"Probability of “{option}”; empty without an answer."
        for option, column in _probabilities(task).items()
    }


def _column(name: str) -> str:
    return re.sub(r"\W+", "_", name.lower()).strip("_")


def _splits(drawn: Iterable[Item]) -> dict[str, str]:
    """Return text -> split; a text that students have learned from in one item is none to be tested on in another."""
    found: dict[str, str] = {}
    for one in drawn:
        found[one.text] = "train" if "train" in (one.split, found.get(one.text)) else one.split
    return found
