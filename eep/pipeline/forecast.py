"""What an experiment's open questions will cost: extrapolated from its answers, or else estimated from its prompts."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eep.data.types import Answer, Question
from eep.pipeline.elicit import money as cost
from eep.pipeline.elicit.elicit import Inventory
from eep.teachers.price import TOKENS

#: Characters of a prompt per token, where nothing was measured: English prose has 4 to 5 with common tokenisers.
CHARACTERS = 4.0
#: Tokens of an answer that names one option in a line of JSON, where nothing was measured.
SHORT_ANSWER = 20


@dataclass(frozen=True)
class Forecast:
    """What open questions will cost.

    Attributes
    ----------
    questions
        How many are open.
    tokens
        What to expect, by the names of `eep.teachers.price.TOKENS`.
    measured
        How many answers of the same experiment that rests on; 0 means that it is estimated from the prompts alone.
    """

    questions: int
    tokens: Mapping[str, float]
    measured: int


def forecast(there: Inventory, questions: Sequence[Question]) -> Forecast:
    """Return what the open questions of the inventory of ``questions`` will cost.

    Where answers of the experiment count their tokens they are extrapolated: tokens of the prompt by its length,
    tokens of the answer by their mean, within a task if any was measured there. Else tokens are estimated:
    `CHARACTERS` of a prompt make one, `SHORT_ANSWER` an answer.
    """
    measured = _measured(there, questions)
    every = [pair for pairs in measured.values() for pair in pairs]
    number: Counter[str] = Counter()
    lengths: Counter[str] = Counter()
    for question in there.missing.values():
        number[question.task] += 1
        lengths[question.task] += length(question)
    if not every:
        estimated = {"input": lengths.total() / CHARACTERS, "output": float(number.total() * SHORT_ANSWER)}
        return Forecast(number.total(), estimated, 0)
    tokens: defaultdict[str, float] = defaultdict(float)
    for task in number:
        pairs = measured.get(task, every)
        asked = sum(length(question) for question, _ in pairs)
        for name, used in cost.total_tokens(answer for _, answer in pairs).items():
            tokens[name] += used * (
                lengths[task] / asked if name in cost.PROMPT else number[task] / len(pairs)
            )
    return Forecast(number.total(), dict(tokens), len(every))


def _measured(there: Inventory, questions: Sequence[Question]) -> dict[str, list[tuple[Question, Answer]]]:
    """Return the answers that count their tokens, each once, with their questions, by task."""
    found: defaultdict[str, list[tuple[Question, Answer]]] = defaultdict(list)
    for key, question in dict(zip(there.keys, questions, strict=True)).items():
        answer = there.known.get(key)
        if answer is not None and any(answer.usage.get(name) for name in TOKENS):
            found[question.task].append((question, answer))
    return dict(found)


def length(question: Question) -> int:
    """Return the characters of all that is sent as text."""
    return len(question.prompt.system) + sum(len(message.content) for message in question.prompt.messages)


def spread(there: Inventory, number: int) -> list[Question]:
    """Return so many open questions (or all, if there are fewer), spread over cells and within them."""
    cells: defaultdict[tuple[str, str, str], list[Question]] = defaultdict(list)
    for question in there.missing.values():
        cells[question.task, question.persona.id, question.wording.id].append(question)
    lists, wanted = list(cells.values()), min(number, len(there.missing))
    shares = [
        min(len(cell), (index + 1) * wanted // len(lists) - index * wanted // len(lists))
        for index, cell in enumerate(lists)
    ]
    for index, cell in enumerate(lists):  # small cells leave room to others
        shares[index] += min(len(cell) - shares[index], wanted - sum(shares))
    return [
        cell[place * len(cell) // share]
        for cell, share in zip(lists, shares, strict=True)
        for place in range(share)
    ]
