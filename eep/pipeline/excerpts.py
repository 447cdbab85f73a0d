"""The few questions and replies that a report shows, out of all that an experiment has."""

from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from eep.data.types import Answer, Exchange, Message, Question, Status, readout_value
from eep.pipeline.prepare import Prepared
from eep.teachers.base import Kind

#: Items of a task whose replies are shown, and replies of a task that are no answers.
ITEMS, MISSED = 3, 6


def exchanges(
    prepared: Prepared, responses: pl.DataFrame, answered: Sequence[tuple[Question, Answer]]
) -> tuple[Exchange, ...]:
    """Return what was said about the most divisive items of each task, and some replies that are no answers.

    Every persona and wording is there, the first sample of each. A recording of whole episodes has no replies.
    """
    wanted = {place for task in prepared.tasks for place in _wanted(responses, task)}
    return tuple(
        _exchange(prepared, question, answer)
        for question, answer in answered
        if not wanted.isdisjoint(_places(question))
    )


#: (task, persona, wording, sample, item or its text); an empty persona or wording stands for all.
_Place = tuple[str, str, str, int, str]


def _wanted(responses: pl.DataFrame, task: str) -> Iterator[_Place]:
    """Yield the places of the replies to show; several items of a table may share a text, which is their cluster."""
    from eep.report import most_discriminating_items

    mine = responses.filter(task=task, role="teacher")
    items = mine.filter(pl.col("item").is_in(most_discriminating_items(responses, task, ITEMS)))
    for row in items.select("item", "cluster").unique().iter_rows():
        yield from ((task, "", "", 0, name) for name in row)
    missed = mine.filter(pl.col("status").cast(pl.String()) != Status.OK.value)
    rows = missed.select("persona", "wording", "sample", "cluster", "item").unique(maintain_order=True)
    for persona, wording, sample, *names in rows.head(MISSED).iter_rows():
        yield from ((task, persona, wording, sample, name) for name in names)


def _places(question: Question) -> Iterable[_Place]:
    """Return every place that a question may be wanted under."""
    who = question.persona.id, question.wording.id, question.sample
    names = question.item.id, question.item.text
    return [(question.task, *place, name) for place in (who, ("", "", question.sample)) for name in names]


def _exchange(prepared: Prepared, question: Question, answer: Answer) -> Exchange:
    """Return a question and its answer; of a recording only what is on record, which is not the whole prompt."""
    prompt = question.prompt
    system, turns = prompt.system, prompt.messages
    if prepared.provenance.kind is Kind.RECORDED:
        system, turns = question.wording.text, (Message("user", question.item.text),)
    return Exchange(
        task=question.task,
        persona=question.persona.id,
        wording=question.wording.id,
        item=question.item.id,
        sample=question.sample,
        system=system,
        turns=turns,
        reply=answer.text,
        status=answer.status.value,
        probability=None
        if answer.probabilities is None
        else readout_value(answer.probabilities, question.readout),
    )
