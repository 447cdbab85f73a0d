"""What the report says of answers that came another way than the teacher's provenance tells."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from eep.inert import inert
from eep.prepare import Prepared
from eep.question import answer_key
from eep.store import Store

#: Provenances that are quoted, at most, and their characters.
_QUOTED, _LONGEST = 5, 300


def stated(prepared: Prepared, store: Store) -> Prepared:
    """Return the experiment with a provenance that tells of the answers in the store which were imported as words."""
    source = prepared.source
    if isinstance(source, Path):
        return prepared
    keys = {answer_key(source.request(question)) for question in prepared.questions}
    said = store.brought(keys)
    if not said:
        return prepared
    told = replace(prepared.provenance, limits=(*prepared.provenance.limits, _sentence(said, len(keys))))
    return replace(prepared, provenance=told)


def _sentence(said: Mapping[str, int], questions: int) -> str:
    quoted = [f"{_short(text)} ({count:,})" for text, count in list(said.items())[:_QUOTED]]
    more = [f"and {len(said) - _QUOTED:,} others"] if len(said) > _QUOTED else []
    origin = "; ".join([*quoted, *more])
    return (
        f"{sum(said.values()):,} of {questions:,} answers did not come over the teacher's interface: somebody had them "
        f"given elsewhere and imported them as words. What is stated of their origin: {origin}."
    )


def _short(text: str) -> str:
    line = inert(" ".join(text.split())).removesuffix(".")
    return line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "..."
