"""When a run stops before its verdict: what is missing, why, and the command that goes on."""

import shlex
from collections import Counter, defaultdict
from pathlib import Path

from eep.core.errors import UnfinishedError, UserError
from eep.core.text import one_line
from eep.data.types import Status
from eep.pipeline.collect import CollectedAnswers
from eep.pipeline.elicit import spending as cost
from eep.pipeline.prepare import Prepared
from eep.teachers.base import Kind

#: Lines of unanswered questions that an error has, and characters of a reason.
SHOWN, LONGEST = 12, 300
#: So many lines may tell the same reason each.
FEW = 3


def require_complete(collected: CollectedAnswers, prepared: Prepared, again: str) -> None:
    """Raise UnfinishedError if questions are unanswered, or if nothing but failures came of a cell.

    ``again`` is the command that goes on.
    """
    failures, missing = failed(collected), len(collected.unanswered)
    lines = _unanswered(collected) if missing else _failed(collected)
    if not lines:
        return
    on = f"{again} asks what is missing"
    if prepared.provenance.kind is Kind.RECORDED:
        on = (
            "a recording cannot be asked again: take the persona out, ask another teacher (a simulated one, say), "
            "or add its answers to a recording of your own"
        )
    spent = cost.format_spent(collected.spending, prepared.experiment.teacher.limits)
    in_all = missing + len(collected.answered) + len(collected.conversations.answered)
    broken = len(collected.conversations.unanswered)
    sentences = [
        f"stopped with {missing or failures:,} of {in_all:,} questions unanswered; nothing was made up",
        *lines[:SHOWN],
        f"  and {len(lines) - SHOWN} more" if len(lines) > SHOWN else "",
        f"  {broken:,} of them broke off conversations, which will ask more than that" if broken else "",
        f"{failures:,} failed besides; they are asked again, too" if missing and failures else "",
        f"this run asked {collected.asked:,} of them: {spent}" if spent else "",
        f"the answers there are stay in {prepared.answers}; {on}",
    ]
    raise UnfinishedError("\n".join(filter(None, sentences)))


def require_usable(collected: CollectedAnswers, prepared: Prepared) -> None:
    """Raise UserError if not one answer of a task can be used: no student could learn from them."""
    for task in prepared.tasks:
        answers = [answer for question, answer in collected.answered if question.task == task]
        statuses = Counter(answer.status for answer in answers)
        if not answers or statuses[Status.OK]:
            continue
        found = ", ".join(f"{count:,} {status.value}" for status, count in statuses.items())
        raise UserError(
            f"{task}: expected answers that can be used, found none in {len(answers):,}: {found}; the last one "
            f"{one_line(answers[-1].text, LONGEST)}\n"
            "eep transcript shows the replies; they are kept and not asked again, but under other settings "
            "of the teacher (model, labels, ...) the questions are asked anew"
        )


def failed(collected: CollectedAnswers) -> int:
    """Return how many questions failed."""
    every = (*collected.conversations.answered, *collected.answered)
    return sum(answer.status is Status.FAILED for _, answer in every)


def command(verb: str, experiment: str | Path, **options: object) -> str:
    """Return a command as a shell takes it, without options that are None or False, and without the folder that runs lie in anyway.

    A list, named in the plural, repeats its option; True is an option without a value.
    """
    words = ["eep", verb, str(experiment)]
    for name, value in options.items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(value, tuple | list):
            words += [word for each in value for word in (option.removesuffix("s"), str(each))]
        elif value is True:
            words += [option]
        elif value is not None and value is not False and (name, str(value)) != ("out", "."):
            words += [option, str(value)]
    return shlex.join(words)


def _unanswered(collected: CollectedAnswers) -> list[str]:
    """Return a line per cell and reason of what has no answer; a reason that many cells share stands before them."""
    reasons = Counter(
        (question.task, question.persona.id, question.wording.id, one_line(reason, LONGEST))
        for question, reason in collected.unanswered
    )
    shared = {reason for *_, reason in reasons} if len(reasons) > FEW else set()
    lines = [
        f"  {task}: {persona} ({wording}): {count:,} unanswered{'' if len(shared) == 1 else f': {reason}'}"
        for (task, persona, wording, reason), count in reasons.items()
    ]
    return [f"  why: {shared.pop()}", *lines] if len(shared) == 1 else lines


def _failed(collected: CollectedAnswers) -> list[str]:
    """Return a line per cell of which every question failed: no verdict can be made of it."""
    cells: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    answered = set()
    for question, answer in collected.answered:
        cell = (question.task, question.persona.id, question.wording.id)
        if answer.status is Status.FAILED:
            cells[cell].append(answer.text)
        else:
            answered.add(cell)
    return [
        f"  {task}: {persona} ({wording}): all {len(texts):,} failed; the last one {one_line(texts[-1], LONGEST)}"
        for (task, persona, wording), texts in cells.items()
        if (task, persona, wording) not in answered
    ]
