"""What an experiment's open questions will cost: extrapolated from its answers, or else estimated from its prompts."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from eep.data.types import Answer, Question
from eep.pipeline.conversations import ConversationProgress
from eep.pipeline.elicit import spending as cost
from eep.pipeline.elicit.elicit import Inventory
from eep.pipeline.prepare import Prepared
from eep.teachers.base import Kind
from eep.teachers.limits import TOKENS

#: Characters of a prompt per token, where nothing was measured: English prose has 4 to 5 with common tokenisers.
CHARACTERS = 4.0
#: Tokens of an answer that names one option in a line of JSON, where nothing was measured.
SHORT_ANSWER = 20


@dataclass(frozen=True)
class Forecast:
    """What open questions will cost."""

    #: How many are open.
    questions: int
    #: What to expect, by the names of `eep.teachers.limits.TOKENS`.
    tokens: Mapping[str, float]
    #: How many answers of the same experiment that rests on; 0 means that it is estimated from the prompts alone.
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
            share = lengths[task] / asked if name in cost.PROMPT else number[task] / len(pairs)
            tokens[name] += used * share
    return Forecast(number.total(), dict(tokens), len(every))


def _measured(there: Inventory, questions: Sequence[Question]) -> dict[str, list[tuple[Question, Answer]]]:
    """Return the answers that count their tokens, each once, with their questions, by task."""
    found: defaultdict[str, list[tuple[Question, Answer]]] = defaultdict(list)
    for key, question in dict(zip(there.keys, questions, strict=True)).items():
        answer = there.known.get(key)
        if answer is not None and any(answer.usage.get(name) for name in TOKENS):
            found[question.task].append((question, answer))
    return found


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
    pairs = zip(lists, shares, strict=True)
    return [cell[place * len(cell) // share] for cell, share in pairs for place in range(share)]


def format_costs(prepared: Prepared, there: Inventory, progress: ConversationProgress) -> list[str]:
    """Return sentences on tokens and money, a paragraph each; none where no model is asked.

    ``there`` is what is there of the questions that are known beforehand, ``progress`` how far conversations are.
    """
    answers = [*there.known.values(), *progress.there.known.values()]
    spent = cost.total_tokens(answers)
    if not spent and prepared.provenance.kind is not Kind.LIVE:
        return []
    price = prepared.experiment.teacher.limits.price
    sentences = [f"{len(answers):,} answers so far: {cost.format_cost(spent, price)}"] if spent else []
    expected = forecast(there, prepared.questions)
    if expected.questions:
        sentences += [_sentence(prepared, f"{expected.questions:,} to ask", expected)]
    keys, known = (*there.keys, *progress.there.keys), {**there.known, **progress.there.known}
    left = Inventory(keys, known, progress.there.missing)
    questions = (*prepared.questions, *progress.questions)
    if not progress.played:
        sentences += _format_conversations(prepared, left, questions)
    elif (expected := forecast(left, questions)).questions:
        sentences += [_sentence(prepared, f"{expected.questions:,} to ask about conversations", expected)]
    if price is None:
        sentences += ["no [teacher.price] is given: tokens only"]
    return sentences


def _format_conversations(prepared: Prepared, there: Inventory, questions: Sequence[Question]) -> list[str]:
    """Return what conversations will cost in all, at most, if their prompts are as long as those of a coin's play.

    ``there`` is what is there of all questions that are known by now.
    """
    cells = len(prepared.personas) * len(prepared.experiment.wordings)
    samples = prepared.experiment.teacher.samples
    sentences = []
    for name, one in prepared.conversations.items():
        most = cells * (one.questions + one.windows * samples)
        alike = {place.to_bytes(8): q for place, q in enumerate(prepared.dry_run_questions) if q.task == name}
        expected = forecast(replace(there, missing=alike), questions)
        tokens = {kind: number * most / len(alike) for kind, number in expected.tokens.items()}
        what = f"{prepared.tasks[name].title} in conversation, from its beginning: at most {most:,} questions"
        sentences.append(_sentence(prepared, what, replace(expected, tokens=tokens)))
    return sentences


def _sentence(prepared: Prepared, what: str, expected: Forecast) -> str:
    """Return a sentence on what something will cost, to three significant digits, and what that rests on."""
    teacher = prepared.experiment.teacher
    tokens = {name: float(f"{number:.3g}") for name, number in expected.tokens.items()}
    start = f"{what}: about {cost.format_cost(tokens, teacher.limits.price)}"
    if expected.measured:
        return f"{start}; extrapolated from the {expected.measured:,} answers so far"
    most = getattr(teacher, "max_tokens", None)
    up_to = f", and may use up to {most:,} for each answer" if most else ""
    return (
        f"{start}; an estimate: {CHARACTERS:g} characters of a prompt to a token, {SHORT_ANSWER} tokens to an answer. "
        f"A model that thinks first uses more{up_to}; --ask 20 asks 20 of the questions and measures"
    )
