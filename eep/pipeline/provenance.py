"""What the report says of answers that came another way than the teacher's provenance tells."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from eep.core.text import escape_control_chars
from eep.data.store import Store
from eep.pipeline.collect import CollectedAnswers
from eep.pipeline.prepare import Prepared
from eep.teachers.base import Kind

#: Provenances that are quoted, at most, and their characters.
_QUOTED, _LONGEST = 5, 300


def annotate_provenance(prepared: Prepared, store: Store, collected: CollectedAnswers) -> Prepared:
    """Return the experiment with a provenance that tells what the answers in the store say of their origin.

    That is which models their replies name, if it is another than the one that was asked or more than one, and which
    answers were imported as words. Answers in conversations count as any.
    """
    keys = {answer.key for _, answer in (*collected.answered, *collected.conversations.answered)}
    caveats = prepared.provenance.caveats
    if prepared.provenance.kind is Kind.LIVE:
        caveats += tuple(_models(store.models(keys), prepared.provenance.agent.partition(":")[2]))
    if brought := store.imported(keys):
        caveats += (_imported(brought, len(keys)),)
    return replace(prepared, provenance=replace(prepared.provenance, caveats=caveats))


def _models(found: Mapping[str, int], asked: str) -> Iterator[str]:
    """Yield a sentence if the replies name anything but the model that was asked."""
    if len(found) > 1:
        yield (
            f"The replies name {len(found)} different models: {_quoted(found)}. What looks like a difference between "
            "personas may be one between models."
        )
    elif found and asked not in found:
        yield f"The model that the replies name is {_short(next(iter(found)))}."


def _imported(origins: Mapping[str, int], questions: int) -> str:
    return (
        f"{sum(origins.values()):,} of {questions:,} answers did not come over the teacher's interface: somebody had them "
        f"given elsewhere and imported them as words. What is stated of their origin: {_quoted(origins)}."
    )


def _quoted(counts: Mapping[str, int]) -> str:
    quoted = [f"{_short(text)} ({count:,})" for text, count in list(counts.items())[:_QUOTED]]
    more = [f"and {len(counts) - _QUOTED:,} others"] if len(counts) > _QUOTED else []
    return "; ".join([*quoted, *more])


def _short(text: str) -> str:
    line = escape_control_chars(" ".join(text.split())).removesuffix(".")
    return line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "..."
