"""Transcripts of the HTML page: what teachers were told and what they replied, a persona at a time."""

from collections.abc import Iterable
from typing import NamedTuple

from eep.core.numbers import number
from eep.data.types import Exchange
from eep.report.findings import Findings
from eep.report.html.parts import Part, words
from eep.report.numbers import plain
from eep.report.results import title

HEADING = "Transcripts: what was said"
#: What the transcripts are, by the kind of teacher.
WHAT = {
    "simulated": "No model was asked: the answers were computed. The prompts are those that a model would be sent.",
    "recorded": (
        "What is on record: a persona's wording, what it was asked about, and what is left of its answer. "
        "The rest of the conversations is not on record."
    ),
    "live": "What the model was sent, and what it replied.",
}
CHOSEN = "The held-out items on which the personas' teachers differ most, and some replies that are no answers, if there were any."
#: Characters of a reply and of a prompt that are shown, and turns of a conversation before the reply.
REPLY, PROMPT, TURNS = 1_200, 4_000, 5


class ShownReply(NamedTuple):
    """What was said after the wording, what came back, and what it was taken for; ``earlier`` turns are not shown."""

    earlier: int
    turns: tuple[tuple[str, str], ...]
    reply: str
    taken: str
    ok: bool


class WordingReplies(NamedTuple):
    """A wording: its id, what the teacher was told, and the replies."""

    wording: str
    system: str
    replies: tuple[ShownReply, ...]


class PersonaReplies(NamedTuple):
    """A persona in one task."""

    label: str
    cells: tuple[WordingReplies, ...]


def parts(findings: Findings) -> Iterable[Part]:
    """Yield the transcripts of every task; nothing where there are none."""
    if findings.exchanges:
        yield Part("prose", [words(WHAT[findings.provenance.kind]), words(CHOSEN)])
    labels = findings.labels()
    for design in findings.design.tasks:
        mine = [one for one in findings.exchanges if one.task == design.task]
        personas = tuple(
            PersonaReplies(label, _cells(design.option, shown))
            for persona, label in labels.items()
            if (shown := [one for one in mine if one.persona == persona])
        )
        if personas:
            yield Part("heading", words(title(findings, design.task)))
            yield Part("transcripts", personas)


def _cells(option: str, shown: list[Exchange]) -> tuple[WordingReplies, ...]:
    wordings = dict.fromkeys((one.wording, one.system) for one in shown)
    return tuple(
        WordingReplies(
            wording,
            shortened(system, PROMPT),
            tuple(_reply(option, one) for one in shown if (one.wording, one.system) == (wording, system)),
        )
        for wording, system in wordings
    )


def _reply(option: str, one: Exchange) -> ShownReply:
    taken = one.status if one.probability is None else f"{option} {number(one.probability)}"
    turns = tuple((turn.role, shortened(turn.content, PROMPT)) for turn in one.turns[-TURNS:])
    return ShownReply(
        max(0, len(one.turns) - TURNS), turns, shortened(one.reply, REPLY), taken, one.probability is not None
    )


def shortened(content: str, longest: int) -> str:
    """Return the lines of a text, each inert, cut where it is too long to be read here, and saying so."""
    shown = "\n".join(map(plain, content[:longest].splitlines()))
    if len(content) <= longest:
        return shown
    return f"{shown} […: {len(content) - longest:,} characters more; eep transcript shows them]"
