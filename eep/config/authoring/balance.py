"""Prompts of several personas compared: shared words and lengths, which may pass for personas.

The test takes what survives a change of wording for the persona. A word that all wordings of a persona share survives, too;
and so does a prompt that is longer than the others' in every wording.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import combinations
from math import nan
from typing import NamedTuple

from eep.config.authoring.texts import content_words, words
from eep.data.balance import Balance, Length, Overlap
from eep.data.persona import Persona


class _Text(NamedTuple):
    """The content words of one wording; ``unnamed`` without those of the persona's name."""

    persona: str
    wording: str
    words: frozenset[str]
    unnamed: frozenset[str]


def balance(personas: Sequence[Persona], wordings: Collection[str] | None = None) -> Balance:
    """Return how alike and how long the prompts of ``personas`` are, in ``wordings`` only where they are given."""
    texts = _texts(personas, wordings)
    pairs = list(combinations(texts, 2))
    within = [(one, other) for one, other in pairs if one.persona == other.persona]
    between = [(one, other) for one, other in pairs if one.persona != other.persona]
    overlap = Overlap(
        within=_mean(share(one.words, other.words) for one, other in within),
        within_unnamed=_mean(share(one.unnamed, other.unnamed) for one, other in within),
        between=_mean(share(one.words, other.words) for one, other in between),
        same_wording=_mean(share(a.words, b.words) for a, b in between if a.wording == b.wording),
        other_wording=_mean(share(a.words, b.words) for a, b in between if a.wording != b.wording),
    )
    return Balance(overlap, lengths(personas, wordings))


def lengths(personas: Iterable[Persona], wordings: Collection[str] | None = None) -> tuple[Length, ...]:
    """Return the length of every prompt, in words and in characters."""
    return tuple(
        Length(persona.id, wording.id, len(words(wording.text)), len(wording.text))
        for persona in personas
        for wording in persona.wordings
        if wordings is None or wording.id in wordings
    )


def overlap_beside(persona: Persona, others: Sequence[Persona]) -> tuple[float, float]:
    """Return the mean share of content words of two wordings of ``persona``, and of one of its and one of ``others``'.

    NaN where there are no two wordings to compare.
    """
    mine, theirs = _texts([persona], None), _texts(others, None)
    within = _mean(share(one.words, other.words) for one, other in combinations(mine, 2))
    return within, _mean(share(one.words, other.words) for one in mine for other in theirs)


def share(one: Collection[str], other: Collection[str]) -> float:
    """Return the share of words that two sets have in common, of those in either; 0 for two empty ones."""
    either = set(one) | set(other)
    return len(set(one) & set(other)) / len(either) if either else 0.0


def _texts(personas: Iterable[Persona], wordings: Collection[str] | None) -> list[_Text]:
    return [
        _Text(persona.id, wording.id, frozenset(found), frozenset(found - content_words(persona.name)))
        for persona in personas
        for wording in persona.wordings
        if wordings is None or wording.id in wordings
        for found in [content_words(wording.text)]
    ]


def _mean(values: Iterable[float]) -> float:
    every = list(values)
    return sum(every) / len(every) if every else nan
