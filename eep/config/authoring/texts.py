"""Texts compared: how alike two are, and which words of theirs say something."""

import re
import unicodedata

#: Letters of the pieces by which texts are compared.
PIECE = 4
#: Words of English that say nothing about anybody.
_COMMON = """
a about above after again against all also always am an and another answer any anything are as at be because
been before being below beside between both but by can cannot could did do does doing down each else enough
even ever every exactly few for from further had has have having he her here hers herself him himself his
how i if in into is it its itself just know known less like little made make many may me might mine more
most much must my myself never no nobody nor not nothing now of off often on once one only or other others
our ours out over own person quite rather same shall she should since so some somebody something speak still
such take than that the their theirs them themselves then there these they this those though through to
today too under until up upon us very was we were what when where which while who whom whose why will with
within without would yet you your yours yourself
"""
COMMON = frozenset(_COMMON.split())


def plain(text: str) -> str:
    """Return the words of a text, small and with single spaces: what is left once spelling and marks are set aside."""
    small = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"\w+", small)) or " ".join(small.split())


def similarity(one: str, other: str) -> float:
    """Return the share of four-letter pieces that two texts have in common, from 0 to 1.

    The Jaccard index of all runs of four letters of their plain words, each run counted once. It needs no words, so
    that it works in writing systems that put no spaces between them.
    """
    left, right = _pieces(plain(one)), _pieces(plain(other))
    return len(left & right) / len(left | right)


def _pieces(text: str) -> set[str]:
    return {text[start : start + PIECE] for start in range(max(1, len(text) - PIECE + 1))}


def words(text: str) -> list[str]:
    """Return the plain words of a text."""
    return plain(text).split()


def content_words(text: str) -> set[str]:
    """Return the words that say something: without the common words of English, and of three letters at least."""
    return {word for word in words(text) if word not in COMMON and len(word) > 2}
