"""What a plan says of cost: what answers have cost, what the open questions will, and what that rests on."""

from collections.abc import Sequence
from dataclasses import replace

from eep.data.types import Question
from eep.pipeline.conversations import ConversationProgress
from eep.pipeline.elicit import money as cost
from eep.pipeline.elicit.elicit import Inventory
from eep.pipeline.forecast import CHARACTERS, SHORT_ANSWER, Forecast, forecast
from eep.pipeline.prepare import Prepared
from eep.teachers.base import Kind


def format_costs(prepared: Prepared, there: Inventory, begun: ConversationProgress) -> list[str]:
    """Return sentences on tokens and money, a paragraph each; none where no model is asked.

    ``there`` is what is there of the questions that are known beforehand, ``begun`` how far conversations are.
    """
    answers = [*there.known.values(), *begun.there.known.values()]
    spent = cost.total_tokens(answers)
    if not spent and prepared.provenance.kind is not Kind.LIVE:
        return []
    price = prepared.experiment.teacher.limits.price
    said = [f"{len(answers):,} answers so far: {cost.format_cost(spent, price)}"] if spent else []
    expected = forecast(there, prepared.questions)
    if expected.questions:
        said += [_sentence(prepared, f"{expected.questions:,} to ask", expected)]
    keys, known = (*there.keys, *begun.there.keys), {**there.known, **begun.there.known}
    left = Inventory(keys, known, begun.there.missing)
    questions = (*prepared.questions, *begun.questions)
    said += (
        _format_remaining(prepared, left, questions)
        if begun.played
        else _format_conversations(prepared, left, questions)
    )
    if price is None:
        said += ["no [teacher.price] is given: tokens only"]
    return said


def _format_remaining(prepared: Prepared, there: Inventory, questions: Sequence[Question]) -> list[str]:
    """Return what the last questions about conversations will cost; ``there`` is what is there of all questions."""
    expected = forecast(there, questions)
    if not expected.questions:
        return []
    return [_sentence(prepared, f"{expected.questions:,} to ask about conversations", expected)]


def _format_conversations(prepared: Prepared, there: Inventory, questions: Sequence[Question]) -> list[str]:
    """Return what conversations will cost in all, at most, if their prompts are as long as those of a coin's play.

    ``there`` is what is there of all questions that are known by now.
    """
    cells = len(prepared.personas) * len(prepared.experiment.wordings)
    samples = prepared.experiment.teacher.samples
    said = []
    for name, one in prepared.conversations.items():
        most = cells * (one.questions + one.windows * samples)
        alike = {place.to_bytes(8): q for place, q in enumerate(prepared.dry_run_questions) if q.task == name}
        expected = forecast(replace(there, missing=alike), questions)
        tokens = {kind: number * most / len(alike) for kind, number in expected.tokens.items()}
        what = f"{prepared.tasks[name].title} in conversation, from its beginning: at most {most:,} questions"
        said.append(_sentence(prepared, what, replace(expected, tokens=tokens)))
    return said


def _sentence(prepared: Prepared, what: str, expected: Forecast) -> str:
    """Return a sentence on what something will cost, and what that rests on."""
    price = prepared.experiment.teacher.limits.price
    tokens = {name: _three_digits(number) for name, number in expected.tokens.items()}
    return f"{what}: about {cost.format_cost(tokens, price)}; {_grounds(prepared, expected)}"


def _grounds(prepared: Prepared, expected: Forecast) -> str:
    """Return what a forecast rests on."""
    if expected.measured:
        return f"extrapolated from the {expected.measured:,} answers so far"
    most = getattr(prepared.experiment.teacher, "max_tokens", None)
    up_to = f", and may use up to {most:,} for each answer" if most else ""
    return (
        f"an estimate: {CHARACTERS:g} characters of a prompt to a token, {SHORT_ANSWER} tokens to an answer. "
        f"A model that thinks first uses more{up_to}; --ask 20 asks 20 of the questions and measures"
    )


def _three_digits(number: float) -> float:
    """Return a number to three significant digits."""
    return float(f"{number:.3g}")
