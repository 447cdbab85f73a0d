"""Questions that a teacher is known to have no answer to, told before anything is asked, with the way out."""

from collections import Counter

from eep.core.errors import UnfinishedError
from eep.pipeline.prepare import Prepared
from eep.teachers.base import Kind

#: Cells that an error names.
SHOWN = 6


def require_answerable(prepared: Prepared) -> None:
    """Raise UnfinishedError if the teacher is known to lack answers: a run would end without a verdict."""
    source = prepared.source
    cells = Counter(
        (question.task, question.persona.id, question.wording.id, reason)
        for question in prepared.questions
        if (reason := source.lacks(question))
    )
    if not cells:
        return
    lines = [
        f"  {task}: {persona} ({wording}): {count} unanswered: {reason}"
        for (task, persona, wording, reason), count in cells.items()
    ]
    raise UnfinishedError(
        "\n".join(
            [
                f"not begun: {cells.total():,} of {len(prepared.questions):,} questions have no answer; nothing was asked",
                *lines[:SHOWN],
                *([f"  and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []),
                way_out(prepared),
            ]
        )
    )


def way_out(prepared: Prepared) -> str:
    """Return how to get the answers that a teacher lacks; empty where asking is the way."""
    if prepared.provenance.kind is not Kind.RECORDED:
        return ""
    return (
        "A recording cannot be asked again. Ask another teacher, which then answers as every persona anew: "
        "--teacher simulated rehearses without a model, --teacher openai:MODEL or anthropic:MODEL asks one "
        "(--base-url for a server of yours), and eep batch export with --format plain writes the questions for any other. "
        "Or take the persona out, or add its answers to a recording of your own."
    )
