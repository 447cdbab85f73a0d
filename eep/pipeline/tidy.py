"""Answers become data, in one place: the tables that policies are made of, and the teachers' responses."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from math import fsum

import polars as pl

from eep.data import responses as table
from eep.data.types import Answer, Cell, Item, Question, readout_value
from eep.tasks.base import AnswerTables, Task, labelled_options

#: One answer, and what each readout makes of it; ``text`` leads to the items.
_ANSWERS = pl.Schema(
    {name: table.SCHEMA[name] for name in ("persona", "arm", "wording", "sample", "status")}
    | {"text": pl.String(), "response": pl.List(pl.Float64)}
)
_ITEMS = pl.Schema({name: table.SCHEMA[name] for name in ("item", "cluster", "split")} | {"text": pl.String()})

Answered = Sequence[tuple[Question, Answer]]


def tables(answered: Answered) -> AnswerTables:
    """Return each teacher cell of one task as a table: text -> option -> probability, the mean over samples.

    Only answers whose status is ok count; a text without any is absent, and so is a cell without any text. Raises
    ValueError if the answers are to several tasks.
    """
    if len(tasks := {question.task for question, _ in answered}) > 1:
        raise ValueError(f"expected answers to one task; found {', '.join(sorted(tasks))}")
    texts_by_cell: dict[Cell, dict[str, dict[str, list[float]]]] = {}
    for question, answer in answered:
        if answer.probabilities is not None:
            cell = texts_by_cell.setdefault(Cell(question.persona.id, question.wording.id), {})
            options = cell.setdefault(question.item.text, {option: [] for option in question.options})
            for option, probability in answer.probabilities.items():
                options[option].append(probability)
    # fsum: the mean does not depend on the order of the samples.
    return {
        cell: {text: {o: fsum(p) / len(p) for o, p in options.items()} for text, options in texts.items()}
        for cell, texts in texts_by_cell.items()
    }


def responses(task: Task, items: Sequence[Item], answered: Answered, agent: str) -> pl.DataFrame:
    """Return the teachers' responses to ``items``: one row per item, cell, sample and readout.

    Where a task's readouts do not say all that students learn, which is how likely each option is, train items have a
    row for each option besides.

    An item's answers are those to its text, whatever the item that was asked about; answers to other tasks are
    passed over. A refused, unparsable or failed answer has its rows, with its status and a null response. Items
    whose text was not answered have no rows.

    Raises ResponsesError if an item occurs twice, or a text was answered twice for the same cell and sample.
    """
    learned = {option: {option: 1.0} for option in labelled_options(task)}
    numbers = {**learned, **task.readouts}
    values = cache(partial(_values, numbers))
    answers = (
        pl.DataFrame(
            [_row(*pair, values) for pair in answered if pair[0].task == task.id], schema=_ANSWERS, orient="row"
        )
        .with_columns(option=pl.lit(list(numbers), dtype=pl.List(pl.String)))
        .explode("option", "response")
    )
    stimuli = pl.DataFrame(
        [(item.id, item.cluster, item.split, item.text) for item in items], schema=_ITEMS, orient="row"
    )
    agents = {"task": task.id, "role": "teacher", "agent": agent}
    joined = (
        stimuli.join(answers, on="text", how="inner")
        .filter((pl.col("split") == "train") | pl.col("option").is_in(list(task.readouts)))
        .with_columns(**{name: pl.lit(value, dtype=table.SCHEMA[name]) for name, value in agents.items()})
    )
    return table.check(joined.select(table.SCHEMA.names()).sort(table.KEY))


def _row(question: Question, answer: Answer, values: Callable[..., list[float | None]]) -> tuple[object, ...]:
    """Return the row of `_ANSWERS` of one answer."""
    cell = (question.persona.id, question.persona.arm.value, question.wording.id, question.sample)
    probabilities = answer.probabilities
    found = values(None if probabilities is None else tuple(probabilities.items()))
    return (*cell, answer.status.value, question.item.text, found)


def _values(
    numbers: Mapping[str, Mapping[str, float]], probabilities: tuple[tuple[str, float], ...] | None
) -> list[float | None]:
    """Return what is read out of an answer, in the order of ``numbers``; many answers are alike."""
    if probabilities is None:
        return [None] * len(numbers)
    return [readout_value(dict(probabilities), weights) for weights in numbers.values()]
