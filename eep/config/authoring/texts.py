"""Texts measured and shown: how alike two are, where sentences end, and what a terminal must not be sent raw."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import combinations

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
#: What sentences end with, in several scripts: full stops, exclamation and question marks, an ellipsis. After the wide
#: ones no space follows.
WIDE = "\u3002\uff01\uff1f"
MARKS = f".!?\u2026\u061f\u0964{WIDE}"
#: What may close a sentence after its mark: quotes and brackets.
CLOSERS = "\"')]\u2019\u201d\xbb"
_END = re.compile(rf"[{re.escape(MARKS)}]+[{re.escape(CLOSERS)}]*(?:\s+|$|(?<=[{WIDE}]))")
#: These end in a full stop and end no sentence.
_SHORT = re.compile(
    r"(?:^|[\s(])(?:\w|Dr|Mr|Mrs|Ms|Mx|St|Sr|Jr|Fr|Br|Prof|Gen|Capt|Lt|vs|no|ca|b|d)\.$", re.IGNORECASE
)
#: Controls that move the cursor, change colours or turn the direction of what follows; tabs and line ends stay.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


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


def most_alike(texts: Iterable[str]) -> float:
    """Return the likeness of the two texts that are most alike; 0 for fewer than two."""
    return max((similarity(one, other) for one, other in combinations(texts, 2)), default=0.0)


def _pieces(text: str) -> set[str]:
    return {text[start : start + PIECE] for start in range(max(1, len(text) - PIECE + 1))}


def spread_of_lengths(texts: Iterable[str]) -> float:
    """Return how many times as long as the shortest text the longest is, in letters of their plain words; at least 1."""
    lengths = [max(1, len(plain(text))) for text in texts]
    return max(lengths) / min(lengths)


def words(text: str) -> list[str]:
    """Return the plain words of a text."""
    return plain(text).split()


def content_words(text: str) -> set[str]:
    """Return the words that say something: without the common words of English, and of three letters at least."""
    return {word for word in words(text) if word not in COMMON and len(word) > 2}


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, each with its mark; single spaces between words."""
    line, found, begun = " ".join(text.split()), [], 0
    for end in _END.finditer(line):
        sentence = line[begun : end.end()].strip()
        if end.end() == len(line) or not _SHORT.search(sentence):
            found.append(sentence)
            begun = end.end()
    return [*found, line[begun:]] if begun < len(line) else found


def visible(text: str) -> str:
    r"""Return a text that is safe to print: what would steer a terminal or turn the reading direction stands as ``\u202e``."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
